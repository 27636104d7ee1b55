"""Attention as links from query to key, one per head: what lines draw, on screen and in figures.

The view is Vig 2019, "A Multiscale Visualization of Attention in the Transformer Model"
(arXiv:1906.05714), section 3.1: a line's strength is its weight, its colour is its head.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.attention import Float
from models.encoded import Encoded
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
    """

    heads: tuple[int, ...]
    positions: tuple[int, ...]
    weights: Float
    drawn: NDArray[np.bool_]

    @property
    def high(self) -> float:
        """The largest weight that is drawn, 0 where none is; what is not a number is left out."""
        left = self.weights[:, self.drawn]
        finite = left[np.isfinite(left)]
        return float(finite.max(initial=0.0))

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


def links_from(
    layer: Layer, encoded: Encoded, heads: Sequence[int], *, token: int, which: Filter = "all"
) -> Links:
    """Return the links of ``heads`` from one token, all others zero and not drawn.

    For inputs so long that the whole of them should not be computed.
    """
    places = np.array(encoded.visible, dtype=np.intp)
    count, drawn = len(places), drawn_between(encoded, which)
    weights = np.zeros((len(heads), count, count), dtype=np.float32)
    only = np.zeros_like(drawn)
    if token in encoded.visible:
        place = encoded.visible.index(token)
        weights[:, place] = layer.row(token)[np.array(heads)[:, None], places]
        only[place] = drawn[place]
    return Links(tuple(heads), encoded.visible, weights, only)


def drawn_between(encoded: Encoded, which: Filter) -> NDArray[np.bool_]:
    """Return which links [queries, keys] between visible tokens ``which`` leaves.

    ``a-b`` is from the first sentence of a pair to the second, its special tokens included.
    """
    segments = np.array([encoded.tokens[i].segment for i in encoded.visible], dtype=np.intp)
    if which == "all" or encoded.pair is None:
        return np.ones((len(segments), len(segments)), dtype=np.bool_)
    asked, answering = ("ab".index(letter) for letter in which.split("-"))
    return np.logical_and.outer(segments == asked, segments == answering)
