"""Layers read out of a run when they are looked at, not before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, overload

import numpy as np

from models.encoded import Array
from models.ranges import LAYER_INDEX, no_such
from models.record import Layer

_WORTH_SHARING: Final = 1_000_000  # bytes; of less, looking for an equal costs more than it saves
_ROWS: Final = 64  # compared at a time: most masks that differ do so in their first rows


class LayerList(Sequence[Layer]):
    """The layers of one run, in the order asked for; each is made once, on first use.

    Large masks and biases that are equal are kept once for all layers. When every layer was made,
    what they were read from is let go.
    """

    def __init__(self, indices: Sequence[int], read: Callable[[int], Layer]) -> None:
        self._indices = tuple(indices)
        self._read: Callable[[int], Layer] | None = read
        self._made: dict[int, Layer] = {}
        self._large: list[Array] = []
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Count the layers."""
        return len(self._indices)

    @overload
    def __getitem__(self, place: int) -> Layer: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Layer, ...]: ...

    def __getitem__(self, place: int | slice) -> Layer | tuple[Layer, ...]:
        """Return the layer at ``place``, or several."""
        if isinstance(place, slice):
            return tuple(self[i] for i in range(*place.indices(len(self))))
        if not -len(self._indices) <= place < len(self._indices):
            raise no_such(LAYER_INDEX, place, len(self._indices))
        index = self._indices[place]
        return self._made.get(index) or self._make(index)

    def _make(self, index: int) -> Layer:
        read = self._read
        if read is None:  # another thread made the last one meanwhile
            return self._made[index]
        layer = read(index)
        with self._lock:  # two threads may both read; both get the one that was first
            if index not in self._made:
                bias, keep = self._once(layer.bias), self._once(layer.keep)
                self._made[index] = replace(layer, bias=bias, keep=keep)
            if len(self._made) == len(set(self._indices)):
                self._read = None
            return self._made[index]

    def _once(self, array: Array | None) -> Array | None:
        """Return ``array``, or the equal one that a layer before holds."""
        if array is None or array.nbytes < _WORTH_SHARING:
            return array
        for other in self._large:
            if _equal(array, other):
                return other
        self._large.append(array)
        return array


def _equal(one: Array, other: Array) -> bool:
    """Whether two arrays hold the same bits; told at the first rows that differ."""
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.ctypes.data == other.ctypes.data and one.strides == other.strides:
        return True
    if not (one.flags.c_contiguous and other.flags.c_contiguous):
        return False
    a, b = (x.reshape(-1, x.shape[-1]).view(f"u{x.itemsize}") for x in (one, other))
    return all(np.array_equal(a[i : i + _ROWS], b[i : i + _ROWS]) for i in range(0, len(a), _ROWS))
