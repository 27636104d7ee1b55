"""How far a model's output and hidden states moved, in the measure that fits what they are.

Jensen–Shannon for probabilities, cosine for embeddings, relative L2 for maps and for whatever is
not understood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from models.encoded import Array
from models.experiments.distances import Double, cosine_distance, jensen_shannon, relative_l2
from models.outputs.answer import Answer
from models.outputs.base import Output, sigmoid, softmax, usable
from models.outputs.classes import Classes
from models.outputs.guesses import TokenGuesses
from models.outputs.reading import read_outputs
from models.outputs.states import TokenStates, Vector
from models.outputs.token_labels import TokenLabels
from models.record import Record

if TYPE_CHECKING:
    from models.api import Model

Measure = Literal["jensen_shannon", "cosine", "relative_l2"]
Law = Literal["softmax", "sigmoid", "given", "vectors", "numbers"]
_MEASURES: Final[Mapping[Law, Measure]] = {
    "softmax": "jensen_shannon",
    "sigmoid": "jensen_shannon",
    "given": "jensen_shannon",
    "vectors": "cosine",
    "numbers": "relative_l2",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """How one output is compared: ``law`` makes probabilities or vectors of its last axis.

    ``rows`` are the positions that count (a mask's, say), empty for all of them.
    """

    name: str
    law: Law
    rows: tuple[int, ...] = ()

    @property
    def measure(self) -> Measure:
        """The measure that fits."""
        return _MEASURES[self.law]


@dataclass(frozen=True, slots=True)
class Drift:
    """How far one output moved.

    ``value`` is in ``measure``: nats from 0 to ln 2, 1 − cosine, or relative L2; the mean over
    positions where there are several. ``top_before`` and ``top_after`` are the likeliest class
    (of the first position that counts), None for what is no probability.
    """

    name: str
    measure: Measure
    value: float
    relative_l2: float
    top_before: int | None = None
    top_after: int | None = None
    tops_kept: int | None = None

    @property
    def top_changed(self) -> bool:
        """Whether another class is the likeliest now."""
        return self.top_before != self.top_after


def readings(record: Record, model: Model) -> tuple[Reading, ...]:
    """Return how each output of ``record`` is compared, in the order of the graph."""
    found = {output.name: _reading(output) for output in read_outputs(record, model)}
    return tuple(
        found.get(name, Reading(name, _unread(name, record)))
        for name, array in record.outputs.items()
        if isinstance(array, np.ndarray) and array.dtype.kind in "fiub"
    )


def _unread(name: str, record: Record) -> Law:
    """Return the law of an output that another speaks for: the end of an answer."""
    ends = any(isinstance(x, str) and "end" in x.lower() for x in (name,))
    return "softmax" if ends and record.outputs[name].ndim == 2 else "numbers"  # noqa: PLR2004  # [1, N]


def _reading(output: Output) -> Reading:
    if isinstance(output, Classes):
        if output.function == "none" or output.probabilities is None:
            return Reading(output.name, "numbers")
        return Reading(output.name, "given" if output.by_graph else output.function)
    if isinstance(output, TokenGuesses):
        return Reading(output.name, "softmax", tuple(output.positions))
    if isinstance(output, TokenLabels | Answer):
        return Reading(output.name, "softmax")
    if isinstance(output, TokenStates | Vector):
        return Reading(output.name, "vectors")
    return Reading(output.name, "numbers")


def drift_of(reading: Reading, before: Array, after: Array, *, top: int = 5) -> Drift:
    """Return how far one output moved from ``before`` to ``after``, same shapes."""
    moved = relative_l2(before, after)
    rows = [_rows(reading, array) for array in (before, after)]
    if reading.law == "numbers" or not all(usable(row) for row in rows):
        return Drift(reading.name, "relative_l2", moved, moved)
    if reading.law == "vectors":
        value = float(cosine_distance(rows[0], rows[1]).mean())
        return Drift(reading.name, "cosine", value, moved)
    old, new = (probabilities(reading, row) for row in rows)
    far = _bernoulli(old, new) if reading.law == "sigmoid" else jensen_shannon(old, new)
    first, second = (int(p[0].argmax()) for p in (old, new))
    kept = set(_top(old[0], top)) & set(_top(new[0], top))
    return Drift(reading.name, "jensen_shannon", float(far.mean()), moved, first, second, len(kept))


def probabilities(reading: Reading, rows: Array) -> Double:
    """Return the probabilities [rows, C] of an output's numbers, as its law says."""
    if reading.law == "softmax":
        return softmax(rows)
    return sigmoid(rows) if reading.law == "sigmoid" else rows.astype(np.float64)


def rows_of(reading: Reading, array: Array) -> Array:
    """Return the rows of an output that count: [rows, C]."""
    return _rows(reading, array)


def _rows(reading: Reading, array: Array) -> Array:
    flat = array.reshape(-1, array.shape[-1]) if array.ndim else array.reshape(1, 1)
    return flat[list(reading.rows)] if reading.rows else flat


def _top(row: Double, count: int) -> list[int]:
    return [int(i) for i in np.argsort(-row, kind="stable")[:count]]


def _bernoulli(old: Double, new: Double) -> Double:
    """Return the mean divergence over classes that each stand by themselves: [rows]."""
    pair = [np.stack([p, 1 - p], axis=-1) for p in (old, new)]
    return np.asarray(jensen_shannon(pair[0], pair[1]).mean(axis=-1))


@dataclass(frozen=True, eq=False)
class HiddenDrift:
    """How far one hidden state moved: ``relative`` over all tokens, and [N] numbers per token.

    ``layer`` counts from 0; −1 is what the first layer is given. ``tokens`` are relative L2 of
    each token's vector, ``cosine`` their 1 − cosine.
    """

    layer: int
    relative: float
    tokens: Double
    cosine: Double


def hidden_drift(before: Mapping[int, Array], after: Mapping[int, Array]) -> list[HiddenDrift]:
    """Return the drift of every hidden state, in order."""
    found = []
    for layer in sorted(before):
        old, new = (array[layer].astype(np.float64) for array in (before, after))
        flat_old, flat_new = (x.reshape(-1, x.shape[-1]) for x in (old, new))
        moved = np.linalg.norm(flat_new - flat_old, axis=-1)
        length = np.linalg.norm(flat_old, axis=-1)
        tokens = np.divide(moved, length, out=np.zeros_like(moved), where=length > 0)
        cosine = cosine_distance(flat_old, flat_new)
        found.append(HiddenDrift(layer, relative_l2(old, new), tokens, cosine))
    return found


def headline(drifts: Sequence[Drift]) -> Drift | None:
    """Return the drift that speaks for a run: the first of probabilities, else of vectors …"""
    order = ("jensen_shannon", "cosine", "relative_l2")
    return min(drifts, key=lambda drift: order.index(drift.measure), default=None)
