"""What counts as attention: one measure of how much each key counts for each query.

Every measure is brought to shares, so that they can be compared: a row says how what a query
takes in is divided among the keys, and sums to 1. See docs/measures.md for formulas and papers.
"""

from __future__ import annotations

import threading
from functools import cached_property, partial
from typing import Final

import numpy as np

from models.attention import Float
from models.counting import SECOND_RUN, WHOLE_LAYER, Asked, Measure
from models.encoded import Array
from models.flow.filling import ROWS_AT_ONCE, Progress, alike, check_size, filled, finished, taken
from models.flow.flow import Flow, LayerFlow, NotMeasurableError
from models.flow.measured_layers import Shares
from models.flow.norms import (
    Double,
    mixing,
    mixing_products,
    output_lengths,
    products,
    summed_lengths,
    value_lengths,
)
from models.flow.reader import FlowReader
from models.flow.rollout import rollout, rollout_row
from models.flow.word_measured import WordMeasurer
from models.flow.zeroing import ValueZeroing, value_zeroing
from models.graph.block import float32
from models.i18n import mark
from models.record import Layer, Record
from models.runtime import Cancel
from models.windowed import spread
from models.word_layers import in_words

_ROLLED_WHOLE: Final = 1600
_READ_AT_ONCE: Final = 50_000_000  # numbers that pass between all layers: 200 MB
_STATES: Final = 4  # of each layer: what it is given, adds, gives, and a sum


