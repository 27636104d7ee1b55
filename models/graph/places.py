"""Where in a graph each attention gets its scale, its mask and its position bias.

Told from what the added tensors are made of: a mask depends on the mask that is fed, a position
bias on a table of weights or on queries and keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import onnx

from models.encoded import Notice
from models.graph.block import Reader
from models.graph.core import CoreReader
from models.graph.fused.common import FusedReader
from models.graph.index import GraphIndex
from models.graph.operands import Scaled
from models.graph.paths import Step
from models.graph.products import is_product
from models.graph.scores import is_guard
from models.i18n import mark
from models.ports import Role

_MEASURING: Final = frozenset({"Shape", "Size"})
_MASKS: Final = frozenset({"mask", "pixel_mask"})
_FLOATS: Final = frozenset({onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, 16})
_HIDES: Final = -50.0  # a constant below this is there to hide, not to place
_ADDING: Final = frozenset({"Add", "Sub", "Sum", "Where", "com.microsoft.QLinearAdd"})
_SCALING: Final = frozenset({"Mul", "Div", "com.microsoft.QLinearMul"})
_EMBEDDING: Final = "com.microsoft.EmbedLayerNormalization"  # hands on how many tokens are real
_MASK_OF_EMBEDDING: Final = 7


@dataclass(frozen=True, slots=True)
class Places:
    """Where scale, mask and position bias of one block sit; empty where the graph has none.

    ``fixed``: the mask is made without any input, so that it may hide nothing at all.
    """

    scale: tuple[Notice, ...] = ()
    mask: tuple[Notice, ...] = ()
    bias: tuple[Notice, ...] = ()
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class _Kinds:
    hides: bool = False
    places: bool = False
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class _Origin:
    """What a tensor's values are made of: graph inputs, data times data, a table of weights."""

    inputs: frozenset[str] = frozenset()
    product: bool = False
    table: bool = False


def places_in(
    index: GraphIndex, readers: Sequence[Reader], *, roles: Mapping[str, Role]
) -> tuple[Places, ...]:
    """Return the places of each of ``readers``; ``roles`` tells what each graph input is for."""
    finder = PlaceFinder(index, roles)
    return tuple(map(finder.places, readers))


