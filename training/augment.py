"""Seeded changes of a pair on its way into a batch: other digits, other names, capitals, two sentences in a row, no full
stop. They teach a small model to copy what must be copied and not to stumble over form."""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass

from .clean import NUMBER, digits
from .config import Augmentation
from .corpus import Pair

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
FIXED = re.compile(r"\d(?:e|ste|de|st|nd|rd|th|s|[A-Za-z])\b|[½¼¾]|\d[.:]\d\d uur|['’]\d\d\b|\d-\d.*\d-\d")
MONTH = r"(?:jan|feb|maart|apr|mei|jun|jul|aug|sep|okt|nov|dec)"
DAY = re.compile(rf"\b(\d{{1,2}})(?= {MONTH}| uur)")
YEAR = re.compile(r"(?:18|19|20)\d\d")
ONSETS = [
    "b",
    "br",
    "ch",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "kl",
    "kr",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "sch",
    "sh",
    "st",
    "t",
    "tr",
    "v",
    "vl",
    "w",
    "z",
    "zh",
    "dj",
    "kw",
    "ts",
]
VOWELS = ["a", "aa", "ai", "au", "e", "ee", "ei", "eu", "i", "ie", "ij", "o", "oe", "oo", "ou", "u", "ui", "y"]
CODAS = [
    "",
    "",
    "n",
    "r",
    "s",
    "t",
    "l",
    "m",
    "k",
    "ck",
    "ng",
    "nd",
    "rt",
    "st",
    "v",
    "ch",
    "nk",
    "b",
    "d",
    "f",
    "z",
    "kh",
]
ENDINGS = [
    "a",
    "i",
    "o",
    "us",
    "ov",
    "ova",
    "ski",
    "sen",
    "son",
    "stra",
    "ema",
    "ink",
    "huis",
    "berg",
    "veld",
    "dijk",
    "man",
    "mans",
    "aert",
    "ez",
    "inho",
    "oğlu",
    "ić",
    "ini",
    "ette",
    "ah",
    "ul",
    "im",
    "in",
]

PARTICLES = [
    "Van",
    "Van der",
    "Van den",
    "Van de",
    "De",
    "Den",
    "Ter",
    "Ten",
    "El",
    "Al",
    "Von",
    "Di",
    "Da",
    "van der",
    "de",
]


@dataclass(frozen=True)
class Lexicon:
    """The words that stand in lower case somewhere in the corpus (so are no names), and names to draw from."""

    common: frozenset[str]
    names: tuple[str, ...]


def lexicon(pairs: Iterable[Pair]) -> Lexicon:
    """Collect lower-case words of both sides, and the capitalised words that stand alike on both sides."""
    common: set[str] = set()
    names: set[str] = set()
    for pair in pairs:
        dutch, english = WORD.findall(pair.dutch), WORD.findall(pair.english)
        common.update(word for word in (*dutch, *english) if word.islower())
        names.update(word for word in set(dutch) & set(english) if named(word))
    return Lexicon(frozenset(common), tuple(sorted(name for name in names if name.lower() not in common)))


def named(word: str) -> bool:
    """Whether a word has the form of a name: a capital, then lower case, three letters and more."""
    return len(word) >= 3 and word[0].isupper() and word[1:].islower()


def invented(rng: random.Random) -> str:
    """A name that no corpus holds: one or two syllables and often an ending."""
    name = "".join(
        rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS).strip() for _ in range(rng.choice((1, 1, 2)))
    )
    if len(name) < 4 or rng.random() < 0.5:
        name += rng.choice(ENDINGS)
    return name[0].upper() + name[1:]


def other_digits(pair: Pair, rng: random.Random) -> Pair:
    """Other digits of the same length on both sides, where every number has its counterpart and nothing hangs on its value.

    A lone 1 stays (plurals), years stay years, days of the month stay below 29.
    """
    numbers = NUMBER.findall(pair.dutch)
    if (
        not numbers
        or FIXED.search(pair.dutch)
        or FIXED.search(pair.english)
        or digits(pair.dutch) != digits(pair.english)
    ):
        return pair
    small = set(DAY.findall(pair.dutch))
    parts = sorted({re.sub(r"\D", "", number) for number in numbers})
    fresh = {part: other_number(part, part in small, rng) for part in parts}

    def swap(match: re.Match[str]) -> str:
        new = iter(fresh[re.sub(r"\D", "", match.group())])
        return "".join(next(new) if char.isdigit() else char for char in match.group())

    return Pair(NUMBER.sub(swap, pair.dutch), NUMBER.sub(swap, pair.english), pair.group)


def other_number(part: str, small: bool, rng: random.Random) -> str:
    """Digits of the same length: see `other_digits`."""
    if part in ("0", "1"):
        return part
    if small:
        return str(rng.randint(2, 9)) if len(part) == 1 else str(rng.randint(10, 28))
    if YEAR.fullmatch(part):
        return str(rng.randint(1900, 2035))
    first = part[0] if part[0] == "0" else str(rng.randint(2 if len(part) == 1 else 1, 9))
    return first + "".join(str(rng.randint(0, 9)) for _ in part[1:])


def other_names(pair: Pair, known: Lexicon, rng: random.Random) -> Pair:
    """Other names for the capitalised words that stand alike on both sides; each name is replaced throughout."""
    dutch, english = WORD.findall(pair.dutch), WORD.findall(pair.english)
    shared = [
        word for word in dict.fromkeys(dutch) if word in english and named(word) and word.lower() not in known.common
    ]
    fresh: dict[str, str] = {}
    for name in shared:
        inflected = any(word != name and word.startswith(name) for word in (*dutch, *english))
        if not inflected and rng.random() < 0.8:
            other = rng.choice(known.names) if known.names and rng.random() < 0.4 else invented(rng)
            fresh[name] = f"{rng.choice(PARTICLES)} {other}" if rng.random() < 0.2 else other
    if not fresh:
        return pair

    def swap(match: re.Match[str]) -> str:
        return fresh.get(match.group(), match.group())

    return Pair(WORD.sub(swap, pair.dutch), WORD.sub(swap, pair.english), pair.group)


def without_full_stop(pair: Pair) -> Pair:
    """Both final full stops gone, if both sides have one."""
    if pair.dutch.endswith(".") and pair.english.endswith(".") and not pair.dutch.endswith(".."):
        return Pair(pair.dutch[:-1], pair.english[:-1], pair.group)
    return pair


def change(pair: Pair, settings: Augmentation, known: Lexicon, rng: random.Random) -> Pair:
    """One draw of every change but joining, which needs the next pair (see `batches`)."""
    if rng.random() < settings.digits:
        pair = other_digits(pair, rng)
    if rng.random() < settings.names:
        pair = other_names(pair, known, rng)
    if rng.random() < settings.full_stop:
        pair = without_full_stop(pair)
    if rng.random() < settings.upper:
        pair = Pair(pair.dutch.upper(), pair.english.upper(), pair.group)
    return pair
