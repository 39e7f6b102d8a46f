"""A small aligner that needs no other program and repeats to the digit: IBM Model 1 with a pull towards the diagonal
(Dyer et al. 2013). Rougher than eflomal; the smoke run uses it, because eflomal draws its seed from the system."""

import numpy as np
from numpy.typing import NDArray

ITERATIONS = 5
PULL = 4.0


def best(source: list[list[int]], target: list[list[int]]) -> list[set[tuple[int, int]]]:
    """For each target piece its likeliest source piece, as (source, target) places per pair."""
    lengths = [(len(s), len(t)) for s, t in zip(source, target, strict=True)]
    words = np.concatenate([np.tile(s, len(t)) for s, t in zip(source, target, strict=True)])
    others = np.concatenate([np.repeat(t, len(s)) for s, t in zip(source, target, strict=True)])
    prior = np.concatenate([diagonal(n, m) for n, m in lengths])
    # where each target piece's cells begin
    starts: NDArray[np.intp] = np.cumsum([0, *(n for n, m in lengths for _ in range(m))])[:-1]
    widths = np.diff([*starts, len(words)])
    entries, cell = np.unique(words.astype(np.int64) * (others.max() + 1) + others, return_inverse=True)
    owner = entries // (others.max() + 1)
    chance: NDArray[np.float64] = np.ones(len(entries))
    for _ in range(ITERATIONS):
        share = chance[cell] * prior
        share /= np.repeat(np.add.reduceat(share, starts), widths)
        chance = np.bincount(cell, share, len(entries)).astype(np.float64)
        chance /= np.bincount(owner, chance)[owner]
    share = chance[cell] * prior
    links: list[set[tuple[int, int]]] = []
    at = 0
    for n, m in lengths:
        choice = share[at : at + n * m].reshape(m, n).argmax(1)
        links.append({(int(i), j) for j, i in enumerate(choice)})
        at += n * m
    return links


def diagonal(source: int, target: int) -> NDArray[np.float64]:
    """How likely each source place is for each target place before any word is looked at; target by source, flat."""
    across = (np.arange(source) + 0.5) / source
    down = (np.arange(target) + 0.5) / target
    return np.exp(-PULL * np.abs(down[:, None] - across[None, :])).ravel()
