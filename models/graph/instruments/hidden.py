"""Instruments on hidden states: what a block adds is multiplied before it is added.

The places are those where the published training graphs of BERT and ViT drop hidden numbers; see
docs/experiments.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from models.encoded import Array
from models.graph.block import Reader
from models.graph.edit import Edit
from models.graph.index import GraphIndex
from models.graph.instruments.sockets import Socket, socket_of
from models.graph.instruments.wiring import PREFIX, Types, Wiring
from models.graph.outflow import NoOutflow, Outflow, Place
from models.graph.outflow_read import outflows

Where = Literal["embeddings", "attention", "forward"]
WHERES: Final[tuple[Where, ...]] = ("embeddings", "attention", "forward")


@dataclass(frozen=True)
class HiddenPlace:
    """Where hidden numbers can be multiplied: in front of block ``number``, or inside it.

    "embeddings" is what the first block is given; "attention" is the attention output and
    "forward" the feed-forward's output, each as it is added to the residual.
    """

    number: int
    where: Where
    socket: Socket

    @property
    def fed(self) -> str:
        """The name of the graph input that multiplies."""
        return f"{PREFIX}/{self.number}/hidden/{self.where}"

    @property
    def made(self) -> str:
        """The tensor that holds the product."""
        return f"{self.fed}/made"


@dataclass(frozen=True, eq=False)
class HiddenStates:
    """Every place of one graph, and the tensors that hold the hidden state after each block.

    ``states`` maps the block's number to the tensor; −1 is the state that the first is given.
    ``reasons`` say of other blocks why theirs cannot be told, marked for people.
    """

    places: tuple[HiddenPlace, ...]
    states: Mapping[int, str]
    reasons: Mapping[int, str]

    def read(self, tensors: Mapping[str, Array], made: Mapping[str, str]) -> dict[int, Array]:
        """Return the states of a run; ``made`` names what holds those that were multiplied."""
        return {number: tensors[made.get(x, x)] for number, x in self.states.items()}


def hidden_states(index: GraphIndex, readers: Sequence[Reader]) -> HiddenStates:
    """Return the places and states of the attention blocks ``readers``."""
    places: list[HiddenPlace] = []
    states: dict[int, str] = {}
    reasons: dict[int, str] = {}
    for number, found in enumerate(outflows(index, readers)):
        if isinstance(found, NoOutflow):
            reasons[number] = found.reason
            continue
        if number == 0 and found.residual is not None and not found.residual.scale:
            states[-1] = found.residual.name
            socket = socket_of(index, found.residual.name)
            places.append(HiddenPlace(0, "embeddings", socket))
        places += _inside(number, found)
        if found.state is not None and not found.state.scale:
            states[number] = found.state.name
    return HiddenStates(tuple(places), states, reasons)


def _inside(number: int, found: Outflow) -> list[HiddenPlace]:
    spots: tuple[tuple[Where, Place | None], ...] = (
        ("attention", found.attention),
        ("forward", found.forward),
    )
    return [
        HiddenPlace(number, where, Socket(spot.name, spot.users))
        for where, spot in spots
        if spot is not None and spot.users and not spot.scale and found.residual is not None
    ]


def hidden_edit(places: Sequence[HiddenPlace], types: Types) -> Edit:
    """Return the change that multiplies every one of ``places`` by what is fed."""
    wiring = Wiring("hidden", types)
    for place in places:
        factor = wiring.like(wiring.feed(place.fed), place.socket.name)
        changed = wiring.named(place.made, "Mul", place.socket.name, factor)
        wiring.rewire(place.socket.users, changed, of=place.socket.name)
    return wiring.edit()


def instead(places: Sequence[HiddenPlace]) -> dict[str, str]:
    """Return what holds, by the file's tensor, what goes on from there once it is multiplied.

    The embeddings' place is itself a hidden state, and may be an output of the file: whoever
    reads it is to see what the first block is given.
    """
    return {place.socket.name: place.made for place in places}
