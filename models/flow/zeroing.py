"""Value zeroing: how much a token's output turns when another token's value is taken away.

Mohebbi et al. 2023, "Quantifying Context Mixing in Transformers" (arXiv:2301.12971), section 3:
C_ij = 1 − cos(x̃_i without v_j, x̃_i), x̃ the layer's output, v_j zero in every head, weights kept.
The attention part is recomputed with W_O; the rest of the layer is the model's own, run again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.attention import Float
from models.flow.flow import LayerFlow, NotMeasurableError
from models.flow.norms import contributions
from models.flow.tail import Tail
from models.graph.block import float32
from models.i18n import mark
from models.record import Layer
from models.runtime import Cancel

_NO_TAIL = mark("The rest of this layer cannot be run apart from the model.")
Progress = Callable[[float], None]
Merge = Callable[[Float], Float]


@dataclass(frozen=True, eq=False)
class ValueZeroing:
    """Value zeroing in one layer. ``layer`` is spread if it is windowed."""

    layer: Layer
    flow: LayerFlow
    tail: Tail
    residual: Float
    usual: Float

    def row(self, token: int, *, merge: Merge | None = None, cancel: Cancel | None = None) -> Float:
        """Return C_i of token i for every key: [M], from 0 (nothing changes) to 2.

        ``merge`` makes of what keys add [M, hidden] what is taken away at once, in as
        many rows.
        """
        flow = self.flow
        weights = self.layer.block(heads=slice(None), queries=slice(token, token + 1))[:, 0]
        added = contributions(self.layer, flow.kernel, weights)
        without = flow.output[token] - (added if merge is None else merge(added))
        if flow.inner is not None:
            without = flow.inner.apply(without)
        came = np.broadcast_to(self.residual[token], without.shape)
        return _turned(self.tail.run(without, came, cancel=cancel), self.usual[token])

    def matrix(self, *, cancel: Cancel | None = None, progress: Progress | None = None) -> Float:
        """Return C of all tokens: [N, M]."""
        tokens = len(self.usual)
        found = np.empty((tokens, self.layer.key.shape[1]), np.float32)
        for token in range(tokens):
            if cancel is not None:
                cancel.check()
            found[token] = self.row(token, cancel=cancel)
            if progress is not None:
                progress((token + 1) / tokens)
        return found


def value_zeroing(
    layer: Layer, flow: LayerFlow, tail: Tail | None, *, cancel: Cancel | None = None
) -> ValueZeroing:
    """Return what zeroes values in ``layer``.

    Raises NotMeasurableError where the rest of the layer cannot be run alone, or queries and
    keys are not the same tokens.
    """
    residual = flow.residual
    if tail is None or residual is None or layer.key.shape[1] != len(residual):
        raise NotMeasurableError(_NO_TAIL)
    came = flow.output if flow.inner is None else flow.inner.apply(flow.output)
    usual = tail.run(came, residual, cancel=cancel)
    return ValueZeroing(layer, flow, tail, residual, usual)


def _turned(one: Float, other: Float) -> Float:
    """Return 1 − cos of the rows of two [N, hidden], in double precision.

    From the difference of unit vectors, ½‖a − b‖², which keeps small angles exact.
    """
    a, b = one.astype(np.float64), other.astype(np.float64)
    a = a / np.maximum(np.linalg.norm(a, axis=-1, keepdims=True), 1e-30)
    b = b / np.maximum(np.linalg.norm(b, axis=-1, keepdims=True), 1e-30)
    return float32(np.sum((a - b) ** 2, axis=-1) / 2)
