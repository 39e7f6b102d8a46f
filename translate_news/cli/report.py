"""What a run says about itself: doubts and a summary on standard error, and the manifest of `--report`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from translate_news.batch import write_named
from translate_news.document import Finding, Rendering, Translation
from translate_news.writers import Entry

SCHEMA = 1  # of the manifest
ONE = {"numbers": "number", "names": "name", "hedges": "hedge", "quotes": "quote", "loops": "loop", "leftovers": "leftover", "nonwords": "made-up word",
       "phrases": "phrase", "terms": "term"}  # fmt: skip


def say_doubts(translations: Sequence[Translation], seconds: float, quiet: bool) -> int:
    """Say on stderr what to doubt; the number of such sentences."""
    for translation in translations:
        if translation.page.language == "en" and not quiet:
            click.echo(f"translate-news: {translation.page.name} is already English: passed through", err=True)
    doubts = [(t.page.name, s, r) for t in translations for s, r in t.doubts]
    for name, sentence, rendering in doubts:
        click.echo(f"doubt: {name}, sentence {sentence.index + 1}: {said(rendering.findings)}", err=True)
        click.echo(f"  nl: {rendering.dutch}\n  en: {rendering.english}", err=True)
    if not quiet:
        click.echo(f"translate-news: {summary(translations, seconds)}", err=True)
    return len(doubts)


def said(findings: Sequence[Finding]) -> str:
    """Findings in one line."""
    return "; ".join(f"{finding.check}: {finding.message}" for finding in findings)


def summary(translations: Sequence[Translation], seconds: float) -> str:
    """`8 briefs, 41 sentences in 2.1 s: 2 to doubt (1 number, 1 hedge)`, then what was mended and the terms met."""
    briefs = sum(b.kind not in ("label", "furniture") for t in translations for b in t.page.briefs)
    renderings = [rendering for t in translations for rendering in t.renderings]
    line = (
        f"{counted(briefs, 'brief')}, {counted(len(renderings), 'sentence')} in {seconds:.1f} s: {by_kind(renderings)}"
    )
    if mended := sum(bool(r.attempts and not r.findings) for r in renderings):
        line += f"; {mended} mended"
    if terms := [term.met for r in renderings for term in r.terms]:
        line += f"; {sum(terms)} of {counted(len(terms), 'term')} met"
    return line


def by_kind(renderings: Sequence[Rendering]) -> str:
    """`2 to doubt (1 number, 1 hedge)`: sentences, and how many of them each check has a finding on."""
    kinds = kinds_of(renderings)
    doubts = sum(bool(rendering.findings) for rendering in renderings)
    parts = ", ".join(f"{count} {ONE.get(kind, kind) if count == 1 else kind}" for kind, count in kinds.most_common())
    return f"{doubts} to doubt" + (f" ({parts})" if parts else "")


def kinds_of(renderings: Sequence[Rendering]) -> Counter[str]:
    """The number of sentences that each check has a finding on."""
    return Counter(kind for r in renderings for kind in sorted({finding.check for finding in r.findings}))


def counted(count: int, thing: str) -> str:
    """`1 brief`, `2 briefs`."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def write_manifest(
    path: Path,
    entries: Iterable[Entry],
    signature: dict[str, str],
    seconds: float,
    more: dict[str, Any] | None = None,
) -> None:
    """Write what a run did, from what and how: the inputs' hashes, the signature, the time, the findings by kind.

    Args:
        path: of the manifest, JSON with an input a line.
        entries: the pages, taken one at a time: a folder may have a million.
        signature: how they were made.
        seconds: how long that took.
        more: further fields.
    """
    write_named(path, _manifest(entries, signature, seconds, more or {}))


def _manifest(
    entries: Iterable[Entry], signature: dict[str, str], seconds: float, more: dict[str, Any]
) -> Iterator[str]:
    head = {
        "schema": SCHEMA,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "signature": signature,
        **more,
    }
    yield json.dumps(head, ensure_ascii=False, indent=2).removesuffix("\n}") + ',\n  "inputs": ['
    failed: list[str] = []
    totals = Totals()
    mark = ""
    for entry in entries:
        if entry.translation:
            totals.add(entry.translation.renderings)
            yield f"{mark}\n    {json.dumps(_input(entry, entry.translation), ensure_ascii=False)}"
            mark = ","
        else:
            failed.append(f"{entry.path}: {entry.failed}" if entry.path else str(entry.failed))
    tail = {"failed": failed, **totals.record()}
    yield "\n  ],\n" + json.dumps(tail, ensure_ascii=False, indent=2).removeprefix("{\n") + "\n"


@dataclass(slots=True)
class Totals:
    """What was found and done in all sentences so far."""

    sentences: int = 0
    to_doubt: int = 0
    repaired: int = 0
    met: int = 0
    unmet: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    attempted: Counter[str] = field(default_factory=Counter)

    def add(self, renderings: Sequence[Rendering]) -> None:
        """Count a page's sentences."""
        self.sentences += len(renderings)
        self.to_doubt += sum(bool(r.findings) for r in renderings)
        self.repaired += sum(bool(r.repairs) for r in renderings)
        self.met += sum(term.met for r in renderings for term in r.terms)
        self.unmet += sum(not term.met for r in renderings for term in r.terms)
        self.findings += kinds_of(renderings)
        self.attempted.update(name for r in renderings for name in r.attempts)

    def record(self) -> dict[str, Any]:
        """The fields of a manifest."""
        return {
            "sentences": self.sentences,
            "to_doubt": self.to_doubt,
            "findings": dict(sorted(self.findings.items())),
            "attempted": dict(sorted(self.attempted.items())),
            "repaired": self.repaired,
            "terms": {"met": self.met, "unmet": self.unmet},
        }


def _input(entry: Entry, translation: Translation) -> dict[str, Any]:
    page = translation.page
    return {
        "name": page.name,
        "sha256": page.sha256,
        **({"file_sha256": entry.sha256} if entry.sha256 else {}),
        "encoding": page.encoding,
        "language": page.language,
        "briefs": sum(brief.kind not in ("label", "furniture") for brief in page.briefs),
        "sentences": len(translation.renderings),
        "to_doubt": len(translation.doubts),
        "findings": dict(sorted(kinds_of(translation.renderings).items())),
    }
