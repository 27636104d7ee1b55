"""Windowed attention as one picture: weights between all tokens, none across windows.

A windowed layer holds many small attentions. Spread out, it is one attention in which tokens of
different windows do not see each other, so that every view can show it like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.attention import Float
from models.encoded import Array
from models.record import Layer

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class SpreadLayer(Layer):
    """A windowed layer seen whole: H heads, and as many tokens as all its windows hold.

    ``raw`` is the layer as it ran. Weights across windows are zero, their bias is minus infinity.
    """

    raw: Layer | None = None

    def _weights(self, heads: slice, queries: slice) -> Float:
        raw, places = self._sources()
        chosen = range(*heads.indices(self.heads))
        wanted = np.arange(self.query.shape[1])[queries]
        result = np.zeros((len(chosen), wanted.size, self.key.shape[1]), np.float32)
        row_of = np.full(self.query.shape[1], -1, np.intp)
        row_of[wanted] = np.arange(wanted.size)
        for window, tokens in enumerate(places):
            rows = np.flatnonzero((tokens >= 0) & (row_of[tokens] >= 0))
            if rows.size:
                real = np.flatnonzero(tokens >= 0)
                for i, head in enumerate(chosen):
                    weights = raw.weights(window * self.heads + head)[np.ix_(rows, real)]
                    result[i][np.ix_(row_of[tokens[rows]], tokens[real])] = weights
        return result

    def bias_row(self, head: int, token: int) -> Float:
        """Return the window's own bias inside it, minus infinity outside: [M]."""
        raw, places = self._sources()
        row = np.full(self.key.shape[1], -np.inf, np.float32)
        for window, tokens in enumerate(places):
            for place in np.flatnonzero(tokens == token):
                real = np.flatnonzero(tokens >= 0)
                row[tokens[real]] = raw.bias_row(window * self.heads + head, int(place))[real]
        return row

    def _sources(self) -> tuple[Layer, NDArray[np.intp]]:
        if self.raw is None or self.raw.windows is None:
            raise TypeError("a spread layer is made by spread()")
        return self.raw, self.raw.windows


def spread(layer: Layer) -> Layer:
    """Return a windowed layer as one attention over all tokens; any other layer unchanged.

    Only where queries and keys are the same tokens: pooled windows stay as they are.
    """
    windows = layer.windows
    if windows is None or layer.query.shape[1] != windows.shape[1]:
        return layer
    heads = layer.query.shape[0] // len(windows)
    tokens = int(windows.max()) + 1
    return SpreadLayer(
        index=layer.index,
        pattern=layer.pattern,
        query=_laid_out(layer.query, windows, heads, tokens),
        key=_laid_out(layer.key, windows, heads, tokens),
        value=_laid_out(layer.value, windows, heads, tokens),
        scale=layer.scale[:heads],
        bias=np.zeros((1, 1, 1), np.float32),
        raw=layer,
    )


def _laid_out(array: Array, windows: NDArray[np.intp], heads: int, tokens: int) -> Float:
    """Return [W·H, n, d] as [H, tokens, d], padding left out."""
    size = array.shape[-1]
    result = np.zeros((heads, tokens, size), np.float32)
    apart = array.reshape(len(windows), heads, windows.shape[1], size)
    for window, places in enumerate(windows):
        real = np.flatnonzero(places >= 0)
        result[:, places[real]] = apart[window][:, real]
    return result
