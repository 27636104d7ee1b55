"""Instruments in attention written as two products.

Where the numbers are real they are put in line: scores + bias, weights · factor + addend,
vectors · gate + constant. Where the file rounds to integers, nothing of the file's own is touched:
the change (w′ − w)·v is computed beside it in float32 and added to the attention vectors, so that
it is exactly zero at neutral values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.encoded import Array
from models.graph.axes import order_of
from models.graph.core import CoreReader
from models.graph.edit import Edit
from models.graph.index import Node
from models.graph.instruments.block import Kind, Settings, fed
from models.graph.instruments.shown import show, shown_instead, shown_weights
from models.graph.instruments.sockets import Shape, laid_out, socket_of
from models.graph.instruments.wiring import FLOAT, Types, Wiring
from models.graph.paths import QUANTISING, SHAPING
from models.graph.products import Operand
from models.i18n import mark
from models.record import Layer

_SILENT: Final = frozenset({"Cast", "CastLike", "Identity", "Dropout"})
_REAL_PRODUCTS: Final = frozenset({"MatMul", "com.microsoft.FusedMatMul", "Einsum"})
_QUANTISERS: Final = frozenset({"QuantizeLinear", "com.microsoft.QuantizeLinear"})
_DEQUANTISERS: Final = frozenset({"DequantizeLinear", "com.microsoft.DequantizeLinear"})
_SCALE, _ZERO_POINT = 6, 7  # of what QLinearMatMul makes
_ONE: Final = np.ones((1, 1, 1), np.float32)
_NOTHING: Final = np.zeros((1, 1, 1), np.float32)


@dataclass(frozen=True, eq=False)
class CoreInstruments:
    """The instruments of one ``CoreReader``, which is block ``number`` (from 0)."""

    reader: CoreReader
    number: int

    @property
    def beside(self) -> bool:
        """Whether the file rounds here, so that the change is computed beside it."""
        reader, product = self.reader, self.reader.values.product
        rounding = any(step.node.op in QUANTISING for step in reader.values.steps)
        whole = product.integer or product.requantised or bool(reader.softmax.scale)
        return rounding or whole or reader.rounded

    @property
    def names(self) -> tuple[str, ...]:
        """The scores, the weights, the values, the attention vectors, and outputs of weights."""
        reader = self.reader
        inner = (reader.softmax.scores, reader.weights.name, reader.vectors.name, self._vectors)
        return (*inner, *shown_weights(reader))

    def shown(self, kinds: frozenset[Kind]) -> dict[str, str]:
        """Return what the file's outputs that are these weights become with ``kinds``."""
        moved = "weights" in kinds or (self.beside and "scores" in kinds)
        return shown_instead(self.reader, self.number) if moved else {}

    def refusal(self, kind: Kind) -> str | None:
        """Return why there is no instrument of this kind here, marked for people."""
        reader = self.reader
        if kind == "vectors":
            return None
        if kind == "weights" and reader.softmax.context and not reader.values.steps:
            return mark("it divides by the sum of the weights only after their product with V")
        if self.beside and (reader.values.product.bias or not _known(reader.weights)):
            return mark("its integers cannot be made real numbers outside of the operator")
        if kind == "scores":
            ops = {step.node.op for step in reader.values.steps}
            if reader.softmax.axis is None or "Transpose" in ops:
                return mark("which axis of its scores counts the keys cannot be told")
            if self.beside and ops - QUANTISING - _SILENT:
                return mark("it changes weights after the softmax, and rounds them")
        return None

    # -- the graph

    def edit(self, kinds: frozenset[Kind], types: Types) -> Edit:
        """Return the change to the graph for ``kinds``."""
        wiring = Wiring(str(self.number), types)
        changed = ""
        if self.beside and kinds & {"scores", "weights"}:
            changed = self._change(wiring, kinds, types)
        elif kinds:
            self._in_line(wiring, kinds, types)
        if changed or "vectors" in kinds:
            self._onto_vectors(wiring, changed, gated="vectors" in kinds)
        return wiring.edit()

    def _in_line(self, wiring: Wiring, kinds: frozenset[Kind], types: Types) -> None:
        reader = self.reader
        if "scores" in kinds:
            scores = reader.softmax.scores
            bias = wiring.like(wiring.feed(fed(self.number, "bias")), scores)
            inside = {node.index for node in reader.softmax.nodes}
            users = socket_of(reader.index, scores, into=tuple(inside)).users
            wiring.rewire(users, wiring.node("Add", scores, bias), of=scores)
        if "weights" in kinds:
            weights = reader.weights.name
            changed = self._mixed(wiring, weights, like=weights)
            users = socket_of(reader.index, weights, into=(reader.node.index,)).users
            wiring.rewire(users, changed, of=weights)
            show(wiring, reader, self.number, changed=changed, types=types)

    def _mixed(self, wiring: Wiring, weights: str, *, like: str = "") -> str:
        factor = wiring.feed(fed(self.number, "factor"))
        addend = wiring.feed(fed(self.number, "addend"))
        if like:
            factor, addend = wiring.like(factor, like), wiring.like(addend, like)
        return wiring.node("Add", wiring.node("Mul", weights, factor), addend)

    def _change(self, wiring: Wiring, kinds: frozenset[Kind], types: Types) -> str:
        """Return (w′ − w)·v in float32, laid out as the attention vectors."""
        reader, softmax = self.reader, self.reader.softmax
        if "scores" in kinds:
            scale, zero = (softmax.nodes[-1].input(1), softmax.nodes[-1].input(2))
            scores = _real(wiring, softmax.scores, *((scale, zero) if softmax.scale else ("", "")))
            axis = -1 if softmax.axis is None else softmax.axis
            before = wiring.node("Softmax", scores, axis=axis)
            moved = wiring.node("Add", scores, wiring.feed(fed(self.number, "bias")))
            after = wiring.node("Softmax", moved, axis=axis)
        else:
            weights = reader.weights
            before = _real(wiring, weights.name, weights.scale, weights.zero_point)
            after = before
        if "weights" in kinds:
            after = self._mixed(wiring, after)
        show(wiring, reader, self.number, changed=after, types=types)
        values = reader.vectors
        value = _real(wiring, values.name, values.scale, values.zero_point)
        pair = (wiring.node("Sub", after, before), value)
        op, attributes = "MatMul", {}
        if reader.node.op in _REAL_PRODUCTS:
            op, attributes = reader.node.op, dict(reader.node.attributes)
        return wiring.node(op, *(pair if reader.values.side == 0 else pair[::-1]), **attributes)

    def _onto_vectors(self, wiring: Wiring, change: str, *, gated: bool) -> None:
        """Put vectors·gate + constant (+ change) in place of the attention vectors."""
        name = self._vectors
        users = socket_of(self.reader.index, name).users
        scale, zero = self._whole()
        vectors = _real(wiring, name, scale, zero) if scale else name
        like = "" if scale else name
        if change:
            vectors = wiring.node("Add", vectors, wiring.like(change, like) if like else change)
        if gated:
            gate = wiring.feed(fed(self.number, "gate"))
            constant = wiring.feed(fed(self.number, "constant"))
            if like:
                gate, constant = wiring.like(gate, like), wiring.like(constant, like)
            vectors = wiring.node("Add", wiring.node("Mul", vectors, gate), constant)
        if scale:
            vectors = wiring.node("QuantizeLinear", vectors, scale, zero)
        wiring.rewire(users, vectors, of=name)

    def _whole(self) -> tuple[str, str]:
        """Return scale and zero point of attention vectors that are integers; empty if real."""
        node = self.reader.node
        if self.reader.values.product.requantised and self._vectors == node.output:
            return node.input(_SCALE), node.input(_ZERO_POINT)
        return "", ""

    @property
    def _vectors(self) -> str:
        """The tensor that holds the attention vectors, as real numbers where the file has them."""
        reader = self.reader
        name = reader.context
        if reader.values.product.integer:
            for op in ("Cast", "Mul"):
                users = reader.index.consumers.get(name, [])
                name = users[0].output if len(users) == 1 and users[0].op == op else name
            return name
        return _after_rounding(reader, name)

    @property
    def made(self) -> str:
        """The tensor of attention vectors; empty where the file has them as integers only."""
        return "" if self._whole()[0] else self._vectors

    def read(self, tensor: Array, *, batch: int, heads: int) -> Array:  # noqa: ARG002  # see FusedInstruments
        """Return ``made`` as attention vectors [L, N, d] of the batch's first row."""
        wide = tensor.transpose(self._vector_order(tensor.ndim))
        return wide.reshape(batch, -1, *wide.shape[-2:])[0]

    # -- what is fed

    def feeds(
        self,
        settings: Settings,
        kinds: frozenset[Kind],
        *,
        shapes: Mapping[str, Shape],
        batch: int,
        layer: Layer,  # noqa: ARG002  # what the operators hide must be fed there, not here
    ) -> dict[str, Array]:
        """Return what the instruments of ``kinds`` are fed, laid out as the graph has it."""
        reader = self.reader
        found: dict[str, Array] = {}
        if "scores" in kinds:
            shape = shapes[reader.softmax.scores]
            bias = _NOTHING if settings.bias is None else settings.bias
            found["bias"] = laid_out(bias, shape, self._score_order(len(shape)), batch=batch)
        if "weights" in kinds:
            shape = shapes[reader.weights.name]
            order = order_of(reader.weights.arrange, len(shape))
            factor = _ONE if settings.factor is None else settings.factor
            addend = _NOTHING if settings.addend is None else settings.addend
            found["factor"] = laid_out(factor, shape, order, batch=batch)
            found["addend"] = laid_out(addend, shape, order, batch=batch)
        if "vectors" in kinds:
            shape = shapes[self._vectors]
            gate = _ONE if settings.gate is None else settings.gate
            constant = _NOTHING if settings.constant is None else settings.constant
            order = self._vector_order(len(shape))
            found["gate"] = laid_out(gate, shape, order, batch=batch)
            found["constant"] = laid_out(constant, shape, order, batch=batch)
        return {fed(self.number, what): array for what, array in found.items()}

    def _score_order(self, rank: int) -> tuple[int, ...]:
        """Return which axis of the scores each of (lead.., queries, keys) is."""
        reader = self.reader
        shaping = {s.node.op for s in reader.values.steps} & (SHAPING - _SILENT)
        if not shaping:
            return order_of(reader.weights.arrange, rank)
        key = (-1 if reader.softmax.axis is None else reader.softmax.axis) % rank
        query = rank - 2 if key == rank - 1 else rank - 1
        return (*(axis for axis in range(rank) if axis not in {key, query}), query, key)

    def _vector_order(self, rank: int) -> tuple[int, ...]:
        """Return which axis of the attention vectors each of (lead.., queries, d) is."""
        product = self.reader.values.product
        order = tuple(int(axis) for axis in np.argsort(product.order(rank)))
        if self.reader.values.side == 1:
            order = (*order[:-2], order[-1], order[-2])
        return order


def _known(operand: Operand) -> bool:
    """Tell whether the operand's real numbers can be had: integers need their scale."""
    return bool(operand.scale) or not operand.zero_point


def _real(wiring: Wiring, name: str, scale: str, zero_point: str) -> str:
    """Return ``name`` as float32, (x − zero point)·scale where it holds integers."""
    if not scale:
        return wiring.real(name)
    real = wiring.node("Cast", name, to=FLOAT)
    if zero_point:
        real = wiring.node("Sub", real, wiring.node("Cast", zero_point, to=FLOAT))
    return wiring.node("Mul", real, scale)


def _after_rounding(reader: CoreReader, name: str) -> str:
    """Return ``name`` rounded to integers and back, where that is all that is made of it."""
    for ops in (_QUANTISERS, _DEQUANTISERS):
        users: list[Node] = reader.index.consumers.get(name, [])
        if len(users) != 1 or users[0].op not in ops:
            return reader.context if ops is _QUANTISERS else name
        name = users[0].output
    return name
