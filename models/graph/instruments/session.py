"""A model whose graph carries instruments: the base run, and runs with something changed.

>>> instruments = Instruments(model.tapped)
>>> ground = instruments.ground(encoded.feeds)
>>> played = instruments.play(ground, {3: Settings(gate=off)})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from onnx import helper

from models.blocks import as_layer
from models.encoded import Array
from models.graph.batching import fitted, rows_fed
from models.graph.block import Reader
from models.graph.core import CoreReader
from models.graph.edit import Edit, merged
from models.graph.fused.common import FusedReader
from models.graph.instruments.block import BlockInstruments, Kind, Settings, refused
from models.graph.instruments.core import CoreInstruments
from models.graph.instruments.fused import FusedInstruments
from models.graph.instruments.hidden import (
    HiddenPlace,
    HiddenStates,
    hidden_edit,
    hidden_states,
)
from models.graph.instruments.played import Ground, Played, as_played, same, tensor_of, unsorted
from models.graph.instruments.sockets import NoSocketError
from models.graph.instruments.wiring import PREFIX, Tensor
from models.i18n import mark
from models.layer_list import LayerList
from models.record import Layer
from models.runtime import Cancel, Session
from models.tapped import TappedModel

NEUTRAL: Final = Settings()
_HEAVY: Final = 200_000_000  # bytes of a file from which on few sessions are kept
_FEW: Final = 2
_MANY: Final = 5
Structure = tuple[tuple[tuple[int, frozenset[Kind]], ...], tuple[HiddenPlace, ...]]


@dataclass(eq=False)
class Instruments:
    """Runs one model with instruments, one call at a time; keeps sessions by their instruments."""

    tapped: TappedModel
    _sessions: dict[object, Session] = field(default_factory=dict)
    _types: dict[str, Tensor] = field(default_factory=dict)
    _readers: tuple[Reader, ...] = ()
    _blocks: tuple[BlockInstruments | None, ...] = ()
    _states: HiddenStates | None = None
    _apart: bool = False

    # -- what there is

    @property
    def blocks(self) -> tuple[BlockInstruments | None, ...]:
        """The instruments of every block, None where it is of a kind that takes none."""
        if not self._blocks:
            self._refresh()
        return self._blocks

    def _refresh(self) -> None:
        """Start anew when blocks are read otherwise: a check may have had one tapped directly."""
        readers = tuple(block.reader for block in self.tapped.blocks)
        if readers == self._readers:
            return
        self._readers, self._states = readers, None
        self._sessions.clear()
        names = frozenset(reader.node.output for reader in readers)
        made: list[BlockInstruments | None] = []
        for number, reader in enumerate(readers):
            if isinstance(reader, CoreReader):
                made.append(CoreInstruments(reader, number))
            elif isinstance(reader, FusedReader):
                others = names - {reader.node.output}
                made.append(FusedInstruments(self.tapped.index, reader, number, others))
            else:
                made.append(None)
        self._blocks = tuple(made)

    @property
    def states(self) -> HiddenStates:
        """Where hidden numbers are met."""
        if self._states is None:
            self._refresh()
            self._states = hidden_states(self.tapped.index, self._readers)
        return self._states

    def refusal(self, number: int, kind: Kind) -> str | None:
        """Return why block ``number`` (from 0) takes no instrument of ``kind``, None if it does.

        Marked for translation.
        """
        block = self.blocks[number]
        if block is None:
            return mark("it is written in a way that takes no instruments yet")
        return block.refusal(kind)

    # -- runs

    def ground(self, feeds: Mapping[str, Array], *, cancel: Cancel | None = None) -> Ground:
        """Run the model as it is, and learn the shapes that instruments must fit.

        The outputs are those of the untouched file, without any tap.
        Raises as ``TappedModel.capture`` does.
        """
        capture = self.tapped.capture(feeds, cancel=cancel)
        self._refresh()
        whole, given = fitted(feeds, self.tapped.inputs)
        names = self._met()
        session = self._probe(names, cancel)
        wanted = [f"{PREFIX}/shape/{i}" for i in range(len(names))]
        own = [port.name for port in self.tapped.outputs]
        fetched = [*wanted, *self.states.states.values(), *own]
        found = session.run(whole, list(dict.fromkeys(fetched)), cancel=cancel)
        plain = self._session(((), ()), cancel, tapped=False).run(whole, own, cancel=cancel)
        self._apart = any(
            not same(given(plain[x]), known[x])
            for x in own
            for known in (capture.outputs, {x: given(found[x])})
        )
        shapes = {
            name: tuple(int(size) for size in found[shape])
            for name, shape in zip(names, wanted, strict=True)
        }
        batch = rows_fed(whole, self.tapped.inputs)
        return Ground(
            feeds=MappingProxyType(dict(feeds)),
            batch=batch,
            outputs=MappingProxyType({x: given(plain[x]) for x in own}),
            layers=capture.layers,
            hidden=self._hidden(found),
            shapes=shapes,
            windows=self.tapped.windows(whole, cancel) if batch == 1 else {},
            milliseconds=capture.milliseconds,
        )

    def play(
        self,
        ground: Ground,
        settings: Mapping[int, Settings],
        *,
        hidden: Mapping[HiddenPlace, Array] | None = None,
        feeds: Mapping[str, Array] | None = None,
        layers: bool = False,
        states: bool = True,
        structure: Mapping[int, frozenset[Kind]] | None = None,
        cancel: Cancel | None = None,
    ) -> Played:
        """Run with blocks (from 0) set as ``settings`` say and ``hidden`` places multiplied.

        ``feeds`` replaces what the base run was fed, same shapes. Arrays of windowed blocks count
        windows first, heads second, as ``Layer`` does. What is neutral is left out of the graph;
        ``structure`` puts instruments in whatever they are set to, so that one session serves
        many runs. Raises InstrumentError where a layer does not allow it, and as ``Session.run``.
        """
        self._refresh()
        settled = {number: one.settled() for number, one in settings.items()}
        kinds = dict(structure or {})
        for number, one in settled.items():
            kinds[number] = kinds.get(number, frozenset()) | one.kinds
        multiplied = {place: a for place, a in (hidden or {}).items() if not np.all(a == 1)}
        built = self._structure(kinds, tuple(multiplied))
        whole, given = fitted(ground.feeds if feeds is None else feeds, self.tapped.inputs)
        fed = dict(whole)
        for number, wanted in built[0]:
            fed |= self._fed(number, settled.get(number, NEUTRAL), wanted, ground)
        for place, array in multiplied.items():
            fed[place.fed] = np.ascontiguousarray(array, dtype=np.float32)
        own = [port.name for port in self.tapped.outputs]
        taps = [x for b in self._readers for x in b.taps.outputs] if layers else []
        held = list(self.states.states.values()) if states else []
        asked = [*taps, *held]
        alone = self._apart
        session = self._session(built, cancel, tapped=not alone)
        first = own if alone else [*own, *asked]
        tensors = session.run(fed, list(dict.fromkeys(first)), cancel=cancel)
        if alone and asked:
            session = self._session(built, cancel, tapped=True)
            tensors = session.run(fed, list(dict.fromkeys(asked)), cancel=cancel) | tensors
        return Played(
            outputs={name: given(tensors[name]) for name in own},
            hidden=self._hidden(tensors) if states else {},
            layers=self._layers(tensors, settled, ground) if layers else (),
        )

    # -- what is put in and read out

    def _met(self) -> list[str]:
        """Return the tensors whose types and shapes instruments need."""
        blocks = [name for block in self.blocks if block is not None for name in block.names]
        places = [place.socket.name for place in self.states.places]
        known = {x.name for x in self.tapped.graph.initializer}
        return [name for name in dict.fromkeys([*blocks, *places]) if name and name not in known]

    def _probe(self, names: Sequence[str], cancel: Cancel | None) -> Session:
        """Return a session that tells the shapes of ``names``, and learn their types by it."""
        session = self._sessions.get("probe")
        if session is None:
            self._make_room()
            shapes = tuple(f"{PREFIX}/shape/{i}" for i in range(len(names)))
            nodes = tuple(
                helper.make_node("Shape", [name], [shape])
                for name, shape in zip(names, shapes, strict=True)
            )
            outputs = (*shapes, *names, *self.states.states.values())
            session = self.tapped.loader.session(Edit(outputs, nodes=nodes), cancel)
            self._sessions["probe"] = session
            ports = {port.name: port for port in session.outputs}
            self._types = {name: tensor_of(ports[name]) for name in names}
            for reader in self._readers:
                for name in reader.node.inputs if isinstance(reader, FusedReader) else ():
                    tensor = self.tapped.index.initializers.get(name)
                    if tensor is not None:
                        self._types[name] = Tensor(tensor.data_type, tuple(tensor.dims))
        return session

    def _structure(
        self, kinds: Mapping[int, frozenset[Kind]], places: Sequence[HiddenPlace]
    ) -> Structure:
        for number, wanted in kinds.items():
            for kind in wanted:
                reason = self.refusal(number, kind)
                if reason is not None:
                    raise refused(number, reason)
        blocks = tuple((n, kinds[n]) for n in sorted(kinds) if kinds[n])
        return blocks, tuple(sorted(places, key=lambda place: place.fed))

    def _session(self, built: Structure, cancel: Cancel | None, *, tapped: bool) -> Session:
        """Return the session with these instruments, with or without every tap.

        Taps can change the last bits of the outputs, for the runtime then fuses less: where they
        do, outputs come from a session without.
        """
        wanted = (built, tapped)
        if wanted not in self._sessions:
            self._make_room()
            edits = [reader.taps for reader in self._readers] if tapped else [Edit()]
            edits += [Edit(tuple(self.states.states.values()))] if tapped else []
            for number, kinds in built[0]:
                block = self.blocks[number]
                if block is not None:
                    edits.append(block.edit(kinds, self._types))
            edits.append(hidden_edit(built[1], self._types))
            self._sessions[wanted] = self.tapped.loader.session(merged(edits), cancel)
        self._sessions[wanted] = self._sessions.pop(wanted)  # the last used goes last
        return self._sessions[wanted]

    def _make_room(self) -> None:
        """Let go of the sessions that were not used for longest: each holds all weights."""
        source = self.tapped.loader.source
        heavy = self.tapped.size > _HEAVY or source.relocation.folder is not None
        most = _FEW if heavy else _MANY
        for old in list(self._sessions)[: max(0, len(self._sessions) + 1 - most)]:
            del self._sessions[old]

    def _fed(
        self, number: int, one: Settings, kinds: frozenset[Kind], ground: Ground
    ) -> dict[str, Array]:
        block, layer = self.blocks[number], ground.layers[number]
        if block is None:
            return {}
        try:
            return block.feeds(
                unsorted(one, ground.windows.get(number)),
                kinds,
                shapes=ground.shapes,
                batch=ground.batch,
                layer=layer,
            )
        except NoSocketError as error:
            reason = mark("its tensors are laid out in a way that is not understood")
            raise refused(number, reason) from error

    def _hidden(self, tensors: Mapping[str, Array]) -> dict[int, Array]:
        return {number: tensors[name] for number, name in self.states.states.items()}

    def _layers(
        self, tensors: Mapping[str, Array], settings: Mapping[int, Settings], ground: Ground
    ) -> LayerList:
        readers = self._readers

        def read(number: int) -> Layer:
            reader = readers[number]
            parts = reader.read(tensors, batch=ground.batch)
            layer = as_layer(number, reader.pattern, parts, ground.windows.get(number))
            block = self.blocks[number]
            beside = block is not None and block.beside
            return as_played(layer, settings.get(number, NEUTRAL), beside=beside)

        return LayerList(range(len(readers)), read)
