"""A model opened with its attention tapped: queries, keys, values, masks come out of each run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
import onnx

from models.blocks import AttentionBlock, as_layer, block_of
from models.branching import check_ways, decided_source, source_notices
from models.encoded import Array, Notice
from models.errors import ModelFileError, RunError
from models.graph.batching import fitted, rows_fed
from models.graph.block import Rejected
from models.graph.diagnosis import no_attention, not_understood
from models.graph.edit import Edit
from models.graph.facts import ModelFacts, facts_of
from models.graph.finder import find_attention
from models.graph.index import GraphIndex
from models.graph.limits import check_sizes
from models.graph.windows import WindowMap, noise_like, plan_windows, windows_of
from models.i18n import mark
from models.layer_list import LayerList
from models.record import Layer
from models.runtime import Cancel, Port, RuntimeOptions
from models.tapping import Loader, Tapping, tap
from models.verifying import Verifier, compared, misread

# What a graph that is no valid ONNX may do to whoever reads it. The runtime says why it is not.
_BREAKS_THE_RULES = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


@dataclass(frozen=True, eq=False)
class Capture:
    """What one run gave: every layer asked for, the model's own outputs, how long it took."""

    layers: Sequence[Layer]
    outputs: Mapping[str, Array]
    milliseconds: float


