"""A record seen through a measure: layers whose weights are shares of what was asked for.

Whatever draws weights (lines, layers, small pictures, comparisons) draws these without knowing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np

from models.attention import Float
from models.counting import WHOLE_LAYER, Asked, hidden
from models.layer_list import LayerList
from models.record import Layer, Record
from models.runtime import Cancel
from models.windowed import spread


class Shares(Protocol):
    """Where shares come from: a ``Measurer``, or matrices that were measured."""

    record: Record

    def seen(self, asked: Asked) -> Shares:
        """Return what answers for ``asked``: between words where it counts those."""

    def prepare(self, asked: Asked, *, cancel: Cancel | None = None) -> None:
        """Get ready for every layer at once, which is sooner than one after the other."""

    def layer(self, index: int) -> Layer:
        """Return a layer of the record, windows joined."""

    def row(self, asked: Asked, token: int, *, cancel: Cancel | None = None) -> Float:
        """Return the shares of every key for one query: [M]."""

    def matrix(self, asked: Asked, *, cancel: Cancel | None = None) -> Float:
        """Return the shares of every key for every query: [N, M]."""

    def column(self, asked: Asked, token: int, *, cancel: Cancel | None = None) -> Float:
        """Return the share that every query takes from one key: [N]."""

    def each_head(
        self, asked: Asked, heads: slice, queries: slice, *, cancel: Cancel | None = None
    ) -> Float:
        """Return the shares of every head by itself: [heads, queries, M]."""


class Matrices:
    """Shares from ``Record.measured``: what figures draw, without the model."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def seen(self, asked: Asked) -> Shares:  # noqa: ARG002  # the record holds words or pieces
        """Return this: whoever made the record decided what its tokens are."""
        return self

    def prepare(self, asked: Asked, *, cancel: Cancel | None = None) -> None:
        """Nothing is to be read."""

    def layer(self, index: int) -> Layer:
        """Return a layer of the record, windows joined."""
        return spread(self.record.layers[index])

    def row(self, asked: Asked, token: int, *, cancel: Cancel | None = None) -> Float:
        """Return the shares of every key for one query: [M]."""
        return self.matrix(asked, cancel=cancel)[token]

    def column(self, asked: Asked, token: int, *, cancel: Cancel | None = None) -> Float:
        """Return the share that every query takes from one key: [N]."""
        return self.matrix(asked, cancel=cancel)[:, token].copy()

    def matrix(self, asked: Asked, *, cancel: Cancel | None = None) -> Float:
        """Return the shares of every key for every query: [N, M]."""
        if cancel is not None:
            cancel.check()
        if not asked.merged_weights:
            return self.record.measured[asked]
        layer = self.layer(asked.layer)
        weights = layer.mean_weights(asked.heads or range(layer.heads))
        return hidden(weights, self.record.encoded.special) if asked.hide_special else weights

    def each_head(
        self, asked: Asked, heads: slice, queries: slice, *, cancel: Cancel | None = None
    ) -> Float:
        """Return the shares of every head by itself: [heads, queries, M]."""
        chosen = range(self.layer(asked.layer).heads)[heads]
        alone = (replace(asked, heads=(head,)).fitted for head in chosen)
        return np.stack([self.matrix(one, cancel=cancel)[queries] for one in alone])


@dataclass(frozen=True, eq=False)
class MeasuredLayer(Layer):
    """A layer whose weights are the shares that ``asked`` asks for; ``parts`` stay the weights'.

    One head gives its own shares, several the shares of what they add together, which is not the
    mean of theirs. Measures of the whole layer are alike in every head. Reading raises
    NotMeasurableError where the measure cannot be had, RunError or CancelledError.
    """

    measurer: Shares | None = None
    asked: Asked | None = None
    cancel: Cancel | None = None

    @property
    def whole(self) -> bool:
        """Whether the measure is of the whole layer and knows no heads."""
        return self.asked is not None and self.asked.measure in WHOLE_LAYER

    def mean_row(self, token: int, heads: Sequence[int]) -> Float:
        """Return the shares of every key for ``token``, of ``heads`` together: [M]."""
        self._check(token=token)
        measurer, asked = self._sources(heads)
        return measurer.row(asked, token, cancel=self.cancel)

    def mean_weights(self, heads: Sequence[int]) -> Float:
        """Return the shares of every key for every query, of ``heads`` together: [N, M]."""
        measurer, asked = self._sources(heads)
        return measurer.matrix(asked, cancel=self.cancel)

    def column(self, token: int) -> Float:
        """Return the share that every query takes from ``token``, of each head: [H, N]."""
        self._check(token=token)
        if self.whole:
            taken = self.mean_column(token, ())
            return np.broadcast_to(taken, (self.heads, len(taken)))
        return super().column(token)

    def mean_column(self, token: int, heads: Sequence[int]) -> Float:
        """Return the share that every query takes from ``token``: [N]."""
        self._check(token=token)
        measurer, asked = self._sources(heads)
        return measurer.column(asked, token, cancel=self.cancel)

    def _weights(self, heads: slice, queries: slice) -> Float:
        measurer, asked = self._sources(())
        return measurer.each_head(asked, heads, queries, cancel=self.cancel)

    def _sources(self, heads: Sequence[int]) -> tuple[Shares, Asked]:
        if self.measurer is None or self.asked is None:
            raise TypeError("a measured layer is made by measured_record()")
        chosen = () if len(heads) == self.heads else tuple(heads)
        return self.measurer, replace(self.asked, heads=chosen).fitted


class _MeasuredLayers(LayerList):
    """The layers of a record through a measure; going through all reads what they need at once."""

    def __init__(self, measurer: Shares, asked: Asked, cancel: Cancel | None) -> None:
        super().__init__(
            range(len(measurer.record.layers)),
            lambda layer: measured_layer(measurer, replace(asked, layer=layer), cancel),
        )
        self._prepare: Callable[[], object] = partial(measurer.prepare, asked, cancel=cancel)

    def __iter__(self) -> Iterator[Layer]:
        """Go through all layers."""
        self._prepare()
        return (self[index] for index in range(len(self)))


def measured_layer(measurer: Shares, asked: Asked, cancel: Cancel | None = None) -> Layer:
    """Return one layer through a measure; the weights themselves where those are asked for."""
    measurer = measurer.seen(asked)
    whole = measurer.layer(asked.layer)
    if asked.plain:
        return whole
    return MeasuredLayer(
        index=whole.index,
        pattern=whole.pattern,
        query=whole.query,
        key=whole.key,
        value=whole.value,
        scale=whole.scale,
        # Says that weights cannot be replayed from queries and keys.
        keep=np.ones((1, 1, 1), dtype=np.bool_),
        measurer=measurer,
        asked=asked,
        cancel=cancel,
    )


def measured_record(measurer: Shares, asked: Asked, cancel: Cancel | None = None) -> Record:
    """Return the measurer's record with every layer seen through ``asked``; see ``MeasuredLayer``.

    The layer and the heads of ``asked`` play no part. Nothing is computed yet.
    """
    measurer = measurer.seen(asked)
    record = measurer.record
    return (
        record if asked.plain else replace(record, layers=_MeasuredLayers(measurer, asked, cancel))
    )
