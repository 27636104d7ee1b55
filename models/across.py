"""One token through all layers: its rows, its hidden state, and what attention adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.attention import Float
from models.counting import Direction
from models.flow.flow import Flow, LayerFlow, NotMeasurableError
from models.graph.block import float32
from models.graph.outflow import NoOutflow
from models.record import Record
from models.runtime import Cancel
from models.windowed import spread


def path_of(
    record: Record,
    token: int,
    heads: Sequence[int] = (),
    *,
    direction: Direction = "from",
    cancel: Cancel | None = None,
) -> Float:
    """Return the mean row of ``token``, or its column, over ``heads`` in every layer: [L, N].

    No heads means all of a layer, and so does a choice that a layer has none of. A layer whose
    queries and keys are not the tokens one by one is a row of NaN. Raises CancelledError.
    """
    return path_and_reasons(record, token, heads, direction=direction, cancel=cancel)[0]


def path_and_reasons(
    record: Record,
    token: int,
    heads: Sequence[int] = (),
    *,
    direction: Direction = "from",
    cancel: Cancel | None = None,
) -> tuple[Float, tuple[NotMeasurableError, ...]]:
    """Return ``path_of``, and why layers have no such numbers: those are rows of NaN.

    For records seen through a measure (``models.flow.measured_layers``).
    """
    rows = np.full((len(record.layers), len(record.tokens)), np.nan, dtype=np.float32)
    reasons: list[NotMeasurableError] = []
    for index, layer in enumerate(record.layers):
        if cancel is not None:
            cancel.check()
        whole = spread(layer)
        if not whole.follows(len(record.tokens)):
            continue
        there = [head for head in heads if head < whole.heads] or list(range(whole.heads))
        read = whole.mean_row if direction == "from" else whole.mean_column
        try:
            rows[index] = read(token, there)
        except NotMeasurableError as error:
            reasons.append(error)
    return rows, tuple(reasons)


@dataclass(frozen=True, eq=False)
class Steps:
    """What every layer did to one token.

    ``added`` [L] is ‖attention output‖ ÷ ‖residual‖, both Euclidean. ``kept`` [L] is the cosine of
    the state a layer gives with the one it was given, ``start`` [L] with the first one of all.
    NaN where it cannot be told; ``reasons`` says why, per layer, marked for translation.
    """

    added: Float
    kept: Float
    start: Float
    reasons: tuple[str, ...]


def steps_of(flow: Flow, token: int | Sequence[int], *, layers: int) -> Steps:
    """Return what each of ``layers`` layers did to ``token``.

    Of the pieces of a word: to the mean of their vectors, as ``models.compare_senses`` takes it.
    """
    pieces = [token] if isinstance(token, int) else list(token)
    added, kept, start = (np.full(layers, np.nan, dtype=np.float32) for _ in range(3))
    reasons = [""] * layers
    first: Float | None = None
    for index in range(layers):
        found = flow.layers.get(index)
        if not isinstance(found, LayerFlow):
            reasons[index] = found.reason if isinstance(found, NoOutflow) else ""
            continue
        given, gives = _at(found.residual, pieces), _at(found.state, pieces)
        first = given if index == 0 else first
        if given is not None:
            added[index] = _ratio(_came(found, pieces), given)
            kept[index] = cosine(given, gives)
        start[index] = cosine(first, gives)
    return Steps(added, kept, start, tuple(reasons))


def states_of(flow: Flow, token: int) -> Float | None:
    """Return the hidden states of ``token``: [L + 1, hidden], None where they cannot be told."""
    states = flow.states
    return None if states is None else states[:, token]


def similarities(states: Float) -> Float:
    """Return the cosine of every state with every other: ``states`` [S, hidden] to [S, S]."""
    wide = states.astype(np.float64)
    lengths = np.linalg.norm(wide, axis=1, keepdims=True)
    unit = np.divide(wide, lengths, out=np.full_like(wide, np.nan), where=lengths > 0)
    return float32(unit @ unit.T)


def cosine(a: Float | None, b: Float | None) -> float:
    """Return a·b ÷ (‖a‖‖b‖), NaN where a vector is missing or has no length."""
    if a is None or b is None or a.shape != b.shape:
        return float("nan")
    one, other = a.astype(np.float64), b.astype(np.float64)
    length = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / length if length > 0 else float("nan")


def _came(layer: LayerFlow, pieces: Sequence[int]) -> Float:
    """Return what attention adds to the residual of a token: after a norm on the way, if any."""
    rows = layer.output[pieces]
    return _mean(rows if layer.inner is None else layer.inner.apply(rows))


def _at(rows: Float | None, pieces: Sequence[int]) -> Float | None:
    return None if rows is None or max(pieces) >= len(rows) else _mean(rows[pieces])


def _mean(rows: Float) -> Float:
    """Return the mean of rows [n, hidden]; of one row, that row itself."""
    return rows[0] if len(rows) == 1 else float32(rows.mean(axis=0, dtype=np.float64))


def _ratio(part: Float, whole: Float) -> float:
    length = float(np.linalg.norm(whole.astype(np.float64)))
    return float(np.linalg.norm(part.astype(np.float64))) / length if length > 0 else float("nan")
