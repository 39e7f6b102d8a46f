"""Hard-wrapped text → a line a paragraph: mails and old text files break their lines at a common width.

A break is sure where a line of some length ends without a mark and the next begins in lower case, in a text without longer
lines than any width makes. Sure breaks tell the width; where a page has several, a break before a capital or after a full stop goes too, when the next line's first word
would not have fitted. Titles, bullets, datelines, ages and tables keep their lines.
"""

from __future__ import annotations

import re
from itertools import pairwise

from translate_news.segment.lines import Line, read_lines

NARROWEST, WIDEST = 40, 100  # characters a wrapped line may have
_BREAK = re.compile(r"[ \t]*(?:\r\n|\r|\n)[ \t]*")
_MARKED = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_RUNNING = {"paragraph", "short"}
_OPENING = {*_RUNNING, "dateline", "item", "clock"}  # what a wrapped paragraph may begin with


def unwrap(text: str) -> str:
    """The text with a space for each line break that only a width made; text that is not wrapped comes back as it is."""
    lines = read_lines(text)
    if any(
        line.kind in _OPENING and line.end - line.start > WIDEST and " " in text[line.start : line.end]
        for line in lines
    ):
        return text  # no width ends the lines of a text that has longer ones
    pairs = [pair for pair in _pairs(text, lines) if _may_join(*pair)]
    sure = [pair for pair in pairs if _is_sure(text, *pair)]
    if not sure:
        return text
    width = max(first.end - first.start for first, _ in sure)
    joins = {first.end: second.start for first, second in sure if first.end - first.start >= 0.7 * width}
    if len(sure) >= 2:
        joins |= {first.end: second.start for first, second in pairs if _is_full(text, first, second, width)}
    pieces, position = [], 0
    for end, start in sorted(joins.items()):
        pieces.append(text[position:end])
        position = start
    return " ".join([*pieces, text[position:]])


def _pairs(text: str, lines: list[Line]) -> list[tuple[Line, Line]]:
    return [
        (first, second)
        for first, second in pairwise(lines)
        if not second.gap and _BREAK.fullmatch(text, first.end, second.start)
    ]


def _may_join(first: Line, second: Line) -> bool:
    return (
        first.kind in _OPENING
        and second.kind in _RUNNING
        and NARROWEST <= first.end - first.start <= WIDEST
        and second.end - second.start <= WIDEST
    )


def _is_sure(text: str, first: Line, second: Line) -> bool:
    """Whether a line goes on in the next one; a title above `iPhone-maker Apple` or above a word such as `editie` does not."""
    last = second.end - second.start < NARROWEST
    return (
        text[second.start : second.start + 2].islower() and not _ends(text, first) and (not last or _ends(text, second))
    )


def _ends(text: str, line: Line) -> bool:
    return bool(_MARKED.search(text[max(line.start, line.end - 8) : line.end]))


def _is_full(text: str, first: Line, second: Line, width: int) -> bool:
    """Whether the next line's first word would not have fitted on the line."""
    length = first.end - first.start
    word = text[second.start : second.end].split(maxsplit=1)[0]
    return length <= width + 4 and length + 1 + len(word) > width
