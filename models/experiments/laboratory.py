"""Making experiments on an opened model: the base run, and what a recipe makes of it.

>>> laboratory = Laboratory(model)
>>> result = laboratory.run(model.encode_text("O gato"), recipe_of({"heads_off": [[3, 5]]}))
>>> result.drifts[0].value
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from models.api import Model
from models.encoded import Array, Encoded, Notice
from models.errors import InputError
from models.experiments.drift import (
    Drift,
    drift_of,
    headline,
    readings,
)
from models.experiments.keeping import Keeper, Watch, Watcher
from models.experiments.masks import Place, dropout_mask
from models.experiments.occluding import occluded
from models.experiments.placing import Placing
from models.experiments.rates import Rates, places_of, rates_of
from models.experiments.recipe import Dropout, Recipe
from models.experiments.results import Base, Result
from models.experiments.settling import NO_LAYER, merged_settings, settings_of
from models.feeds import first_row, repeated
from models.graph.instruments.block import Kind, Settings
from models.graph.instruments.hidden import HiddenPlace
from models.graph.instruments.played import Played
from models.graph.instruments.session import Instruments
from models.i18n import mark
from models.record import Layer
from models.runtime import Cancel

Progress = Callable[[int, int], None]


@dataclass(eq=False)
class Laboratory:
    """Experiments on one model. One call at a time, from any thread; long ones can be cancelled.

    The base run of the last input is kept.
    """

    model: Model
    _instruments: Instruments | None = None
    _last: tuple[Encoded, Base] | None = None
    _rates: Rates | None = field(default=None)

    @property
    def instruments(self) -> Instruments:
        """The instrumented model; a new one when the model had to move to another provider."""
        if self._instruments is None or self._instruments.tapped is not self.model.tapped:
            self._instruments, self._last = Instruments(self.model.tapped), None
        return self._instruments

    @property
    def nbytes(self) -> int:
        """About how many bytes the sessions take that are kept for the next experiment."""
        return 0 if self._instruments is None else self._instruments.nbytes

    def let_go(self) -> None:
        """Let go of those sessions, from any thread: the next experiment makes them again."""
        if self._instruments is not None:
            self._instruments.let_go()

    @property
    def rates(self) -> Rates:
        """The dropout rates that the model's files name."""
        if self._rates is None:
            self._rates = rates_of(self.model.files.config)
        return self._rates

    @property
    def places(self) -> tuple[HiddenPlace, ...]:
        """Where hidden numbers are dropped: where the model's family does so in training."""
        wheres = places_of(self.model.family)
        return tuple(x for x in self.instruments.states.places if x.where in wheres)

    def base(self, encoded: Encoded, *, cancel: Cancel | None = None) -> Base:
        """Return the base run of ``encoded``; raises as ``Model.run`` does."""
        instruments = self.instruments
        if self._last is None or self._last[0] is not encoded:
            record = self.model.run(encoded, cancel=cancel)
            instruments = self.instruments
            ground = instruments.ground(repeated(encoded.feeds, self.model.inputs), cancel=cancel)
            outputs = self._first(ground.outputs)
            record = replace(record, outputs=outputs)
            found = Base(record, ground, outputs, readings(record, self.model))
            self._last = (encoded, found)
        return self._last[1]

    def run(
        self,
        encoded: Encoded,
        recipe: Recipe,
        *,
        watch: Watch | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Result:
        """Make the experiment; ``progress`` is told (passes done, passes in all).

        ``watch`` (layer, head, token), each from 0, follows one row through every pass.

        Raises InputError for a recipe that does not fit the model or input, InstrumentError where
        a layer does not allow it, and as ``Model.run`` does.
        """
        base = self.base(encoded, cancel=cancel)
        told = progress or _silent
        told(0, recipe.passes)
        made = self.vectors(base, [layer for layer, _head in recipe.heads_mean], cancel=cancel)
        settings = settings_of(recipe, base.ground.layers, base.record.tokens, made)
        given = base.record.encoded.feeds
        if recipe.occlude:
            given = occluded(self.model, base.record.encoded, recipe.occlude)
        feeds = repeated(given, self.model.inputs) if recipe.occlude else None
        rates = (0.0, 0.0) if recipe.dropout is None else self.rates.settled(recipe.dropout)
        keeper = Keeper(base.outputs, base.hidden, passes=recipe.passes)
        watcher = None if watch is None else _watcher(base, watch)
        takers: list[Keeper | Watcher] = [keeper] if watcher is None else [keeper, watcher]
        passes = self._passes(
            base, recipe, settings, feeds=feeds, watched=watcher is not None, cancel=cancel
        )
        layers: Sequence[Layer] = ()
        for done, one in enumerate(passes, start=1):
            for taker in takers:
                taker.take(one)
            layers = layers or one.layers
            told(done, recipe.passes)
        outputs = {name: np.stack(arrays) for name, arrays in keeper.outputs.items()}
        record = replace(
            base.record,
            layers=layers,
            outputs={name: array[0] for name, array in outputs.items()},
        )
        return Result(
            recipe,
            base,
            outputs,
            keeper.hidden(),
            record,
            rates,
            keeper.deviations(),
            keeper.mean_only,
            None if watcher is None else watcher.watched(),
            self._notices(recipe, rates),
            self.places if rates[1] > 0 else (),
            MappingProxyType(dict(given)),
        )

    def _passes(
        self,
        base: Base,
        recipe: Recipe,
        settings: Mapping[int, Settings],
        *,
        feeds: Mapping[str, Array] | None,
        watched: bool,
        cancel: Cancel | None,
    ) -> Iterator[Played]:
        """Run pass after pass; layers are read of the first, of all where a row is ``watched``."""
        for draw in range(recipe.passes):
            masks, hidden = self.masks(base, recipe.dropout, draw)
            yield self.instruments.play(
                base.ground,
                merged_settings(settings, masks),
                hidden=hidden,
                feeds=feeds,
                layers=draw == 0 or watched,
                cancel=cancel,
            )

    def play(
        self,
        base: Base,
        settings: Mapping[int, Settings],
        *,
        feeds: Mapping[str, Array] | None = None,
        structure: Mapping[int, frozenset[Kind]] | None = None,
        cancel: Cancel | None = None,
    ) -> dict[str, Array]:
        """Run once with ``settings`` and return the outputs: for experiments of many runs."""
        one = self.instruments.play(
            base.ground,
            settings,
            feeds=feeds,
            structure=structure,
            states=False,
            cancel=cancel,
        )
        return self._first(one.outputs)

    def vectors(
        self, base: Base, layers: Sequence[int], *, cancel: Cancel | None = None
    ) -> dict[int, Array]:
        """Return the attention vectors [L, N, dv] of ``layers`` (from 0) that the base run made.

        Left out are layers that are not there, and those that have them as integers only.
        """
        known = [layer for layer in dict.fromkeys(layers) if layer < len(base.ground.layers)]
        return self.instruments.vectors(base.ground, known, cancel=cancel) if known else {}

    def drift(self, base: Base, outputs: Mapping[str, Array]) -> Drift | None:
        """Return the drift that speaks for ``outputs``."""
        return headline([drift_of(x, base.outputs[x.name], outputs[x.name]) for x in base.readings])

    def masks(
        self, base: Base, dropout: Dropout | None, draw: int
    ) -> tuple[dict[int, Array], dict[HiddenPlace, Array]]:
        """Return the dropout masks of pass ``draw``: of weights by layer, and of hidden places."""
        if dropout is None:
            return {}, {}
        attention, hidden = self.rates.settled(dropout)
        weights: dict[int, Array] = {}
        if attention > 0:
            for layer in base.ground.layers:
                shape = Placing(layer, len(base.record.tokens)).shape
                weights[layer.index] = dropout_mask(
                    shape, attention, seed=dropout.seed, place="weights",
                    layer=layer.index, draw=draw,
                )  # fmt: skip
        places: dict[HiddenPlace, Array] = {}
        for place in self.places if hidden > 0 else ():
            whole = base.ground.shapes[place.socket.name]
            alone = (1, *whole[1:]) if whole[0] == base.ground.batch else whole
            name: Place = place.where
            places[place] = dropout_mask(
                alone, hidden, seed=dropout.seed, place=name, layer=place.number, draw=draw
            )
        return weights, places

    def _first(self, outputs: Mapping[str, Array]) -> dict[str, Array]:
        fixed = (p.shape[0] for p in self.model.inputs if p.shape and isinstance(p.shape[0], int))
        return first_row(outputs, batch=max(fixed, default=1))

    def _notices(self, recipe: Recipe, rates: tuple[float, float]) -> tuple[Notice, ...]:
        if recipe.dropout is None:
            return ()
        found = [] if self.rates.notice is None else [self.rates.notice]
        missing = len(self.instruments.states.reasons)
        if rates[1] > 0 and not self.places:
            none = mark("Models of this kind drop no hidden numbers in training: p has no place.")
            found.append(Notice(none))
        if rates[1] > 0 and missing:
            message = mark(
                "Layers without a known place for hidden dropout, left as they are: {count}."
            )
            found.append(Notice(message, {"count": missing}))
        return tuple(found)


def _watcher(base: Base, place: Watch) -> Watcher:
    """Return a watcher of the row (layer, head, token); raise InputError when there is none."""
    number, head, token = place
    if not 0 <= number < len(base.ground.layers):
        raise InputError(NO_LAYER, number=number + 1, last=len(base.ground.layers))
    placing = Placing(base.ground.layers[number], len(base.record.tokens))
    placing.check_head(head)
    window, query = placing.queries(token)[0]
    return Watcher(place, window * placing.heads + head, query, placing.layer)


def _silent(_done: int, _all: int) -> None:
    """Tell nobody."""