class PlaceFinder:
    """Answers for every block of one graph; ``roles`` tells what each graph input is for."""

    def __init__(self, index: GraphIndex, roles: Mapping[str, Role]) -> None:
        self._index, self._roles = index, roles
        self._known: dict[str, _Origin] = {}

    def places(self, reader: Reader) -> Places:
        """Return where the scale, the mask and the position bias of ``reader`` sit."""
        if isinstance(reader, CoreReader):
            return self._core(reader)
        return self._fused(reader) if isinstance(reader, FusedReader) else Places()

    # -- written out

    def _core(self, reader: CoreReader) -> Places:
        scale = [*self._operand_scale(reader), *self._score_scale(reader)]
        mask: list[Notice] = []
        bias: list[Notice] = []
        added = [(s.node.op, n) for s in reader.scores.steps for n in self._added(s)]
        added += [(reader.softmax.label, reader.softmax.added)] if reader.softmax.added else []
        added += [("Gemm", reader.scores.product.bias)] if reader.scores.product.bias else []
        fixed = True
        for op, name in added:
            kinds = self._kinds(name, op=op)
            where = Notice(mark("added to the scores ({op})"), {"op": _short(op)})
            if op == "Where":
                where = Notice(mark("put in place of scores ({op})"), {"op": op})
            mask += [where] if kinds.hides else []
            bias += [where] if kinds.places else []
            fixed = fixed and (kinds.fixed or not kinds.hides)
        after = [
            Notice(mark("zeroes weights after the softmax ({op})"), {"op": _short(step.node.op)})
            for step in reader.values.steps
            if step.node.op in {"Where", "Mul"} and not is_guard(self._index, step)
        ]
        fixed = fixed and bool(mask) and not after
        return Places(_once(scale), _once([*mask, *after]), _once(bias), fixed)

    def _operand_scale(self, reader: CoreReader) -> list[Notice]:
        left, right = (_has_factors(side) for side in (reader.left, reader.right))
        if left and right:
            return [Notice(mark("on queries and keys, before q·k"))]
        if not left and not right:
            return []
        if reader.values.side == 1 or reader.softmax.axis == -2:  # noqa: PLR2004  # keys on the left
            left, right = right, left
        return [Notice(mark("on the queries, before q·k") if left else mark("on the keys"))]

    def _score_scale(self, reader: CoreReader) -> list[Notice]:
        found = []
        if reader.scores.product.alpha != 1:
            op = _short(reader.scores.product.node.op)
            found.append(Notice(mark("inside the product ({op})"), {"op": op}))
        for step in reader.scores.steps:
            if step.node.op not in _SCALING:
                continue
            others = [n for i, n in enumerate(step.node.inputs) if i != step.entry and n]
            single = all(self._index.is_single(n) for n in others)
            words = mark("on the scores ({op})")
            if not single:
                words = mark("on the scores, one number per head ({op})")
            found.append(Notice(words, {"op": _short(step.node.op)}))
        return found

    def _added(self, step: Step) -> list[str]:
        if step.node.op not in _ADDING:
            return []
        return [n for i, n in enumerate(step.node.inputs) if i != step.entry and n]

    # -- inside one operator

    def _fused(self, reader: FusedReader) -> Places:
        node, op = reader.node, _short(reader.node.op)
        inside = Notice(mark("inside the operator ({op})"), {"op": op})
        own = node.attributes.get("scale")
        words = mark("inside the operator: {scale}") if own else mark("inside the operator: 1/√d")
        scale = Notice(words, {"scale": f"{own:.6g}"} if own else {})
        surely, perhaps = _FUSED_INPUTS.get(node.op, ((), ()))
        mask: list[Notice] = []
        bias: list[Notice] = []
        fixed = True
        for place in (*surely, *perhaps):
            if not node.input(place):
                continue
            kinds = self._kinds(node.input(place), op="Add")
            mask += [inside] if kinds.hides or place in surely else []
            bias += [inside] if kinds.places and place in perhaps else []
            fixed = fixed and kinds.fixed
        if node.attributes.get("is_causal") or node.attributes.get("unidirectional"):
            mask.append(Notice(mark("causal: inside the operator ({op})"), {"op": op}))
            fixed = False
        return Places((scale,), _once(mask), _once(bias), fixed and bool(mask))

    # -- what a tensor is made of

    def _kinds(self, name: str, *, op: str) -> _Kinds:
        """Return whether the tensor ``name`` hides tokens, and whether it tells positions."""
        origin = self._origin(name)
        roles = {self._roles.get(x, "other") for x in origin.inputs}
        if origin.product and roles - _MASKS:
            return _Kinds(places=True)
        if roles & _MASKS:
            return _Kinds(hides=True, places=origin.table)
        if origin.inputs:
            return _Kinds(hides=not origin.table, places=origin.table)
        if op == "Where" or not origin.table:
            hides = not self._is_nothing(name)
            return _Kinds(hides=hides, fixed=True)
        value = self._index.value(name)
        if value is not None and np.all((value == 0) | (value <= _HIDES)):
            return _Kinds(hides=True, fixed=True)
        return _Kinds(places=True)

    def _is_nothing(self, name: str) -> bool:
        """Tell whether ``name`` is a bare number, such as what Where puts in."""
        return self._index.is_single(name) and self._index.is_constant(name)

    def _origin(self, name: str) -> _Origin:
        waiting = [name]
        while waiting:
            current = waiting[-1]
            needs = [] if current in self._known else self._needs(current)
            missing = [n for n in needs if n not in self._known]
            if missing and len(waiting) <= len(self._index.producer) + 1:
                waiting.extend(missing)
                continue
            waiting.pop()
            if current not in self._known:
                self._known[current] = self._joined(current, needs)
        return self._known[name]

    def _needs(self, name: str) -> list[str]:
        node = self._index.producer.get(name)
        if node is None or node.op in _MEASURING:
            return []
        if node.op == _EMBEDDING and name != node.output:
            return [node.input(_MASK_OF_EMBEDDING)]
        return [x for x in node.inputs if x]

    def _joined(self, name: str, needs: list[str]) -> _Origin:
        node = self._index.producer.get(name)
        if node is None:
            return self._source(name)
        if node.op == "Constant":
            value = self._index.value(name)
            table = value is not None and value.dtype.kind == "f" and value.size > 1
            return _Origin(table=table)
        parts = [self._known.get(need, _Origin()) for need in needs]
        data = [part for part in parts if part.inputs]
        return _Origin(
            frozenset().union(*(part.inputs for part in parts)),
            product=any(p.product for p in parts) or (is_product(node) and len(data) > 0),
            table=any(part.table for part in parts),
        )

    def _source(self, name: str) -> _Origin:
        tensor = self._index.initializers.get(name)
        if tensor is None:
            return _Origin(frozenset({name}))
        size = int(np.prod(tensor.dims, dtype=np.int64)) if tensor.dims else 1
        return _Origin(table=size > 1 and tensor.data_type in _FLOATS)


# Inputs that are masks, and inputs that are added to the scores whatever they are.
_FUSED_INPUTS: Final[Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]]] = {
    "Attention": ((6,), (3,)),
    "com.microsoft.MultiHeadAttention": ((4,), (5,)),
    "com.microsoft.Attention": ((3,), (5,)),
    "com.microsoft.QAttention": ((5,), ()),
}


def _has_factors(side: Scaled) -> bool:
    return bool(side.outer or side.inner)


def _short(op: str) -> str:
    return op.rsplit(".", 1)[-1]


def _once(found: list[Notice]) -> tuple[Notice, ...]:
    return tuple(n for i, n in enumerate(found) if n not in found[:i])
