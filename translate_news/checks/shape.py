"""The shape of a translation: not empty, not much longer or shorter than it should be, with an end, and no stock phrase of other texts."""

from __future__ import annotations

import re

from translate_news.checks.words import read_words
from translate_news.document import Finding

# From how many Dutch characters on, the English is at least and at most how many times as long. On 24,945 pairs of the wire
# corpus one in 3,000 lies outside; four systems' outputs on 997 FLORES sentences lie between 0.58 and 1.32.
RATIOS = ((150, 0.58, 1.35), (100, 0.60, 1.45), (40, 0.56, 1.7), (20, 0.50, 2.2))
_END = re.compile(r"[.!?…:;][\"'”’»)\]]*(?: \([^()]+\))?\Z")  # a source in brackets may follow
_OPEN_ENDED = frozenset("a an the and or because than their if whose".split())  # end no sentence


def empty(dutch: str, english: str) -> list[Finding]:
    """A sentence with letters must become a text with letters or digits."""
    if any(c.isalpha() for c in dutch) and not any(c.isalnum() for c in english):
        return [Finding("empty", "nothing came out")]
    return []


def length(dutch: str, english: str) -> list[Finding]:
    """The English is about as long as the Dutch; the bounds are those of `RATIOS`."""
    ratio = len(english) / max(1, len(dutch))
    for least, low, high in RATIOS:
        if len(dutch) >= least and english:
            return (
                []
                if low <= ratio <= high
                else [Finding("length", f"the English is {ratio:.2f} times as long as the Dutch")]
            )
    return []


def ending(dutch: str, english: str) -> list[Finding]:
    """A Dutch sentence with a final mark becomes an English one with a final mark, and none ends in the middle of a phrase."""
    words = re.findall(r"\w+", english)
    if not words:
        return []
    if _END.search(dutch.rstrip()) and not _END.search(english.rstrip()):
        return [Finding("ending", f"the English stops at {words[-1]!r}, without a final mark")]
    if words[-1] in _OPEN_ENDED and len(words) > 3 and english.rstrip()[-1:] not in "\"”’?'":
        return [Finding("ending", f"the English stops at {words[-1]!r}")]
    return []


def phrases(dutch: str, english: str) -> list[Finding]:
    """No phrase that models remember from their training and no news text has: subtitle credits, leaflets, records."""
    lower = english.casefold()
    for phrase in read_words("checks/hallucinations.txt"):
        if phrase in lower and phrase not in dutch.casefold():
            return [Finding("phrases", f"{phrase!r} looks like a memory of the model's training")]
    return []
