"""Attention rollout: how much of each input token is in a layer, if attention only mixed.

Abnar & Zuidema 2020, "Quantifying Attention Flow in Transformers" (arXiv:2005.00928), section 3.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.attention import Float
from models.flow.flow import NotMeasurableError
from models.graph.block import float32
from models.i18n import mark
from models.record import Layer
from models.runtime import Cancel

Bools = NDArray[np.bool_]
_ROWS = 256
_UNLIKE = mark(
    "Layers {first} and {layer} do not hold the same tokens, so nothing can be rolled out."
)
_OTHER_KEYS = mark(
    "Keys and queries of layer {layer} are not the same tokens, so nothing can be rolled out."
)


def step_of(layer: Layer, *, start: int, stop: int, guarded: Bools | None) -> Float:
    """Return rows of Â = ½·Ā + ½·I, Ā the mean of all heads with its rows summing to 1: [n, N].

    ``guarded`` [N] tokens pass nothing on: other tokens' weights on them are taken away and the
    rows divided by what is left; a row that has nothing left keeps to itself. Rows of weights
    that do not sum to 1 in the model are made to.
    """
    mean = layer.block(heads=slice(None), queries=slice(start, stop)).mean(axis=0, dtype=np.float64)
    rows = np.arange(start, start + len(mean))
    own = np.zeros_like(mean)
    own[np.arange(len(mean)), rows] = 1
    if guarded is not None:
        mean = np.where(guarded[None, :] & (own == 0), 0, mean)
    total = np.nan_to_num(mean).sum(axis=1, keepdims=True)
    mean = np.where(total > 0, np.nan_to_num(mean) / np.where(total > 0, total, 1), own)
    return float32((mean + own) / 2)


def rollout(
    layers: Sequence[Layer], *, guarded: Bools | None = None, cancel: Cancel | None = None
) -> Float:
    """Return R = Â_L … Â_1 of ``layers``, first to last: [N, N], rows sum to 1.

    Row i tells how much of each input token is in token i after the last of them. Raises
    NotMeasurableError where the layers do not hold the same tokens.
    """
    tokens = _tokens(layers)
    result = np.eye(tokens, dtype=np.float32)
    for layer in layers:
        below, result = result, np.empty_like(result)
        for start in range(0, tokens, _ROWS):
            if cancel is not None:
                cancel.check()
            step = step_of(layer, start=start, stop=start + _ROWS, guarded=guarded)
            result[start : start + _ROWS] = step @ below
    return result


def rollout_row(
    layers: Sequence[Layer],
    token: int,
    *,
    guarded: Bools | None = None,
    cancel: Cancel | None = None,
) -> Float:
    """Return row ``token`` of ``rollout`` without the others: [N]. Raises as it does."""
    tokens = _tokens(layers)
    row = np.zeros(tokens, np.float32)
    row[token] = 1
    for layer in reversed(layers):
        total = np.zeros(tokens, np.float32)
        for start in range(0, tokens, _ROWS):
            part = row[start : start + _ROWS]
            if not part.any():
                continue
            if cancel is not None:
                cancel.check()
            total += part @ step_of(layer, start=start, stop=start + _ROWS, guarded=guarded)
        row = total
    return row


def _tokens(layers: Sequence[Layer]) -> int:
    first = layers[0].query.shape[1]
    for layer in layers:
        if layer.query.shape[1] != layer.key.shape[1]:
            raise NotMeasurableError(_OTHER_KEYS, layer=layer.index + 1)
        if layer.query.shape[1] != first:
            raise NotMeasurableError(_UNLIKE, first=layers[0].index + 1, layer=layer.index + 1)
    return int(first)
