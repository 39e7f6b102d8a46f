"""The numbers that an English text mentions: `11,000`, `2.3m`, `one and a half`, `the sixties`, `8:30 p.m.`, `both`."""

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
from translate_news.checks.words import read_table

_UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
          "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
           "m": 10**6, "mn": 10**6, "mln": 10**6, "bn": 10**9, "k": 10**3, "b": 10**9, "tn": 10**12}  # fmt: skip
_LARGE = ("hundred", "thousand", "million", "billion", "trillion")
_PLURALS = {"tens": 10, "dozens": 10, "scores": 10, "hundreds": 10**2, "thousands": 10**3, "millions": 10**6,
            "billions": 10**9, "trillions": 10**12}  # fmt: skip
_IRREGULAR = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
_AGES = {f"{ten[:-1]}ies": 10 * n for n, ten in enumerate(_TENS, 2)} | {"teens": 10}

_PARTS = {
    "thirds": 3,
    "fourths": 4,
    "fifths": 5,
    "sixths": 6,
    "eighths": 8,
    "tenths": 10,
    "quarters": 4,
    "hundredths": 100,
    "thousandths": 1000,
}
_OTHER_VALUES = {
    "noon": {clock(12)},
    "midday": {clock(12)},
    "midnight": {clock(0)},
    "dozen": {"s:10"},
    "decades": {"s:10"},
    "generations": {"s:10"},
}

_DIGITS = re.compile(
    r"(?P<decade>(?<!\w)['’‘]?(?P<ten>(?:1[5-9]|20)?\d0)['’]?s\b)"
    r"|(?P<time>(?<![\d.,:])(?P<hour>[01]?\d|2[0-4])(?:[.:](?P<minute>[0-5]\d))?\s*(?P<half>[ap])\.?\s?m\b)"
    r"|(?P<clock>(?<![\d.,:])(?P<hour2>[01]?\d|2[0-4])[.:](?P<minute2>[0-5]\d)(?!\d|[.,:]\d|[ -]?(?:%|percent|per cent|thousand|million|billion|trillion|mln|bn|mn|tn|m\b)))"
    r"|(?P<number>(?:(?<![\d.,:])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\d.,:])\d+(?:\.\d+)?)(?![.,:]?\d))"
    r"(?:[ -]?(?P<scale>(?:thousand|million|billion|trillion|hundred|mln|bn|mn|tn|m(?!\w)|k(?!\w)))\b)?"
    r"|(?P<odd>\d+(?:[.,:]\d+)*)"
    rf"|(?P<fraction>[{''.join(FRACTIONS)}])"
)
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_UNIT = re.compile(r"(?:\b[ckm]?m|\bmi|\bco|\bCO)\Z")
_RANK = re.compile(r"(?:st|nd|rd|th)\b")
_RANGE = re.compile(r"\s*(?:to|or|and|-|–)\s*(?:[\d.,]+|\w+)[ -](?P<scale>thousand|million|billion|trillion)\b")
_HALF_PAST = re.compile(r"\b(?:(half) (past)|(quarter) (past|to)) (\w+)", re.IGNORECASE)

_AND_A_HALF = re.compile(r"\b(?:([a-z]+)[ -])?[a-z]+[ -]and[ -]a[ -]half\b", re.IGNORECASE)  # a year and a half


@cache
def _words() -> dict[str, int]:
    """English number words of one word, cardinals and ordinals, with their values."""
    values = {word: n for n, word in enumerate([*_UNITS])}
    values |= {ten: 10 * n for n, ten in enumerate(_TENS, 2)}
    ordinals = {f"{word}th": n for word, n in values.items()} | {
        f"{t[:-1]}ieth": 10 * n for n, t in enumerate(_TENS, 2)
    }
    return values | ordinals | _IRREGULAR | {"hundredth": 100, "thousandth": 1000}


@lru_cache(maxsize=512)  # a text is read by its repairs and by its check
def english_mentions(text: str) -> tuple[Mention, ...]:
    """Every mention of a number in an English text, in order."""
    found = [mention for match in _DIGITS.finditer(text) if (mention := _in_digits(text, match))]
    for match in _AND_A_HALF.finditer(text):
        whole = _words().get((match[1] or "").lower(), 1)  # an hour and a half, another year and a half
        if whole < 1000:
            found.append(
                Mention(match[0], match.start(), match.end(), frozenset({number(whole + Decimal("0.5"))}), soft=True)
            )
    clocks = []
    for match in _HALF_PAST.finditer(text):
        if (hour := _words().get(match[5].lower())) and hour <= 12:
            before = (match[4] or "").lower() == "to"
            minute = 30 if match[1] else 45 if before else 15
            values = both_halves((hour - before) or 12, minute)
            clocks.append((match.start(), match.end()))
            found.append(Mention(match[0], match.start(), match.end(), frozenset(values)))
    taken = [*((mention.start, mention.end) for mention in found if mention.digits), *clocks]
    covered = {place for start, end in taken for place in range(start, end)}
    free = [m for m in _WORD.finditer(text) if covered.isdisjoint(range(m.start(), m.end()))]
    return tuple(sorted([*found, *_in_words(text, free)], key=lambda mention: mention.start))


