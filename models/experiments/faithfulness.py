"""Which order of importance to believe: deletion and insertion curves, measured on the model.

Deletion covers the most important tokens first, insertion starts from everything covered and shows
them again; the area under the first should be small, under the second large. Petsiuk et al. 2018,
"RISE" (arXiv:1806.07421), section 4.1; for text, DeYoung et al. 2019, "ERASER" (arXiv:1911.03429),
equations 1 and 2, where they are called comprehensiveness and sufficiency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.counting import Asked, Measure
from models.encoded import Array, Encoded
from models.errors import InputError
from models.experiments.distances import cosine_distance, relative_l2
from models.experiments.drift import Reading, probabilities, rows_of
from models.experiments.laboratory import Laboratory, Progress
from models.experiments.occluding import can_occlude, occluded
from models.experiments.occlusion import tokens_one_by_one
from models.experiments.recipe import ORDERS, Order
from models.experiments.results import Base
from models.feeds import repeated
from models.flow.flow import NotMeasurableError
from models.flow.measured import Measurer
from models.flow.reader import FlowReader
from models.i18n import mark
from models.runtime import Cancel

Double = NDArray[np.float64]
_MEASURES: Final[Mapping[Order, Measure]] = {
    "attention": "weight",
    "norm": "output",
    "rollout": "rollout",
}


@dataclass(frozen=True, eq=False)
class Curve:
    """One order's curves.

    ``tokens`` [n] are the tokens, the most important first, and ``scores`` [n] theirs.
    ``deletion`` and ``insertion`` [S] are how much of the base output is left at ``shares`` [S]
    of the tokens covered or shown; the areas are under them, by trapezoids.
    """

    order: Order
    tokens: tuple[int, ...]
    scores: Double
    shares: Double
    deletion: Double
    insertion: Double

    @property
    def deletion_area(self) -> float:
        """The area under the deletion curve: the smaller, the more faithful the order."""
        return _area(self.shares, self.deletion)

    @property
    def insertion_area(self) -> float:
        """The area under the insertion curve: the larger, the more faithful the order."""
        return _area(self.shares, self.insertion)


@dataclass(frozen=True, eq=False)
class Faithfulness:
    """Every order's curves on the same input. ``kept`` says what the curves measure.

    "probability": that of the base run's likeliest class; "cosine": the mean cosine with the base
    run's vectors; "closeness": 1 − relative L2, at least 0. ``missing`` tells which orders could
    not be had, and why, marked for people. ``passes`` counts the runs.
    """

    kept: Literal["probability", "cosine", "closeness"]
    token: int
    layer: int
    curves: tuple[Curve, ...]
    missing: Mapping[Order, str]
    passes: int


def faithfulness(
    laboratory: Laboratory,
    encoded: Encoded,
    *,
    orders: Sequence[Order] = ORDERS,
    layer: int = -1,
    token: int | None = None,
    steps: int = 10,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Faithfulness:
    """Return the curves of ``orders`` for the row of ``token`` in ``layer`` (from 0, −1: last).

    ``token`` is the first special token (CLS) when None, or the first of all. Attention and norm
    are those of all heads. Each order takes 2·``steps`` runs, less those that all share, and
    occlusion one more per token. Raises InputError where nothing can be covered.
    """
    base = laboratory.base(encoded, cancel=cancel)
    tokens = can_occlude(base.record.encoded)
    if not tokens:
        raise InputError(mark("Nothing in this input can be covered."))
    number = layer % len(base.ground.layers)
    row = _query(base) if token is None else token
    runs = _Runs(laboratory, base, tokens, steps=steps, cancel=cancel, progress=progress)
    runs.all = len(orders) * 2 * (runs.steps - 1) + 2 + len(tokens) * ("occlusion" in orders)
    curves: list[Curve] = []
    missing: dict[Order, str] = {}
    for order in orders:
        try:
            scores = runs.scores(order, layer=number, token=row, seed=seed)
        except NotMeasurableError as error:
            missing[order] = error.message
            continue
        curves.append(runs.curve(order, scores))
    return Faithfulness(runs.kept, row, number, tuple(curves), missing, runs.done)


def _query(base: Base) -> int:
    special = (i for i, token in enumerate(base.record.tokens) if token.special)
    return next(special, 0)


class _Runs:
    """Covers tokens, runs, and counts."""

    def __init__(
        self,
        laboratory: Laboratory,
        base: Base,
        tokens: Sequence[int],
        *,
        steps: int,
        cancel: Cancel | None,
        progress: Progress | None,
    ) -> None:
        self._laboratory, self._base, self._tokens = laboratory, base, tuple(tokens)
        self.steps = max(1, min(steps, len(tokens)))
        self.cancel, self._progress = cancel, progress
        self._reading = next(
            iter(sorted(base.readings, key=lambda x: _RANK.index(x.measure))), None
        )
        self._known: dict[frozenset[int], float] = {}
        self.done, self.all = 0, 0

    @property
    def kept(self) -> Literal["probability", "cosine", "closeness"]:
        """What the curves measure."""
        measure = "relative_l2" if self._reading is None else self._reading.measure
        if measure == "jensen_shannon":
            return "probability"
        return "cosine" if measure == "cosine" else "closeness"

    def scores(self, order: Order, *, layer: int, token: int, seed: int) -> Double:
        """Return one importance per token that can be covered."""
        count, base = len(self._tokens), self._base
        if order == "random":
            words = np.random.Philox(key=[seed & (2**64 - 1), 2]).random_raw(count)
            return np.asarray(words / 2.0**64, np.float64)
        if order == "occlusion":
            found = tokens_one_by_one(self._laboratory, base, self._tokens, cancel=self.cancel)
            return np.array([self.counted(drift.value) for _, drift in found])
        measure = _MEASURES[order]
        reader = FlowReader(self._laboratory.model.tapped) if measure == "output" else None
        measurer = Measurer(base.record, reader)
        row = measurer.row(Asked(measure, layer), token, cancel=self.cancel)
        return np.asarray(row[list(self._tokens)], np.float64)

    def counted(self, value: float) -> float:
        """Return ``value``, one run further."""
        self.done += 1
        if self._progress is not None:
            self._progress(min(self.done, self.all), self.all)
        return value

    def curve(self, order: Order, scores: Double) -> Curve:
        """Return both curves of one order."""
        ranked = tuple(self._tokens[i] for i in np.argsort(-scores, kind="stable"))
        counts = np.unique(np.linspace(0, len(ranked), self.steps + 1).round().astype(int))
        deletion = [self._left(frozenset(ranked[:count])) for count in counts]
        insertion = [self._left(frozenset(ranked[count:])) for count in counts]
        return Curve(
            order,
            ranked,
            np.sort(scores)[::-1],
            counts / len(ranked),
            np.array(deletion),
            np.array(insertion),
        )

    def _left(self, covered: frozenset[int]) -> float:
        if covered not in self._known:
            encoded, model = self._base.record.encoded, self._laboratory.model
            feeds = repeated(occluded(model, encoded, sorted(covered)), model.inputs)
            outputs = self._laboratory.play(self._base, {}, feeds=feeds, cancel=self.cancel)
            self._known[covered] = self.counted(self._closeness(outputs))
        return self._known[covered]

    def _closeness(self, outputs: Mapping[str, Array]) -> float:
        if self._reading is None:
            return 0.0
        name = self._reading.name
        return left_of(self._reading, self._base.outputs[name], outputs[name])


_RANK: Final = ("jensen_shannon", "cosine", "relative_l2")


def left_of(reading: Reading, before: Array, after: Array) -> float:
    """Return how much of the base output is left; see ``Faithfulness.kept``."""
    old, new = rows_of(reading, before), rows_of(reading, after)
    if reading.measure == "jensen_shannon":
        own = probabilities(reading, old)
        now = probabilities(reading, new)
        top = own.argmax(axis=-1)
        return float(now[np.arange(len(top)), top].mean())
    if reading.measure == "cosine":
        return float(1 - cosine_distance(old, new).mean())
    return max(0.0, 1 - relative_l2(before, after))


def _area(shares: Double, values: Double) -> float:
    widths = np.diff(shares)
    return float((widths * (values[1:] + values[:-1]) / 2).sum())
