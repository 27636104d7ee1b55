"""Every head of a record, small: matrices for text, maps of one row for photos.

A dot shows the largest weight under it, never a mean: a single strong weight stays visible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.attention import Float
from models.counting import Direction, Row
from models.encoded import Encoded
from models.overlay import patch_values
from models.record import Layer, Record
from models.runtime import Cancel
from models.windowed import spread

SIDE: Final = 64  # dots of a thumbnail, each way, at most
_AT_ONCE: Final = 6_000_000  # weights of a record that are computed before the first paint
_BLOCK: Final = 2_000_000
_MOST: Final = 1_000_000_000  # weights that the pictures of a record rest on: some ten seconds


@dataclass(frozen=True, eq=False)
class LayerThumbnails:
    """One layer's heads, small.

    ``dots`` [H, r, c] stand for ``cells`` = (rows, columns) weights; ``per_dot`` is how many
    weights, each way, share a dot. ``skipped`` says that only one row in ``per_dot`` was looked
    at so far. ``largest`` is the largest weight seen. ``map`` tells a map of patches from a
    matrix of query by key. One row in ``every`` was looked at, all columns of it.
    """

    layer: int
    dots: Float
    cells: tuple[int, int]
    per_dot: int
    skipped: bool
    largest: float
    map: bool
    every: int = 1

    @property
    def weights_of_a_dot(self) -> tuple[int, int]:
        """How many weights a dot is the largest of, and how many lie under it."""
        return self.per_dot * (self.per_dot // self.every), self.per_dot**2


def thumbnails(
    record: Record,
    *,
    token: int | None = None,
    direction: Direction = "from",
    side: int = SIDE,
    most: int = _MOST,
    cancel: Cancel | None = None,
) -> Iterator[LayerThumbnails]:
    """Yield every layer's thumbnails; large inputs first roughly, then again in full.

    Where all weights of the record would be more than ``most``, as many rows are looked at as fit,
    at even steps: ``every`` says which.

    On a photo they are maps of what ``token`` (the first when None) looks at, or of what looks at
    it; everywhere else, and in layers whose positions are not the input's tokens, matrices.
    Raises CancelledError.
    """
    rough = [layer for layer in range(len(record.layers)) if _is_large(record, layer)]
    for skipping in (True, False):
        for index, layer in enumerate(record.layers):
            if cancel is not None:
                cancel.check()
            if skipping or index in rough:
                whole = spread(layer)
                share = 0 if skipping and index in rough else most // len(record.layers)
                yield _layer(
                    record.encoded, whole, token=token, direction=direction, side=side,
                    most=share, cancel=cancel,
                )  # fmt: skip


def _is_large(record: Record, index: int) -> bool:
    layer = record.layers[index]
    if _is_map(record.encoded, layer):
        return False
    weights = layer.heads * layer.query.shape[1] * layer.key.shape[1]
    return weights * len(record.layers) > _AT_ONCE


def _is_map(encoded: Encoded, layer: Layer) -> bool:
    return encoded.grid is not None and layer.follows(len(encoded.tokens))


def _layer(
    encoded: Encoded,
    layer: Layer,
    *,
    token: int | None,
    direction: Direction,
    side: int,
    most: int,
    cancel: Cancel | None,
) -> LayerThumbnails:
    if _is_map(encoded, layer):
        return _maps(encoded, layer, Row(token or 0, direction))
    return matrices(layer, encoded, side=side, most=most, cancel=cancel)


def _maps(encoded: Encoded, layer: Layer, wanted: Row) -> LayerThumbnails:
    grid = encoded.grid
    assert grid is not None  # noqa: S101  # see _is_map
    rows = (layer.row if wanted.direction == "from" else layer.column)(wanted.token)
    dots = np.stack([patch_values(row, encoded.tokens, grid) for row in rows])
    largest = float(np.nanmax(dots, initial=0.0))
    return LayerThumbnails(layer.index, dots, (grid.rows, grid.columns), 1, False, largest, True)


def matrices(
    layer: Layer,
    encoded: Encoded,
    *,
    side: int = SIDE,
    most: int | None = None,
    cancel: Cancel | None = None,
) -> LayerThumbnails:
    """Return every head's matrix, padding left out, at most ``side`` dots each way.

    With ``most`` as many rows under each dot are computed, at even steps, as make no more weights
    than that, but one at least: with 0 the first alone, for now.
    """
    rows, keys = layer.query.shape[1], layer.key.shape[1]
    shown = _shown(encoded, rows), _shown(encoded, keys)
    per_dot = max(1, ceil(max(map(len, shown)) / side))
    weights = layer.heads * len(shown[0]) * len(shown[1])
    every = _step(per_dot, weights, most)
    lines = [_pooled(w, per_dot) for w in _line_weights(layer, shown, per_dot, every, cancel)]
    dots = np.concatenate(lines, axis=1) if lines else np.zeros((layer.heads, 0, 0), np.float32)
    finite = dots[np.isfinite(dots)]
    return LayerThumbnails(
        layer.index, dots, (len(shown[0]), len(shown[1])), per_dot, most == 0 and per_dot > 1,
        float(finite.max(initial=0.0)), False, every,
    )  # fmt: skip


def _step(per_dot: int, weights: int, most: int | None) -> int:
    """Return how many rows lie from one to the next: as few as ``most`` allows, in even steps."""
    if most is None:
        return 1
    steps = [step for step in range(1, per_dot + 1) if per_dot % step == 0]
    return next((step for step in steps if weights <= most * step), per_dot)


def _shown(encoded: Encoded, count: int) -> NDArray[np.intp]:
    """Return the positions that are drawn: the visible ones, where positions are tokens."""
    if count == len(encoded.tokens) and encoded.visible:
        return np.array(encoded.visible, dtype=np.intp)
    return np.arange(count)


def _line_weights(
    layer: Layer,
    shown: tuple[NDArray[np.intp], NDArray[np.intp]],
    per_dot: int,
    every: int,
    cancel: Cancel | None,
) -> Iterator[Float]:
    """Yield weights [H, lines, keys], largest over the rows of each line of dots."""
    queries, keys = shown
    lines = max(1, _BLOCK // max(layer.heads * len(keys) * (per_dot // every), 1))
    for start in range(0, len(queries), lines * per_dot):
        if cancel is not None:
            cancel.check()
        some = queries[start : start + lines * per_dot : every]
        weights = _rows(layer, some)[:, :, keys]
        if every < per_dot:
            firsts = np.arange(0, len(some), per_dot // every)
            weights = np.maximum.reduceat(weights, firsts, axis=1)
        yield weights


def _rows(layer: Layer, rows: NDArray[np.intp]) -> Float:
    """Return the weights [H, r, M] of ascending ``rows``, computing no more than are asked for."""
    steps = np.unique(np.diff(rows)) if len(rows) > 1 else np.array([1])
    step = int(steps[0]) if len(steps) == 1 else 1
    every = slice(int(rows[0]), int(rows[-1]) + 1, step)
    weights = layer.block(heads=slice(0, layer.heads), queries=every)
    return weights if len(steps) == 1 else weights[:, rows - rows[0]]


def _pooled(weights: Float, per_dot: int) -> Float:
    """Return the largest weight of every ``per_dot`` keys: [H, lines, columns of dots]."""
    if per_dot == 1:
        return weights
    return np.maximum.reduceat(weights, np.arange(0, weights.shape[2], per_dot), axis=2)


def resized(dots: Float, *, height: int, width: int) -> Float:
    """Return ``dots`` [H, r, c] as [H, height, width]: largest where they shrink, else repeated."""
    for axis, wanted in ((1, height), (2, width)):
        count = dots.shape[axis]
        places = np.arange(wanted) * count // wanted
        if count > wanted:
            dots = np.fmax.reduceat(dots, places, axis=axis)
        elif count < wanted:
            dots = np.take(dots, places, axis=axis)
    return dots
