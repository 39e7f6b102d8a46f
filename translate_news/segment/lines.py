"""The page cut into lines, and each line given its kind by its own looks alone; what they form together is `grammar`'s.

A physical line can hold several: an age glued to the next dateline, or two briefs run together, are cut here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from translate_news.document import Dateline
from translate_news.segment.ages import AgeReading, glued_age, read_age, trailing_age
from translate_news.segment.datelines import glued_datelines, read_dateline
from translate_news.segment.words import word_table

LineKind = Literal[
    "age",
    "time",
    "dateline",
    "paragraph",
    "short",
    "label",
    "byline",
    "furniture",
    "caption",
    "item",
    "clock",
    "table",
    "rule",
]


@dataclass(frozen=True, slots=True)
class Line:
    """A trimmed stretch of the page without a line break; `gap` counts the blank lines before it."""

    kind: LineKind
    start: int
    end: int
    gap: int
    age: AgeReading | None = None
    dateline: Dateline | None = None
    marker_end: int = 0  # end of a bullet, or of a clock time, at the line's head
    verbatim_start: int = 0  # start of the credit in a caption
    running: bool = False  # a short line that is part of a paragraph by its looks: two sentences, or a lower-case start


SHORT_WORDS, SHORT_CHARS = 18, 130  # longest headline in the wire corpus: 14 words, 92 characters
_LINE = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_ENDED = re.compile(r"[.;:,…][\"'”’»)\]]*$")
_TWO_SENTENCES = re.compile(r"[^\W\d_]{3}[.!?][\"'”’»)]? [\"'“‘„(]?[A-ZÀ-Ý]")
_RULE = re.compile(r"([^\w\s])(?:\s*\1){2,}")  # ---, ***, * * *
_BULLET = re.compile(r"(?:[-–—•*·▪►●‣◦■□➤✓→]|\d{1,2}\))\s+(?=\S)")
_CLOCK = re.compile(
    r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?:\s+uur)?(?:\s*[-–—|:•]\s+|\s+|(?=[A-ZÀ-Ý]))(?=[\"'“‘„(]?[A-ZÀ-Ý])"
)
_BYLINE = re.compile(
    r"(?:van|door) (?:(?:onze|een|de) )?(?:\w+ )?(?:redact|verslagge|correspond|medewerk)\w*[^.!?]{0,60}"
    r"|(?:van|door) onze [^.!?]{2,60}"
    r"|onze redactie|redactie(?: \w+)?|nieuwsredactie"
    r"|(?:door|tekst|auteur|geschreven door)(?::| ) ?[A-ZÀ-Ý][\w'’.-]+(?: (?:van|de|der|den|ter|ten|te|en|[A-ZÀ-Ý][\w'’.-]+)){1,6}",
    re.IGNORECASE,
)
_BYLINE_NAME = re.compile(r"(?i:door|tekst|auteur|geschreven door)(?::| ) ?[A-ZÀ-Ý]")
_BYLINE_ROLE = re.compile(r"(?i:door) (?:(?i:onze|een|de) |(?:\w+ )?(?i:redact|verslagge|correspond|medewerk))")
_CREDIT = re.compile(
    r"\s*(?:[|(]\s*)?(?:Foto|Beeld|Fotografie|Foto's|Credits?)\s*(?::|©)\s*[^.]{2,60}\)?$|\s*©\s*[^.]{2,60}$"
)
_BAR = re.compile(r"\t| \| ")
_ROWS = {"short", "paragraph", "table"}  # kinds of lines that may be rows of a table
_CELL = re.compile(r"\t|\s{2,}|\s*\|\s*")


def read_lines(text: str) -> list[Line]:
    """All lines of a page with their kinds, in order, in time linear in the text."""
    found: list[Line] = []
    previous_end = 0
    for match in _LINE.finditer(text):
        raw = match[0]
        stripped = raw.strip()
        if not stripped:
            continue
        start = match.start() + len(raw) - len(raw.lstrip())
        gap = max(0, len(_breaks(text[previous_end : match.start()])) - 1) if found else 0
        for piece_start, piece_end in _pieces(stripped):
            found.append(_classify(stripped[piece_start:piece_end], start + piece_start, gap))
            gap = 0
        previous_end = match.end()
    return _with_tables(text, found)


def _with_tables(text: str, lines: list[Line]) -> list[Line]:
    """Two or more lines in a row with cells parted by bars or tabs are a table, whatever each looks like alone."""
    celled = [line.kind in _ROWS and bool(_BAR.search(text, line.start, line.end)) for line in lines]
    rows = {
        n
        for second in range(1, len(lines))
        if celled[second - 1] and celled[second] and not lines[second].gap
        for n in (second - 1, second)
    }
    return [replace(line, kind="table") if n in rows else line for n, line in enumerate(lines)]


def _breaks(between: str) -> list[str]:
    return re.findall(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", between)


def _pieces(line: str) -> Iterator[tuple[int, int]]:
    """Cut a line where ages and datelines are glued to other text."""
    cuts = sorted({0, *glued_datelines(line), *_glued_age_cuts(line)})
    for start, end in zip(cuts, [*cuts[1:], len(line)], strict=True):
        yield from _trimmed(line, start, end)


def _glued_age_cuts(line: str) -> Iterator[int]:
    if "geleden" not in line.lower():
        return
    if age := glued_age(line):
        yield age.length
    for match in re.finditer(r"(?i:geleden)(?=[A-ZÀ-Ý\"“‘„(])", line):
        tail = trailing_age(line[max(0, match.start() - 200) : match.end()])
        if tail:
            yield max(0, match.start() - 200) + tail[0]
            yield match.end()
    if (tail := trailing_age(line[-200:])) and not read_age(line):
        yield max(0, len(line) - 200) + tail[0]


def _trimmed(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = line[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _classify(text: str, start: int, gap: int) -> Line:
    end = start + len(text)
    if age := read_age(text):
        return Line("time" if age.stated else "age", start, end, gap, age=age)
    if dateline := read_dateline(text, start):
        return Line("dateline", start, end, gap, dateline=dateline)
    if known := _known_line(text):
        return Line(known, start, end, gap)
    if credit := _CREDIT.search(text, max(0, len(text) - 90)):
        return Line("caption", start, end, gap, verbatim_start=start + credit.start() + _spaces(credit[0]))
    if match := _CLOCK.match(text):
        return Line("clock", start, end, gap, marker_end=start + match.end())
    if _is_table(text):
        return Line("table", start, end, gap)
    if match := _BULLET.match(text):
        return Line("item", start, end, gap, marker_end=start + match.end())
    short = len(text) <= SHORT_CHARS and len(text.split()) <= SHORT_WORDS and not _ENDED.search(text)
    running = bool(_TWO_SENTENCES.search(text)) if short else False
    return Line("short" if short else "paragraph", start, end, gap, running=running or (not gap and text[0].islower()))


def _known_line(text: str) -> Literal["rule", "furniture", "label", "byline"] | None:
    """The kind of a line that a list or a fixed form tells."""
    if not any(c.isalnum() for c in text):
        return "rule" if _RULE.fullmatch(text) else "furniture"
    if len(text) > 160:
        return None
    if match_line("furniture.tsv", text):
        return "furniture"
    if len(text.split()) <= 6 and match_line("labels.tsv", text.rstrip(":")):
        return "label"
    named = _BYLINE_NAME.match(text) or _BYLINE_ROLE.match(text) or not text.lower().startswith(("door ", "tekst"))
    return "byline" if _BYLINE.fullmatch(text) and named else None


def _spaces(text: str) -> int:
    return len(text) - len(text.lstrip())


def _is_table(text: str) -> bool:
    if len(text) > 300:
        return False
    cells = [c for c in _CELL.split(text) if c]
    if len(cells) >= 3:
        return sum(any(c.isdigit() for c in cell) for cell in cells) >= 1 or "\t" in text or "|" in text
    words = text.split()
    return len(words) >= 4 and sum(
        w.strip("().,%€-+:").replace(".", "").replace(",", "").isdigit() or w in "-–+%€" for w in words
    ) >= 0.7 * len(words)


def match_line(table: str, text: str) -> str | None:
    """The English of a line by a table of whole lines and `prefix*` patterns; None when no entry fits.

    >>> match_line("labels.tsv", "Meer uit Zeeland")
    'More from Zeeland'
    """
    whole, prefixes = _patterns(table)
    key = " ".join(text.lower().split())
    if key in whole:
        return whole[key]
    for prefix, english in prefixes:
        if key.startswith(prefix) and (
            len(key) == len(prefix) or not (prefix[-1].isalnum() and key[len(prefix)].isalnum())
        ):
            rest = " ".join(text.split())[len(prefix) :].strip()
            return english.replace("*", rest) if "*" in english else f"{english} {rest.lstrip(':').strip()}".strip()
    return None


@cache
def _patterns(table: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    rows = word_table(table)
    whole = {dutch.lower(): english for dutch, english in rows.items() if not dutch.endswith("*")}
    prefixes = [(dutch[:-1].lower(), english) for dutch, english in rows.items() if dutch.endswith("*")]
    return whole, sorted(prefixes, key=lambda row: -len(row[0]))
