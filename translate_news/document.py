"""What flows through the program: frozen data about a page and its English, without I/O, options or model.

Offsets are half-open character positions into `Page.text` (Unicode code points, not bytes).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

BriefKind = Literal["article", "brief", "label", "furniture", "text"]
ParagraphKind = Literal["title", "text", "subhead", "label", "byline", "caption", "item", "table", "furniture"]
Method = Literal["model", "table", "copied", "passed", "corrected"]  # corrected: a person's own English
HeadlineMethod = Literal["title", "model", "lede"]
AgeUnit = Literal["second", "minute", "hour", "day", "week", "month", "year"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the page with a name: `sentence`, `dateline`, `age`, `marker`, `verbatim` or `space`."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, verbatim, with its number on the page; the unit that a model sees."""

    index: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Dateline:
    """`BRUSSEL/DEN HAAG (ANP/BELGA) - `: places, agencies and date as they stand; data, never translated by a model."""

    start: int
    end: int
    text: str
    places: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Age:
    """When a brief appeared, as the page says it: an amount of a unit (`4 minuten geleden`), or a stated time.

    `earliest` and `latest` bound the moment when the page's own time was given (`segment(…, as_of=…)`).
    """

    start: int
    end: int
    text: str
    english: str
    amount: float | None = None
    unit: AgeUnit | None = None
    earliest: datetime | None = None
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the page with its role. `marker` is a leading bullet; `verbatim` text is kept and not translated."""

    kind: ParagraphKind
    start: int
    end: int
    sentences: tuple[Sentence, ...] = ()
    marker: Span | None = None
    verbatim: Span | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """One item of a page: an article, a brief of a running list, a section label, furniture, or plain text."""

    kind: BriefKind
    paragraphs: tuple[Paragraph, ...]
    dateline: Dateline | None = None
    age: Age | None = None
    times: tuple[Age, ...] = ()

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences of the brief, in page order."""
        return tuple(s for p in self.paragraphs for s in p.sentences)

    @property
    def title(self) -> Paragraph | None:
        """The brief's own title, if it has one."""
        return next((p for p in self.paragraphs if p.kind == "title"), None)

    @property
    def id(self) -> str:
        """16 hex digits of SHA-256 over the Dutch words, without age and white space: the same brief, the same id."""
        place = self.dateline.text if self.dateline else ""
        words = " ".join([place, *(s.text for p in self.paragraphs if p.kind != "furniture" for s in p.sentences)])
        normal = re.sub(r"\s+", " ", unicodedata.normalize("NFC", words)).strip()
        return hashlib.sha256(normal.encode()).hexdigest()[:16]

    def leaves(self) -> Iterator[Span]:
        """The named spans of the brief, in no particular order."""
        if self.dateline:
            yield Span("dateline", self.dateline.start, self.dateline.end)
        for age in (*((self.age,) if self.age else ()), *self.times):
            yield Span("age", age.start, age.end)
        for paragraph in self.paragraphs:
            if paragraph.marker:
                yield paragraph.marker
            if paragraph.verbatim:
                yield paragraph.verbatim
            for sentence in paragraph.sentences:
                yield Span("sentence", sentence.start, sentence.end)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as read: its text and the briefs found in it. No character of the text is outside `spans`."""

    text: str
    briefs: tuple[Brief, ...] = ()
    name: str = "-"
    encoding: str | None = None
    language: Literal["nl", "en"] = "nl"

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences of the page; `sentences[i].index == i`."""
        return tuple(s for brief in self.briefs for s in brief.sentences)

    @property
    def sha256(self) -> str:
        """Hash of the page's text in UTF-8, for manifests and resuming."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def without_furniture(self) -> Page:
        """The page without its furniture; what is left keeps its offsets and numbers. Its spans no longer join."""
        briefs = [
            replace(brief, paragraphs=tuple(p for p in brief.paragraphs if p.kind != "furniture"))
            for brief in self.briefs
            if brief.kind != "furniture"
        ]
        return replace(self, briefs=tuple(briefs))

    def spans(self) -> tuple[Span, ...]:
        """Spans that join to the very text: named ones, and `space` between them (white space only, by contract 1)."""
        joined: list[Span] = []
        position = 0
        for leaf in sorted((s for brief in self.briefs for s in brief.leaves()), key=lambda s: (s.start, s.end)):
            if leaf.start > position:
                joined.append(Span("space", position, leaf.start))
            joined.append(leaf)
            position = leaf.end
        if position < len(self.text):
            joined.append(Span("space", position, len(self.text)))
        return tuple(joined)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to doubt in a translation: which check said so, and what it saw in words."""

    check: str
    message: str


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a glossary that a sentence contains, its English, and whether that is in the translation."""

    dutch: str
    english: str
    met: bool


@dataclass(frozen=True, slots=True)
class Rendering:
    """The English of one sentence: how it was made, the model's mean token log-probability, and what to doubt.

    `repairs` are the changes made to the model's text; `attempts` the other ways that were tried, in order, because
    the first text had findings; `terms` those of the glossary that the sentence contains.
    """

    dutch: str
    english: str
    method: Method = "model"
    score: float | None = None
    findings: tuple[Finding, ...] = ()
    repairs: tuple[str, ...] = ()
    attempts: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Headline:
    """One English line for a brief: its own title, a model's line or its compressed lede.

    `findings` say why a better method's line was refused, or what is still to doubt; `beside` is the other line that is
    offered where the brief's own title was preferred.
    """

    text: str
    method: HeadlineMethod
    model: str | None = None
    findings: tuple[Finding, ...] = ()
    beside: Headline | None = None


@dataclass(frozen=True, slots=True)
class Translation:
    """A page in English: one rendering a sentence, by the sentence's index, and the signature of how it was made.

    `headlines` has one entry a brief, None for what takes no headline; it is empty when none were asked for.
    """

    page: Page
    renderings: tuple[Rendering, ...]
    signature: dict[str, str] = field(default_factory=dict)
    headlines: tuple[Headline | None, ...] = ()

    def headline(self, brief: Brief) -> Headline | None:
        """The headline of a brief of this page, if it has one."""
        return self.headlines[self.page.briefs.index(brief)] if self.headlines else None

    def english(self, paragraph: Paragraph) -> str:
        """The English of one paragraph: its sentences joined by spaces, its marker and verbatim text kept."""
        parts = [self.renderings[s.index].english for s in paragraph.sentences]
        if paragraph.verbatim:
            parts.append(self.page.text[paragraph.verbatim.start : paragraph.verbatim.end])
        if paragraph.marker:
            parts.insert(0, self.page.text[paragraph.marker.start : paragraph.marker.end])
        return " ".join(part for part in parts if part)

    @property
    def doubts(self) -> tuple[tuple[Sentence, Rendering], ...]:
        """The sentences with findings, with what was made of them."""
        return tuple((s, r) for s, r in zip(self.page.sentences, self.renderings, strict=True) if r.findings)
