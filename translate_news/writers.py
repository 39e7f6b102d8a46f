"""Translation → str, pure; table `WRITERS`. A writer opens no file and asks no model."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from translate_news.document import Age, Brief, Headline, Page, Paragraph, Rendering, Translation
from translate_news.segment import agency_name, english_dateline, english_place

Writer = Callable[[Translation], str]
Paint = Callable[[str, str], str]

SCHEMA = 1  # of json and jsonl: data/schema/page-1.schema.json; grows when a field changes its meaning


def marked(translation: Translation) -> Translation:
    """The translation with each doubtful sentence followed by its findings in brackets, for the formats of plain text."""
    return replace(
        translation,
        renderings=tuple(
            replace(r, english=f"{r.english} [? {'; '.join(f'{f.check}: {f.message}' for f in r.findings)}]")
            if r.findings
            else r
            for r in translation.renderings
        ),
    )


def by_doubt(translation: Translation) -> Translation:
    """The translation with its riskiest briefs first; labels and furniture, which head nothing then, come last.

    Only for writing: the sentences keep their numbers, so that they no longer count up through the page.
    """

    def risk(number: int) -> tuple[bool, int, float]:
        brief = translation.page.briefs[number]
        renderings = [translation.renderings[sentence.index] for sentence in brief.sentences]
        scores = [r.score for r in renderings if r.score is not None]
        return brief.kind in ("label", "furniture"), -sum(len(r.findings) for r in renderings), min(scores, default=0.0)

    order = sorted(range(len(translation.page.briefs)), key=risk)
    page = replace(translation.page, briefs=tuple(translation.page.briefs[n] for n in order))
    headlines = tuple(translation.headlines[n] for n in order) if translation.headlines else ()
    return replace(translation, page=page, headlines=headlines)


def write_text(translation: Translation) -> str:
    """Plain English text in the page's structure: a line a paragraph, a blank line between briefs."""
    blocks = ["\n".join(_text_lines(translation, brief)) for brief in translation.page.briefs]
    return "".join(f"{block}\n\n" for block in blocks if block).rstrip("\n") + ("\n" if blocks else "")


def _text_lines(translation: Translation, brief: Brief) -> Iterator[str]:
    if shown := shown_headline(translation, brief):
        yield shown
    for part in _parts(brief):
        if isinstance(part, Age):
            yield part.english
        elif part.kind == "subhead":
            yield f"\n{translation.english(part)}"
        elif part.kind == "furniture":
            text = translation.english(part)
            yield f"[{text}]" if any(c.isalnum() for c in text) else text
        else:
            yield _led(translation, brief, part)


def _parts(brief: Brief) -> list[Age | Paragraph]:
    """Paragraphs and times of a brief in page order."""
    ages = [brief.age] if brief.age else []
    return sorted([*ages, *brief.times, *brief.paragraphs], key=lambda part: (part.start, isinstance(part, Paragraph)))


def _led(translation: Translation, brief: Brief, paragraph: Paragraph) -> str:
    """A paragraph's English, led by the dateline when it stands there."""
    english = translation.english(paragraph)
    if brief.dateline and brief.dateline.start == paragraph.start:
        return f"{english_dateline(brief.dateline)} {english}"
    return english


def write_markdown(translation: Translation) -> str:
    """Markdown: section labels and titles as headings, datelines bold, ages in italics."""
    lines = [line for brief in translation.page.briefs for line in _markdown_lines(translation, brief)]
    return "".join(f"{line}\n\n" for line in lines).rstrip("\n") + ("\n" if lines else "")


def shown_headline(translation: Translation, brief: Brief) -> str:
    """The headline to print over a brief; nothing where the brief's own title stands there already."""
    headline = translation.headline(brief)
    return headline.text if headline and not brief.title else ""


_MARKDOWN_HEADS = {"title": "## ", "subhead": "### ", "label": "# ", "item": "- "}


