"""What may be computed again is kept only while it fits into a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")
MEGABYTE: Final = 1_000_000
USUAL_BUDGET: Final = 256 * MEGABYTE


class ByteCache(Generic[Value]):
    """Keeps the values used last, together at most ``budget`` bytes. For one thread."""

    def __init__(self, budget: int = USUAL_BUDGET) -> None:
        self._budget = budget
        self._kept: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._used = 0

    @property
    def used(self) -> int:
        """How many bytes are kept now."""
        return self._used

    @property
    def budget(self) -> int:
        """How many bytes may be kept."""
        return self._budget

    @budget.setter
    def budget(self, budget: int) -> None:
        self._budget = budget
        self._make_room(0)

    def get(self, key: Hashable) -> Value | None:
        """Return what was kept under ``key``, now the last to go; None when it is not here."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, value: Value, nbytes: int) -> None:
        """Keep ``value``, of ``nbytes``, letting go of what was used longest ago.

        What alone exceeds the budget is not kept.
        """
        self.drop(key)
        if nbytes <= self._budget:
            self._make_room(nbytes)
            self._kept[key] = (value, nbytes)
            self._used += nbytes

    def drop(self, key: Hashable) -> None:
        """Let go of what is kept under ``key``, if anything is."""
        _, nbytes = self._kept.pop(key, (None, 0))
        self._used -= nbytes

    def clear(self) -> None:
        """Let go of everything."""
        self._kept.clear()
        self._used = 0

    def _make_room(self, nbytes: int) -> None:
        while self._kept and self._used + nbytes > self._budget:
            _, (_, gone) = self._kept.popitem(last=False)
            self._used -= gone
