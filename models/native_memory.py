"""Memory that was let go of goes back to the system, where the C library would keep it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Let the system have what was freed: glibc keeps it page by page, once for every thread.

    Without this a model that was replaced stays in memory, though nothing holds it. Elsewhere
    the C library does so by itself, and nothing happens here.
    """
    _trim()(0)


@cache
def _trim() -> Callable[[int], int]:
    """Return ``malloc_trim`` of the C library: see its manual page, malloc_trim(3)."""
    if not sys.platform.startswith("linux"):
        return _nothing
    import ctypes  # noqa: PLC0415  # the window is painted without it

    found: Callable[[int], int] = getattr(ctypes.CDLL(None), "malloc_trim", _nothing)
    return found


def _nothing(_kept: int) -> int:
    """There is nothing to give back."""
    return 0
