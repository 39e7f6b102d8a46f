"""Check the wire corpus and count it: faults of form, doubled sentences, numbers that differ, headlines that are too long."""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from training.corpus import briefs, lines, wire_files

LONGEST_HEADLINE = 95  # characters
NUMBER = re.compile(r"\d[\d.,]*")
DIFFERS_RIGHTLY = re.compile(r"uur|\d-\d|[½¼¾]|jaren|\bton\b|onder-|half|kwart")  # times, scores, decades


def digits(text: str) -> list[str]:
    """The numbers of a text as sorted strings of digits."""
    return sorted(re.sub(r"\D", "", number) for number in NUMBER.findall(text))


def form_faults(path: Path) -> Iterator[str]:
    """Lines of a part file that are not as STYLE.md wants them."""
    expected = {"@": "N", "N": "H", "H": "n", "n": "e", "e": "n@"}
    before = "e"
    for number, line in enumerate(lines(path), 1):
        if not line.strip():
            continue
        mark, _, text = line.partition(" ")
        if mark not in expected[before]:
            yield f"{path.name}:{number}: {mark!r} after {before!r}"
        if mark == "@" and len(text.split("|")) != 4:
            yield f"{path.name}:{number}: the head wants place | PLACE | agencies | topic"
        if mark == "H" and len(text) > LONGEST_HEADLINE:
            yield f"{path.name}:{number}: a headline of {len(text)} characters"
        before = mark if mark in expected else before


def pair_faults(folder: Path) -> Iterator[str]:
    """Sentences that stand twice, and pairs whose numbers differ without a reason that is known."""
    seen: dict[str, str] = {}
    for path in wire_files([folder]):
        for brief in briefs(path):
            for dutch, english in zip(brief.dutch, brief.english, strict=True):
                if dutch in seen:
                    yield f"{brief.name}: stands also in {seen[dutch]}: {dutch}"
                seen[dutch] = brief.name
                if digits(dutch) != digits(english) and not DIFFERS_RIGHTLY.search(dutch):
                    yield f"{brief.name}: numbers differ: {dutch} | {english}"


def statistics(folder: Path) -> Iterator[tuple[str, int]]:
    """What the corpus holds, as (what, how many)."""
    count: Counter[str] = Counter()
    vocabulary: set[str] = set()
    for path in wire_files([folder]):
        for brief in briefs(path):
            count["briefs"] += 1
            count["sentence pairs"] += len(brief.dutch)
            count["Dutch words"] += sum(len(s.split()) for s in brief.dutch)
            count["English words"] += sum(len(s.split()) for s in brief.english)
            vocabulary.update(w.lower() for s in brief.dutch for w in re.findall(r"[^\W\d_]+", s))
    count["different Dutch words"] = len(vocabulary)
    for kind in ("drills", "phrases"):
        count[f"{kind}, pairs"] = sum(1 for path in folder.rglob(f"{kind}/*.tsv") for _ in lines(path))
    yield from count.items()


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default="training/wire")
@click.option("--strict", is_flag=True, help="Exit with 1 when the form of a line is wrong.")
def main(folder: Path, strict: bool) -> None:
    """The command."""
    forms = [fault for path in wire_files([folder]) for fault in form_faults(path)]
    pairs = list(pair_faults(folder))
    for fault in forms + pairs:
        click.echo(fault)
    for what, number in statistics(folder):
        click.echo(f"{number:>10,}  {what}")
    if strict and forms:
        sys.exit(1)


if __name__ == "__main__":
    main()
