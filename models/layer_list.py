"""Layers read out of a run when they are looked at, not before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

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
