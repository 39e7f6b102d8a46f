"""Step 3: word links between the pieces of each pair (both directions, symmetrised), and initial embeddings from them."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click
import numpy as np

from . import config, corpus, diagonal, embeddings, options
from .vocabulary import Pieces

Links = list[tuple[int, int]]
NEIGHBOURS = ((-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))


def parse(line: str) -> Links:
    """Links of one pair: `i-j` for source piece i and target piece j, blanks between."""
    return [(int(i), int(j)) for i, j in (link.split("-") for link in line.split())]


def symmetrise(forward: set[tuple[int, int]], backward: set[tuple[int, int]]) -> Links:
    """grow-diag-final-and (Koehn et al. 2005): the links both directions found, grown along the diagonal."""
    links, union = forward & backward, forward | backward
    sources, targets = {i for i, _ in links}, {j for _, j in links}
    grown = sorted(links)
    while grown:
        fresh = []
        for i, j in grown:
            for di, dj in NEIGHBOURS:
                link = (i + di, j + dj)
                if link in union and link not in links and (link[0] not in sources or link[1] not in targets):
                    links.add(link)
                    sources.add(link[0])
                    targets.add(link[1])
                    fresh.append(link)
        grown = fresh
    for i, j in sorted(union - links):
        if i not in sources and j not in targets:
            links.add((i, j))
            sources.add(i)
            targets.add(j)
    return sorted(links)


def with_eflomal(source: list[list[int]], target: list[list[int]]) -> Iterator[Links]:
    """Links by eflomal (Östling and Tiedemann 2016). It cannot be given a seed: two runs differ in a few links."""
    from eflomal import Aligner  # type: ignore[import-untyped]

    with tempfile.TemporaryDirectory() as scratch:
        forward, backward = Path(scratch, "forward"), Path(scratch, "backward")
        Aligner(n_samplers=2).align(
            [" ".join(map(str, ids)) for ids in source],
            [" ".join(map(str, ids)) for ids in target],
            links_filename_fwd=str(forward),
            links_filename_rev=str(backward),
        )
        with forward.open(encoding="ascii") as ahead, backward.open(encoding="ascii") as back:
            for one, other in zip(ahead, back, strict=True):
                yield symmetrise(set(parse(one)), set(parse(other)))


def with_diagonal(source: list[list[int]], target: list[list[int]]) -> Iterator[Links]:
    """Links by the package's own, repeatable aligner."""
    for one, other in zip(diagonal.best(source, target), diagonal.best(target, source), strict=True):
        yield symmetrise(one, {(i, j) for j, i in other})


ALIGNERS: dict[str, Callable[[list[list[int]], list[list[int]]], Iterator[Links]]] = {
    "eflomal": with_eflomal,
    "diagonal": with_diagonal,
}


def write_links(path: Path, links: Iterable[Links]) -> None:
    """One line of links a pair; the file appears whole."""
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="ascii") as stream:
        stream.writelines(" ".join(f"{i}-{j}" for i, j in pair) + "\n" for pair in links)
    beside.replace(path)


def run(recipe: config.Recipe, work: Path, only: tuple[str, ...] = ()) -> dict[str, int]:
    """Write `work/align/<source>.links` for prepared pairs (of `only` those sources) and, once, the initial embeddings."""
    pieces = Pieces(work / "tokenizer")
    folder = work / "align"
    folder.mkdir(parents=True, exist_ok=True)
    source: list[list[int]] = []
    target: list[list[int]] = []
    counts: dict[str, int] = {}
    for name in recipe.sources:
        path = work / "data" / f"{name}.tsv"
        if path.is_file() and (not only or name in only):
            pairs = list(corpus.tabbed(path))
            source += [pieces.encode(pair.dutch) for pair in pairs]
            target += [pieces.encode(pair.english) for pair in pairs]
            counts[name] = len(pairs)
    links = list(ALIGNERS[recipe.aligner](source, target))
    start = 0
    for name, count in counts.items():
        write_links(folder / f"{name}.links", links[start : start + count])
        start += count
    table = folder / "embeddings.npy"
    if not table.is_file():
        made = embeddings.from_links(source, target, links, len(pieces), recipe.shape.d_model, recipe.embeddings)
        np.save(table, made)
    return counts


@click.command(help=__doc__)
@options.recipe
@options.work
@options.only
def main(recipe: Path, work: Path, only: tuple[str, ...]) -> None:
    """The command."""
    for name, count in run(config.load(recipe), work, only).items():
        click.echo(f"{name}: {count} pairs linked")


if __name__ == "__main__":
    main()
