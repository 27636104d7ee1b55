"""One measured number with its goal, and the ways of measuring that noise cannot fool."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured; ``goal`` is None where nothing is promised."""

    value: float
    unit: str
    goal: float | None = None
    lower_is_better: bool = True

    @property
    def reached(self) -> bool:
        """Whether the goal is met, or there is none."""
        if self.goal is None:
            return True
        return self.value <= self.goal if self.lower_is_better else self.value >= self.goal


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long ``work`` takes, once."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def median(work: Callable[[], object], *, times: int) -> float:
    """Return the median duration of ``work`` in milliseconds, after one call to warm up."""
    work()
    return statistics.median(milliseconds(work) for _ in range(times))


def best_in_turn(
    one: Callable[[], object], other: Callable[[], object], *, times: int, rest: float
) -> tuple[float, float]:
    """Return the shortest duration of each in milliseconds, run in turn and never beside the other.

    The order changes from turn to turn. Two runtimes in one process have threads of their own,
    which go on spinning for some milliseconds after a run and would slow down the other's: so
    there is a ``rest`` of so many seconds before every run, and the shortest counts.
    """
    one()
    other()
    times_of_one: list[float] = []
    times_of_other: list[float] = []
    both = ((one, times_of_one), (other, times_of_other))
    for turn in range(times):
        for work, durations in both if turn % 2 else reversed(both):
            time.sleep(rest)
            durations.append(milliseconds(work))
    return min(times_of_one), min(times_of_other)
