"""Dutch text → a Page of Briefs of Sentences, whose spans join to the very text that came in.

`lines` gives each line its kind, `grammar` groups the lines into items, `sentences` cuts paragraphs; this module lays the
three together into the frozen page.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from translate_news.document import Age, Brief, BriefKind, Dateline, Page, Paragraph, ParagraphKind, Sentence, Span
from translate_news.segment.ages import AgeReading, read_age
from translate_news.segment.datelines import agency_name, english_dateline, english_place
from translate_news.segment.grammar import Item, group
from translate_news.segment.language import page_language
from translate_news.segment.lines import Line, match_line, read_lines
from translate_news.segment.sentences import clause_spans, sentence_spans
from translate_news.segment.times import time_window

__all__ = [
    "agency_name",
    "clause_spans",
    "english_dateline",
    "english_place",
    "match_line",
    "segment",
    "sentence_spans",
]

WHOLE: set[ParagraphKind] = {
    "title",
    "subhead",
    "label",
    "byline",
    "furniture",
}  # one row each, whatever marks stand in them


def segment(
    text: str,
    name: str = "-",
    encoding: str | None = None,
    as_of: datetime | None = None,
    furniture: Literal["keep", "translate"] = "keep",
) -> Page:
    """Segment a page of Dutch news into briefs and sentences.

    Args:
        text: the page, of any length; line breaks of any kind.
        name: what to call the page in messages and results, such as its path.
        encoding: what the text was decoded from, kept in the result.
        as_of: when the page was taken (aware, in the page's zone); ages then get their earliest and latest time.
        furniture: `translate` makes sentences of furniture lines too, so that a model sees them.

    Returns:
        A page whose `spans()` join to `text`. Text without any anatomy becomes one brief of kind `text`.
    """
    builder = _Builder(text, as_of, {"table"} if furniture == "translate" else {"table", "furniture"})
    briefs = tuple(builder.brief(item) for item in group(read_lines(text)))
    if len(briefs) == 1 and briefs[0].kind == "brief" and not briefs[0].dateline and not briefs[0].age:
        briefs = (replace(briefs[0], kind="text"),)
    return Page(text, briefs, name, encoding, page_language(text))


class _Builder:
    """Turns grouped lines into frozen data, numbering the sentences through the page."""

    def __init__(self, text: str, as_of: datetime | None, kept: set[ParagraphKind]) -> None:
        self.text = text
        self.as_of = as_of
        self.kept = kept  # the kinds of lines that are kept as they are
        self.count = 0

    def brief(self, item: Item) -> Brief:
        paragraphs: list[Paragraph] = []
        dateline: Dateline | None = None
        times = [self.age(line) for line in item.times]
        age = self.age(item.age) if item.age else None
        for kind, line in item.lines:
            if line.kind == "clock" and kind == "text":
                clock = self.clock(line)
                if age is None:
                    age = clock
                else:
                    times.append(clock)
                paragraphs.append(self.paragraph(kind, line, line.marker_end))
            elif line.dateline and dateline is None:
                dateline = line.dateline
                paragraphs.append(self.paragraph(kind, line, line.dateline.end))
            else:
                paragraphs.append(self.paragraph(kind, line, line.start))
        return Brief(_brief_kind(item), tuple(paragraphs), dateline, age, tuple(times))

    def paragraph(self, kind: ParagraphKind, line: Line, start: int) -> Paragraph:
        if kind in self.kept or line.kind == "rule":
            return Paragraph(kind, line.start, line.end, verbatim=Span("verbatim", line.start, line.end))
        marker = None
        if line.kind == "item":
            marker = Span("marker", line.start, self.trimmed_end(line.start, line.marker_end))
            start = line.marker_end
        end, verbatim = line.end, None
        if line.kind == "caption":
            verbatim = Span("verbatim", line.verbatim_start, line.end)
            end = self.trimmed_end(line.start, line.verbatim_start)
        sentences = self.sentences(start, end, whole=kind in WHOLE)
        return Paragraph(kind, line.start, line.end, sentences, marker, verbatim)

    def sentences(self, start: int, end: int, *, whole: bool) -> tuple[Sentence, ...]:
        text = self.text[start:end]
        spans = [(0, len(text))] if whole and text.strip() else sentence_spans(text)
        sentences = tuple(Sentence(self.count + n, start + s, start + e, text[s:e]) for n, (s, e) in enumerate(spans))
        self.count += len(sentences)
        return sentences

    def age(self, line: Line) -> Age:
        assert line.age
        return self.read(line.age, line.start, line.end)

    def clock(self, line: Line) -> Age:
        end = self.trimmed_end(line.start, line.marker_end)
        reading = read_age(self.text[line.start : end].rstrip("-–—|:•").rstrip())
        assert reading
        return self.read(reading, line.start, end)

    def read(self, reading: AgeReading, start: int, end: int) -> Age:
        window = time_window(reading, self.as_of) if self.as_of else None
        earliest, latest = window or (None, None)
        return Age(start, end, self.text[start:end], reading.english, reading.amount, reading.unit, earliest, latest)

    def trimmed_end(self, start: int, end: int) -> int:
        return start + len(self.text[start:end].rstrip())


def _brief_kind(item: Item) -> BriefKind:
    if item.kind == "label":
        return "label"
    if item.kind == "furniture" or not item.has("title", "text", "item", "table", "caption", "byline", "subhead"):
        return "furniture"
    texts = sum(kind in {"text", "item"} for kind, _ in item.lines)
    if item.has("subhead") or (item.has("title") and (texts >= 2 or not item.age)) or texts >= 3:
        return "article"
    return "brief"
