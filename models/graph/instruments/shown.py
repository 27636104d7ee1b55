"""Outputs of a file that are attention weights: they show what an experiment made of these.

Training code hands out the weights after their dropout (transformers' ``eager_attention_forward``
returns what it multiplies the values with), so whoever changes weights changes these outputs too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from models.graph.core import CoreReader
from models.graph.index import GraphIndex, Node
from models.graph.instruments.block import BlockInstruments, Kind
from models.graph.instruments.hidden import HiddenPlace, instead
from models.graph.instruments.sockets import socket_of
from models.graph.instruments.wiring import FLOAT, PREFIX, Types, Wiring
from models.graph.paths import QUANTISING, SHAPING

_LAID_OUT_ALIKE: Final = QUANTISING | {"Cast", "CastLike", "Identity", "Dropout", "Where"}
_LEADING_OUT: Final = SHAPING | {"Concat"}


def shown_weights(reader: CoreReader) -> tuple[str, ...]:
    """Return the tensors that hold the block's weights and are outputs, or lead only to outputs."""
    return tuple(
        name for name in _held(reader) if _is_output(reader.index, name) or _out(reader, name)
    )


def shown_instead(reader: CoreReader, number: int) -> dict[str, str]:
    """Return, by the file's output, the tensor that ``show`` makes for it; block from 0."""
    return {
        name: _made(number, name)
        for name in shown_weights(reader)
        if _is_output(reader.index, name)
    }


def show(wiring: Wiring, reader: CoreReader, number: int, *, changed: str, types: Types) -> None:
    """Let outputs that are the weights of block ``number`` be ``changed`` instead."""
    for name in shown_weights(reader):
        kind = types[name].kind if name in types else FLOAT
        made = wiring.named(_made(number, name), "Cast", changed, to=kind)
        into = [node.index for node in _out(reader, name)]
        wiring.rewire(socket_of(reader.index, name, into=into).users, made, of=name)


def replaced(
    blocks: Sequence[BlockInstruments | None],
    built: tuple[Sequence[tuple[int, frozenset[Kind]]], Sequence[HiddenPlace]],
) -> dict[str, str]:
    """Return what holds, by the file's tensor, what it is in the graph ``built``."""
    made = instead(built[1])
    for number, kinds in built[0]:
        block = blocks[number]
        made |= {} if block is None else block.shown(kinds)
    return made


def _made(number: int, name: str) -> str:
    return f"{PREFIX}/{number}/shown/{name}"


def _held(reader: CoreReader) -> Iterator[str]:
    """Yield the tensors that hold the weights as they meet the values, laid out alike."""
    yield reader.weights.name
    for step in reversed(reader.values.steps):
        if step.node.op not in _LAID_OUT_ALIKE:
            return
        before = step.node.inputs[step.entry]
        if before != reader.weights.name:
            yield before


def _out(reader: CoreReader, name: str) -> list[Node]:
    """Return the users of ``name`` from which only shaping leads to outputs of the file."""
    inner = {reader.node.index, *(step.node.index for step in reader.values.steps)}
    users = reader.index.consumers.get(name, [])
    return [x for x in users if x.index not in inner and _leads_out(reader.index, x)]


def _leads_out(index: GraphIndex, node: Node) -> bool:
    if node.op not in _LEADING_OUT:
        return False
    users: Mapping[int, Node] = {
        x.index: x for y in node.outputs for x in index.consumers.get(y, [])
    }
    return all(_leads_out(index, x) for x in users.values()) and (
        bool(users) or any(_is_output(index, y) for y in node.outputs)
    )


def _is_output(index: GraphIndex, name: str) -> bool:
    return any(output.name == name for output in index.source.model.graph.output)
