"""What may be computed again is kept only while it fits into a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")
Key = tuple[object, ...]  # what it belongs to, then what tells it from others of these
Forget = Callable[[], bool]  # lets go of what is kept elsewhere, or says that it cannot now
MEGABYTE: Final = 1_000_000
USUAL_BUDGET: Final = 256 * MEGABYTE


class ByteCache(Generic[Value]):
    """Keeps the values used last, together at most ``budget`` bytes. For one thread.

    What others keep is counted with ``hold``. What is on screen refuses to go, and stays counted.
    """

    def __init__(self, budget: int = USUAL_BUDGET) -> None:
        self._budget = budget
        self._kept: OrderedDict[Key, tuple[Value | None, int, Forget]] = OrderedDict()
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

    def used_by(self) -> dict[object, int]:
        """Return how many bytes belong to what: by the first part of the keys."""
        found: dict[object, int] = {}
        for key, (_, nbytes, _forget) in self._kept.items():
            found[key[0]] = found.get(key[0], 0) + nbytes
        return found

    def get(self, key: Key) -> Value | None:
        """Return what was kept under ``key``, now the last to go; None when it is not here."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: Key, value: Value, nbytes: int) -> None:
        """Keep ``value``, of ``nbytes``, letting go of what was used longest ago.

        What alone exceeds the budget is not kept.
        """
        self.drop(key)
        if nbytes <= self._budget:
            self._make_room(nbytes)
            self._keep(key, value, nbytes, _gone)

    def hold(self, key: Key, nbytes: int, forget: Forget) -> None:
        """Count ``nbytes`` that are kept elsewhere, as used just now; none: no longer.

        ``forget`` is called when their turn comes to go, and at once where they alone exceed the
        budget; it answers whether they went.
        """
        self.drop(key)
        if nbytes > self._budget and forget():
            return
        if nbytes:
            self._make_room(nbytes)
            self._keep(key, None, nbytes, forget)

    def drop(self, key: Key) -> None:
        """Let go of what is kept under ``key``, if anything is."""
        _, nbytes, _forget = self._kept.pop(key, (None, 0, _gone))
        self._used -= nbytes

    def drop_all(self, owner: object) -> None:
        """Let go of everything that belongs to ``owner``: the first part of the keys."""
        for key in [key for key in self._kept if key[0] == owner]:
            self.drop(key)

    def trim(self) -> None:
        """Keep to the budget again: what refused to go may have left the screen."""
        self._make_room(0)

    def _keep(self, key: Key, value: Value | None, nbytes: int, forget: Forget) -> None:
        self._kept[key] = (value, nbytes, forget)
        self._used += nbytes

    def _make_room(self, nbytes: int) -> None:
        for key in list(self._kept):
            if self._used + nbytes <= self._budget:
                return
            found = self._kept.get(key)  # one that goes may take others along
            if found is not None and found[2]():
                self.drop(key)


def _gone() -> bool:
    """A value goes with the cache's own hold on it."""
    return True
