"""Who makes and who uses each tensor of a graph, and what is known about it without running.

Nodes are never assumed to be sorted. Subgraphs (If, Loop, Scan) are counted, not entered.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import onnx
from onnx import helper

from models.encoded import Array
from models.graph.source import ModelSource

# Outputs that tell the size of a tensor, not what is in it.
_MEASURING: Final = frozenset({"Shape", "Size"})
# Their subgraphs may read any outer tensor without naming it as an input.
_ENTERED_BLINDLY: Final = frozenset({"If", "Loop", "Scan"})
_SAME_RANK: Final = frozenset(
    {"Cast", "CastLike", "Identity", "Transpose", "DequantizeLinear", "QuantizeLinear"}
)
# What makes real numbers of weights that are stored as small integers.
_UNPACKING: Final = frozenset({"Cast", "Identity", "DequantizeLinear", "Mul", "Sub"})
_LONGEST: Final = 8
_STANDARD: Final = ("", "ai.onnx")


@dataclass(frozen=True, eq=False)
class Node:
    """One node: ``op`` is its type, with its domain and a dot in front unless it is ai.onnx's."""

    index: int
    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    proto: onnx.NodeProto

    @cached_property
    def attributes(self) -> Mapping[str, Any]:
        """The attributes by name, subgraphs left out."""
        graphs = {onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS}
        kept = (a for a in self.proto.attribute if a.type not in graphs)
        return {a.name: helper.get_attribute_value(a) for a in kept}

    @property
    def output(self) -> str:
        """The first output's name."""
        return self.outputs[0]

    def input(self, position: int) -> str:
        """Return the name of one input, empty when it is left out."""
        return self.inputs[position] if position < len(self.inputs) else ""


class GraphIndex:
    """A graph made ready for questions."""

    def __init__(self, source: ModelSource) -> None:
        self.source = source
        graph = source.model.graph
        self.nodes = _sorted([_node(i, n) for i, n in enumerate(graph.node)])
        self.position = {node.index: i for i, node in enumerate(self.nodes)}
        self.producer: dict[str, Node] = {}
        self.consumers: dict[str, list[Node]] = {}
        self.initializers = {tensor.name: tensor for tensor in graph.initializer}
        self.opset = max(
            (o.version for o in source.model.opset_import if o.domain in _STANDARD), default=1
        )
        for node in self.nodes:
            for name in node.outputs:
                self.producer[name] = node
            for name in dict.fromkeys(node.inputs):
                self.consumers.setdefault(name, []).append(node)
        self._constant: dict[str, bool] = {}
        self._single: dict[str, bool] = {}

    def made_by(self, name: str, *ops: str) -> Node | None:
        """Return the node that makes ``name`` when it is one of ``ops`` (any, when none given)."""
        node = self.producer.get(name)
        return node if node is not None and (not ops or node.op in ops) else None

    def is_constant(self, name: str) -> bool:
        """Tell whether ``name`` depends on weights alone, computed from them or not."""
        return self._closed(name, self._constant, _constant_step)

    def is_single(self, name: str) -> bool:
        """Tell whether ``name`` surely holds one number, computed from sizes or constants."""
        return self._closed(name, self._single, _single_step)

    def rank(self, name: str) -> int | None:
        """Return the number of axes of a constant, None when it cannot be told cheaply."""
        for _ in range(32):
            if name in self.initializers:
                return len(self.initializers[name].dims)
            node = self.producer.get(name)
            if node is None:
                return None
            if node.op == "Constant":
                value = self.value(name)
                return None if value is None else value.ndim
            if node.op == "Reshape":
                shape = self.value(node.input(1))
                return None if shape is None else shape.size
            if node.op not in _SAME_RANK:
                ranks = (
                    [self.rank(x) for x in node.inputs if x]
                    if node.op in {"Mul", "Div", "Add", "Sub"}
                    else []
                )
                known = [r for r in ranks if r is not None]
                return max(known) if known and len(known) == len(ranks) else None
            name = node.inputs[0]
        return None

    def dims(self, name: str) -> tuple[int, ...] | None:
        """Return the shape of a constant, stored as it is or made real of small integers."""
        node = self.producer.get(name)
        for _ in range(_LONGEST):
            if node is None or node.op not in _UNPACKING:
                break
            name = max(node.inputs[:2], key=self._stored)
            node = self.producer.get(name)
        if name in self.initializers:
            return tuple(self.initializers[name].dims)
        value = self.value(name)
        return None if value is None else value.shape

    def _stored(self, name: str) -> int:
        """Return how many numbers an initializer behind ``name`` holds, 0 when there is none."""
        node = self.producer.get(name)
        for _ in range(_LONGEST):
            if node is None or node.op not in _UNPACKING:
                break
            name = node.inputs[0]
            node = self.producer.get(name)
        return _size(self.initializers[name].dims) if name in self.initializers else 0

    def value(self, name: str) -> Array | None:
        """Return the value of an initializer or Constant node, None for anything else."""
        if name in self.initializers:
            return self.source.tensor(name)
        node = self.producer.get(name)
        if node is None or node.op != "Constant":
            return None
        return _constant_value(node)

    def _closed(self, name: str, known: dict[str, bool], step: Any) -> bool:  # noqa: ANN401
        """Answer a question about ``name`` that depends on its inputs; a cycle answers no."""
        stack, entered = [name], set[str]()
        while stack:
            current = stack[-1]
            if current in known:
                stack.pop()
                continue
            answer, needs = step(self, current)
            missing = [n for n in needs if n not in known and n not in entered]
            if answer is None and missing and current not in entered:
                entered.add(current)
                stack.extend(missing)
                continue
            known[current] = all(known.get(n, False) for n in needs) if answer is None else answer
            stack.pop()
        return known[name]