def _markdown_lines(translation: Translation, brief: Brief) -> Iterator[str]:
    if shown := shown_headline(translation, brief):
        yield f"## {escaped(shown)}"
    for part in _parts(brief):
        if isinstance(part, Age):
            yield f"*{escaped(part.english)}*"
        elif part.kind == "table":
            yield f"    {translation.english(part)}"
        elif part.kind == "furniture":
            text = translation.english(part)
            yield f"> {escaped(text)}" if any(c.isalnum() for c in text) else "---"
        elif brief.dateline and brief.dateline.start == part.start:
            yield f"**{escaped(english_dateline(brief.dateline))}** {escaped(translation.english(part))}"
        else:
            text = " ".join(translation.renderings[s.index].english for s in part.sentences)
            if part.verbatim:
                text += f" {translation.page.text[part.verbatim.start : part.verbatim.end]}"
            yield _MARKDOWN_HEADS.get(part.kind, "") + escaped(text.strip())


def escaped(text: str) -> str:
    """Text with the characters that Markdown would read as marks escaped."""
    text = re.sub(r"([\\`*_\[\]<>|])", r"\\\1", text)
    return re.sub(r"^(\d{1,9})([.)]\s)|^([#+-])(?=\s|$)", lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", text)


def write_json(translation: Translation) -> str:
    """One JSON document for the page, with every sentence in both languages, its offsets, score and findings."""
    return json.dumps(page_record(translation), ensure_ascii=False, indent=2) + "\n"


def write_jsonl(translation: Translation) -> str:
    """One JSON object a line and brief, each with the page's name and the signature."""
    page = page_record(translation)
    head = {key: page[key] for key in ("schema", "page", "sha256", "encoding", "language", "signature")}
    return "".join(json.dumps(head | brief, ensure_ascii=False) + "\n" for brief in page["briefs"])


def page_record(translation: Translation) -> dict[str, Any]:
    """A translation as plain data; the `json` format."""
    page = translation.page
    return {
        "schema": SCHEMA,
        "page": page.name,
        "sha256": page.sha256,
        "encoding": page.encoding,
        "language": page.language,
        "signature": translation.signature,
        "briefs": [_brief_record(translation, brief) for brief in page.briefs],
    }


def _brief_record(translation: Translation, brief: Brief) -> dict[str, Any]:
    dateline = brief.dateline
    headline = translation.headline(brief)
    return {
        "id": brief.id,
        "kind": brief.kind,
        "dateline": dateline
        and {
            "nl": dateline.text,
            "en": english_dateline(dateline),
            "places": [{"nl": place, "en": english_place(place)} for place in dateline.places],
            "agencies": [{"code": code, "name": agency_name(code)} for code in dateline.agencies],
        },
        "age": brief.age and _age_record(brief.age),
        "times": [_age_record(time) for time in brief.times],
        "paragraphs": [_paragraph_record(translation, paragraph) for paragraph in brief.paragraphs],
    } | ({"headline": headline and headline_record(headline)} if translation.headlines else {})


def headline_record(headline: Headline) -> dict[str, Any]:
    """A headline as plain data; `beside` only where another line is offered beside it."""
    record: dict[str, Any] = {
        "text": headline.text,
        "method": headline.method,
        "model": headline.model,
        "findings": [{"check": f.check, "message": f.message} for f in headline.findings],
    }
    return record | {"beside": headline_record(headline.beside)} if headline.beside else record


def _age_record(age: Age) -> dict[str, Any]:
    return {
        "nl": age.text,
        "en": age.english,
        "amount": age.amount,
        "unit": age.unit,
        "earliest": age.earliest and age.earliest.isoformat(),
        "latest": age.latest and age.latest.isoformat(),
        "start": age.start,
        "end": age.end,
    }


def _paragraph_record(translation: Translation, paragraph: Paragraph) -> dict[str, Any]:
    sentences = []
    for sentence in paragraph.sentences:
        rendering = translation.renderings[sentence.index]
        sentences.append(
            {
                "nl": rendering.dutch,
                "en": rendering.english,
                "start": sentence.start,
                "end": sentence.end,
                "method": rendering.method,
                "score": None if rendering.score is None else round(rendering.score, 4),
                "findings": [{"check": f.check, "message": f.message} for f in rendering.findings],
                "repairs": list(rendering.repairs),
                "attempts": list(rendering.attempts),
                "terms": [{"nl": t.dutch, "en": t.english, "met": t.met} for t in rendering.terms],
            }
        )
    return {
        "kind": paragraph.kind,
        "nl": translation.page.text[paragraph.start : paragraph.end],
        "en": translation.english(paragraph),
        "sentences": sentences,
    }


def anatomy_record(page: Page) -> dict[str, Any]:
    """A page as plain data without any English sentences, with the spans that join to its text."""
    record = page_record(Translation(page, tuple(Rendering(s.text, "") for s in page.sentences)))
    del record["signature"]
    for brief in record["briefs"]:
        for paragraph in brief["paragraphs"]:
            del paragraph["en"]
            paragraph["sentences"] = [{key: s[key] for key in ("nl", "start", "end")} for s in paragraph["sentences"]]
    return record | {"spans": [{"kind": s.kind, "start": s.start, "end": s.end} for s in page.spans()]}


def write_outline(page: Page, paint: Paint = lambda role, text: text) -> str:
    """A page's anatomy for people: a line a brief with its facts, then its paragraphs with numbered sentences.

    `paint` may colour a part by its role: brief, dateline, age, paragraph or verbatim.
    """
    return "".join(f"{line}\n" for brief in page.briefs for line in _outline(page, brief, paint))


def _outline(page: Page, brief: Brief, paint: Paint) -> Iterator[str]:
    facts: list[str] = [paint("brief", brief.kind)]
    if brief.dateline:
        facts.append(paint("dateline", f"dateline {brief.dateline.text!r} = {english_dateline(brief.dateline)!r}"))
    facts += [paint("age", _age_fact(age)) for age in filter(None, (brief.age, *brief.times))]
    yield " · ".join(facts)
    for paragraph in brief.paragraphs:
        yield f"  {paint('paragraph', paragraph.kind)}"
        yield from (f"    {sentence.index + 1}. {sentence.text}" for sentence in paragraph.sentences)
        if paragraph.verbatim:
            yield f"    {paint('verbatim', '= ' + page.text[paragraph.verbatim.start : paragraph.verbatim.end])}"


def _age_fact(age: Age) -> str:
    fact = f"age {age.text!r} = {age.english!r}"
    if age.earliest and age.latest:
        fact += f" ({age.earliest:%Y-%m-%d %H:%M:%S} to {age.latest:%Y-%m-%d %H:%M:%S})"
    return fact


WRITERS: dict[str, Writer] = {
    "text": write_text,
    "markdown": write_markdown,
    "json": write_json,
    "jsonl": write_jsonl,
}


def extension(form: str) -> str:
    """What a file in a format is called at its end: `.txt`, `.md`, `.json`."""
    return {"text": ".txt", "markdown": ".md"}.get(form, f".{form}")


JOURNAL_SCHEMA = 1  # of a journal's lines; grows when a field changes its meaning


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in a journal: its path below the input folder, the hash of its file's bytes, and its whole result.

    A page that failed has a reason instead of a translation; its hash is None when it could not be read at all.
    """

    path: str
    sha256: str | None
    failed: str | None = None
    translation: Translation | None = None
    schema: int = JOURNAL_SCHEMA


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Entry)


def write_entry(entry: Entry) -> bytearray:
    """One line of a journal, with its line end: JSON of every field of the page and its English, nothing rounded.

    A page may take hundreds of megabytes here, so there is one copy of it.
    """
    line = bytearray()
    _encoder.encode_into(entry, line)
    line += b"\n"
    return line


def read_entry(line: bytes | bytearray) -> Entry:
    """The inverse of `write_entry`: an equal entry, ready for any writer.

    Raises:
        ValueError: a line that is torn, damaged, or of another schema.
    """
    entry = _decoder.decode(line)
    if entry.schema != JOURNAL_SCHEMA:
        raise ValueError(f"is of journal schema {entry.schema}; this version reads {JOURNAL_SCHEMA}")
    return entry
