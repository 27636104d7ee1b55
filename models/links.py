"""Attention as links from query to key, one per head: what lines draw, on screen and in figures.

The view is Vig 2019, "A Multiscale Visualization of Attention in the Transformer Model"
(arXiv:1906.05714), section 3.1: a line's strength is its weight, its colour is its head.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.attention import Float
from models.counting import Direction
from models.encoded import Encoded
from models.flow.measured_layers import MeasuredLayer
from models.i18n import mark
from models.record import Layer

Filter = Literal["all", "a-b", "b-a", "a-a", "b-b"]
FILTERS: Final[dict[Filter, str]] = {
    "all": mark("All"),
    "a-b": mark("1 → 2"),
    "b-a": mark("2 → 1"),
    "a-a": mark("1 → 1"),
    "b-b": mark("2 → 2"),
}
MOST_TOKENS: Final = 60  # beyond, the links of one token at a time are drawn

# Okabe and Ito's set (2008), then hues of Tol's muted one (SRON technical note, 2021), darkened
# or lightened so that each reaches 3 : 1 against the background; heads beyond go round again.
HEAD_COLOURS: Final[dict[str, tuple[str, ...]]] = {
    "light": (
        "#0072b2", "#d55e00", "#00875f", "#c0528c", "#2f8fc4", "#a06e00",
        "#882255", "#332288", "#1f8a7d", "#6b6b1f", "#9a3fa0", "#5a6372",
    ),
    "dark": (
        "#4da9e8", "#ff8a4c", "#3dcfa0", "#e8a2c8", "#8fd3ff", "#f0b93a",
        "#d6719b", "#9a8cff", "#7fdccb", "#c7c26a", "#d98ad6", "#b8bec8",
    ),
}  # fmt: skip


def head_colour(head: int, *, theme: str) -> str:
    """Return the colour ``#rrggbb`` of a head, counted from 0, in the theme light or dark."""
    colours = HEAD_COLOURS[theme]
    return colours[head % len(colours)]


@dataclass(frozen=True, eq=False)
class Links:
    """``weights`` [heads, queries, keys] between ``positions`` of the sequence, on both sides.

    ``drawn`` [queries, keys] says which links the filter leaves; ``high`` is the largest of them.
    ``summed`` [queries, keys] is what the heads bring together, where that is not the mean of
    ``weights``. ``together`` tells one set of links of the whole layer, which has no heads.
    ``largest`` is ``high`` where that is known already.
    """

    heads: tuple[int, ...]
    positions: tuple[int, ...]
    weights: Float
    drawn: NDArray[np.bool_]
    summed: Float | None = None
    together: bool = False
    largest: float | None = None

    def row(self, query: int) -> Float:
        """Return what the heads give together from one place to every key: [keys]."""
        if self.summed is not None:
            return self.summed[query]
        return np.asarray(self.weights[:, query].mean(axis=0), dtype=np.float32)

    def column(self, key: int) -> Float:
        """Return what the heads give together from every place to one key: [queries]."""
        if self.summed is not None:
            return self.summed[:, key]
        return np.asarray(self.weights[:, :, key].mean(axis=0), dtype=np.float32)

    @property
    def high(self) -> float:
        """The largest weight that is drawn, 0 where none is; what is not a number is left out."""
        return _largest(self.weights[:, self.drawn]) if self.largest is None else self.largest

    def place_of(self, token: int | None) -> int | None:
        """Return where a position of the sequence stands on either side, None when it does not."""
        return self.positions.index(token) if token in self.positions else None


def links_of(
    layer: Layer, encoded: Encoded, heads: Sequence[int], *, which: Filter = "all"
) -> Links:
    """Return every link of ``heads`` between tokens that are no padding."""
    places = np.array(encoded.visible, dtype=np.intp)
    weights = np.stack([layer.weights(head)[np.ix_(places, places)] for head in heads])
    return Links(tuple(heads), encoded.visible, weights, drawn_between(encoded, which))