def _constant_step(index: GraphIndex, name: str) -> tuple[bool | None, Sequence[str]]:
    if name in index.initializers:
        return True, ()
    node = index.producer.get(name)
    if node is None or node.op in _MEASURING or node.op in _ENTERED_BLINDLY:
        return False, ()
    if node.op == "Constant":
        return True, ()
    inputs = [x for x in node.inputs if x]
    return (None, inputs) if inputs else (False, ())


_FIRST_INPUT_DECIDES: Final = frozenset({"Squeeze", "Unsqueeze", "Reshape", "Cast", "CastLike"})
_ARITHMETIC: Final = frozenset(
    {"Sqrt", "Reciprocal", "Neg", "Mul", "Div", "Add", "Sub", "Pow", "Identity", "Exp"}
)


def _single_step(index: GraphIndex, name: str) -> tuple[bool | None, Sequence[str]]:
    dims = index.dims(name) if name in index.initializers else None
    if dims is not None:
        return _size(dims) == 1, ()
    node = index.producer.get(name)
    if node is None:
        return False, ()
    if node.op in _FIRST_INPUT_DECIDES:
        return None, node.inputs[:1]
    if node.op in _ARITHMETIC:
        return None, [x for x in node.inputs if x]
    return _makes_one(index, node), ()


def _makes_one(index: GraphIndex, node: Node) -> bool:
    if node.op == "Constant":
        value = _constant_value(node)
        return value is not None and value.size == 1
    if node.op == "Shape":
        start, end = node.attributes.get("start", 0), node.attributes.get("end")
        return end is not None and end - start == 1
    if node.op in {"Gather", "Slice"} and index.made_by(node.inputs[0], "Shape"):
        return _picks_one(index, node)
    return node.op == "Size"


def _picks_one(index: GraphIndex, node: Node) -> bool:
    if node.op == "Gather":
        return index.is_single(node.input(1))
    bounds = [index.value(node.input(i)) for i in (1, 2)]
    if any(b is None or b.size != 1 for b in bounds):
        return False
    start, end = (int(b.reshape(())) for b in bounds if b is not None)
    return end - start == 1 or (start == -1 and end > 2**30)


def _size(dims: Sequence[int]) -> int:
    return int(np.prod(dims, dtype=np.int64)) if len(dims) else 1


def _constant_value(node: Node) -> Array | None:
    for key in ("value", "value_float", "value_int", "value_floats", "value_ints"):
        found = node.attributes.get(key)
        if found is None:
            continue
        if isinstance(found, onnx.TensorProto):
            external = found.data_location == onnx.TensorProto.EXTERNAL
            return None if external else np.asarray(onnx.numpy_helper.to_array(found))
        return np.asarray(found, dtype=np.float32 if "float" in key else np.int64)
    return None


def _node(index: int, proto: onnx.NodeProto) -> Node:
    kind, domain = _text(proto.op_type), _text(proto.domain)
    op = kind if domain in _STANDARD else f"{domain}.{kind}"
    inputs, outputs = (tuple(map(_text, names)) for names in (proto.input, proto.output))
    return Node(index, op, _text(proto.name), inputs, outputs, proto)


def _text(name: str | bytes) -> str:
    """Return a name as text; protobuf gives bytes where a file holds none."""
    return name if isinstance(name, str) else name.decode("utf-8", "surrogateescape")


def _sorted(nodes: list[Node]) -> list[Node]:
    """Return nodes so that each comes after what it needs, else in the file's order."""
    maker = {name: node.index for node in nodes for name in node.outputs if name}
    waiting = [len({maker[x] for x in node.inputs if x in maker}) for node in nodes]
    users: dict[int, list[int]] = {}
    for node in nodes:
        for made in {maker[x] for x in node.inputs if x in maker}:
            users.setdefault(made, []).append(node.index)
    ready = [i for i, count in enumerate(waiting) if count == 0]
    heapq.heapify(ready)
    order: list[Node] = []
    while ready:
        current = heapq.heappop(ready)
        order.append(nodes[current])
        for user in users.get(current, ()):
            waiting[user] -= 1
            if waiting[user] == 0:
                heapq.heappush(ready, user)
    return order if len(order) == len(nodes) else nodes