def _in_digits(text: str, match: re.Match[str]) -> Mention | None:
    values: set[str]
    if match["decade"]:
        ten = int(match["ten"])
        values = {f"d:{ten}"} if ten >= 100 else {f"d:{1900 + ten}", f"d:{2000 + ten}", number(ten)}
    elif match["time"]:
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        values = {clock(hour % 12 + 12 * (match["half"] == "p"), minute)}
        values |= set() if match["minute"] else {number(hour), number(hour % 12 + 12 * (match["half"] == "p"))}
    elif match["clock"]:
        hour, minute = int(match["hour2"]), int(match["minute2"])
        values = {groups(match[0]), number(match[0].replace(":", ".")), *both_halves(hour, minute)}
    elif match["fraction"]:
        values = {f"n:{FRACTIONS[match[0]]}"}
    elif match["odd"]:
        values = {groups(match[0])}
    elif _UNIT.search(text, max(0, match.start() - 3), match.start()) and match["number"] in "23":
        return None
    else:
        values = _plain(text, match)
    ordinal = _RANK.match(text, match.end()) is not None
    return Mention(match[0], match.start(), match.end(), frozenset(values), digits=True, ordinal=ordinal)


def _plain(text: str, match: re.Match[str]) -> set[str]:
    token = match["number"]
    if len(token) > LONGEST_NUMBER:
        return {groups(token)}
    value = Decimal(token.replace(",", ""))
    if match["scale"]:
        values = {number(value * _SCALES[match["scale"]])}
    else:
        values = {number(value)} | short_year(text, match.start("number"), token)
        if value == int(value) and 0 < value <= 12:
            values.add(f"m:{value:f}")
        if shared := _RANGE.match(text, match.end("number")):
            values.add(number(value * _SCALES[shared["scale"]]))
    if match["scale"] in ("m", "b", "k"):  # 30m may be metres
        values.add(number(value))
    if value == int(value) and 0 < value <= 24:
        values |= both_halves(int(value)) if value <= 12 else {clock(int(value))}
    if (
        len(token) == 4
        and token.isdigit()
        and (token[0] == "0" or re.match(r"\s*(?:hours|UTC|GMT)", text[match.end() : match.end() + 12]))
    ):
        values.add(clock(int(token[:2]), int(token[2:])))
    if len(token) == 2 and (
        century := re.search(r"\b(\d\d)\d\d[-–/]\Z", text[max(0, match.start() - 6) : match.start()])
    ):
        values.add(number(century[1] + token))  # 1995-96
    if match["fraction"]:
        values.add(number(FRACTIONS[match["fraction"]]))
    return values


def _in_words(text: str, words: list[re.Match[str]]) -> Iterator[Mention]:
    position = 0
    while position < len(words):
        used, mention = _phrase(text, words, position)
        if mention:
            yield mention
        word = words[position]
        lower = word[0].lower()
        if numbers := read_table("checks/english-number-idioms.tsv").get(lower):
            values = {*map(idiom, numbers), *_OTHER_VALUES.get(lower, ())}
            yield Mention(word[0], word.start(), word.end(), frozenset(values), soft=True)
        position += max(1, used)


def _phrase(text: str, words: list[re.Match[str]], position: int) -> tuple[int, Mention | None]:
    """The number phrase that starts at a word: how many words it takes, and what it says."""
    word = words[position][0].lower()
    start = words[position].start()
    if word in _PLURALS and (word != "scores" or _word_at(words, position + 1) == "of"):
        factor, used = _PLURALS[word], 1
        while (more := _word_at(words, position + used + 1)) in _PLURALS and _word_at(words, position + used) == "of":
            factor, used = factor * _PLURALS[more], used + 2
        end = words[position + used - 1].end()
        return used, Mention(text[start:end], start, end, frozenset({f"s:{factor}"}))
    if word in _AGES:
        values = {f"d:{1900 + _AGES[word]}", f"d:{2000 + _AGES[word]}", number(_AGES[word])}
        return 1, Mention(word, start, words[position].end(), frozenset(values))
    reader = AmountReader(text, words, position)
    if not reader.read():
        return 1, None
    value, end = reader.value, words[reader.at - 1].end()
    values = {number(value), *reader.fractions()}
    if value == int(value) and 0 < value <= 24:
        values |= both_halves(int(value))
    if reader.bare_scale:
        values.add(f"s:{value:f}")  # several thousand
    if shared := _RANGE.match(text, end):
        values.add(number(value * _SCALES[shared["scale"]]))
    last = words[reader.at - 1][0].lower()
    ordinal = last.endswith("th") or last in _IRREGULAR
    return reader.at - position, Mention(text[start:end], start, end, frozenset(values), ordinal=ordinal)


