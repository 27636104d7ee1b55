"""The measures of every head of a record, one layer at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.encoded import Modality
from models.measures.blocks import Block, blocks, uniform_blocks
from models.measures.facts import Bools, TokenFacts, anonymous, facts_of
from models.measures.quantities import Pair
from models.measures.table import (
    ALL,
    SINK_THRESHOLD,
    Measure,
    applies,
    measure_named,
    tags_for,
)
from models.record import Layer, Record
from models.runtime import Cancel
from models.windowed import spread

Figures = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sink:
    """A token that receives more than 0.3 of the weight on average."""

    token: int
    weight: float


@dataclass(frozen=True, slots=True)
class Tag:
    """A pattern that a head follows: its score, and what looking everywhere alike would score."""

    name: str
    score: float
    chance: float


@dataclass(frozen=True, eq=False)
class LayerMeasures:
    """The figures of one layer.

    ``values[name]`` is [H], NaN where no row counts or the layer's positions are not the input's
    tokens; ``rows[name]`` says over how many rows each was taken. ``received`` [H, M] is the mean
    weight on every key, over all rows but padding.
    """

    index: int
    heads: int
    regular: bool
    values: Mapping[str, Figures]
    rows: Mapping[str, int]
    received: Figures

    def sinks(self, head: int) -> tuple[Sink, ...]:
        """Return the tokens that are sinks of ``head``, the strongest first."""
        received = self.received[head]
        found = np.flatnonzero(received > SINK_THRESHOLD)
        return tuple(
            Sink(int(j), float(received[j])) for j in sorted(found, key=lambda j: -received[j])
        )


@dataclass(frozen=True, eq=False)
class HeadMeasures:
    """The figures of every head for one input.

    ``chance[name]`` is what a head that looks everywhere alike would score. ``tokens`` counts
    those that are no padding. All of it rests on this one input.
    """

    modality: Modality
    tokens: int
    layers: tuple[LayerMeasures, ...]
    chance: Mapping[str, float]

    def value(self, name: str, layer: int, head: int) -> float:
        """Return one figure; NaN where there is none."""
        return float(self.layers[layer].values[name][head])

    def tags(self, layer: int, head: int) -> tuple[Tag, ...]:
        """Return the tags of a head, the highest score first."""
        found = []
        for measure in tags_for(self.modality):
            score, chance = self.value(measure.name, layer, head), self.chance[measure.name]
            if is_tagged(measure, score, chance=chance):
                found.append(Tag(measure.name, score, chance))
        return tuple(sorted(found, key=lambda tag: -tag.score))


def is_tagged(measure: Measure, score: float, *, chance: float) -> bool:
    """Whether ``score`` is above the tag's threshold and above chance; NaN never is."""
    assert measure.threshold is not None  # noqa: S101  # a tag has one
    above_chance = not measure.by_chance or np.isnan(chance) or score > chance
    return bool(score > measure.threshold and above_chance)


def measure(record: Record, *, cancel: Cancel | None = None) -> HeadMeasures:
    """Return the measures of every head of ``record``. Raises CancelledError."""
    return gathered(record, measure_layers(record, cancel=cancel))


def gathered(record: Record, layers: Iterable[LayerMeasures]) -> HeadMeasures:
    """Return what ``measure_layers`` yielded as one answer."""
    facts, modality = facts_of(record.encoded), record.encoded.modality
    return HeadMeasures(modality, facts.shown, tuple(layers), chances(facts, modality))


def measure_layers(record: Record, *, cancel: Cancel | None = None) -> Iterator[LayerMeasures]:
    """Yield the measures of ``record`` layer by layer. Raises CancelledError."""
    facts = facts_of(record.encoded)
    for layer in record.layers:
        yield measure_layer(spread(layer), record.encoded.modality, facts=facts, cancel=cancel)


def measure_layer(
    layer: Layer, modality: Modality, *, facts: TokenFacts, cancel: Cancel | None = None
) -> LayerMeasures:
    """Return the measures of one layer, windows spread out already."""
    rows, keys = layer.query.shape[1], layer.key.shape[1]
    regular = layer.follows(facts.count)
    facts = facts if regular else anonymous(keys)
    wanted = [m for m in _wanted(modality, facts) if regular or m.any_layer]
    sums = _Sums(layer.heads, wanted, facts=facts, regular=regular, rows=rows)
    received, counted = np.zeros((layer.heads, keys)), _visible_rows(facts, rows, regular=regular)
    for block in blocks(layer, facts=facts):
        if cancel is not None:
            cancel.check()
        sums.add(block)
        seen = counted[block.queries].astype(np.float32)
        received += np.einsum("hqm,q->hm", block.weights, seen)
    received /= max(int(counted.sum()), 1)
    values, over = sums.result()
    none = np.full(layer.heads, np.nan)
    values["sink"], over["sink"] = received.max(axis=1, initial=0.0), int(counted.sum())
    for other in ALL:
        values.setdefault(other.name, none)
        over.setdefault(other.name, 0)
    return LayerMeasures(layer.index, layer.heads, regular, values, over, received)


def chances(facts: TokenFacts, modality: Modality) -> dict[str, float]:
    """Return what every tag would score for a head that looks at all visible tokens alike."""
    wanted = [m for m in _wanted(modality, facts) if m.threshold is not None]
    sums = _Sums(1, wanted, facts=facts, regular=True, rows=facts.count)
    for block in uniform_blocks(facts):
        sums.add(block)
    values, _ = sums.result()
    found = {m.name: float("nan") for m in ALL if m.threshold is not None}
    return found | {name: float(value[0]) for name, value in values.items()}


def _visible_rows(facts: TokenFacts, rows: int, *, regular: bool) -> Bools:
    return _rows_of(measure_named("sink"), facts, regular=regular, count=rows)


def _rows_of(measure: Measure, facts: TokenFacts, *, regular: bool, count: int) -> Bools:
    """Return which of ``count`` rows count; all where positions are not the input's tokens."""
    return measure.rows(facts) if regular else np.ones(count, np.bool_)


def _wanted(modality: Modality, facts: TokenFacts) -> list[Measure]:
    """Return the measures that the input has what they need for."""
    placed = {"pixel_distance", "neighbours"} if facts.cells is None else set()
    return [m for m in ALL if m.of is not None and applies(m, modality) and m.name not in placed]


class _Sums:
    """What the measures of one layer have added up so far."""

    def __init__(
        self, heads: int, wanted: list[Measure], *, facts: TokenFacts, regular: bool, rows: int
    ) -> None:
        self._wanted = wanted
        self._rows = [_rows_of(m, facts, regular=regular, count=rows) for m in wanted]
        self._above, self._below = np.zeros((2, len(wanted), heads))
        self._counted = [0] * len(wanted)

    def add(self, block: Block) -> None:
        """Take in some rows."""
        known: dict[object, Pair] = {}
        for i, (each, rows) in enumerate(zip(self._wanted, self._rows, strict=True)):
            chosen = rows[block.queries]
            if each.of is None or not chosen.any():
                continue
            if each.of not in known:
                known[each.of] = each.of(block)
            above, below = known[each.of]
            below = np.broadcast_to(below, above.shape)[:, chosen]
            self._above[i] += above[:, chosen].sum(axis=1, dtype=np.float64)
            self._below[i] += below.sum(axis=1, dtype=np.float64)
            self._counted[i] += int((below[:1] > 0).sum())

    def result(self) -> tuple[dict[str, Figures], dict[str, int]]:
        """Return the figures by name, and over how many rows each was taken."""
        values, over = {}, {}
        for i, each in enumerate(self._wanted):
            below = self._below[i]
            quotient = np.full(len(below), np.nan)
            values[each.name] = np.divide(self._above[i], below, out=quotient, where=below > 0)
            over[each.name] = self._counted[i]
        return values, over
