"""How a tensor of the graph holds one vector per token: its rows taken out, and put back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from models.attention import Float
from models.encoded import Array
from models.graph.block import float32


@dataclass(frozen=True)
class Layout:
    """``shape`` of the tensor for one input; ``axis`` holds the vectors' ``size`` numbers."""

    shape: tuple[int, ...]
    axis: int

    @property
    def tokens(self) -> int:
        """How many vectors there are."""
        return math.prod(self.shape) // self.shape[self.axis]

    def rows(self, array: Array) -> Float:
        """Return the vectors of an array of this shape: [N, size]."""
        size = self.shape[self.axis]
        return float32(np.moveaxis(array, self.axis, -1).reshape(-1, size))

    def filled(self, rows: Array) -> Float:
        """Return vectors [N, size] laid out in this shape again."""
        axes = [n for i, n in enumerate(self.shape) if i != self.axis]
        return float32(np.moveaxis(rows.reshape(*axes, -1), -1, self.axis))


def layout_of(shape: tuple[int, ...], *, tokens: int, size: int) -> Layout | None:
    """Return how ``shape`` holds ``tokens`` vectors of ``size`` numbers, None when it does not.

    The last axis is preferred; channels-first graphs keep vectors along an earlier one.
    """
    if math.prod(shape) != tokens * size:
        return None
    for axis in reversed(range(len(shape))):
        if shape[axis] == size:
            return Layout(shape, axis)
    return None


def first_of(array: Array, *, batch: int) -> Array:
    """Return the first of ``batch`` repetitions of one input, wherever the batch axis is."""
    if batch == 1 or array.ndim < 2:  # noqa: PLR2004  # nothing to choose from
        return array
    if array.shape[0] % batch == 0:
        return array[: array.shape[0] // batch]
    return array[:, :1] if array.shape[1] == batch else array
