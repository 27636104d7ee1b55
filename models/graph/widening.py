"""Models in bfloat16 on runtimes that cannot compute in it: the same weights, float32 arithmetic.

bfloat16 is float32 with the last 16 bits cut off, so every stored number stays what it is. What
is lost is the rounding between operators. Only the graph in memory changes: a stored weight is
followed by a Cast, and every other mention of the type is replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

_WIDE: Final = "mirante_float32/"
# Attributes that name a type of numbers.
_NAMING: Final = frozenset({"to", "dtype", "output_dtype", "softmax_precision", "stash_type"})


def has_bfloat16(model: onnx.ModelProto) -> bool:
    """Tell whether any weight, input, cast or constant of ``model`` is in bfloat16."""
    return any(_mentions(graph) for graph in _graphs(model.graph))


def widen(model: onnx.ModelProto) -> None:
    """Make ``model`` compute in float32 where it computes in bfloat16, its weights unchanged."""
    graph = model.graph
    narrow = [t.name for t in graph.initializer if t.data_type == TensorProto.BFLOAT16]
    for inner in _graphs(graph):
        _retype(inner)
        if inner is not graph:
            for tensor in inner.initializer:
                _convert(tensor)
    wide = {name: _WIDE + name for name in narrow}
    for inner in _graphs(graph):
        for node in inner.node:
            node.input[:] = [wide.get(name, name) for name in node.input]
    casts = [helper.make_node("Cast", [a], [b], b, to=TensorProto.FLOAT) for a, b in wide.items()]
    kept = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(kept)
    _keep_ports(graph, set(narrow))


def _keep_ports(graph: onnx.GraphProto, narrow: set[str]) -> None:
    """Leave weights that are declared as inputs too in their own type."""
    for port in graph.input:
        if port.name in narrow:
            port.type.tensor_type.elem_type = TensorProto.BFLOAT16


def _mentions(graph: onnx.GraphProto) -> bool:
    narrow = TensorProto.BFLOAT16
    ports: Iterable[onnx.ValueInfoProto] = (*graph.input, *graph.output)
    return (
        any(tensor.data_type == narrow for tensor in graph.initializer)
        or any(port.type.tensor_type.elem_type == narrow for port in ports)
        or any(
            a.t.data_type == narrow or (a.name in _NAMING and a.i == narrow)
            for node in graph.node
            for a in node.attribute
        )
    )


def _retype(graph: onnx.GraphProto) -> None:
    for port in (*graph.input, *graph.output, *graph.value_info):
        if port.type.tensor_type.elem_type == TensorProto.BFLOAT16:
            port.type.tensor_type.elem_type = TensorProto.FLOAT
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.name in _NAMING and attribute.i == TensorProto.BFLOAT16:
                attribute.i = TensorProto.FLOAT
            if attribute.type == onnx.AttributeProto.TENSOR:
                _convert(attribute.t)


def _convert(tensor: onnx.TensorProto) -> None:
    """Store a small tensor's numbers in float32; one kept in another file stays as it is."""
    if tensor.data_type != TensorProto.BFLOAT16:
        return
    if tensor.data_location != TensorProto.EXTERNAL:
        values = numpy_helper.to_array(tensor).astype(np.float32)
        tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))


def _graphs(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                if inner.node:
                    yield from _graphs(inner)
