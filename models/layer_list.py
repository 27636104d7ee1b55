"""Layers read out of a run when they are looked at, not before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

import numpy as np

from models.graph.block import Parts
from models.graph.windows import WindowMap, in_windows
from models.ranges import LAYER_INDEX, no_such
from models.record import Layer


class LayerList(Sequence[Layer]):
    """The layers of one run, in the order asked for; each is made once, on first use."""

    def __init__(self, indices: Sequence[int], read: Callable[[int], Layer]) -> None:
        self._indices = tuple(indices)
        self._read = read
        self._made: dict[int, Layer] = {}

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
        if index not in self._made:
            # Two threads may both read; both get the one that was first.
            self._made.setdefault(index, self._read(index))
        return self._made[index]


def as_layer(index: int, pattern: str, found: Parts, windows: WindowMap | None) -> Layer:
    """Return what was read of one block as a layer, sorted by window where it has windows."""
    parts = found if windows is None else in_windows(found, windows)
    return Layer(
        index=index,
        pattern=pattern,
        query=parts.query,
        key=parts.key,
        value=parts.value,
        scale=parts.scale,
        bias=parts.bias,
        keep=None if parts.keep is None else parts.keep.astype(np.bool_),
        direct=parts.direct,
        windows=None if windows is None else windows.positions,
    )