class TappedModel:
    """An ONNX model that tells its attention. Make one with ``TappedModel.open``.

    ``rejected`` are softmaxes that were looked at and turned down, with the reason.
    """

    def __init__(
        self, loader: Loader, tapping: Tapping, facts: ModelFacts, rejected: Sequence[Rejected]
    ) -> None:
        self.path = loader.source.path
        self.facts = facts
        self.rejected = tuple(rejected)
        self._loader = loader
        self._tapping = tapping
        self._verifier = Verifier(loader)
        self._read_before: set[int] = set()
        self._seen_windows: dict[object, dict[int, WindowMap]] = {}

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
        options = options or RuntimeOptions()
        loader = Loader(decided_source(path, options=options, cancel=cancel), options)
        try:
            return cls._opened(loader, cancel)
        except ModelFileError:
            if not loader.source.narrow:
                raise
        wide = decided_source(path, options=options, cancel=cancel, widened=True)
        return cls._opened(Loader(wide, options), cancel)

    @classmethod
    def _opened(cls, loader: Loader, cancel: Cancel | None) -> TappedModel:
        """Tap what ``loader`` loads; raise as ``open`` does."""
        try:
            index = GraphIndex(loader.source)
            check_sizes(index)
            findings = find_attention(index)
            plans = [plan_windows(index, reader.vectors) for reader in findings.readers]
        except _BREAKS_THE_RULES as error:
            loader.session(Edit(), cancel)
            raise not_understood(loader.source.path, error) from error
        tapping = tap(loader, findings.readers, plans, cancel)
        if not findings.readers:
            raise no_attention(index, findings.rejected)
        return cls(loader, tapping, facts_of(index), findings.rejected)

    @property
    def blocks(self) -> tuple[AttentionBlock, ...]:
        """Every attention of the model, in execution order."""
        pairs = zip(self._tapping.readers, self._tapping.plans, strict=True)
        return tuple(block_of(i, reader, plan) for i, (reader, plan) in enumerate(pairs))

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Which of several ways through the graph is shown, and what is not."""
        return source_notices(self._loader.source)

    @property
    def size(self) -> int:
        """How many bytes the model file has; external data does not count."""
        return self._loader.source.file.stamp.size

    @cached_property
    def sha256(self) -> str:
        """The checksum of the model file; external data does not count."""
        return self._loader.source.file.sha256()

    @cached_property
    def index(self) -> GraphIndex:
        """The file's own graph, made ready for questions."""
        return GraphIndex(self._loader.source)

    @property
    def graph(self) -> onnx.GraphProto:
        """The file's own graph, large weights left out."""
        return self._loader.source.model.graph

    @property
    def inputs(self) -> tuple[Port, ...]:
        """What the model must be fed."""
        return self._tapping.session.inputs

    @property
    def outputs(self) -> tuple[Port, ...]:
        """The file's own outputs, taps left out."""
        return tuple(p for p in self._tapping.session.outputs if p.name in self._tapping.own)

    @property
    def provider(self) -> str:
        """The provider that the session really runs on."""
        return self._tapping.session.provider

    @property
    def nodes_by_provider(self) -> Mapping[str, int] | None:
        """How many nodes run on each provider, None when the runtime does not say."""
        return self._tapping.session.nodes_by_provider

    @property
    def loader(self) -> Loader:
        """Makes further sessions of the same file, with other taps or with instruments."""
        return self._loader

    @property
    def options(self) -> RuntimeOptions:
        """How its sessions are made."""
        return self._loader.options

    def on(self, provider: str, *, cancel: Cancel | None = None) -> TappedModel:
        """Return the same model on another provider, in a session of its own.

        Raises ModelFileError when it cannot be loaded there.
        """
        options = replace(self._loader.options, provider=provider)
        loader = Loader(self._loader.source, options)
        tapping = tap(loader, self._tapping.readers, self._tapping.plans, cancel)
        other = TappedModel(loader, tapping, self.facts, self.rejected)
        other._seen_windows = self._seen_windows
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
        Layers are read when they are looked at.
        Raises InputError, RunError or CancelledError as ``Session.run`` does.
        """
        wanted = list(range(len(self._tapping.readers)) if layers is None else layers)
        feeds, given = fitted(feeds, self.inputs)
        tapping, tensors, milliseconds = self._run(feeds, wanted, cancel)
        batch = rows_fed(feeds, self.inputs)
        windows = self.windows(feeds, cancel) if batch == 1 else {}
        readers = tapping.readers  # not what it runs in: a record may outlive its model

        def read(index: int) -> Layer:
            reader = readers[index]
            return as_layer(
                index, reader.pattern, reader.read(tensors, batch=batch), windows.get(index)
            )

        outputs = {name: given(tensors[name]) for name in tapping.own}
        return Capture(LayerList(wanted, read), MappingProxyType(outputs), milliseconds)

    def run_plain(
        self, feeds: Mapping[str, Array], *, cancel: Cancel | None = None
    ) -> dict[str, Array]:
        """Run without taps, in a session of its own, and return the model's outputs."""
        feeds, given = fitted(feeds, self.inputs)
        session = self._loader.session(Edit(), cancel)
        results = session.run(feeds, list(self._tapping.own), cancel=cancel)
        return {name: given(array) for name, array in results.items()}

    def verify(
        self, feeds: Mapping[str, Array], *, cancel: Cancel | None = None
    ) -> tuple[float | None, ...]:
        """Return per layer how far our weights and attention vectors are from the runtime's own.

        Runs a second session that taps the runtime's softmax and context; None where the file
        offers nothing to compare with. Where the file rounds weights to 8 bits before they meet
        the values, only the weights are compared. A layer found wrong is tapped directly from
        then on, and its difference is that of the direct tap.
        """
        feeds, _ = fitted(feeds, self.inputs)
        differences = self._compared(feeds, cancel)
        wrong = misread(self._tapping, differences)
        if not wrong:
            return differences
        self._turn(wrong, cancel)
        return self._compared(feeds, cancel)

    def _compared(
        self, feeds: Mapping[str, Array], cancel: Cancel | None
    ) -> tuple[float | None, ...]:
        every = range(len(self._tapping.readers))
        tapping, own, _ = self._run(feeds, every, cancel)
        checked = self._verifier.run(tapping, feeds, cancel)
        return compared(tapping, checked, own, batch=rows_fed(feeds, self.inputs))

    def _run(
        self, feeds: Mapping[str, Array], wanted: Sequence[int], cancel: Cancel | None
    ) -> tuple[Tapping, Mapping[str, Array], float]:
        """Run once, with taps from which every block of ``wanted`` can be read.

        A block that could be read once can be read again: graphs do not change between runs.
        """
        check_ways(self._loader.source.ways, feeds)
        tensors, milliseconds = self._tapping.run(feeds, wanted, cancel)
        check_ways(self._loader.source.ways, tensors)
        new = [i for i in wanted if i not in self._read_before]
        failed = self._tapping.unreadable(tensors, new, batch=rows_fed(feeds, self.inputs))
        if failed:
            self._turn(failed, cancel)
            return self._run(feeds, wanted, cancel)
        self._read_before.update(new)
        return self._tapping, tensors, milliseconds

    def _turn(self, indices: Sequence[int], cancel: Cancel | None) -> None:
        """Tap the runtime's own weights of blocks whose scores cannot be replayed."""
        direct = self._tapping.directly(self._loader, indices, cancel)
        if direct is None:
            raise RunError(
                mark("The attention of layer {layer} could not be read."),
                hint=mark("Please report this, with the model if you can share it."),
                layer=indices[0] + 1,
            )
        self._tapping = direct

    def windows(self, feeds: Mapping[str, Array], cancel: Cancel | None) -> dict[int, WindowMap]:
        """Return the windows of each windowed block, found once for each shape of input."""
        plans = {i: plan for i, plan in enumerate(self._tapping.plans) if plan is not None}
        if not plans:
            return {}
        shapes = tuple((port.name, np.shape(feeds[port.name])) for port in self.inputs)
        if shapes not in self._seen_windows:
            names = dict.fromkeys(name for plan in plans.values() for name in plan.taps())
            tensors = self._tapping.session.run(noise_like(feeds), list(names), cancel=cancel)
            found = {i: windows_of(plan, tensors) for i, plan in plans.items()}
            self._seen_windows[shapes] = {i: w for i, w in found.items() if w is not None}
        return self._seen_windows[shapes]