class Measurer:
    """Measures one record; what is expensive is kept. May be called from any thread.

    ``reader`` reads flows of the model that made the record; without it, only measures that need
    no second run can be had.
    """

    def __init__(self, record: Record, reader: FlowReader | None = None) -> None:
        self.record = record
        self._reader = reader
        self._flows: dict[int, LayerFlow] = {}
        self._grams: dict[tuple[Measure, int], Double] = {}
        self._zero: dict[int, ValueZeroing] = {}
        self._turned: dict[tuple[int, int], Float] = {}
        self._rolled: dict[tuple[int, bool], Float] = {}
        self._layers: dict[int, Layer] = {}
        self._long: dict[tuple[Measure, int], Float] = {}
        self._words: WordMeasurer | None = None
        self.lock = threading.RLock()

    def row(self, asked: Asked, token: int, *, cancel: Cancel | None = None) -> Float:
        """Return the shares of every key for the query ``token``: [M].

        Raises NotMeasurableError where the measure cannot be had, RunError or CancelledError.
        """
        if (words := self._words_of(asked)) is not None:
            return words.row(asked, token, cancel=cancel)
        return finished(asked, self.rows(asked, token, token + 1, cancel), self.special)[0]

    def matrix(
        self, asked: Asked, *, cancel: Cancel | None = None, progress: Progress | None = None
    ) -> Float:
        """Return the shares of every key for every query: [N, M]. Raises as ``row`` does."""
        if (words := self._words_of(asked)) is not None:
            return words.matrix(asked, cancel=cancel, progress=progress)
        shape = self.shape(asked.layer)
        check_size(*shape)
        rows = partial(self.rows, asked, cancel=cancel)
        return filled(asked, rows, shape, self.special, cancel=cancel, progress=progress)

    def column(
        self,
        asked: Asked,
        token: int,
        *,
        cancel: Cancel | None = None,
        progress: Progress | None = None,
    ) -> Float:
        """Return the share that every query takes from ``token``: [N]. Raises as ``row`` does.

        Most measures can be had so for any number of tokens: see ``taken``.
        """
        if (words := self._words_of(asked)) is not None:
            return words.column(asked, token, cancel=cancel, progress=progress)
        rows, shape = partial(self.rows, asked, cancel=cancel), self.shape(asked.layer)
        found = taken(asked, rows, shape, self.special, key=token, cancel=cancel, progress=progress)
        return found[:, 0]

    def lengths(self, asked: Asked, token: int, *, cancel: Cancel | None = None) -> Float:
        """Return a row before it is brought to shares: lengths of vectors, or 1 − cosine: [M]."""
        return self.rows(asked, token, token + 1, cancel)[0]

    def each_head(
        self, asked: Asked, heads: slice, queries: slice, *, cancel: Cancel | None = None
    ) -> Float:
        """Return the shares of every head by itself: [heads, queries, M].

        The heads of ``asked`` play no part. Measures of the whole layer are alike in every head.
        Raises as ``row`` does.
        """
        layer = self.layer(asked.layer)
        if asked.measure not in WHOLE_LAYER:
            weights = layer.block(heads=heads, queries=queries)
            if asked.measure != "weight":
                weights = weights * self._lengths(asked, cancel)[heads, None]
            return finished(asked, weights, self.special)
        every, count = range(layer.query.shape[1]), len(range(layer.heads)[heads])
        return alike(self, asked, heads=count, queries=every[queries], of=every, cancel=cancel)

    def _lengths(self, asked: Asked, cancel: Cancel | None) -> Float:
        """Return ‖v‖ or ‖v·W_O‖ of every head and key: [H, M]."""
        key = (asked.measure, asked.layer)
        with self.lock:
            if key not in self._long:
                layer = self.layer(asked.layer)
                self._long[key] = (
                    value_lengths(layer)
                    if asked.measure == "value"
                    else output_lengths(layer, self.flow(asked.layer, cancel=cancel).kernel)
                )
            return self._long[key]

    def mixing_ratio(self, layer: int, *, cancel: Cancel | None = None) -> Float:
        """Return how much of each token's output comes from others: [N], from 0 to 1.

        Kobayashi et al. 2021, equation 9. Raises as ``row`` does.
        """
        tokens = self.layer(layer).query.shape[1]
        starts = range(0, tokens, ROWS_AT_ONCE)
        return np.concatenate(
            [self._mixed(layer, start, start + ROWS_AT_ONCE, cancel)[1] for start in starts]
        )

    def ratio(self, asked: Asked, token: int, *, cancel: Cancel | None = None) -> float:
        """Return the mixing ratio of one token, or of a word where ``asked`` counts those."""
        if (words := self._words_of(asked)) is not None:
            return words.mixing_ratio_of(asked.layer, token, cancel=cancel)
        return self.mixing_ratio_of(asked.layer, token, cancel=cancel)

    @property
    def in_words(self) -> WordMeasurer | None:
        """What measures the same between words; None where no word has several pieces."""
        merged = in_words(self.record)
        if self._words is None and merged is not None:
            self._words = WordMeasurer(self, merged)
        return self._words

    def seen(self, asked: Asked) -> Shares:
        """Return what answers for ``asked``: between words where it counts those."""
        return self._words_of(asked) or self

    def _words_of(self, asked: Asked) -> WordMeasurer | None:
        return self.in_words if asked.words else None

    def mixing_ratio_of(self, layer: int, token: int, *, cancel: Cancel | None = None) -> float:
        """Return the mixing ratio of one token. Raises as ``row`` does."""
        return float(self._mixed(layer, token, token + 1, cancel)[1][0])

    def _mixed(
        self, layer: int, start: int, stop: int, cancel: Cancel | None
    ) -> tuple[Float, Float]:
        with self.lock:
            flow = self.flow(layer, cancel=cancel)
            grams = self.products("mixing", layer, cancel)
            return mixing(self.layer(layer), flow, grams, start=start, stop=stop)

    def flow(self, layer: int, *, cancel: Cancel | None = None) -> LayerFlow:
        """Return what passed through one layer; raise NotMeasurableError where untold."""
        with self.lock:
            if layer not in self._flows:
                if self._reader is None:
                    raise NotMeasurableError(_NO_MODEL)
                found: Flow = self._reader.read(self.record, layers=[layer], cancel=cancel)
                self._flows[layer] = found.layer(layer)
            return self._flows[layer]

    def prepare(self, asked: Asked, *, cancel: Cancel | None = None) -> None:
        """Read what every layer needs for a measure in one run, where memory allows.

        Layers that cannot be told are left out: ``flow`` says why. Raises RunError or
        CancelledError.
        """
        layers, tokens = self.record.layers, len(self.record.tokens)
        numbers = sum(_STATES * tokens * layer.heads * layer.value.shape[-1] for layer in layers)
        if self._reader is None or asked.measure not in SECOND_RUN or numbers > _READ_AT_ONCE:
            return
        with self.lock:
            missing = [layer.index for layer in layers if layer.index not in self._flows]
            if missing:
                found = self._reader.read(self.record, layers=missing, cancel=cancel)
                told = {i: x for i, x in found.layers.items() if isinstance(x, LayerFlow)}
                self._flows |= told

    def layer(self, index: int) -> Layer:
        """Return a layer of the record, windows joined."""
        if index not in self._layers:
            self._layers[index] = spread(self.record.layers[index])
        return self._layers[index]

    def shape(self, index: int) -> tuple[int, int]:
        """Return how many queries and keys a layer has."""
        layer = self.layer(index)
        return layer.query.shape[1], layer.key.shape[1]

    @property
    def nbytes(self) -> int:
        """How much memory is taken by what is kept so that it need not be made again."""
        arrays: list[Array] = [*self._grams.values(), *self._turned.values()]
        arrays += [*self._rolled.values(), *self._long.values()]
        flows = sum(flow.nbytes for flow in list(self._flows.values()))
        words = self._words.nbytes if self._words is not None else 0
        return sum(x.nbytes for x in arrays) + flows + words

    @cached_property
    def special(self) -> np.ndarray:
        """Which tokens are special: bool [N]."""
        return self.record.encoded.special

    def rows(self, asked: Asked, start: int, stop: int, cancel: Cancel | None = None) -> Float:
        """Return a measure of some queries before it is brought to shares: [n, M].

        Rows wanted meanwhile come in between.
        """
        with self.lock:
            return self._measured(asked, start, stop, cancel)

    def _measured(self, asked: Asked, start: int, stop: int, cancel: Cancel | None) -> Float:
        layer = self.layer(asked.layer)
        heads = list(asked.heads or range(layer.heads))
        if asked.measure == "rollout":
            return self._rolled_out(asked, start, stop, cancel)
        if asked.measure == "zeroing":
            return np.stack([self._turn(asked.layer, i, cancel) for i in range(start, stop)])
        if asked.measure == "mixing":
            return self._mixed(asked.layer, start, stop, cancel)[0]
        weights = layer.block(heads=slice(None), queries=slice(start, stop))
        if asked.measure == "value":
            return float32((weights * self._lengths(asked, cancel)[:, None])[heads].mean(axis=0))
        if asked.measure == "output":
            grams = self.products("output", asked.layer, cancel)
            return summed_lengths(weights, grams, heads=heads)
        return float32(weights[heads].mean(axis=0))

    def products(self, measure: Measure, index: int, cancel: Cancel | None) -> Double:
        """Return the products of what every key adds, of two heads each: [M, H, H]."""
        if (measure, index) not in self._grams:
            layer, flow = self.layer(index), self.flow(index, cancel=cancel)
            made = (
                mixing_products(layer, flow, cancel=cancel)
                if measure == "mixing"
                else products(layer, flow.kernel, cancel=cancel)
            )
            self._grams = {**dict(list(self._grams.items())[-3:]), (measure, index): made}
        return self._grams[measure, index]

    def _turn(self, index: int, token: int, cancel: Cancel | None) -> Float:
        """Return one row of value zeroing; rows are dear, and wanted alone and in a matrix."""
        if (index, token) not in self._turned:
            zeroing = self.zeroing(index, cancel)
            self._turned[index, token] = zeroing.row(token, cancel=cancel)
        return self._turned[index, token]

    def zeroing(self, index: int, cancel: Cancel | None) -> ValueZeroing:
        """Return what zeroes values in one layer. Raises as ``row`` does."""
        if index not in self._zero:
            flow = self.flow(index, cancel=cancel)
            assert self._reader is not None  # noqa: S101  # flow() needed it
            tail = self._reader.tail(self.record, flow, cancel=cancel)
            self._zero[index] = value_zeroing(self.layer(index), flow, tail, cancel=cancel)
        return self._zero[index]

    def _rolled_out(self, asked: Asked, start: int, stop: int, cancel: Cancel | None) -> Float:
        layers = [self.layer(i) for i in range(asked.layer + 1)]
        guarded = self.special if asked.guarded else None
        tokens = layers[-1].query.shape[1]
        if guarded is not None and len(guarded) != tokens:
            guarded = None
        if tokens > _ROLLED_WHOLE and stop - start == 1:
            return rollout_row(layers, start, guarded=guarded, cancel=cancel)[None]
        key = (asked.layer, guarded is not None)
        if key not in self._rolled:
            self._rolled[key] = rollout(layers, guarded=guarded, cancel=cancel)
        return self._rolled[key][start:stop]


_NO_MODEL = mark("The model that made these numbers is not open, and this measure runs it again.")
