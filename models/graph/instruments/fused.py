"""Instruments on attention inside one operator: the operator stays, its change is computed beside.

Queries, keys and values are taken or made as the operator's documentation says, the weights are
computed twice, as they are and as they should be, and the difference times the values is added to
what the operator gives: exactly nothing at neutral values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.encoded import Array
from models.graph.edit import Edit
from models.graph.fused.common import FusedReader
from models.graph.index import GraphIndex
from models.graph.instruments.block import Kind, Settings, fed
from models.graph.instruments.sockets import Shape, laid_out, socket_of
from models.graph.instruments.sources import Heads, sources_of
from models.graph.instruments.wiring import Types, Wiring
from models.i18n import mark
from models.record import Layer

_PLAIN: Final = (0, 1, 2, 3)
_APART: Final = 4  # axes of an output whose heads are apart
_ONE: Final = np.ones((1, 1, 1), np.float32)
_NOTHING: Final = np.zeros((1, 1, 1), np.float32)


@dataclass(frozen=True, eq=False)
class FusedInstruments:
    """The instruments of one fused operator, which is block ``number`` (from 0).

    ``others`` are the outputs of the other blocks: masks made of them would change with them.
    """

    index: GraphIndex
    reader: FusedReader
    number: int
    others: frozenset[str]
    beside: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The operator's inputs and its output."""
        inputs = tuple(name for name in self.reader.node.inputs if name)
        return (*inputs, self.reader.node.output)

    def refusal(self, kind: Kind) -> str | None:
        """Return why there is no instrument of this kind here, marked for people."""
        if kind == "vectors":
            return None
        heads = sources_of(self.reader)
        if isinstance(heads, str):
            return heads
        if any(_depends(self.index, name, self.others) for name in heads.masks if name):
            return mark("what is added to its scores depends on the layers before it")
        return None

    def shown(self, kinds: frozenset[Kind]) -> dict[str, str]:  # noqa: ARG002  # see CoreInstruments
        """Return nothing: weights that one operator gives out stay its own."""
        return {}

    def edit(self, kinds: frozenset[Kind], types: Types) -> Edit:
        """Return the change to the graph for ``kinds``."""
        wiring = Wiring(str(self.number), types)
        output = vectors = self.reader.node.output
        users = socket_of(self.index, output).users
        heads = sources_of(self.reader)
        if kinds & {"scores", "weights"} and isinstance(heads, Heads):
            change = self._change(wiring, heads, kinds)
            vectors = wiring.node("Add", vectors, wiring.like(change, output))
        if "vectors" in kinds:
            gate = wiring.like(wiring.feed(fed(self.number, "gate")), output)
            constant = wiring.like(wiring.feed(fed(self.number, "constant")), output)
            vectors = wiring.node("Add", wiring.node("Mul", vectors, gate), constant)
        if kinds:
            wiring.rewire(users, vectors, of=output)
        return wiring.edit()

    @property
    def made(self) -> str:
        """The operator's output."""
        return self.reader.node.output

    def read(self, tensor: Array, *, batch: int, heads: int) -> Array:
        """Return ``made`` as attention vectors [H, N, d] of the batch's first row."""
        if tensor.ndim == _APART:
            return tensor[0]
        wide = tensor.reshape(batch, tensor.shape[1], heads, -1)
        return wide[0].transpose(1, 0, 2)

    def _change(self, wiring: Wiring, heads: Heads, kinds: frozenset[Kind]) -> str:
        query, key, value = heads.build(wiring)
        turned = wiring.node("Transpose", key, perm=[0, 1, 3, 2])
        product = wiring.node("MatMul", query, turned)
        scaled = wiring.node("Mul", product, wiring.feed(fed(self.number, "scale")))
        scores = wiring.node("Add", scaled, wiring.feed(fed(self.number, "mask")))
        before = after = wiring.node("Softmax", scores, axis=-1)
        if "scores" in kinds:
            moved = wiring.node("Add", scores, wiring.feed(fed(self.number, "bias")))
            after = wiring.node("Softmax", moved, axis=-1)
        if "weights" in kinds:
            factor = wiring.feed(fed(self.number, "factor"))
            addend = wiring.feed(fed(self.number, "addend"))
            after = wiring.node("Add", wiring.node("Mul", after, factor), addend)
        change = wiring.node("MatMul", wiring.node("Sub", after, before), value)
        if heads.apart:
            return change
        joined = wiring.node("Transpose", change, perm=[0, 2, 1, 3])
        return wiring.node("Reshape", joined, wiring.constant([0, 0, -1]))

    def feeds(
        self,
        settings: Settings,
        kinds: frozenset[Kind],
        *,
        shapes: Mapping[str, Shape],
        batch: int,
        layer: Layer,
    ) -> dict[str, Array]:
        """Return what the instruments of ``kinds`` are fed."""
        count, tokens, keys = layer.heads, layer.query.shape[1], layer.key.shape[1]
        whole = (batch, count, tokens, keys)
        found: dict[str, Array] = {}

        def lay(array: Array | None, neutral: Array) -> Array:
            return laid_out(neutral if array is None else array, whole, _PLAIN, batch=batch)

        if kinds & {"scores", "weights"}:
            found["scale"] = layer.scale[0].reshape(1, 1, 1, 1)
            found["mask"] = lay(layer.bias, _NOTHING)
        if "scores" in kinds:
            found["bias"] = lay(settings.bias, _NOTHING)
        if "weights" in kinds:
            found["factor"] = lay(settings.factor, _ONE)
            found["addend"] = lay(settings.addend, _NOTHING)
        if "vectors" in kinds:
            shape = shapes[self.reader.node.output]
            size = layer.value.shape[2]
            found["gate"] = _joined(settings.gate, _ONE, shape, count, size)
            found["constant"] = _joined(settings.constant, _NOTHING, shape, count, size)
        return {fed(self.number, what): array for what, array in found.items()}


def _joined(array: Array | None, neutral: Array, shape: Shape, heads: int, size: int) -> Array:
    """Return [H, N, d] (axes may be 1) for an output [B, H, N, d] or [B, N, H·d]."""
    given = neutral if array is None else array
    if len(shape) == _APART:
        return np.ascontiguousarray(given[None], dtype=np.float32)
    wide = np.broadcast_to(given, (heads, given.shape[1], size))
    joined = wide.transpose(1, 0, 2).reshape(1, given.shape[1], heads * size)
    return np.ascontiguousarray(joined, dtype=np.float32)


def _depends(index: GraphIndex, name: str, on: frozenset[str]) -> bool:
    """Tell whether ``name`` is computed from any tensor of ``on``."""
    waiting, seen = [name], {name}
    while waiting:
        current = waiting.pop()
        if current in on:
            return True
        node = index.producer.get(current)
        for needed in () if node is None else node.inputs:
            if needed and needed not in seen:
                seen.add(needed)
                waiting.append(needed)
    return False
