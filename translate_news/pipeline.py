"""The program on one screen: a window of pages in, their translations out.

A model wants batches across pages, a reader wants results per page: `translate` lays all sentences of the window in one
list, has the list translated, and hands each page its own back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version

from translate_news.checks import checks_fingerprint, english_number
from translate_news.document import (
    Brief,
    Method,
    Page,
    Paragraph,
    ParagraphKind,
    Rendering,
    Sentence,
    Translation,
)
from translate_news.engine import Decoding, Engine
from translate_news.glossary import Glossary
from translate_news.headline import Ground, Headliner, write_headlines
from translate_news.ladder import RUNGS, Task, render
from translate_news.memory import Memory, Remembering
from translate_news.models import LocalModel
from translate_news.protect import append, bare, mask, unmask
from translate_news.segment import english_place, match_line

Progress = Callable[[int, int], None]

ENGINE_KEYS = {
    "version",
    "engine",
    "precision",
    "model",
    "revision",
    "weights",
}  # of a signature: what an engine's text depends on
NEAR = 50  # briefs on either side whose titles a headline may not copy: a page can hold thousands
DEPTH = 60  # sentences of a brief that a headline may draw on
_CREDIT = re.compile(r"(?i)(?:foto|beeld|bron|copyright|©|\(c\))|[^\s]+$")  # names follow, or nothing: no model needed
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Options:
    """What a person can ask of a translation; travels as one, and is part of the signature."""

    decoding: Decoding = field(default_factory=Decoding)
    ladder: bool = True  # whether what fails its checks is translated another way
    glossary: Glossary = field(default_factory=Glossary)


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence on its way: a task for the model, or the English that needs no model."""

    sentence: Sentence
    task: Task | None = None
    english: str = ""
    method: Method = "model"

    def ready(self) -> Rendering:
        """The rendering of a sentence that needs no model."""
        return Rendering(self.sentence.text, self.english, self.method)


def translate(
    pages: Sequence[Page],
    engine: Engine,
    options: Options | None = None,
    signature: dict[str, str] | None = None,
    progress: Progress = lambda done, total: None,
    headliner: Headliner | None = None,
    memory: Memory | None = None,
) -> list[Translation]:
    """Translate a window of pages; one translation a page, in order.

    Args:
        pages: segmented pages.
        engine: where sentences are translated, see `translate_news.engine`.
        options: how to translate; the defaults when None.
        signature: how the result was made, carried in it; see `signature_of`.
        progress: is told the number of different sentences done, and of all; then the same of headlines.
        headliner: what writes a headline for each brief; none are written when None.
        memory: is asked before the engine and keeps what the engine makes; its corrections are taken as they are.
    """
    options = options or Options()
    rows = [[prepare(page, paragraph.kind, s) for paragraph, s in _sentences(page)] for page in pages]
    if memory:
        rows = corrected(rows, memory)
        engine = Remembering(
            engine, memory, {key: made for key, made in (signature or {}).items() if key in ENGINE_KEYS}
        )
    tasks = list(dict.fromkeys(row.task for mine in rows for row in mine if row.task))
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        progress(done, len(tasks))

    rendered = render(tasks, engine, options.decoding, advance, glossary=options.glossary, ladder=options.ladder)
    translations = [
        Translation(page, tuple(rendered[row.task] if row.task else row.ready() for row in mine), signature or {})
        for page, mine in zip(pages, rows, strict=True)
    ]
    return headed(translations, headliner, progress) if headliner else translations


def headed(
    translations: Sequence[Translation], headliner: Headliner, progress: Progress = lambda done, total: None
) -> list[Translation]:
    """The translations with a headline for each brief that has text: all briefs of all pages in one list, and back again."""
    places = [
        (n, k) for n, t in enumerate(translations) for k, brief in enumerate(t.page.briefs) if _takes_headline(brief)
    ]
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        progress(done, len(places))

    grounds = [ground_of(translations[n], k) for n, k in places]
    own = [(translations[n], translations[n].page.briefs[k].title) for n, k in places]
    titles = [translation.english(title) if title else None for translation, title in own]
    written = dict(zip(places, write_headlines(grounds, titles, headliner, advance), strict=True))
    return [
        replace(t, headlines=tuple(written.get((n, k)) for k in range(len(t.page.briefs))))
        for n, t in enumerate(translations)
    ]


