"""Running one experiment, off the GUI thread: just what ``main.py experiment`` does with it."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from gui.labs.state import Kind, Outcome, Place
from models.encoded import Array
from models.experiments.laboratory import Laboratory
from models.experiments.montecarlo import spread_of
from models.experiments.recipe import Recipe
from models.experiments.results import Result
from models.experiments.studying import Studied, make_study
from models.record import Record
from models.runtime import Cancel

Told = Callable[[int, int], None]


def perform(
    kind: Kind,
    laboratory: Laboratory,
    record: Record,
    recipe: Recipe,
    place: Place,
    *,
    progress: Told,
    cancel: Cancel,
) -> Outcome:
    """Make the experiment on the input of ``record``; raises as ``Laboratory.run`` does."""
    began = time.perf_counter()
    count = _Counter(progress)
    result: Result | None = None
    studied: Studied | None = None
    if not recipe.empty:
        watch = _watch(kind, place)
        result = laboratory.run(record.encoded, recipe, watch=watch, progress=count, cancel=cancel)
    passes = 0 if result is None else result.passes
    if recipe.study is not None:
        studied = make_study(
            laboratory, record.encoded, recipe.study, seed=recipe.seed,
            progress=count, cancel=cancel,
        )  # fmt: skip
        passes += _runs_of(studied, count.done)
    return Outcome(
        kind, record, recipe, place, passes, time.perf_counter() - began, result, studied,
        spread=None if result is None or result.passes == 1 else spread_of(result),
        identical=None if result is None else identical(result),
        hidden_gap=0.0 if result is None else hidden_gap(result),
    )  # fmt: skip


def identical(result: Result) -> bool:
    """Tell whether all outputs of all passes are the base run's, bit for bit."""
    return all(
        _same(one, result.base.outputs[name])
        for name, array in result.outputs.items()
        for one in array
    )


def hidden_gap(result: Result) -> float:
    """Return how far any hidden number of any pass is from the base run's at most."""
    gaps = (np.abs(a - result.base.hidden[layer]).max() for layer, a in result.hidden.items())
    return max((float(gap) for gap in gaps), default=0.0)


def _same(one: Array, other: Array) -> bool:
    return one.shape == other.shape and one.tobytes() == other.tobytes()


def _watch(kind: Kind, place: Place) -> tuple[int, int, int] | None:
    if kind != "arrow" or place.token is None:
        return None
    return place.layer, place.head, place.token


def _runs_of(studied: Studied, done: int) -> int:
    """Return how many runs a study made: some say it, some are told one by one."""
    return int(studied.facts.get("passes", 0 if studied.kind == "row_dropout" else done))


class _Counter:
    """Passes progress on and remembers how far it got."""

    def __init__(self, progress: Told) -> None:
        self._progress, self.done = progress, 0

    def __call__(self, done: int, whole: int) -> None:
        """Note and tell."""
        self.done = done
        self._progress(done, whole)
