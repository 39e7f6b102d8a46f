"""The training mix: weighted, seeded draws from the prepared sources, changed on the fly, cut into batches of like length.

Everything a batch holds follows from the seed, the pool's number and each source's place in its own shuffled order, so a
run can go on at the very batch where it stopped.
"""

import difflib
import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from . import augment, config, corpus
from .align import Links, parse
from .corpus import Pair
from .vocabulary import Pieces


@dataclass(frozen=True)
class Batch:
    """Padded ids [pairs, length] and, per linked target piece, which source pieces it should look at."""

    source: torch.Tensor
    target: torch.Tensor
    links: torch.Tensor  # [n, 3]: pair, target position, source position

    @property
    def pairs(self) -> int:
        """How many sentence pairs."""
        return int(self.source.shape[0])


@dataclass
class Place:
    """Where a run stands in the mix: the pool's number, batches already taken from it, and per source (epoch, next pair)
    as they were when the pool began."""

    pool: int = 0
    batch: int = 0
    cursors: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One pair ready for a batch: piece ids without </s>, and links between them."""

    source: list[int]
    target: list[int]
    links: Links

    def size(self) -> int:
        """Pieces of the longer side, </s> included."""
        return max(len(self.source), len(self.target)) + 1


def relink(old: Row, source: list[int], target: list[int]) -> Links:
    """Links of a changed pair: kept where pieces did not change, one to one where both sides changed alike, else none."""
    moved: list[dict[int, int]] = []
    changed: list[list[tuple[int, int]]] = []
    for before, after in ((old.source, source), (old.target, target)):
        moves: dict[int, int] = {}
        changes: list[tuple[int, int]] = []
        for kind, b0, b1, a0, a1 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if kind == "equal":
                moves.update(zip(range(b0, b1), range(a0, a1), strict=True))
            elif a1 > a0:
                changes.append((a0, a1))
        moved.append(moves)
        changed.append(changes)
    links = [(moved[0][i], moved[1][j]) for i, j in old.links if i in moved[0] and j in moved[1]]
    if [s1 - s0 for s0, s1 in changed[0]] == [t1 - t0 for t0, t1 in changed[1]]:
        for (s0, s1), (t0, t1) in zip(*changed, strict=True):
            links += zip(range(s0, s1), range(t0, t1), strict=True)
    return sorted(links)


def split(row: Row, pieces: Pieces, share: float, rng: random.Random) -> Row:
    """Cut some source pieces in two, so that a word is known by its parts too (compare Provilkov et al. 2020); both
    halves take over the links of the whole."""
    source: list[int] = []
    places: list[list[int]] = []
    for piece in row.source:
        halves = pieces.halves(piece) if rng.random() < share else []
        parts = rng.choice(halves) if halves else (piece,)
        places.append(list(range(len(source), len(source) + len(parts))))
        source += parts
    return Row(source, row.target, [(place, j) for i, j in row.links for place in places[i]])


class Mix:
    """The prepared sources as an endless, reproducible stream of batches."""

    def __init__(self, recipe: config.Recipe, work: Path, pieces: Pieces) -> None:
        self.recipe, self.pieces = recipe, pieces
        self.pairs: dict[str, list[Pair]] = {}
        self.links: dict[str, list[str]] = {}
        digest = hashlib.sha256()
        for name in recipe.sources:
            path = work / "data" / f"{name}.tsv"
            if not path.is_file():
                continue
            self.pairs[name] = list(corpus.tabbed(path))
            self.links[name] = (work / "align" / f"{name}.links").read_text(encoding="ascii").splitlines()
            if len(self.pairs[name]) != len(self.links[name]):
                raise ValueError(
                    f"{name}: links are not those of the prepared pairs; run `python -m training.align` again"
                )
            digest.update(path.read_bytes())
        if not self.pairs:
            raise ValueError(f"no prepared pairs under {work}; run `python -m training.prepare` first")
        self.fingerprint = digest.hexdigest()
        self.names = list(self.pairs)
        self.weights = [recipe.sources[name].weight for name in self.names]
        mine = [name for name in self.names if recipe.sources[name].trusted] or self.names
        self.lexicon = augment.lexicon(pair for name in mine for pair in self.pairs[name])

    def order(self, name: str, epoch: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        """A source's pairs in the order of one epoch."""
        seed = [self.recipe.seed, epoch, int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")]
        return np.random.default_rng(seed).permutation(len(self.pairs[name]))

    def draw(self, rng: random.Random, cursors: dict[str, tuple[int, int]], count: int) -> Iterator[tuple[str, int]]:
        """Draw (source, index) by weight; every pair of a source comes once before any comes again. Moves the cursors."""
        orders = {name: self.order(name, cursors.get(name, (0, 0))[0]) for name in self.names}
        for name in rng.choices(self.names, self.weights, k=count):
            epoch, at = cursors.get(name, (0, 0))
            if at >= len(self.pairs[name]):
                epoch, at = epoch + 1, 0
                orders[name] = self.order(name, epoch)
            cursors[name] = (epoch, at + 1)
            yield name, int(orders[name][at])

    def row(self, name: str, index: int, rng: random.Random) -> Row:
        """One pair, perhaps changed, perhaps joined with its successor, as ids with links."""
        row = self.single(name, index, rng)
        pairs = self.pairs[name]
        joined = rng.random() < self.recipe.augmentation.join
        if joined and index + 1 < len(pairs) and pairs[index].group and pairs[index].group == pairs[index + 1].group:
            after = self.single(name, index + 1, rng)
            shift_source, shift_target = len(row.source), len(row.target)
            links = row.links + [(i + shift_source, j + shift_target) for i, j in after.links]
            return Row(row.source + after.source, row.target + after.target, links)
        return row

    def single(self, name: str, index: int, rng: random.Random) -> Row:
        """One pair, perhaps changed."""
        settings = self.recipe.augmentation
        row = self.changed(name, index, rng)
        return split(row, self.pieces, settings.split_share, rng) if rng.random() < settings.split else row

    def changed(self, name: str, index: int, rng: random.Random) -> Row:
        """One pair, perhaps with other words, as `augment` has it."""
        encode = self.pieces.encode
        pair = self.pairs[name][index]
        plain = Row(encode(pair.dutch), encode(pair.english), parse(self.links[name][index]))
        fresh = augment.change(pair, self.recipe.augmentation, self.lexicon, rng)
        if fresh == pair:
            return plain
        source, target = encode(fresh.dutch), encode(fresh.english)
        return Row(source, target, relink(plain, source, target))

    def pool(self, place: Place) -> tuple[list[list[Row]], dict[str, tuple[int, int]]]:
        """The batches of one pool in the order they are trained on, and the cursors after it."""
        settings = self.recipe.batches
        rng = random.Random(f"{self.recipe.seed}/{place.pool}")
        cursors = dict(place.cursors)
        rows = [self.row(name, index, rng) for name, index in self.draw(rng, cursors, settings.pool)]
        kept = [row for row in rows if row.source and row.target and row.size() <= settings.max_pieces]
        kept.sort(key=lambda row: (len(row.target), len(row.source)))
        batches: list[list[Row]] = []
        current: list[Row] = []
        for row in kept:
            widest = max((len(r.source) for r in (*current, row)), default=0) + len(row.target) + 2
            if current and widest * (len(current) + 1) > settings.tokens:
                batches.append(current)
                current = []
            current.append(row)
        if current:
            batches.append(current)
        rng.shuffle(batches)
        return batches, cursors

    def stream(self, place: Place) -> Iterator[tuple[Batch, Place]]:
        """Batches from `place` on, each with the place after it."""
        while True:
            batches, cursors = self.pool(place)
            for number in range(place.batch, len(batches)):
                last = number + 1 == len(batches)
                place = Place(place.pool + 1, 0, cursors) if last else Place(place.pool, number + 1, place.cursors)
                yield self.batch(batches[number]), place

    def batch(self, rows: list[Row]) -> Batch:
        """Pad rows into tensors; both sides end in </s>."""
        end, pad = self.pieces.end, self.pieces.pad
        tensors = []
        for sides in ([r.source for r in rows], [r.target for r in rows]):
            width = max(map(len, sides)) + 1
            tensors.append(torch.tensor([[*ids, end, *[pad] * (width - len(ids) - 1)] for ids in sides]))
        links = [(b, j, i) for b, row in enumerate(rows) for i, j in row.links]
        return Batch(tensors[0], tensors[1], torch.tensor(links, dtype=torch.long).reshape(-1, 3))
