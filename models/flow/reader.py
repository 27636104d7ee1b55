"""Running a model once more with what passes between its layers tapped."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from models.encoded import Array
from models.feeds import repeated
from models.flow.assembling import layer_flow, output_place
from models.flow.constants import known_values
from models.flow.flow import Flow, LayerFlow, NotMeasurableError
from models.flow.tail import Tail, TailPlan, plan_tail
from models.graph.batching import fitted, rows_fed
from models.graph.block import Known
from models.graph.edit import Edit
from models.graph.outflow import NoOutflow, Outflow, OutputWeights
from models.graph.outflow_read import outflows
from models.graph.outflow_weights import needed, output_weights
from models.record import Layer, Record
from models.runtime import Cancel, Port, Session

if TYPE_CHECKING:
    from models.api import Model
    from models.tapped import TappedModel

Tensors = Mapping[str, Array]


class FlowReader:
    """Reads flows of one opened model; sessions and weights are kept between inputs.

    May be called from any thread. ``outflows`` tell what follows each block, without running.
    """

    def __init__(self, tapped: TappedModel) -> None:
        self.tapped = tapped
        self.index = tapped.index
        self.outflows = outflows(self.index, [block.reader for block in tapped.blocks])
        self._plans: dict[int, TailPlan] = {}
        self._sessions: dict[tuple[str, ...], Session] = {}
        self._weights: dict[int, OutputWeights | NoOutflow] = {}
        self._values: dict[str, Array] = {}
        self._last: tuple[Record | None, Tensors] = (None, {})
        self._lock = threading.RLock()

    def read(
        self,
        record: Record,
        *,
        layers: Sequence[int] | None = None,
        cancel: Cancel | None = None,
    ) -> Flow:
        """Return what passed between the layers of ``record`` (those asked for, from 0).

        Raises RunError, ModelFileError or CancelledError as running the model does.
        """
        wanted = range(len(self.outflows)) if layers is None else layers
        with self._lock:
            self._learn(wanted, cancel)
            tensors, batch = self._run(record, wanted, cancel)
        found = {layer.index: layer for layer in record.layers}
        return Flow({i: self._layer(found[i], tensors, batch) for i in wanted if i in found})

    def tail(
        self, record: Record, layer: LayerFlow, *, cancel: Cancel | None = None
    ) -> Tail | None:
        """Return what runs the rest of a layer on other sums; None where it cannot be cut out."""
        outflow = self.outflows[layer.index]
        if isinstance(outflow, NoOutflow):
            return None
        with self._lock:
            tensors, batch = self._run(record, [layer.index], cancel)
        plan = self._plans.get(layer.index)
        if plan is None or batch != 1:
            return None
        options = self.tapped.options
        return plan.tail(self.index, tensors, layer, options=options, cancel=cancel)

    def _learn(self, wanted: Sequence[int], cancel: Cancel | None) -> None:
        """Read the weights of layers that were not asked for before."""
        new = [i for i in wanted if i not in self._weights]
        found = {i: self.outflows[i] for i in new}
        names = [*needed(self.index, list(found.values())), *_norm_names(found.values())]
        self._values |= known_values(
            self.index, [n for n in names if n not in self._values], cancel=cancel
        )
        for i, outflow in found.items():
            if isinstance(outflow, NoOutflow):
                self._weights[i] = outflow
                continue
            self._weights[i] = output_weights(self.index, outflow, self._values)
            plan = plan_tail(self.index, outflow)
            if plan is not None:
                self._plans[i] = plan

    def _run(
        self, record: Record, wanted: Sequence[int], cancel: Cancel | None
    ) -> tuple[Tensors, int]:
        """Return the tensors between layers in the run of ``record``, and the batch fed."""
        inputs: Sequence[Port] = self.tapped.inputs
        feeds, _ = fitted(repeated(record.encoded.feeds, inputs), inputs)
        names = dict.fromkeys(name for i in wanted for name in self._taps(i))
        taps = [n for n in names if n not in feeds and n not in self.index.initializers]
        before, kept = self._last
        missing = [n for n in taps if before is not record or n not in kept]
        tensors = dict(kept) if before is record else {}
        if missing:
            tensors |= self._session(tuple(missing), cancel).run(feeds, missing, cancel=cancel)
        for name in names:
            if name not in tensors:
                value = feeds.get(name) if name in feeds else self.index.value(name)
                tensors |= {} if value is None else {name: value}
        self._last = (record, tensors)
        return tensors, rows_fed(feeds, inputs)

    def _session(self, taps: tuple[str, ...], cancel: Cancel | None) -> Session:
        if taps not in self._sessions:
            self._sessions = {taps: self.tapped.loader.session(Edit(taps), cancel)}
        return self._sessions[taps]

    def _taps(self, index: int) -> list[str]:
        outflow = self.outflows[index]
        if isinstance(outflow, NoOutflow):
            return []
        places = [output_place(outflow), outflow.residual, outflow.state]
        names = [name for place in places if place for name in place.taps()]
        plan = self._plans.get(index)
        return [*names, *(plan.taps() if plan is not None else ())]

    def _layer(self, layer: Layer, tensors: Tensors, batch: int) -> LayerFlow | NoOutflow:
        outflow, weights = self.outflows[layer.index], self._weights[layer.index]
        if isinstance(outflow, NoOutflow):
            return outflow
        if isinstance(weights, NoOutflow):
            return weights
        try:
            return layer_flow(layer, outflow, weights, Known(tensors, self._values), batch=batch)
        except NotMeasurableError as reason:
            return NoOutflow(reason.message)


def read_flow(model: Model, record: Record, *, cancel: Cancel | None = None) -> Flow:
    """Return what passed between all layers of ``record``, which ``model`` made.

    Runs the model once more; raises as ``FlowReader.read`` does.
    """
    return FlowReader(model.tapped).read(record, cancel=cancel)


def _norm_names(found: Iterable[Outflow | NoOutflow]) -> Iterator[str]:
    for outflow in found:
        if isinstance(outflow, Outflow):
            norms = [norm for norm in (outflow.norm, outflow.inner) if norm is not None]
            names = [name for norm in norms for name in (norm.gain, norm.bias)]
            yield from (name for name in (*names, outflow.bias_inside) if name)
