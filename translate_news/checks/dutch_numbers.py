"""The numbers that a Dutch text mentions, in digits, words and idioms: `11.000`, `2,3 mln`, `anderhalf`, `jaren 60`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache

from translate_news.checks.mentions import (
    FRACTIONS,
    LONGEST_NUMBER,
    Mention,
    both_halves,
    clock,
    groups,
    idiom,
    number,
    short_year,
)
from translate_news.checks.words import WORDS_KEPT, read_table

_UNITS = ["nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf",
          "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien"]  # fmt: skip
_TENS = ["twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"]
_SCALES = {"honderd": 10**2, "duizend": 10**3, "miljoen": 10**6, "mln": 10**6, "miljard": 10**9, "mld": 10**9,
           "mrd": 10**9, "biljoen": 10**12, "biljard": 10**15}  # fmt: skip
_PLURALS = {"tientallen": 10, "honderden": 10**2, "duizenden": 10**3, "tienduizenden": 10**4, "honderdduizenden": 10**5,
            "miljoenen": 10**6, "miljarden": 10**9, "biljoenen": 10**12}  # fmt: skip
# What may be glued behind a number word without changing its number: `zesjarige`, `viertal`, `vijfdaags`.
_TAIL = re.compile(
    r"(?:jarigen?|jarig|jaars|daagse?|daags|weekse?|uurse?|voudige?|voudig|voud|maal|tallig|tal|delige?|delig|koppige?|koppig"
    r"|zijdig|baans|persoons|wielige?r?|wielig|wieler|urige?|en)\Z"
)
# A number word in front of something else that it is glued to may be a number in English, and need not: `driebaansweg`.
_HEAD = re.compile(
    rf"((?:tweede|derde|vierde|vijfde|zesde|{'|'.join(_TENS)}|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|honderd|duizend))(?=[a-zë]{{3}})"
)
_QUARTER = re.compile(r"\bkwart (voor|over) ([a-z]+)\b", re.IGNORECASE)
_TO_HALF = re.compile(r"\b(\w+) (voor|over) half ([a-z]+)\b", re.IGNORECASE)  # tien voor half negen: 8:20
_RANK = re.compile(r"(?:e|de|ste)\b")
_PERSONS = re.compile(r"(?<=tig)ers?\Z")  # veertigers; `achter` is no number
_ORDINAL = re.compile(r"(?:de|ste)(?:lijk)?\Z")
_IRREGULAR = {"eerste": 1, "eersten": 1, "derde": 3, "achtste": 8, "beide": 2, "beiden": 2, "allebei": 2, "dubbel": 2,
              "dubbele": 2, "eenmaal": 1, "tweeling": 2, "drieling": 3}  # fmt: skip
_DECADES = {"nul": 0, "tien": 10, **{word: 10 * n for n, word in enumerate(_TENS, 2)}}

_SCALE = r"(?:duizend|miljoen|mln|miljard|mld|mrd|biljoen)\b\.?"
_DIGITS = re.compile(
    rf"(?P<decade>\b(?:jaren|(?<=jaren \w{{6}} en)|(?<=jaren \w{{7}} en))\s+['’‘]?(?P<ten>\d{{2}}|{'|'.join(_DECADES)})\b(?:\s+van\s+de\s+(?P<century>\d+)e)?)"
    r"|(?P<time>(?<![\d.,:])(?P<hour>[01]?\d|2[0-4])[.:](?P<minute>[0-5]\d)(?!\d|[.,:]\d))(?P<hours>\s*(?:uur|u)\b)?"
    rf"|(?P<number>(?:(?<![\d.,:])\d{{1,3}}(?:[.]\d{{3}})+(?:,\d+)?|(?<![\d.,:])\d+(?:,\d+)?)(?![.,:]?\d))(?:\s*(?P<scale>{_SCALE})|(?P<hours2>\s*(?:uur|u)\b))?"
    r"|(?P<odd>\d+(?:[.,:]\d+)*)"
    rf"|(?P<fraction>[{''.join(FRACTIONS)}])"
)
_WORD = re.compile(
    r"half(?=(?:een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf)\b)|[a-zà-ÿ]+", re.IGNORECASE
)
_UNIT = re.compile(r"(?:\b[ckm]?m|\bmi|\bco|\bCO)\Z")  # the 2 of m2 and CO2
_RANGE = re.compile(rf"\s*(?:à|a|tot|of|en|-|–)\s*(?:[\d.,]+|\w+)\s*(?P<scale>{_SCALE})")
_PART = re.compile(r"\s+(derden?|vierden?|vijfden?|zesden?|achtsten?|tienden?|honderdsten?|duizendsten?)\b")
# `acht` is a number in front of what can be counted; in front of anything else it is a verb (deems).
_COUNTED = re.compile(
    r"[\s-]+(?!(?:genomen|geslagen|nemen|namen|slaan|sloegen|de|het|een|zulke|deze|die|dat|dit|zijn|haar|hun|hen|hem|zich|geen)\b)(?:\w+e\s+)?(?:[\w-]+(?:en|s|ers|ia|'s)|jaar|uur|euro|procent|miljoen|miljard|kilometer|meter|man|keer|kilo|kwartier|maal|punt|op|van)\b"
)
_NUMBERING = re.compile(  # after these `acht` is a number: windkracht acht, een groep van acht, tussen zeven en acht
    r"(?:kracht|reactor|lijn|baan|groep|\b(?:nummer|van|met|uit|tot|op de|of|à|om|rond|na|sinds|er|waarvan|waaronder|ruim|bijna|zeker|zo'n|circa|minstens|tussen|(?:twee|drie|vier|vijf|zes|zeven|negen) en))\s\Z",
    re.IGNORECASE,
)
_PAIRS = frozenset(["beide", "beiden", "allebei", "dubbel", "dubbele", "tweeling"])
_DETERMINED = re.compile(
    r"\b(?:de|het|een|ten|zijn|haar|hun|ons|onze|mijn|elke|elk|ieder|iedere|op|in|voor|als|'t|tot|van|\w+(?:de|ste),? en)\s\Z",
    re.IGNORECASE,
)
_NONE = frozenset(
    ["elftal", "elftallen", "achten", "vieren", "tienen", "zevende-dagsadventisten", "nulde"]
)  # a team, deem, celebrate, a town


@cache
def _words() -> dict[str, int]:
    """Dutch number words under ten thousand that are one word, and ordinals, with their values."""
    small = {word: n for n, word in enumerate(_UNITS)}
    for n, ten in enumerate(_TENS, 2):
        small[ten] = 10 * n
        for unit in range(1, 10):
            joint = "ën" if _UNITS[unit].endswith("e") else "en"
            small[f"{_UNITS[unit]}{joint}{ten}"] = 10 * n + unit
    values = dict(small)
    for word, n in [("", 1), *((w, n) for w, n in small.items() if 2 <= n <= 99)]:
        values[f"{word}honderd"] = 100 * n
        for rest, more in small.items():
            if more:
                values[f"{word}honderd{rest}"] = values[f"{word}honderden{rest}"] = 100 * n + more
    return values


@lru_cache(WORDS_KEPT)
def word_value(word: str) -> int | None:
    """The number that one Dutch word says, as a cardinal, an ordinal, or in front of a glued tail; None if it is none."""
    word = word.lower().replace("é", "e")
    if word.endswith("eën"):
        word = word.removesuffix("ën")  # in tweeën
    if word in _NONE:
        return None
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for stem in (word, _ORDINAL.sub("", word), _TAIL.sub("", word), _PERSONS.sub("", word)):
        value = _cardinal(stem)
        if value is not None and (stem == word or value > 1):
            return value
    return None


def _cardinal(word: str) -> int | None:
    if word in _words():
        return _words()[word]
    if word in ("miljoen", "miljard"):
        return None
    head, thousand, rest = word.partition("duizend")
    if not thousand or (head and head not in _words()) or (rest and rest.removeprefix("en") not in _words()):
        return None
    return (_words()[head] if head else 1) * 1000 + (_words()[rest.removeprefix("en")] if rest else 0)


@lru_cache(maxsize=512)  # a text is read by its repairs and by its check
def dutch_mentions(text: str) -> tuple[Mention, ...]:
    """Every mention of a number in a Dutch text, in order."""
    found = [mention for match in _DIGITS.finditer(text) if (mention := _in_digits(text, match))]
    for match in _QUARTER.finditer(text):
        if (hour := word_value(match[2])) and hour <= 12:
            values = both_halves(hour, 15) if match[1].lower() == "over" else both_halves((hour - 1) or 12, 45)
            found.append(Mention(match[0], match.start(), match.end(), frozenset(values)))
    for match in _TO_HALF.finditer(text):
        minutes = int(match[1]) if match[1].isdecimal() else word_value(match[1])
        if minutes and minutes < 15 and (hour := word_value(match[3])) and hour <= 12:
            values = both_halves((hour - 1) or 12, 30 + (minutes if match[2].lower() == "over" else -minutes))
            found = [mention for mention in found if not match.start() <= mention.start < match.end()]
            found.append(Mention(match[0], match.start(), match.end(), frozenset(values)))
    taken = [(mention.start, mention.end) for mention in found]
    covered = {place for start, end in taken for place in range(start, end)}
    free = [m for m in _WORD.finditer(text) if covered.isdisjoint(range(m.start(), m.end()))]
    return tuple(sorted([*found, *_in_words(text, free)], key=lambda mention: mention.start))


def _in_digits(text: str, match: re.Match[str]) -> Mention | None:
    if match["decade"]:
        ten = int(match["ten"]) if match["ten"].isdigit() else _DECADES[match["ten"]]
        starts = [1900, 2000] if not match["century"] else [100 * int(match["century"]) - 100]
        return Mention(
            match[0], match.start(), match.end(), frozenset(f"d:{start + ten}" for start in starts), digits=True
        )
    if match["time"]:
        hour, minute = int(match["hour"]), int(match["minute"])
        values = {clock(hour, minute), groups(match["time"])}
        if not match["hours"]:
            values |= {number(match["time"].replace(":", ".")), *both_halves(hour, minute)}
        elif not minute:
            values |= {number(hour)}
        return Mention(match["time"], match.start(), match.end("time"), frozenset(values), digits=True)
    if match["fraction"]:
        return Mention(match[0], match.start(), match.end(), frozenset({f"n:{FRACTIONS[match[0]]}"}), digits=True)
    if match["odd"]:
        values = {groups(match[0])}
        if re.fullmatch(r"\d+\.\d+", match[0]):
            values.add(number(match[0]))
        return Mention(match[0], match.start(), match.end(), frozenset(values), digits=True)
    if _UNIT.search(text, max(0, match.start() - 3), match.start()) and match["number"] in "23":
        return None
    return _plain(text, match)


def _plain(text: str, match: re.Match[str]) -> Mention:
    token = match["number"]
    if len(token) > LONGEST_NUMBER:
        return Mention(token, match.start(), match.end("number"), frozenset({groups(token)}), digits=True)
    value = Decimal(token.replace(".", "").replace(",", "."))
    values = {number(value)} | short_year(text, match.start("number"), token)
    end = match.end("number")
    scale = match["scale"]
    if scale:
        values = {number(value * _SCALES[scale.rstrip(".")])}
        end = match.end("scale")
    elif shared := _RANGE.match(text, end):
        values.add(number(value * _SCALES[shared["scale"].rstrip(".")]))
    if match["hours2"] and value == int(value) and value <= 24:
        values |= both_halves(int(value))
    elif value == int(value) and 0 < value <= 12:
        values.add(f"m:{value:f}")
    if re.match(r"\s+ton\b", text[end : end + 12]):
        values.add(number(value * 100_000))
    behind = text[end : end + 16]
    if re.match(r"\s*(?:op|van) de ", behind) or re.match(r"\s*%|\s+procent", behind):
        values |= {"n:1/3", "n:2/3"} if int(value) in (33, 66, 67) else set()
    ordinal = _RANK.match(text, match.end("number")) is not None
    return Mention(token, match.start(), end, frozenset(values), digits=True, ordinal=ordinal)


def _in_words(text: str, words: list[re.Match[str]]) -> Iterator[Mention]:
    position = 0
    while position < len(words):
        used, mention = _phrase(text, words, position)
        if mention:
            yield mention
        word = words[position]
        lower = word[0].lower()
        numbers = read_table("checks/dutch-number-idioms.tsv").get(lower)
        if not mention and not numbers and (head := _HEAD.match(lower)):
            numbers = (str(word_value(head[1])),)
        if numbers:
            yield Mention(word[0], word.start(), word.end(), frozenset(map(idiom, numbers)), soft=True)
        position += max(1, used)


def _phrase(text: str, words: list[re.Match[str]], position: int) -> tuple[int, Mention | None]:
    """A number phrase that starts at a word: how many words it takes, and what it says."""
    word = words[position][0].lower()
    start = words[position].start()
    following = [match[0].lower() for match in words[position + 1 : position + 5]]

    def stretch(used: int) -> tuple[str, int, int]:
        end = words[position + used - 1].end()
        return text[start:end], start, end

    if word in _PLURALS:
        factor, used = _PLURALS[word], 1
        if following and following[0] in _PLURALS:
            factor, used = factor * _PLURALS[following[0]], 2
        return used, Mention(*stretch(used), frozenset({f"s:{factor}"}))
    value, used = _amount(word, following)
    if value is None:
        return 1, None
    if word == "half" and value != Decimal("0.5"):  # half acht is 7:30; in tien over half acht it counts for nothing
        values = frozenset(both_halves((int(value) - 1) % 12 or 12, 30))
        return used, Mention(
            *stretch(used), values, soft=re.search(r"\b(?:over|voor)\s\Z", text[max(0, start - 6) : start]) is not None
        )
    rest = following[used - 1 :]
    scale, part = _SCALES.get(rest[0]) if rest else None, _PART.match(text, words[position + used - 1].end())
    if scale and value != 1000:
        used += 1
        values, soft = frozenset({number(value * scale)}), False
    elif part:
        used += 1
        below = word_value(part[1].rstrip("n")) or 1
        values, soft = frozenset({f"n:{value}/{below}", number(below)}), False
    else:
        values, soft = frozenset({number(value)}), _is_allusion(text, words[position], value, rest)
    behind = words[position + used - 1].end()
    values |= _by_context(text[behind:], word, value, rest)
    ordinal = part is not None or (used == 1 and _ORDINAL.search(word) is not None)
    return used, Mention(*stretch(used), values, soft=soft, ordinal=ordinal)


def _is_allusion(text: str, word: re.Match[str], value: Decimal | int, rest: list[str]) -> bool:
    """Whether a number word asks for no number: een, beide; acht and vierde as verbs; Tweede Kamer, een tweede."""
    lower, before = word[0].lower(), text[max(0, word.start() - 60) : word.start()]
    if value == 1 or lower in _PAIRS:
        return True
    if lower == "acht" and not (word[0][0].isupper() or _COUNTED.match(text, word.end()) or _NUMBERING.search(before)):
        return True
    if lower == "vierde" and not _DETERMINED.search(before):
        return True
    if lower == "twee" and re.search(r"\b[eé][eé]n of \Z", before):  # a few
        return True
    named = lower == "tweede" and bool(rest) and rest[0].startswith(("kamer", "pinkster", "kerst", "paas", "instantie"))
    return named or (_ORDINAL.search(lower) is not None and re.search(r"\been\s\Z", before) is not None)


def _by_context(behind: str, word: str, value: Decimal | int, rest: list[str]) -> set[str]:
    """What else the number may be because of what follows: an hour, tons of money, a shared scale, the rank in `op twee na`."""
    noun = rest[0] if rest else ""
    values = set()
    if noun == "uur" and value == int(value) and 0 < value <= 24:
        values |= both_halves(int(value))
    if noun == "ton":
        values.add(number(value * 100_000))
    if noun.startswith(("jaar", "uur")) and value == Decimal("1.5"):
        values.add(number(18 if noun.startswith("jaar") else 90))
    if word == "achtste" and noun.startswith("finale"):
        values.add(number(16))
    if re.match(r"\s+na\b", behind) and value == int(value):
        values.add(number(value + 1))
    if shared := _RANGE.match(behind):
        values.add(number(value * _SCALES[shared["scale"].rstrip(".")]))
    return values


def _amount(word: str, following: list[str]) -> tuple[Decimal | int | None, int]:
    """The amount that words say before any scale, and how many words it takes."""
    if word in ("anderhalf", "anderhalve"):
        return Decimal("1.5"), 1
    if word in ("half", "halve", "kwart") and following[:1] and following[0] in _SCALES:
        return Decimal("0.25" if word == "kwart" else "0.5"), 1
    if (
        word == "half"
        and following[:1]
        and 0 < (word_value(following[0]) or 0) <= 12
        and following[0] not in ("een", "eerste")
    ):
        return word_value(following[0]), 2  # half acht: the caller makes it 7:30
    if (glued := re.fullmatch(r"(.+?)(?:en|ën)?eenhal(?:f|ve)|(.+?)[eë]nhal(?:f|ve)", word)) and (
        whole := word_value(glued[1] or glued[2])
    ) is not None:
        return whole + Decimal("0.5"), 1
    value = word_value(word)
    if value is None and word in ("miljoen", "miljard"):
        return None, 1
    if value is not None and following[:3] in (["en", "een", "half"], ["en", "een", "halve"]):
        return value + Decimal("0.5"), 4
    return value, 1
