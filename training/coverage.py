"""Which frequent Dutch words the wire corpus lacks: what to write about next. Needs a frequency list (word⇥count)."""

from collections.abc import Iterable
from pathlib import Path

import click

from . import corpus
from .clean import words

ENDINGS = ("en", "e", "s", "n", "t", "de", "te", "den", "ten", "'s", "je", "jes")


def vocabulary(folders: list[Path]) -> set[str]:
    """Every word form on the Dutch side of the wire corpus: briefs, headlines, drills and phrases."""
    readers = (corpus.wire_sentences, corpus.wire_headlines, corpus.wire_drills, corpus.wire_phrases)
    return {word for read in readers for pair in read(corpus.Where(tuple(folders))) for word in words(pair.dutch)}


def stems(word: str) -> Iterable[str]:
    """The word and what is left when a common ending goes: a rough net, so that one form stands for its fellows."""
    yield word
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            yield word[: -len(ending)]


def missing(frequencies: Path, folders: list[Path], least: int) -> list[tuple[str, int]]:
    """Words of the list with at least `least` occurrences of which no form stands in the corpus, commonest first."""
    held = {stem for word in vocabulary(folders) for stem in stems(word)}
    found = []
    for line in corpus.lines(frequencies):
        word, _, count = line.partition("\t")
        if (
            count.isdigit()
            and int(count) >= least
            and word.isalpha()
            and word.islower()
            and held.isdisjoint(stems(word))
        ):
            found.append((word, int(count)))
    return sorted(found, key=lambda entry: (-entry[1], entry[0]))


@click.command(help=__doc__)
@click.option(
    "--frequencies", type=click.Path(exists=True, path_type=Path), required=True, help="word⇥count, one a line."
)
@click.option(
    "--wire",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    required=True,
    help="Folder of the wire corpus.",
)
@click.option("--least", type=int, default=2, show_default=True, help="Pass over words rarer than this.")
@click.option("--top", type=int, default=200, show_default=True, help="How many to list.")
def main(frequencies: Path, wire: tuple[Path, ...], least: int, top: int) -> None:
    """The command."""
    found = missing(frequencies, list(wire), least)
    click.echo(f"{len(found)} words of the list are in no form in the corpus", err=True)
    for word, count in found[:top]:
        click.echo(f"{word}\t{count}")


if __name__ == "__main__":
    main()
