"""Initial embeddings in which Dutch and English pieces that are linked lie close together: PPMI and a truncated SVD."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix, diags  # type: ignore[import-untyped]
from scipy.sparse.linalg import svds  # type: ignore[import-untyped]

from . import config

Floats = NDArray[np.float32]


def counts(
    source: list[list[int]],
    target: list[list[int]],
    links: list[list[tuple[int, int]]],
    size: int,
    settings: config.Embeddings,
) -> csr_matrix:
    """Symmetric counts: linked pieces weigh `link_weight`, neighbours on one side up to `window` away weigh one."""
    total = csr_matrix((size, size), dtype=np.float64)
    columns: list[tuple[NDArray[np.int64], NDArray[np.int64], float]] = []
    ids_source = np.array([ids[i] for ids, pair in zip(source, links, strict=True) for i, _ in pair], dtype=np.int64)
    ids_target = np.array([ids[j] for ids, pair in zip(target, links, strict=True) for _, j in pair], dtype=np.int64)
    columns.append((ids_source, ids_target, settings.link_weight))
    gap = [-1] * settings.window
    for side in (source, target):
        flat = np.array([i for ids in side for i in (*ids, *gap)], dtype=np.int64)
        for distance in range(1, settings.window + 1):
            left, right = flat[:-distance], flat[distance:]
            inside = (left >= 0) & (right >= 0)
            columns.append((left[inside], right[inside], 1.0))
    for rows, cols, weight in columns:
        part = coo_matrix((np.full(len(rows), weight), (rows, cols)), shape=(size, size)).tocsr()
        total = total + part + part.T
    return total


def from_links(
    source: list[list[int]],
    target: list[list[int]],
    links: list[list[tuple[int, int]]],
    size: int,
    width: int,
    settings: config.Embeddings,
) -> Floats:
    """Embeddings [size, width], rows of norm 1; pieces never seen get a random direction."""
    joint = counts(source, target, links, size, settings)
    mass = np.asarray(joint.sum(axis=1)).ravel()
    inverse = np.divide(1.0, mass, out=np.zeros_like(mass), where=mass > 0)
    positive = (diags(inverse) @ joint @ diags(inverse)) * mass.sum()
    positive.data = np.maximum(np.log(np.maximum(positive.data, 1e-12)), 0.0)
    rng = np.random.default_rng(0)
    rank = min(width, size - 2)
    left, values, _ = svds(positive.tocsr(), k=rank, v0=rng.standard_normal(size), random_state=0)
    made = np.zeros((size, width))
    made[:, :rank] = left * np.sqrt(np.maximum(values, 0.0))
    made = made @ np.linalg.qr(rng.standard_normal((width, width)))[0]  # spread the large directions over the heads
    norms = np.linalg.norm(made, axis=1, keepdims=True)
    stray = rng.standard_normal((size, width))
    made = np.where(norms > 1e-6, made / np.maximum(norms, 1e-6), stray / np.linalg.norm(stray, axis=1, keepdims=True))
    rows: Floats = made.astype(np.float32)
    return rows
