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

from models.encoded import Array
from models.graph.batching import fitted, rows_fed
from models.graph.block import Reader
from models.graph.edit import Edit, merged
from models.graph.instruments.block import BlockInstruments, Kind, Settings, refused
from models.graph.instruments.choosing import instruments_for
from models.graph.instruments.hidden import HiddenPlace, HiddenStates, hidden_edit, hidden_states
from models.graph.instruments.kept import KeptSessions
from models.graph.instruments.played import (
    NEUTRAL,
    Ground,
    Played,
    played_layers,
    same,
    types_of,
    unsorted,
)
from models.graph.instruments.shown import replaced
from models.graph.instruments.sockets import NoSocketError
from models.graph.instruments.wiring import PREFIX, Tensor
from models.i18n import mark
from models.runtime import Cancel, Session
from models.tapped import TappedModel

Structure = tuple[tuple[tuple[int, frozenset[Kind]], ...], tuple[HiddenPlace, ...]]
_NOTHING: Final[Structure] = ((), ())


@dataclass(eq=False)
class Instruments:
    """Runs one model with instruments, one call at a time; keeps sessions by their instruments."""

    tapped: TappedModel
    _types: dict[str, Tensor] = field(default_factory=dict)
    _readers: tuple[Reader, ...] = ()
    _blocks: tuple[BlockInstruments | None, ...] = ()
    _states: HiddenStates | None = None
    _apart: bool = False
    _kept: KeptSessions = field(init=False)

    def __post_init__(self) -> None:
        """Start without any session."""
        self._kept = KeptSessions(self.tapped)

    @property
    def nbytes(self) -> int:
        """About how many bytes its sessions take."""
        return self._kept.nbytes

    def let_go(self) -> None:
        """Let go of every session; those that are wanted again are made again."""
        self._kept.clear()

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
        self._kept.clear()
        self._blocks = instruments_for(readers, self.tapped.index)

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

        The outputs are those of the untouched file, without any tap; hidden states come from
        the session that runs with nothing changed are made in, so that both are comparable.
        Raises as ``TappedModel.capture`` does.
        """
        capture = self.tapped.capture(feeds, cancel=cancel)
        self._refresh()
        whole, given = fitted(feeds, self.tapped.inputs)
        names = self._met()
        session = self._probe(names, cancel)
        wanted = [f"{PREFIX}/shape/{i}" for i in range(len(names))]
        own = [port.name for port in self.tapped.outputs]
        found = session.run(whole, list(dict.fromkeys([*wanted, *own])), cancel=cancel)
        plain = self._session(_NOTHING, cancel, tapped=False).run(whole, own, cancel=cancel)
        states = list(dict.fromkeys([*self.states.states.values(), *own]))
        held = self._session(_NOTHING, cancel, tapped=True).run(whole, states, cancel=cancel)
        self._apart = any(
            not same(given(plain[x]), known)
            for x in own
            for known in (capture.outputs[x], given(found[x]), given(held[x]))
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
            hidden=self.states.read(held, {}),
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
        ``structure`` puts instruments in whatever they are set to: one session for many runs.
        Raises InstrumentError where a layer does not allow it, and as ``Session.run``.
        """
        self._refresh()
        settled = {number: one.settled() for number, one in settings.items()}
        kinds = _kinds(settled, structure or {})
        multiplied = {place: a for place, a in (hidden or {}).items() if not np.all(a == 1)}
        built = self._structure(kinds, tuple(multiplied))
        whole, given = fitted(ground.feeds if feeds is None else feeds, self.tapped.inputs)
        fed = dict(whole)
        for number, wanted in built[0]:
            fed |= self._fed(number, settled.get(number, NEUTRAL), wanted, ground)
        for place, array in multiplied.items():
            fed[place.fed] = np.ascontiguousarray(array, dtype=np.float32)
        own = [port.name for port in self.tapped.outputs]
        made = replaced(self._blocks, built)
        told = {name: made.get(name, name) for name in own}
        taps = [x for b in self._readers for x in b.taps.outputs] if layers else []
        held = [made.get(x, x) for x in self.states.states.values()] if states else []
        asked = [*taps, *held]
        alone = self._apart
        session = self._session(built, cancel, tapped=not alone)
        first = list(told.values()) if alone else [*told.values(), *asked]
        tensors = session.run(fed, list(dict.fromkeys(first)), cancel=cancel)
        if alone and asked:
            session = self._session(built, cancel, tapped=True)
            tensors = session.run(fed, list(dict.fromkeys(asked)), cancel=cancel) | tensors
        return Played(
            outputs={name: given(tensors[read]) for name, read in told.items()},
            hidden=self.states.read(tensors, made) if states else {},
            layers=played_layers(self._readers, self.blocks, tensors, settled, ground)
            if taps
            else (),
        )

    def vectors(
        self, ground: Ground, numbers: Sequence[int], *, cancel: Cancel | None = None
    ) -> dict[int, Array]:
        """Run the model as it is and return attention vectors [L, N, d] of blocks, as it made them.

        Left out are blocks that have them as integers only.
        """
        pairs = ((number, self.blocks[number]) for number in numbers)
        known = {number: block for number, block in pairs if block and block.made}
        whole, _given = fitted(ground.feeds, self.tapped.inputs)
        asked = list(dict.fromkeys(block.made for block in known.values()))
        tensors = self._probe(self._met(), cancel).run(whole, asked, cancel=cancel)
        found = {}
        for number, block in known.items():
            layer, windows = ground.layers[number], ground.windows.get(number)
            array = block.read(tensors[block.made], batch=ground.batch, heads=layer.heads)
            found[number] = array if windows is None else array[windows.order]
        return found

    def _met(self) -> list[str]:
        """Return the tensors whose types and shapes instruments need."""
        blocks = [name for block in self.blocks if block is not None for name in block.names]
        places = [place.socket.name for place in self.states.places]
        known = {x.name for x in self.tapped.graph.initializer}
        return [name for name in dict.fromkeys([*blocks, *places]) if name and name not in known]

    def _probe(self, names: Sequence[str], cancel: Cancel | None) -> Session:
        """Return a session that tells the shapes of ``names``, and learn their types by it."""

        def make() -> Session:
            shapes = tuple(f"{PREFIX}/shape/{i}" for i in range(len(names)))
            nodes = tuple(
                helper.make_node("Shape", [name], [shape])
                for name, shape in zip(names, shapes, strict=True)
            )
            edit = Edit((*shapes, *names), nodes=nodes)
            session = self.tapped.loader.session(edit, cancel)
            self._types = types_of(session, names, self._readers, self.tapped.index)
            return session

        return self._kept.get("probe", make)

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

        def make() -> Session:
            edits = [reader.taps for reader in self._readers] if tapped else []
            for number, kinds in built[0]:
                block = self.blocks[number]
                if block is not None:
                    edits.append(block.edit(kinds, self._types))
            made = replaced(self._blocks, built)
            held = [made.get(x, x) for x in self.states.states.values()] if tapped else []
            held += [made[port.name] for port in self.tapped.outputs if port.name in made]
            edits += [hidden_edit(built[1], self._types), Edit(tuple(held))]
            return self.tapped.loader.session(merged(edits), cancel)

        return self._kept.get((built, tapped), make)

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


def _kinds(
    settings: Mapping[int, Settings], structure: Mapping[int, frozenset[Kind]]
) -> dict[int, frozenset[Kind]]:
    """Return which instruments each block needs: those of ``settings``, those of ``structure``."""
    kinds = dict(structure)
    for number, one in settings.items():
        kinds[number] = kinds.get(number, frozenset()) | one.kinds
    return kinds
