"""A page's headlines → str, one line a brief with its place and age; table `DIGESTS`, one for each format of `WRITERS`. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator

from translate_news.document import Brief, Headline, Translation
from translate_news.segment import english_place
from translate_news.writers import Writer, escaped, headline_record


def digest_text(translation: Translation) -> str:
    """`BEIRUT: Army dismantles two depots (3 minutes ago)`, a line a brief."""
    return "".join(f"{_line(brief, headline)}\n" for brief, headline in _headed(translation))


def _line(brief: Brief, headline: Headline) -> str:
    place, age = _place(brief), brief.age.english if brief.age else ""
    return (f"{place}: " if place else "") + headline.text + (f" ({age})" if age else "")


def digest_markdown(translation: Translation) -> str:
    """A list item a brief: place bold, age in italics."""
    lines = []
    for brief, headline in _headed(translation):
        place = f"**{escaped(_place(brief))}** " if brief.dateline and brief.dateline.places else ""
        age = f" *{escaped(brief.age.english)}*" if brief.age else ""
        lines.append(f"- {place}{escaped(headline.text)}{age}\n")
    return "".join(lines)


def digest_json(translation: Translation) -> str:
    """One JSON document a page with its briefs' headlines."""
    page = translation.page
    head = {"page": page.name, "sha256": page.sha256, "signature": translation.signature}
    return json.dumps(head | {"headlines": list(_records(translation))}, ensure_ascii=False, indent=2) + "\n"


def digest_jsonl(translation: Translation) -> str:
    """One JSON object a line and brief."""
    head = {"page": translation.page.name}
    return "".join(json.dumps(head | record, ensure_ascii=False) + "\n" for record in _records(translation))


def _records(translation: Translation) -> Iterator[dict[str, object]]:
    for brief, headline in _headed(translation):
        yield {
            "id": brief.id,
            "kind": brief.kind,
            "places": [english_place(place) for place in brief.dateline.places] if brief.dateline else [],
            "age": brief.age.english if brief.age else None,
            "headline": headline_record(headline),
        }


def _headed(translation: Translation) -> Iterator[tuple[Brief, Headline]]:
    for brief, headline in zip(translation.page.briefs, translation.headlines, strict=False):
        if headline and headline.text:
            yield brief, headline


def _place(brief: Brief) -> str:
    return "/".join(english_place(place) for place in brief.dateline.places) if brief.dateline else ""


DIGESTS: dict[str, Writer] = {
    "text": digest_text,
    "markdown": digest_markdown,
    "json": digest_json,
    "jsonl": digest_jsonl,
}
