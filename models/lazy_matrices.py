"""Matrices of measures that are computed when they are read: what an export carries along."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from models.attention import Float
from models.counting import Asked


class LazyMatrices(Mapping[Asked, Float]):
    """Every measure there is, computed once by ``compute`` and kept; ``known`` are there already.

    Reading one raises as ``Measurer.matrix`` does.
    """

    def __init__(self, known: Mapping[Asked, Float], compute: Callable[[Asked], Float]) -> None:
        self._known, self._compute = dict(known), compute

    def __getitem__(self, asked: Asked) -> Float:
        """Return a matrix [N, M], computing it where it is not known."""
        if asked not in self._known:
            self._known[asked] = self._compute(asked)
        return self._known[asked]

    def __contains__(self, asked: object) -> bool:
        """Tell whether this can be asked for."""
        return isinstance(asked, Asked)

    def __iter__(self) -> Iterator[Asked]:
        """Iterate over what is known."""
        return iter(self._known)

    def __len__(self) -> int:
        """Count what is known."""
        return len(self._known)
