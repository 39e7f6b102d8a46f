"""Word lists and name tables of `data/checks/`, read once; and words as the checks compare them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from importlib.resources import files

WORDS_KEPT = 65_536  # results remembered a function: a newspaper year has more words, and memory must stay flat

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"}
)  # letters that do not decompose


def _lines(name: str) -> list[str]:
    text = files("translate_news").joinpath("data", *name.split("/")).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def read_words(name: str) -> frozenset[str]:
    """The entries of a word list, one a line."""
    return frozenset(_lines(name))


@cache
def read_table(name: str) -> dict[str, tuple[str, ...]]:
    """A table of two columns: the Dutch, and the English forms that are joined by `|`."""
    return {key: tuple(forms.split("|")) for key, _, forms in (line.partition("\t") for line in _lines(name))}


def is_dutch(word: str) -> bool:
    """Whether a word in lower case is Dutch and not English, as far as the lists know."""
    return word in read_words("checks/dutch-words.txt")


def is_english(word: str) -> bool:
    """Whether a word in lower case is a common English one."""
    return word in read_words("checks/english-words.txt")


def fold(text: str) -> str:
    """Letters without accents, in lower case: `Orbán` and `Orban` are one."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_STROKES))
    return "".join(c for c in plain if not unicodedata.combining(c))


@lru_cache(WORDS_KEPT)
def dutch_odds(word: str) -> float:
    """How much more likely a word's letters are Dutch than English: the log of the odds, by groups of three letters."""
    odds, unseen = _letter_odds()
    return sum(odds.get(group, unseen) for group in _letter_groups(word))


def _letter_groups(word: str) -> list[str]:
    framed = f"^{word}$"
    return [framed[n : n + 3] for n in range(len(framed) - 2)]


@cache
def _letter_odds() -> tuple[dict[str, float], float]:
    """For each group of three letters the log of its odds, counted over the two word lists; and that of a group in neither."""
    dutch, english = (
        Counter(group for word in read_words(f"checks/{name}-words.txt") for group in _letter_groups(word))
        for name in ("dutch", "english")
    )
    base = math.log(english.total() / dutch.total())
    return {group: base + math.log((dutch[group] + 0.5) / (english[group] + 0.5)) for group in dutch | english}, base
