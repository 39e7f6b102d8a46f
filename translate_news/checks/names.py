"""Names and acronyms: what the Dutch names stands in the English, copied or in its English form, and nothing else is named."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache, lru_cache

from translate_news.checks.words import WORDS_KEPT, fold, is_dutch, is_english, read_table, read_words
from translate_news.document import Finding

_CAPITAL = re.compile(r"(?<![\w'’&-])[A-ZÀ-Þ]\w*(?:['’-]\w+)*(?:\*\w+)?")
_ANY = re.compile(r"\w+(?:['’*-]\w+)*")
_STARTS = re.compile(
    r"(?:\A|[.!?:;…–—]\s|[\"“„«‘(\[]|(?<=\s)'|[-•]\s)[\s\"“„«‘'(\[]*\Z"
)  # what comes now has a capital anyway
_RUN = re.compile(r"[A-ZÀ-Þ]\w+(?:(?: (?:van|voor|der|de|het|en))* [A-ZÀ-Þ]\w+)+")
_MINISTRY = re.compile(r"\b(?:minister|ministerie|staatssecretaris|departement) (?:van|voor) \Z")
_TAIL = re.compile(r"(?:['’]?s|['’]ers?|se|ers?|ese|e)\Z")  # Amsterdamse, Trumps, CDA'er
_ADJECTIVE = re.compile(r"(?:talige?|schappelijke?|lijke|ische|lijk|heid)\Z")
# Dutch places end in these and are copied, while compounds that end in other common nouns are translated (Kansspelautoriteit).
_PLACES = (
    "dam", "stad", "land", "meer", "wijk", "berg", "bergen", "haven", "hof", "hoven", "dijk", "recht", "hoek", "kerk", "huis", "huizen",
    "bos", "veld", "beek", "oord", "burg", "dorp", "zand", "horst", "voort", "zijl", "sluis", "daal", "laar", "donk", "rode",
)  # fmt: skip
# Dutch letters that write other sounds than in English, longest first: Dzjokovitsj and Djokovic become one.
_SOUNDS = [("sjtsj", "shch"), ("tsj", "ch"), ("dzj", "j"), ("sj", "sh"), ("zj", "zh"), ("oe", "u"), ("ou", "u"), ("ij", "y"), ("ie", "i"),
           ("ph", "f"), ("ch", "k"), ("kh", "k"), ("ck", "k"), ("c", "k"), ("q", "k"), ("j", "y"), ("w", "v"), ("x", "ks"), ("ae", "e"),
           ("ee", "i"), ("z", "s"), ("gh", "g"), ("h", "")]  # fmt: skip
_BEFORE, _BEHIND = re.compile(r"(?<!\w)([A-ZÀ-Þ]\w+) \Z"), re.compile(r" ([A-ZÀ-Þ]\w+)")
_PEOPLE = re.compile(
    r"(?:ians?|ish|ese|french|dutch|swiss|greeks?|czechs?|spaniards?|danes?|swedes?)\Z"
)  # what English writes with a capital: the Dutch may have a common noun
_OUR_OWN = frozenset(
    ["dutch", "belgian", "flemish", "frisian"]
)  # what a Dutch text need not say, and an English one adds
_PEOPLE_END = re.compile(r"(?:ians?|eans?|ans?|ese|ish)\Z")  # Leonean and Leoonse
_SAINT = re.compile(r"(?<!\w)(?:st\.?|saint|our lady)(?!\w)")
# Dutch names that end in a common noun, and the English that says it: Waaldijk, Waal dyke.
_ENDS = {"kerk": "church", "dijk": "dyke", "eiland": "island", "hof": "court", "polder": "polder", "tijd": "age", "plein": "square", "bekken": "basin",
         "laan": "avenue", "straat": "street", "bos": "forest", "meer": "lake", "berg": "mount", "brug": "bridge", "akkoord": "agreement",
         "rivier": "river", "kanaal": "canal", "koor": "choir", "chor": "choir", "hoek": "corner", "museum": "museum", "huis": "house",
         "dynastie": "dynasty", "gebied": "area", "wijk": "district", "vloot": "fleet", "oorlog": "war"}  # fmt: skip
ALIKE = 0.75  # from this share of common letters on (Ratcliff and Obershelp), two names count as one

Words = frozenset[str]


def names(dutch: str, english: str) -> list[Finding]:
    """Every name of the Dutch stands in the English: by the tables, as it is, or much like it; and no name is new.

    The first word of a sentence has its capital anyway, so it counts only where a table knows it; and a Dutch common
    noun with a capital (`Koninklijke`, `Verbond`) is translated, not copied. In a sentence that is all capitals they
    tell no name, and nothing is found.
    """
    if dutch.isupper() and " " in dutch.strip():
        return []
    folded = fold(english)
    given, source = _words_of(folded), _words_of(fold(dutch))
    missing, forms = [], []
    for match in _name_matches(dutch):
        known = _known_forms(match[0])
        forms += known
        if (
            not _is_expected(dutch, match)
            or any(_stands(form, folded) for form in known)
            or _is_there(dutch, match, english, folded, given)
        ):
            continue
        missing.append(match[0])
    forms += [form for word in source for form in _lower_forms().get(word, ())]  # joodse
    added = _added(english, source, " ".join(forms))
    parts = [f"{', '.join(missing)} of the Dutch is not in the English"] if missing else []
    parts += [f"{', '.join(added)} of the English is not in the Dutch"] if added else []
    return [Finding("names", "; ".join(parts))] if parts else []


def _is_there(dutch: str, match: re.Match[str], english: str, folded: str, given: Words) -> bool:
    """Whether a name that the tables do not settle is in the English: copied, sounding alike, taken apart, or as an acronym."""
    name = match[0]
    if name in _forms() and "-" in name:  # Zuid-Korea is more than Korea
        return fold(name) in given
    return (
        _is_copied(name, given)
        or (name.lower().startswith(("sint-", "st-", "st.")) and _SAINT.search(folded) is not None)
        or any(name.endswith(end) and there in folded for end, there in _ENDS.items())
        or any(initials in english for initials in _initials(dutch, match))
    )


def _initials(dutch: str, match: re.Match[str]) -> list[str]:
    """The acronyms that a run of words with capitals round a name makes: AU for `Afrikaanse Unie`."""
    run = next((m for m in _RUN.finditer(dutch) if m.start() <= match.start() < m.end()), None)
    letters = "".join(word[0] for word in re.findall(r"[A-ZÀ-Þ]\w*", run[0])) if run else ""
    return [letters[start:] for start in range(len(letters) - 1)]


def _words_of(folded: str) -> Words:
    """The words of a folded text, and the parts of those with a hyphen."""
    return frozenset(part for word in _ANY.findall(folded) for part in (word, *re.split(r"['’-]", word)))


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    """Dutch names and what they may be in English, folded."""
    tables = {**read_table("places.tsv"), **read_table("checks/names.tsv")}
    return {name: tuple(map(fold, forms)) for name, forms in tables.items()}


@cache
def _lower_forms() -> dict[str, tuple[str, ...]]:
    return {fold(name): forms for name, forms in _forms().items()}


def _known_forms(name: str) -> list[str]:
    """The English forms of a name, or of the parts of a compound: VN-gezant, Oost-Oekraïne."""
    if name in _forms():
        return list(_forms()[name])
    parts = [form for part in re.split(r"['’-]|talige?\Z|sprekende?\Z", name) for form in _forms().get(part, ())]
    return parts or list(next((_forms()[name[:n]] for n in range(len(name) - 3, 3, -1) if name[:n] in _forms()), ()))


@cache
def _name_pattern() -> re.Pattern[str]:
    """Names of several words first, then any word with a capital."""
    several = sorted((name for name in _forms() if " " in name), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, several))})(?!\w)|{_CAPITAL.pattern}")


def _name_matches(dutch: str) -> list[re.Match[str]]:
    return list(_name_pattern().finditer(dutch))


@cache
def _form_pattern(form: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(form)}(?:'s|’s|s)?(?!\w)")


def _stands(form: str, english: str) -> bool:
    """Whether a form stands in the folded English, or another form of it: Algeria for Algerian."""
    if form in english and _form_pattern(form).search(english) is not None:
        return True
    begin = form[: max(5, len(form) - 2)]
    return len(form) > 5 and begin in english and re.search(rf"(?<!\w){re.escape(begin)}", english) is not None


def _is_expected(dutch: str, match: re.Match[str]) -> bool:
    """Whether a word with a capital is surely a name that the English must have."""
    name = match[0]
    if len(name) < 2 or (len(name) == 2 and not name.isupper()):
        return False
    first = _STARTS.search(dutch, max(0, match.start() - 6), match.start()) is not None
    if name in _forms():
        return not first or len(name) > 4 or name.isupper() or " " in name
    if any(c.isupper() for c in name[1:]) and "-" not in name:
        return True
    if not first and _is_of_english_name(dutch, match):
        return True
    return (
        not first
        and not _MINISTRY.search(dutch, max(0, match.start() - 24), match.start())
        and not _is_common(name.lower())
    )


def _is_of_english_name(dutch: str, match: re.Match[str]) -> bool:
    """Whether a word is English and stands beside another such or a name that the tables lack: `Big Brother`, `Macbeth Street`."""
    if not is_english(match[0].lower()) or is_dutch(match[0].lower()) or dutch[match.end() : match.end() + 1] == "-":
        return False
    beside = [_BEFORE.search(dutch, 0, match.start()), _BEHIND.match(dutch, match.end())]
    return any(
        m and m[1] not in _forms() and not is_dutch(m[1].lower()) and not _STARTS.search(dutch, 0, m.start(1))
        for m in beside
    )


@lru_cache(WORDS_KEPT)
def _is_common(word: str) -> bool:
    """Whether a word in lower case is a Dutch common noun or adjective: in the lists, or a compound that ends in one."""
    heads = read_words("checks/name-words.txt")
    if word.capitalize() in read_words("towns.txt"):
        return False
    if is_dutch(word) or is_english(word) or word in heads or _ADJECTIVE.search(word):
        return True
    if word.endswith(_PLACES):
        return False
    ends = [word[start:] for start in range(1, len(word) - 2)]
    return any(end in heads or (len(end) > 4 and (is_dutch(end) or is_english(end))) for end in ends)


def _added(english: str, source: Words, forms: str) -> list[str]:
    """Names in the middle of the English that nothing in the Dutch explains: no word like it, no form by the tables."""
    return [
        match[0]
        for match in _CAPITAL.finditer(english)
        if len(match[0]) > 2
        and match[0][:2] not in ("I'", "I’")
        and not _STARTS.search(english, max(0, match.start() - 6), match.start())
        and not any(_is_plain(part.lower()) for part in re.split(r"['’-]", match[0]) if len(part) > 1)
        and not _is_explained(fold(re.sub(r"['’]s?\Z", "", match[0])), forms)
        and not _is_copied(match[0], source)
        and not (
            _SAINT.search(english[: match.start()].lower()[-8:]) and any(word.startswith("sint") for word in source)
        )
    ]


def _is_explained(name: str, forms: str) -> bool:
    """Whether a folded name is one of the forms of a Dutch name, or begins like one: Verdean, Cape Verde."""
    return name in forms or (len(name) > 5 and name[: max(5, len(name) - 2)] in forms)


@cache
def _peoples() -> frozenset[str]:
    """English words for peoples that the tables know, folded: for these the Dutch has a name."""
    words = {form for forms in _forms().values() for form in forms}
    return frozenset(word for word in words if _PEOPLE.search(word)) - _OUR_OWN


@lru_cache(WORDS_KEPT)
def _is_plain(word: str) -> bool:
    """Whether an English word in lower case needs no name in the Dutch: a common word in a title, a day, a faith."""
    if fold(word) in _peoples():
        return False
    return _PEOPLE.search(word) is not None or any(
        is_english(form) or form in read_words("checks/capital-words.txt") for form in (word, word.removesuffix("s"))
    )


def _is_copied(name: str, words: Words) -> bool:
    """Whether the other side has the name, one of its parts that has a capital, or a word much like it."""
    parts = [part for part in re.split(r"['’-]", name) if len(part) > 1 and part[0].isupper()]
    return any(_has_like(fold(part), words) for part in dict.fromkeys([name, *parts]))


@lru_cache(WORDS_KEPT)
def _sound(word: str) -> str:
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return re.sub(r"(.)\1+", r"\1", word)


@lru_cache(WORDS_KEPT)
def _stem(word: str) -> str:
    return _TAIL.sub("", word)


def _has_like(name: str, words: Words) -> bool:
    if name in words:
        return True
    stem = _stem(name)
    if len(stem) >= 3 and any(word.startswith(stem[: max(3, len(stem) - 1)]) for word in words):
        return True
    heard, whole = {_sound(stem), _sound(_PEOPLE_END.sub("", name))}, _sound(name)
    return any(
        _sound(word) == whole
        or _begins(whole, _sound(word))
        or any(_alike(one, _sound(_stem(word))) for one in heard)
        or _alike(_sound(stem), _sound(_PEOPLE_END.sub("", word)))
        for word in words
        if len(word) > 2
    )


def _begins(one: str, other: str) -> bool:
    """Whether one of two words is the first part of the other, a compound: Zulu, Zoeloemeisjes."""
    short, long = sorted((one, other), key=len)
    return len(short) > 3 and len(long) > len(short) + 2 and long.startswith(short)


@lru_cache(WORDS_KEPT)
def _alike(one: str, other: str) -> bool:
    if one[:1] != other[:1] or 2 * min(len(one), len(other)) < ALIKE * (len(one) + len(other)):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE
