"""What a laboratory gives: the base run, and what a recipe made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from models.encoded import Array, Notice
from models.experiments.drift import Drift, HiddenDrift, Reading, drift_of, headline, hidden_drift
from models.experiments.keeping import Watched
from models.experiments.recipe import Recipe
from models.graph.instruments.hidden import HiddenPlace
from models.graph.instruments.played import Ground
from models.record import Record


@dataclass(frozen=True, eq=False)
class Base:
    """The model as it is, on one input: its record, hidden states, and how outputs are compared.

    ``hidden`` maps layers from 0 to the state after them, [1, N, hidden]; −1 is before the first.
    """

    record: Record
    ground: Ground
    outputs: Mapping[str, Array]
    readings: tuple[Reading, ...]

    @property
    def hidden(self) -> Mapping[int, Array]:
        """The hidden states."""
        return self.ground.hidden


@dataclass(frozen=True, eq=False)
class Result:
    """What a recipe made of the base run.

    ``outputs`` and ``hidden`` have the passes as an axis in front of the base run's own. Where
    hidden states of all passes were too many to keep, ``hidden`` is their mean (one pass) and
    ``hidden_mean_only`` says so. ``record`` is the first pass, as the model really ran: its layers
    hold the weights that were used. ``rates`` are the dropout rates (attention, hidden) in force,
    ``places`` where hidden numbers were dropped. ``hidden_deviation`` is the standard deviation
    of every hidden number over the passes. ``feeds`` are what the model was really fed.
    """

    recipe: Recipe
    base: Base
    outputs: Mapping[str, Array]
    hidden: Mapping[int, Array]
    record: Record
    rates: tuple[float, float]
    hidden_deviation: Mapping[int, Array]
    hidden_mean_only: bool = False
    watched: Watched | None = None
    notices: tuple[Notice, ...] = ()
    places: tuple[HiddenPlace, ...] = ()
    feeds: Mapping[str, Array] = field(default_factory=dict)

    @property
    def passes(self) -> int:
        """How many times the model was run with the recipe."""
        return self.recipe.passes

    @cached_property
    def drifts(self) -> tuple[Drift, ...]:
        """How far each output of the first pass moved."""
        return self.drifts_of(0)

    def drifts_of(self, draw: int) -> tuple[Drift, ...]:
        """Return how far each output of pass ``draw`` moved."""
        return tuple(
            drift_of(reading, self.base.outputs[reading.name], self.outputs[reading.name][draw])
            for reading in self.base.readings
        )

    @property
    def headline(self) -> Drift | None:
        """The drift that speaks for the first pass: of probabilities, if there are any."""
        return headline(self.drifts)

    @cached_property
    def hidden_drifts(self) -> list[HiddenDrift]:
        """How far the hidden states of the first pass kept moved, per layer."""
        return hidden_drift(self.base.hidden, {k: array[0] for k, array in self.hidden.items()})
