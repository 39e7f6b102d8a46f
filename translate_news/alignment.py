"""Two texts of lines, one the translation of the other → pairs of lines, where a line may stand alone.

Gale and Church, A Program for Aligning Sentences in Bilingual Corpora (1993): the cheapest way through both texts by the
lengths of their lines, here helped by the digits and names that both have.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

RATIO = 1.0  # characters of English for one of Dutch in the wire corpus
SPREAD = 0.15  # of the logarithm of that ratio, for a line of a hundred characters
ALONE = 4.0  # cost of a line without a partner, in the same units as a pair's
# How many lines a way may leave the diagonal, and how many more where one text is longer: time and memory grow with the
# text, not with its square.
BAND, FARTHEST = 25, 200
_ANCHOR = re.compile(r"\d+|[A-Z]\w+")


def pair_lines(dutch: Sequence[str], english: Sequence[str]) -> list[tuple[str, str]]:
    """The lines in pairs, in order; an empty side for a line without a partner. As many lines on both sides answer each other."""
    if len(dutch) == len(english):
        return list(zip(dutch, english, strict=True))
    slope = len(english) // max(1, len(dutch))
    band = BAND + min(FARTHEST, abs(len(dutch) - len(english))) + slope
    costs = {(0, 0): 0.0}
    steps: dict[tuple[int, int], tuple[int, int]] = {}
    for n in range(len(dutch) + 1):
        middle = n * len(english) // max(1, len(dutch))
        for k in range(max(0, middle - band), min(len(english), middle + band) + 1):
            for step, cost in _ways(dutch, english, n, k):
                before = costs.get((n - step[0], k - step[1]), math.inf) + cost
                if before < costs.get((n, k), math.inf):
                    costs[n, k], steps[n, k] = before, step
    pairs = []
    n, k = len(dutch), len(english)
    while n or k:
        down, across = steps[n, k]
        pairs.append((" ".join(dutch[n - down : n]), " ".join(english[k - across : k])))
        n, k = n - down, k - across
    return pairs[::-1]


def _ways(dutch: Sequence[str], english: Sequence[str], n: int, k: int) -> list[tuple[tuple[int, int], float]]:
    """The steps that end at the n-th Dutch and the k-th English line, with what each costs."""
    ways = []
    if n:
        ways.append(((1, 0), ALONE))
    if k:
        ways.append(((0, 1), ALONE))
    for down, across, dear in ((1, 1, 0.0), (2, 1, 2.5), (1, 2, 2.5)):
        if n >= down and k >= across:
            cost = _unlike(" ".join(dutch[n - down : n]), " ".join(english[k - across : k]))
            ways.append(((down, across), cost + dear))
    return ways


def _unlike(dutch: str, english: str) -> float:
    """How unlikely it is that one line is the other's translation: by their lengths, and by digits and names in common."""
    ratio = math.log((len(english) + 5) / (RATIO * (len(dutch) + 5)))
    spread = SPREAD * math.sqrt(1 + 100 / (len(dutch) + 5))
    anchors, others = set(_ANCHOR.findall(dutch)), set(_ANCHOR.findall(english))
    shared = len(anchors & others) / max(1, min(len(anchors), len(others)))
    return min(2 * ALONE + 1, (ratio / spread) ** 2 / 2 + (1.5 if anchors and others else 0.75) * (1 - shared))
