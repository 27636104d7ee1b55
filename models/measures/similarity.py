"""How alike heads look: the divergence between their rows, and a flat map of it.

Clark et al. 2019 (arXiv:1906.04341), section 6: heads are compared by the Jensen–Shannon
divergence between their rows, and laid out by multidimensional scaling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.attention import Float
from models.measures.facts import facts_of
from models.record import Layer, Record
from models.runtime import Cancel
from models.windowed import spread

_TINY: Final = np.float32(1e-37)
_MOST_COMPARED: Final = 150_000_000  # logarithms: about a second
_AT_ONCE: Final = 4_000_000


@dataclass(frozen=True, eq=False)
class Similarity:
    """How far apart every two heads are.

    ``heads`` are (layer, head) in order, ``divergence`` [T, T] the mean Jensen–Shannon divergence
    of their rows in nats, from 0 to ln 2; ``rows`` are the query positions compared, of ``of``.
    ``points`` [T, 2] lay the heads out so that distances follow √divergence, and ``kept`` says how
    much of it two axes hold, from 0 to 1.
    """

    heads: tuple[tuple[int, int], ...]
    divergence: NDArray[np.float64]
    rows: tuple[int, ...]
    of: int
    points: NDArray[np.float64]
    kept: float


def similarity(
    record: Record, *, most: int = _MOST_COMPARED, cancel: Cancel | None = None
) -> Similarity:
    """Return how alike the heads of ``record`` look, over all rows but padding.

    Where comparing every row would take more than ``most`` logarithms, as many rows as fit are
    taken at even steps. Layers whose positions are not the input's tokens are left out.
    Raises CancelledError.
    """
    layers = [spread(layer) for layer in record.layers]
    layers = [layer for layer in layers if layer.follows(len(record.tokens))]
    heads = tuple((layer.index, head) for layer in layers for head in range(layer.heads))
    shown = np.flatnonzero(facts_of(record.encoded).visible)
    pairs = len(heads) * (len(heads) - 1) // 2
    afford = max(1, most // max(pairs * len(record.tokens), 1))
    rows = evenly(shown, afford)
    divergence = _divergence(layers, rows, heads=len(heads), cancel=cancel)
    points, kept = flat_map(np.sqrt(divergence))
    return Similarity(heads, divergence, tuple(map(int, rows)), len(shown), points, kept)


def evenly(places: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """Return at most ``most`` of ``places``, at even steps, the first and last among them."""
    if len(places) <= most:
        return places
    return places[np.linspace(0, len(places) - 1, most).round().astype(np.intp)]


def _divergence(
    layers: list[Layer], rows: NDArray[np.intp], *, heads: int, cancel: Cancel | None
) -> NDArray[np.float64]:
    """Return the mean over ``rows`` of JSD(p, q) = H((p + q) / 2) − (H(p) + H(q)) / 2."""
    total = np.zeros((heads, heads))
    for row in rows:
        weights = np.concatenate([_row(layer, int(row)) for layer in layers])
        own = _entropy(weights)
        step = max(1, _AT_ONCE // max(weights.size, 1))
        for start in range(0, heads, step):
            if cancel is not None:
                cancel.check()
            some = slice(start, start + step)
            rest = weights[start:]
            mixed = _entropy((weights[some, None] + rest[None]) * np.float32(0.5))
            total[some, start:] += mixed - (own[some, None] + own[None, start:]) / 2
    upper = np.triu(np.maximum(total, 0), 1)  # a divergence below 0 is rounding
    return (upper + upper.T) / max(len(rows), 1)


def _row(layer: Layer, row: int) -> Float:
    return layer.block(heads=slice(0, layer.heads), queries=slice(row, row + 1))[:, 0]


def _entropy(weights: Float) -> NDArray[np.float64]:
    terms = weights * np.log(np.maximum(weights, _TINY))
    return np.asarray(-terms.sum(axis=-1, dtype=np.float64))


def flat_map(distances: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Return points [T, 2] whose distances follow ``distances`` [T, T], and the share kept.

    Classical scaling (Torgerson 1952): the two largest eigenvectors of −½ J D² J. The share is
    that of the positive eigenvalues. Signs are fixed, so that the same distances give the same
    map: the coordinate furthest from 0 is positive on both axes.
    """
    count = len(distances)
    if count < 2:  # noqa: PLR2004  # nothing to lay out
        return np.zeros((count, 2)), 1.0
    centring = np.eye(count) - 1 / count
    inner = -0.5 * centring @ (distances**2) @ centring
    sizes, axes = np.linalg.eigh(inner)
    positive = np.maximum(sizes, 0)
    points = axes[:, :-3:-1] * np.sqrt(positive[:-3:-1])
    furthest = np.abs(points).round(9).argmax(axis=0)
    signs = np.where(points[furthest, [0, 1]] < 0, -1.0, 1.0)
    total = float(positive.sum())
    return points * signs, float(positive[-2:].sum() / total) if total > 0 else 1.0
