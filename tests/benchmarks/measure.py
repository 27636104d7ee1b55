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


def ratio_in_turn(
    one: Callable[[], object], other: Callable[[], object], *, times: int
) -> tuple[float, float, float]:
    """Return (one ÷ other, median of one, median of the other), both run in turn.

    Each turn runs both, first one, then the other, and the next turn the other way round, so
    that what the machine does meanwhile falls on both alike. The ratio is the median over turns.
    """
    one()
    other()
    pairs = []
    for turn in range(times):
        if turn % 2:
            second, first = milliseconds(other), milliseconds(one)
        else:
            first, second = milliseconds(one), milliseconds(other)
        pairs.append((first, second))
    ratio = statistics.median(first / second for first, second in pairs)
    ones, others = zip(*pairs, strict=True)
    return ratio, statistics.median(ones), statistics.median(others)
