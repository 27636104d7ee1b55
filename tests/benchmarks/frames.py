"""How long one change of the window takes, on the clock and on the GUI thread alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from tests.benchmarks.measure import Result

GOAL: Final = 16.0
PERCENTILE: Final = 95


def painted(
    name: str, change: Callable[[int], object], *, times: int, goal: float = GOAL
) -> Iterator[tuple[str, Result]]:
    """Yield the 95th percentiles from the intent to the last pixel.

    ``name`` is what a person waits, whatever else the machine does; ``name.gui_thread`` is the
    processor time of the GUI thread alone, which other programs do not lengthen. A change is
    made and every paint that it asked for happens before the next one.
    """
    from PySide6.QtCore import QCoreApplication  # noqa: PLC0415  # after the platform is chosen

    waited, worked = [], []
    for i in range(times):
        begun, busy = time.perf_counter(), time.thread_time()
        change(i)
        QCoreApplication.processEvents()
        waited.append(1000 * (time.perf_counter() - begun))
        worked.append(1000 * (time.thread_time() - busy))
    yield name, Result(_percentile(waited), "ms", goal=goal)
    yield f"{name}.gui_thread", Result(_percentile(worked), "ms", goal=goal)


def _percentile(taken: list[float]) -> float:
    return float(np.percentile(taken, PERCENTILE))
