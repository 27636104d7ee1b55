"""Weights of thousands of tokens, tile by tile: the whole matrix is never held.

With ``top`` the largest score of a row and ``total`` the sum of exp(score − top) over its keys,
``top + log(total)`` is the row's log-sum-exp, and any weight of the row is
exp(score − top) ÷ total: the softmax of Vaswani et al. 2017 (arXiv:1706.03762, equation 1) in
two passes, as in Milakov & Gimelshein 2018 (arXiv:1805.02867). The first pass is made once for a
layer and its heads; from then on a tile costs only its own cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from models.attention import Float
from models.record import Layer
from models.runtime import Cancel
from models.windowed import SpreadLayer

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray

Pooling = Literal["max", "mean"]
CELLS_AT_ONCE: Final = 1_500_000  # cells of one head computed between two looks at ``cancel``


@dataclass(frozen=True, slots=True)
class Part:
    """Rows ``top`` to ``bottom`` and columns ``left`` to ``right``, ends left out.

    Every ``dot`` by ``dot`` cells of it share one dot of the picture.
    """

    top: int
    left: int
    bottom: int
    right: int
    dot: int = 1

    @property
    def rows(self) -> slice:
        """The queries."""
        return slice(self.top, self.bottom)

    @property
    def columns(self) -> slice:
        """The keys."""
        return slice(self.left, self.right)

    def holds(self, other: Part) -> bool:
        """Whether ``other`` lies in this part, and is not finer."""
        inside = self.top <= other.top and other.bottom <= self.bottom
        inside = inside and self.left <= other.left and other.right <= self.right
        return inside and self.dot <= other.dot


@dataclass(frozen=True, eq=False)
class Pooled:
    """A picture of ``part``: float32 [rows ÷ dot, columns ÷ dot], both rounded up.

    Dots below row ``done`` (counted in cells from the top of the matrix) are not computed yet
    and NaN. ``largest`` is the largest weight that was computed, NaN left out; ``missing`` tells
    whether a computed weight is NaN.
    """

    part: Part
    dots: Float
    done: int
    largest: float
    missing: bool = False

    @property
    def complete(self) -> bool:
        """Whether every dot is known."""
        return self.done >= self.part.bottom


class Tiles:
    """The mean weights of ``heads`` of ``layer``, computed where they are looked at.

    ``places`` are the positions that count as rows and columns, all by default. Several threads
    may use it: a row that two of them meet first is normalised twice, to the same numbers.
    """

    def __init__(
        self, layer: Layer, heads: Sequence[int], *, places: Sequence[int] | None = None
    ) -> None:
        self.layer, self.heads = layer, tuple(heads)
        self._places = None if places is None else np.asarray(places, dtype=np.intp)
        queries, keys = layer.query.shape[1], layer.key.shape[1]
        whole = self._places is None or len(self._places) == queries == keys
        self._places = None if whole else self._places
        alone = layer.direct is None and layer.keep is None
        self._replayed = alone and not isinstance(layer, SpreadLayer)
        count = None if self._places is None else len(self._places)
        self.shape: tuple[int, int] = (count or queries, count or keys)
        self._top: Float = _unknown(len(self.heads), queries)
        self._total: Float = _unknown(len(self.heads), queries)
        self._known = np.zeros(queries, dtype=np.bool_)

    @property
    def nbytes(self) -> int:
        """How much memory is held besides the layer."""
        return self._top.nbytes + self._total.nbytes + self._known.nbytes

    @property
    def log_sum_exp(self) -> Float:
        """The log-sum-exp of every row's scores: [heads, N], NaN where no pass was made yet."""
        with np.errstate(divide="ignore"):
            return np.asarray(self._top + np.log(self._total), dtype=np.float32)

    def row(self, query: int) -> Float:
        """Return one row's exact weights [M], as the layer itself gives them."""
        place = query if self._places is None else int(self._places[query])
        weights = self.layer.mean_row(place, self.heads)
        return weights if self._places is None else weights[self._places]

    def tile(self, rows: slice, columns: slice) -> Float:
        """Return the exact weights of a rectangle: [rows, columns].

        Rows met for the first time cost a pass over all their keys.
        """
        queries, keys = self._positions(rows, 0), self._positions(columns, 1)
        if not queries.size or not keys.size:
            return np.zeros((queries.size, keys.size), np.float32)
        unknown = not self._known[queries].all()
        if not self._replayed or (unknown and keys.size * 2 > self.shape[1]):
            return self._whole_rows(queries)[:, keys]
        if unknown:
            self._whole_rows(queries)
        mean = np.zeros((queries.size, keys.size), np.float32)
        for place, head in enumerate(self.heads):
            scores = _scores(self.layer, head, queries, keys)
            top, total = self._top[place, queries, None], self._total[place, queries, None]
            mean += _normalised(scores, top, total)
        mean /= np.float32(len(self.heads))
        return mean

    def pooled(
        self,
        part: Part,
        *,
        pooling: Pooling = "max",
        cancel: Cancel | None = None,
    ) -> Iterator[Pooled]:
        """Yield the picture of ``part``, more of it each time, from the top down.

        ``max`` keeps single peaks visible, ``mean`` keeps sums. The array is the same one every
        time: copy what is kept. Raises CancelledError when ``cancel`` is used.
        """
        dot, width = part.dot, part.right - part.left
        dots = _unknown(-(-(part.bottom - part.top) // dot), -(-width // dot))
        at_once = max(CELLS_AT_ONCE // max(self._cost(part), 1) // dot, 1) * dot
        largest, missing = 0.0, False
        for top in range(part.top, part.bottom, at_once):
            if cancel is not None:
                cancel.check()
            bottom = min(top + at_once, part.bottom)
            cells = self.tile(slice(top, bottom), part.columns)
            first = (top - part.top) // dot
            small = pool(cells, dot, pooling=pooling)
            dots[first : first + len(small)] = small
            peak = float(cells.max(initial=0.0))
            if np.isnan(peak):
                missing, peak = True, float(np.nanmax(cells, initial=0.0))
            largest = max(largest, peak)
            yield Pooled(part, dots, bottom, largest, missing)

    def overview(
        self, size: int, *, pooling: Pooling = "max", cancel: Cancel | None = None
    ) -> Iterator[Pooled]:
        """Yield the whole matrix in at most ``size`` by ``size`` dots; see ``pooled``."""
        rows, columns = self.shape
        dot = max(-(-max(rows, columns) // size), 1)
        return self.pooled(Part(0, 0, rows, columns, dot), pooling=pooling, cancel=cancel)

    def _cost(self, part: Part) -> int:
        """Return how many cells a row of ``part`` costs, all heads together."""
        known = self._replayed and bool(self._known[self._positions(part.rows, 0)].all())
        return (part.right - part.left if known else self.shape[1]) * len(self.heads)

    def _positions(self, wanted: slice, axis: int) -> NDArray[np.intp]:
        places = np.arange(self.shape[axis]) if self._places is None else self._places
        return np.asarray(places[wanted], dtype=np.intp)

    def _whole_rows(self, queries: NDArray[np.intp]) -> Float:
        """Return whole rows [rows, M] and keep what normalises them."""
        layer, keys = self.layer, np.arange(self.layer.key.shape[1])
        mean = np.zeros((queries.size, keys.size), np.float32)
        if not self._replayed:
            span = slice(int(queries[0]), int(queries[-1]) + 1)
            for head in self.heads:
                block = layer.block(heads=slice(head, head + 1), queries=span)[0]
                mean += block[queries - span.start]
        else:
            for place, head in enumerate(self.heads):
                scores = _scores(layer, head, queries, keys)
                top = np.max(scores, axis=1, keepdims=True)
                top = np.where(np.isneginf(top), np.float32(0), top)  # every key masked
                powers = np.exp(np.subtract(scores, top, out=scores), out=scores)
                total = np.sum(powers, axis=1, keepdims=True)
                self._top[place, queries], self._total[place, queries] = top[:, 0], total[:, 0]
                mean += np.divide(powers, total, out=powers, where=total != 0)
        self._known[queries] = True
        mean /= np.float32(len(self.heads))
        return mean


@dataclass(frozen=True, eq=False)
class Tiled:
    """A matrix that is not held: its ``overview``, a finer ``detail`` of it, and exact rows."""

    tiles: Tiles
    overview: Pooled
    detail: Pooled | None = None


def pool(cells: Float, dot: int, *, pooling: Pooling = "max") -> Float:
    """Return the largest, or the mean, of every ``dot`` by ``dot`` block of [N, M].

    Blocks at the edges hold what is left of them. NaN makes its block NaN.
    """
    if dot == 1 or not cells.size:
        return cells
    if pooling == "max":
        return _largest_columns(_largest_rows(cells, dot), dot)  # long runs first: faster
    rows, columns = np.arange(0, cells.shape[0], dot), np.arange(0, cells.shape[1], dot)
    sums = np.add.reduceat(np.add.reduceat(cells, rows, axis=0), columns, axis=1)
    tall = np.minimum(rows + dot, cells.shape[0]) - rows
    wide = np.minimum(columns + dot, cells.shape[1]) - columns
    return np.asarray(sums / np.outer(tall, wide), dtype=np.float32)


def _largest_rows(cells: Float, dot: int) -> Float:
    """Return the largest of every ``dot`` rows, in whole rows: reduceat takes far longer."""
    largest: Float = cells[::dot].copy()
    for step in range(1, dot):
        others = cells[step::dot]
        part = largest[: len(others)]
        np.maximum(part, others, out=part)
    return largest


def _largest_columns(cells: Float, dot: int) -> Float:
    largest: Float = cells[:, ::dot].copy()
    for step in range(1, dot):
        others = cells[:, step::dot]
        part = largest[:, : others.shape[1]]
        np.maximum(part, others, out=part)
    return largest


def _unknown(*shape: int) -> Float:
    return np.full(shape, np.nan, dtype=np.float32)


def _scores(layer: Layer, head: int, queries: NDArray[np.intp], keys: NDArray[np.intp]) -> Float:
    """Return the scores of these queries and keys: [queries, keys], owned by the caller."""
    rows, columns = _span(queries), _span(keys)
    scores = layer.query[head][rows] @ layer.key[head][columns].T
    scores *= layer.scale[head]
    if layer.bias is not None:
        shape = (layer.heads, layer.query.shape[1], layer.key.shape[1])
        scores += np.broadcast_to(layer.bias, shape)[head][rows][:, columns]
    return np.asarray(scores, dtype=np.float32)


def _span(places: NDArray[np.intp]) -> slice | NDArray[np.intp]:
    """Return a slice where one says the same, which copies nothing."""
    first, last = int(places[0]), int(places[-1])
    return slice(first, last + 1) if last - first + 1 == places.size else places


def _normalised(scores: Float, top: Float, total: Float) -> Float:
    powers = np.exp(np.subtract(scores, top, out=scores), out=scores)
    return np.asarray(np.divide(powers, total, out=powers, where=total != 0), dtype=np.float32)