def _word_at(words: list[re.Match[str]], index: int) -> str:
    return words[index][0].lower() if index < len(words) else ""


class AmountReader:
    """Reads one amount from a run of English words: `two hundred and five`, `one and a half million`, `half a billion`.

    `value` is what was read, `at` the index behind the last word that was taken.
    """

    def __init__(self, text: str, words: list[re.Match[str]], position: int) -> None:
        self.text = text
        self.matches = words
        self.start = self.at = position
        self.whole = Decimal(0)  # closed by a scale: the two million of two million and five
        self.current = Decimal(0)
        self.seen = self.bare_scale = False

    @property
    def value(self) -> Decimal:
        """The amount so far."""
        return self.whole + self.current

    def word(self, ahead: int = 0) -> str:
        """The word `ahead` of the next one, in lower case; empty behind the last."""
        return _word_at(self.matches, self.at + ahead)

    def read(self) -> bool:
        """Take as many words as make one amount; whether there is one."""
        if self.word() == "half":
            skip = 1 + (self.word(1) == "a")
            if self.word(skip) in _LARGE:
                self.at += skip
                self.current, self.seen = Decimal("0.5"), True
        elif [self.word(n) for n in range(3)] == ["quarter", "of", "a"] and self.word(3) in _LARGE:
            self.at += 3
            self.current, self.seen = Decimal("0.25"), True
        elif self.word() == "a" and self.word(1) in _LARGE:
            self.at += 1
            self.current, self.seen = Decimal(1), True
        while self._take():
            self.seen = True
            self.at += 1
        return self.seen and self.at > self.start

    def _take(self) -> bool:
        """Take the next word, if it goes on with the amount."""
        word = self.word()
        if word in _LARGE:
            self._take_scale(_SCALES[word])
        elif word in ("hundredth", "thousandth") and self.seen and self._joined():
            self.current = (self.current or Decimal(1)) * (100 if word == "hundredth" else 1000)
        elif word in _words():
            value = _words()[word]
            if self.seen and not self._fits(word, value):
                return False
            self.current += value
        elif word == "and" and self.seen:
            return self._take_and()
        elif word == "point" and self.seen and _words().get(self.word(1), 10) < 10 and self._joined(1):
            self.current += Decimal(_words()[self.word(1)]) / 10
            self.at += 1
        else:
            return False
        return True

    def _take_scale(self, scale: int) -> None:
        if not self.seen:
            self.current, self.bare_scale = Decimal(scale), True
        elif scale == 100:
            self.current = (self.current or Decimal(1)) * 100
        else:
            self.whole, self.current = self.whole + (self.current or Decimal(1)) * scale, Decimal(0)

    def _take_and(self) -> bool:
        """`one and a half`; `two hundred and five`, but not `two and five`."""
        if self.word(1) in ("a", "one") and self.word(2) in ("half", "quarter"):
            self.current += Decimal("0.5") if self.word(2) == "half" else Decimal("0.25")
            self.at += 2
            return True
        following = _words().get(self.word(1))
        return following is not None and following < 100 and self.word(-1) in _LARGE and self.current % 100 == 0

    def _joined(self, ahead: int = 0) -> bool:
        """Whether nothing but a space or a hyphen stands in front of the word."""
        index = self.at + ahead
        return self.text[self.matches[index - 1].end() : self.matches[index].start()] in ("", " ", "-")

    def _fits(self, word: str, value: int) -> bool:
        """`twenty-five` and `hundred five` go on; `nineteen twenty`, `two, three` and `hundred first-years` do not."""
        if not self._joined() or (word in _IRREGULAR and self.current % 100 == 0):
            return False
        tens = self.current % 100
        return self.current == 0 or (tens == 0 and value < 100) or (tens >= 20 and tens % 10 == 0 and value < 10)

    def fractions(self) -> set[str]:
        """`two thirds` may be 2/3, `a third` 1/3, `three quarters` .75, and with them the plain number."""
        below = _PARTS.get(self.word())
        if below:
            return {
                f"n:{self.value:f}/{below}",
                number(self.value / below) if below in (4, 5, 8, 10) else f"n:{self.value:f}/{below}",
            }
        if self.value in (3, 4, 5, 6, 8, 10) and self.word(-1).endswith(("rd", "th")):
            return {f"n:1/{self.value:f}"}
        return set()