def links_counted(
    layer: Layer, encoded: Encoded, heads: Sequence[int], *, which: Filter = "all"
) -> Links:
    """Return ``links_of`` a layer seen through a measure: one set where it knows no heads.

    Raises as ``models.flow.measured_layers.MeasuredLayer`` does.
    """
    places = np.array(encoded.visible, dtype=np.intp)
    summed = layer.mean_weights(heads)[np.ix_(places, places)]
    drawn = drawn_between(encoded, which)
    if _whole(layer):
        return Links((0,), encoded.visible, summed[None], drawn, summed, together=True)
    return replace(links_of(layer, encoded, heads, which=which), summed=summed)


def links_from(
    layer: Layer,
    encoded: Encoded,
    heads: Sequence[int],
    *,
    token: int,
    which: Filter = "all",
    direction: Direction = "from",
) -> Links:
    """Return the links of ``heads`` from one token or to it, all others zero and not drawn.

    For inputs so long that the whole of them should not be computed. To one token of thousands
    takes seconds all the same: see ``models.record.Layer.column``.
    """
    places = np.array(encoded.visible, dtype=np.intp)
    count, largest = len(places), 0.0
    whole = _whole(layer)

    def zeros(*before: int, kind: type = np.float32) -> NDArray[Any]:
        """Return [.., queries, keys]: pages of zeros take no memory until one is written.

        What is written, a row or a column, lies side by side, so that few pages are.
        """
        made: NDArray[Any] = np.zeros((*before, count, count), dtype=kind)
        return made if direction == "from" else np.swapaxes(made, -1, -2)

    weights = zeros(1 if whole else len(heads))
    summed = zeros() if isinstance(layer, MeasuredLayer) else None
    only = zeros(kind=np.bool_)
    if token in encoded.visible:
        place = encoded.visible.index(token)
        line = np.s_[place, :] if direction == "from" else np.s_[:, place]
        only[line] = _drawn_of(encoded, which, place, direction)
        if summed is not None:
            read = layer.mean_row if direction == "from" else layer.mean_column
            summed[line] = read(token, heads)[places]
        if whole and summed is not None:
            weights[0] = summed
        else:
            each = layer.row(token) if direction == "from" else layer.column(token)
            weights[:, *line] = each[np.array(heads)[:, None], places]
        largest = _largest(weights[:, *line][:, only[line]])
    named = (0,) if whole else tuple(heads)
    return Links(named, encoded.visible, weights, only, summed, together=whole, largest=largest)


def _largest(weights: Float) -> float:
    return float(weights[np.isfinite(weights)].max(initial=0.0))


def _drawn_of(
    encoded: Encoded, which: Filter, place: int, direction: Direction
) -> NDArray[np.bool_]:
    """Return a row or column of ``drawn_between``, without the rest of it."""
    segments = np.array([encoded.tokens[i].segment for i in encoded.visible], dtype=np.intp)
    if which == "all" or encoded.pair is None:
        return np.ones(len(segments), dtype=np.bool_)
    asked, answering = ("ab".index(letter) for letter in which.split("-"))
    here, there = (asked, answering) if direction == "from" else (answering, asked)
    return (segments == there) & (segments[place] == here)


def _whole(layer: Layer) -> bool:
    return isinstance(layer, MeasuredLayer) and layer.whole


def drawn_between(encoded: Encoded, which: Filter) -> NDArray[np.bool_]:
    """Return which links [queries, keys] between visible tokens ``which`` leaves.

    ``a-b`` is from the first sentence of a pair to the second, its special tokens included.
    """
    segments = np.array([encoded.tokens[i].segment for i in encoded.visible], dtype=np.intp)
    if which == "all" or encoded.pair is None:
        return np.ones((len(segments), len(segments)), dtype=np.bool_)
    asked, answering = ("ab".index(letter) for letter in which.split("-"))
    return np.logical_and.outer(segments == asked, segments == answering)
