"""softmax(QKᵀ·scale + bias)·V in NumPy, a row, a head or a block at a time.

The formula is equation 1 of Vaswani et al. 2017, "Attention Is All You Need"
(arXiv:1706.03762); ``scale`` is the model's own, usually 1/√d. Arrays keep the order
``[head, query, key]`` everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray

Float: TypeAlias = "NDArray[np.float32]"


def softmax(scores: Float) -> Float:
    """Return softmax over the last axis, float32, same shape.

    A row that is all minus infinity (every key masked) becomes zeros, as ONNX Runtime's
    Attention and PyTorch's guarded export give; NaN stays NaN.
    """
    top = np.max(scores, axis=-1, keepdims=True)
    shifted = scores - np.where(np.isneginf(top), np.float32(0), top)
    powers = np.exp(shifted, out=shifted)
    total = np.sum(powers, axis=-1, keepdims=True)
    return np.asarray(np.divide(powers, total, out=powers, where=total != 0), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class RowParts:
    """Every step from one query to its attention vector, for one head.

    ``query`` [d]; ``keys`` [M, d]; ``dots`` = keys·query [M]; ``scaled`` = dots·scale [M];
    ``bias`` [M] is mask plus position bias, None when the layer has neither; ``scores`` [M];
    ``weights`` [M] sums to ``total``; ``values`` [M, dv]; ``weighted`` = weights·values [M, dv];
    ``vector`` [dv] = the sum of ``weighted`` over keys.
    """

    query: Float
    keys: Float
    dots: Float
    scale: float
    scaled: Float
    bias: Float | None
    scores: Float
    weights: Float
    values: Float
    weighted: Float
    vector: Float

    @property
    def total(self) -> float:
        """The sum of the row's weights: 1 but for rounding, unless the model masks afterwards."""
        return float(self.weights.sum(dtype=np.float64))
