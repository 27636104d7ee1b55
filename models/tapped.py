"""A model opened with its attention tapped: queries, keys, values, masks come out of each run."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
import onnx

from models.encoded import Array
from models.graph.axes import NotReplayable
from models.graph.batching import fitted, rows_fed
from models.graph.block import Parts, Reader, Rejected
from models.graph.diagnosis import explained, no_attention
from models.graph.edit import Edit, merged
from models.graph.facts import ModelFacts, facts_of
from models.graph.finder import find_attention
from models.graph.index import GraphIndex
from models.graph.limits import check_sizes
from models.graph.source import Build, ModelSource, open_source
from models.graph.windows import (
    WindowMap,
    WindowPlan,
    in_windows,
    noise_like,
    plan_windows,
    windows_of,
)
from models.layer_list import LayerList
from models.record import Layer
from models.runtime import Cancel, LoadError, Port, RuntimeOptions, Session


@dataclass(frozen=True, eq=False)
class AttentionBlock:
    """One attention found in the graph, counted from 0 in execution order.

    ``pattern`` says in a few words how it is written there; ``taps`` are the tensors it is read
    from; ``direct`` tells that the runtime's own weights are tapped, not computed from them.
    """

    index: int
    name: str
    pattern: str
    taps: tuple[str, ...]
    direct: bool
    reader: Reader
    windows: WindowPlan | None


@dataclass(frozen=True, eq=False)
class Capture:
    """What one run gave: every layer asked for, the model's own outputs, how long it took."""

    layers: Sequence[Layer]
    outputs: Mapping[str, Array]
    milliseconds: float


