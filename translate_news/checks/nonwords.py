"""Words that the model made up: `averyable`, `queueway`. No human writes them, and a reader can only guess."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from string import ascii_lowercase

from translate_news.checks.words import WORD, WORDS_KEPT, fold, is_english
from translate_news.document import Finding

LONGEST = 40  # letters: what is longer is no slip of the pen
SHORTEST = 5  # letters: shorter words are too often abbreviations
# A word one letter away from a known one of this frequency (Zipf: log10 of the times in 10⁹ words) is a slip of the pen
# that reads right, and human references have them: eight in 997 of FLORES, one of which is left with this.
KNOWN = 1.5
COMMON = 2.5  # Zipf frequency from which a word is no rarity in English texts
_ISE = re.compile(r"is(e[sdr]?|ing|ations?|ers)\Z")  # the British spelling of a rare word whose American one is known
_PARTS = re.compile(r"[-'’]")


def nonwords(dutch: str, english: str) -> list[Finding]:
    """Every word in small letters is English, or stands in the Dutch too.

    The words are those of the package wordfreq (Speer 2022), 321,180 with both spellings, and those of our own list.
    """
    source = {fold(word) for word in WORD.findall(dutch)}
    made_up = [
        part
        for word in dict.fromkeys(WORD.findall(english))
        if word.islower() and fold(word) not in source
        for part in _PARTS.split(word)
        if len(part) >= SHORTEST and fold(part) not in source and not is_word(part)
    ]
    return [Finding("nonwords", f"{', '.join(made_up)} is no English word")] if made_up else []


@lru_cache(WORDS_KEPT)
def is_word(word: str) -> bool:
    """Whether a word in small letters is English, or reads as one in spite of a slip."""
    known = frequencies()
    plain = _ISE.sub(r"iz\1", fold(word))
    if word in known or fold(word) in known or plain in known or is_english(word):
        return True
    return len(word) <= LONGEST and any(known.get(other, 0.0) > _share(KNOWN) for other in _slips(fold(word)))


def is_common(word: str) -> bool:
    """Whether a word in small letters is one that English texts use."""
    return is_english(word) or frequencies().get(word, 0.0) >= _share(COMMON)


def _share(zipf: float) -> float:
    return float(10 ** (zipf - 9))


def _slips(word: str) -> set[str]:
    """All that is one letter less, one more or one other."""
    left = {word[:at] + word[at + 1 :] for at in range(len(word))}
    more = {word[:at] + letter + word[at:] for at in range(len(word) + 1) for letter in ascii_lowercase}
    return left | more | {word[:at] + letter + word[at + 1 :] for at in range(len(word)) for letter in ascii_lowercase}


@cache
def frequencies() -> Mapping[str, float]:
    """English words with their frequencies, read once (half a second), when the first sentence is checked."""
    from wordfreq import get_frequency_dict

    return get_frequency_dict("en", "large")
