"""Loops: runs of words or letters that repeat on and on, as models do and people do not."""

from __future__ import annotations

import re
from collections import Counter

from translate_news.document import Finding

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_STOP = re.compile(r"[.!?:;]")
_TWICE = re.compile(r"(?<![\w'’-])(\w+) \1(?![\w'’-])", re.IGNORECASE)
_DOUBLED = frozenset(
    "had that is in on it very ha no ja yes so really many much blah knock bye never long far who".split()
)  # may stand twice


def loops(dutch: str, english: str) -> list[Finding]:
    """Nothing repeats in the English that does not repeat in the Dutch."""
    looped = word_loop(english) or letter_loop(english)
    if not looped or word_loop(dutch) or letter_loop(dutch):
        return []
    return [Finding("loops", f"{looped!r} repeats")]


def word_loop(text: str) -> str:
    """The first run of words that is repeated at once (one word or two words: more than once), or stands there too often."""
    if doubled := next(
        (m for m in _TWICE.finditer(text) if m[1].casefold() not in _DOUBLED and not m[1].isdigit()), None
    ):
        return doubled[1].casefold()
    found = list(_WORD.finditer(text))
    words = [match[0].casefold() for match in found]
    count = len(words)
    # A new sentence may begin as the last one ended: … of an event. An event is …
    breaks = {n for n in range(1, count) if _STOP.search(text, found[n - 1].end(), found[n].start())}
    for size in range(1, min(12, count // 2) + 1):
        times = 3 if size < 3 else 2
        for start in range(count - times * size + 1):
            run = words[start : start + size]
            if times == 2 and (start + size) in breaks:
                continue
            if all(words[start + n * size : start + (n + 1) * size] == run for n in range(1, times)) and not _is_figure(
                run
            ):
                return " ".join(run)
    grams = Counter(tuple(words[start : start + 4]) for start in range(count - 3))
    return next((" ".join(gram) for gram, times in grams.items() if times > 2), "")


def _is_figure(run: list[str]) -> bool:
    """Scores and codes repeat: 6-4, 6-4."""
    return all(word.isdigit() for word in run)


def letter_loop(text: str) -> str:
    """A group of one to four letters that stands five times or more on end: `hahahahaha` is one too."""
    match = re.search(r"([^\W\d_]{1,4}?)\1{4,}", text.casefold())
    return match[1] if match else ""