class TappedModel:
    """An ONNX model that tells its attention. Make one with ``TappedModel.open``."""

    def __init__(
        self, source: ModelSource, readers: Sequence[Reader], options: RuntimeOptions
    ) -> None:
        self.path = source.path
        self._source = source
        self._options = options
        self._readers = list(readers)
        self._plans: tuple[WindowPlan | None, ...] = ()
        self._read_before: set[int] = set()
        self._seen_windows: dict[object, dict[int, WindowMap]] = {}
        self.rejected: tuple[Rejected, ...] = ()
        self.facts: ModelFacts
        self._session: Session

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        options: RuntimeOptions | None = None,
        cancel: Cancel | None = None,
    ) -> TappedModel:
        """Open the model file at ``path`` and tap the attention in it.

        Raises ModelFileError when the file is no usable model, NoAttentionError when no
        attention is found in it, CancelledError when ``cancel`` is used meanwhile.
        """
        source = open_source(path)
        index = GraphIndex(source)
        check_sizes(index)
        findings = find_attention(index)
        if cancel is not None:
            cancel.check()
        model = cls(source, findings.readers, options or RuntimeOptions())
        model.rejected = findings.rejected
        model.facts = facts_of(index)
        model._plans = tuple(
            None if reader.vectors is None else plan_windows(index, reader.vectors)
            for reader in findings.readers
        )
        model._load(cancel)
        if not findings.readers:
            raise no_attention(index, findings.rejected)
        return model

    @property
    def blocks(self) -> tuple[AttentionBlock, ...]:
        """Every attention of the model, in execution order."""
        pairs = zip(self._readers, self._plans, strict=True)
        return tuple(_block(i, reader, plan) for i, (reader, plan) in enumerate(pairs))

    @property
    def size(self) -> int:
        """How many bytes the model file has; external data does not count."""
        return self._source.file.stamp.size

    @cached_property
    def sha256(self) -> str:
        """The checksum of the model file; external data does not count."""
        return self._source.file.sha256()

    @cached_property
    def index(self) -> GraphIndex:
        """The file's own graph, made ready for questions."""
        return GraphIndex(self._source)

    @property
    def graph(self) -> onnx.GraphProto:
        """The file's own graph, large weights left out."""
        return self._source.model.graph

    @property
    def inputs(self) -> tuple[Port, ...]:
        """What the model must be fed."""
        return self._session.inputs

    @property
    def outputs(self) -> tuple[Port, ...]:
        """The file's own outputs, taps left out."""
        return tuple(p for p in self._session.outputs if p.name in self._own)

    @property
    def provider(self) -> str:
        """The provider that the session really runs on."""
        return self._session.provider

    @property
    def nodes_by_provider(self) -> Mapping[str, int] | None:
        """How many nodes run on each provider, None when the runtime does not say."""
        return self._session.nodes_by_provider

    @property
    def options(self) -> RuntimeOptions:
        """How its sessions are made."""
        return self._options

    def on(self, provider: str, *, cancel: Cancel | None = None) -> TappedModel:
        """Return the same model on another provider, in a session of its own.

        Raises ModelFileError when it cannot be loaded there.
        """
        other = TappedModel(self._source, self._readers, replace(self._options, provider=provider))
        other.rejected, other.facts = self.rejected, self.facts
        other._plans, other._seen_windows = self._plans, self._seen_windows
        if "sha256" in self.__dict__:
            other.__dict__["sha256"] = self.sha256
        other._load(cancel)
        return other

    @property
    def opset(self) -> int:
        """The version of the standard operators that the file uses."""
        return self.facts.opset

    @property
    def producer(self) -> str:
        """What wrote the file, as it says itself."""
        return self.facts.producer

    @property
    def embedding_rows(self) -> int | None:
        """How many token ids the model knows, None when it takes no ids."""
        return self.facts.embedding_rows

    def capture(
        self,
        feeds: Mapping[str, Array],
        *,
        layers: Sequence[int] | None = None,
        cancel: Cancel | None = None,
    ) -> Capture:
        """Run once and return the layers asked for (all when None) and the model's outputs.

        ``feeds`` maps input names to arrays with a batch axis; only its first row is captured.
        Raises InputError, RunError or CancelledError as ``Session.run`` does.
        """
        wanted = list(range(len(self._readers))) if layers is None else list(layers)
        feeds, given = fitted(feeds, self.inputs)
        tensors, milliseconds = self._run(feeds, wanted, cancel)
        batch = rows_fed(feeds, self.inputs)
        try:
            windows = self._windows(feeds, cancel) if batch == 1 else {}
            found = self._layers(wanted, tensors, batch, windows)
        except NotReplayable:
            self._tap_directly(tensors, wanted, batch, cancel)
            return self.capture(feeds, layers=wanted, cancel=cancel)
        outputs = {name: given(tensors[name]) for name in self._own}
        return Capture(found, MappingProxyType(outputs), milliseconds)

    def run_plain(
        self, feeds: Mapping[str, Array], *, cancel: Cancel | None = None
    ) -> dict[str, Array]:
        """Run without taps, in a session of its own, and return the model's outputs."""
        feeds, given = fitted(feeds, self.inputs)
        session = self._session_for(Edit(), cancel)
        results = session.run(feeds, list(self._own), cancel=cancel)
        return {name: given(array) for name, array in results.items()}

    def verify(
        self, feeds: Mapping[str, Array], *, cancel: Cancel | None = None
    ) -> tuple[float | None, ...]:
        """Return per layer how far our weights and attention vectors are from the runtime's own.

        Runs a second session that taps the runtime's softmax and context; None where the file
        offers nothing to compare with. Where the file rounds weights to 8 bits before they meet
        the values, only the weights are compared.
        """
        feeds, _ = fitted(feeds, self.inputs)
        edits = [edit for reader in self._readers for edit in (reader.taps, reader.checks)]
        tensors = self._session_for(merged(edits), cancel).run(feeds, cancel=cancel)
        own, _ = self._run(feeds, range(len(self._readers)), cancel)
        batch = rows_fed(feeds, self.inputs)
        return tuple(
            reader.compare(tensors, reader.read(own, batch=batch), batch=batch)
            for reader in self._readers
        )

    def _run(
        self, feeds: Mapping[str, Array], wanted: Sequence[int], cancel: Cancel | None
    ) -> tuple[dict[str, Array], float]:
        taps = (name for i in wanted for name in self._taps[i])
        names = list(dict.fromkeys([*self._own, *taps]))
        start = time.perf_counter()
        tensors = self._session.run(feeds, names, cancel=cancel)
        return tensors, (time.perf_counter() - start) * 1000

    def _layers(
        self,
        wanted: Sequence[int],
        tensors: Mapping[str, Array],
        batch: int,
        windows: Mapping[int, WindowMap],
    ) -> LayerList:
        """Return layers to be read on first use; at once those that were never read before.

        What a graph does to its scores does not change from run to run, so that a block that
        could be read once can be read again.
        """

        def read(index: int) -> Layer:
            parts = self._readers[index].read(tensors, batch=batch)
            return _as_layer(index, self._readers[index].pattern, parts, windows.get(index))

        layers = LayerList(wanted, read)
        for place, index in enumerate(wanted):
            if index not in self._read_before:
                _ = layers[place]
                self._read_before.add(index)
        return layers

    def _windows(self, feeds: Mapping[str, Array], cancel: Cancel | None) -> dict[int, WindowMap]:
        """Return the windows of each windowed block, found once for each shape of input."""
        plans = {i: plan for i, plan in enumerate(self._plans) if plan is not None}
        if not plans:
            return {}
        shapes = tuple((port.name, np.shape(feeds[port.name])) for port in self.inputs)
        if shapes not in self._seen_windows:
            names = dict.fromkeys(name for plan in plans.values() for name in plan.taps())
            tensors = self._session.run(noise_like(feeds), list(names), cancel=cancel)
            found = {i: windows_of(plan, tensors) for i, plan in plans.items()}
            self._seen_windows[shapes] = {i: w for i, w in found.items() if w is not None}
        return self._seen_windows[shapes]

    def _tap_directly(
        self,
        tensors: Mapping[str, Array],
        wanted: Sequence[int],
        batch: int,
        cancel: Cancel | None,
    ) -> None:
        """Turn to the runtime's own weights for the blocks whose scores cannot be replayed."""
        for i in wanted:
            reader = self._readers[i]
            try:
                reader.read(tensors, batch=batch)
            except NotReplayable:
                direct = reader.directly()
                if direct is None:
                    raise
                self._readers[i] = direct
        self._load(cancel)

    def _load(self, cancel: Cancel | None) -> None:
        self._own = tuple(output.name for output in self._source.model.graph.output)
        edits = [reader.taps for reader in self._readers]
        self._taps = [edit.outputs for edit in edits]
        plans = [Edit(plan.taps()) for plan in self._plans if plan is not None]
        self._session = self._session_for(merged([*edits, *plans]), cancel)

    def _session_for(self, edit: Edit, cancel: Cancel | None) -> Session:
        try:
            return self._built(self._source.build(edit), cancel)
        except LoadError:
            # Weights left in the file are the one thing that another way of loading could mend.
            build = self._source.build(edit, whole=True)
        try:
            return self._built(build, cancel)
        except LoadError as error:
            raise explained(self.path, str(error)) from error

    def _built(self, build: Build, cancel: Cancel | None) -> Session:
        return Session(build.content, options=self._options, folder=build.folder, cancel=cancel)


def _block(index: int, reader: Reader, plan: WindowPlan | None) -> AttentionBlock:
    direct = bool(getattr(reader, "direct", False))
    return AttentionBlock(
        index, reader.name, reader.pattern, reader.taps.outputs, direct, reader, plan
    )


def _as_layer(index: int, pattern: str, found: Parts, windows: WindowMap | None) -> Layer:
    parts = found if windows is None else in_windows(found, windows)
    return Layer(
        index=index,
        pattern=pattern,
        query=parts.query,
        key=parts.key,
        value=parts.value,
        scale=parts.scale,
        bias=parts.bias,
        keep=None if parts.keep is None else parts.keep.astype(np.bool_),
        direct=parts.direct,
        windows=None if windows is None else windows.positions,
    )