def ground_of(translation: Translation, place: int) -> Ground:
    """What the page's brief at `place` says, in both languages, up to its first `DEPTH` sentences, and its neighbours' titles."""
    brief = translation.page.briefs[place]
    told = [s for p in brief.paragraphs if p.kind in ("text", "item") for s in p.sentences][:DEPTH]
    title = [s.text for s in brief.title.sentences] if brief.title else []
    dateline = [brief.dateline.text] if brief.dateline else []
    places = brief.dateline.places if brief.dateline else ()
    around = translation.page.briefs[max(0, place - NEAR) : place + NEAR + 1]
    others = [b.title for b in around if b is not brief and b.title]
    return Ground(
        tuple(translation.renderings[s.index].english for s in told),
        tuple(s.text for s in told),
        " ".join([*title, *dateline]),
        tuple(english_place(place) for place in places),
        tuple(translation.english(title) for title in others),
    )


def _takes_headline(brief: Brief) -> bool:
    return brief.kind in ("article", "brief", "text") and any(
        p.sentences for p in brief.paragraphs if p.kind in ("text", "item")
    )


def signature_of(
    engine: Engine, local: LocalModel | None, options: Options, headliner: Headliner | None = None
) -> dict[str, str]:
    """How results are made: whatever may change them is in here. Results under different signatures are not mixed."""
    made = {
        "version": version("translate-news"),
        "engine": engine.name,
        "precision": engine.precision,
        "beam": str(options.decoding.beam),
        "length_penalty": f"{options.decoding.length_penalty:g}",
        "checks": checks_fingerprint(),
        "glossary": options.glossary.fingerprint,
        "ladder": f"rivals {options.decoding.kept - 1}, {', '.join(RUNGS)}" if options.ladder else "none",
    }
    if local:
        made |= {"model": local.model.name, "revision": local.revision, "weights": local.weights_hash()[:16]}
    return made | headliner.signature if headliner else made


def _sentences(page: Page) -> Iterator[tuple[Paragraph, Sentence]]:
    for brief in page.briefs:
        for paragraph in brief.paragraphs:
            for sentence in paragraph.sentences:
                yield paragraph, sentence


def prepare(page: Page, kind: ParagraphKind, sentence: Sentence) -> Row:
    """Decide what a sentence needs: a model, a table, or nothing.

    English stays, labels and bylines have tables, and no model is shown a bare number, a URL or an empty string. Text in
    capitals is shown in lower case, since models have seen little of it and loop (Opus-MT issue 49).
    """
    text = sentence.text
    if page.language == "en":
        return Row(sentence, english=text, method="passed")
    if kind == "label" and (english := match_line("labels.tsv", text.rstrip(":"))):
        colon = ":" if text.endswith(":") else ""
        return Row(sentence, english=english_label(english) + colon, method="table")
    if kind == "byline" and (english := match_line("bylines.tsv", text)):
        return Row(sentence, english=english, method="table")
    if kind == "furniture" and _CREDIT.match(text) and (english := match_line("furniture.tsv", text)):
        return Row(sentence, english=english, method="table")
    rest = bare(text)
    if not any(c.isalpha() for c in rest):
        english = _NUMBER.sub(lambda number: english_number(number[0]), text) if rest == text else text
        return Row(sentence, english=english, method="copied")
    letters = [c for c in text if c.isalpha()] if text.isupper() else []
    if len(letters) > 4 and all(c.isupper() for c in letters) and " " in text.strip():
        return Row(sentence, Task(text, text.capitalize(), capitals=True))
    source, kept = mask(text)
    return Row(sentence, Task(text, source, kept=kept))


def corrected(rows: list[list[Row]], memory: Memory) -> list[list[Row]]:
    """The rows, with a person's English in place of whatever would have been made of a sentence.

    It may be for the sentence as the page has it, or as the model was shown it, which is how a memory's export has it: in
    lower case, or with stand-ins, which are then put back.
    """
    asked = (
        text for mine in rows for row in mine for text in (row.sentence.text, row.task and row.task.source) if text
    )
    english = memory.corrections(asked)

    def correct(row: Row) -> Row:
        if row.sentence.text in english:
            return Row(row.sentence, english=english[row.sentence.text], method="corrected")
        if row.task and row.task.source in english:
            said, lost = unmask(english[row.task.source], row.task.kept)
            return Row(
                row.sentence, english=append(said.upper() if row.task.capitals else said, lost), method="corrected"
            )
        return row

    return [list(map(correct, mine)) for mine in rows] if english else rows


def english_label(label: str) -> str:
    """A section label whose section is itself a label in Dutch: `More from Buitenland` → `More from World`."""
    lead, _, section = label.rpartition(" ")
    english = match_line("labels.tsv", section) if lead else None
    return f"{lead} {english}" if english else label
