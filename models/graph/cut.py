"""A part of a graph as a model of its own: what lies between some tensors and others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import onnx
from onnx import numpy_helper

from models.encoded import Array
from models.graph.index import GraphIndex, Node


def nodes_between(index: GraphIndex, inputs: Sequence[str], outputs: Sequence[str]) -> list[Node]:
    """Return the nodes that make ``outputs`` from ``inputs`` and constants, in execution order."""
    found: set[int] = set()
    waiting = [name for name in outputs if name not in inputs]
    while waiting:
        node = index.producer.get(waiting.pop())
        if node is None or node.index in found:
            continue
        found.add(node.index)
        waiting += [name for name in node.inputs if name and name not in inputs]
    return sorted(
        (index.nodes[index.position[i]] for i in found), key=lambda n: index.position[n.index]
    )


def open_ends(index: GraphIndex, nodes: Sequence[Node], inputs: Sequence[str]) -> tuple[str, ...]:
    """Return what ``nodes`` read that is neither made by them, nor stored, nor in ``inputs``."""
    made = {name for node in nodes for name in node.outputs} | set(inputs)
    read = dict.fromkeys(name for node in nodes for name in node.inputs if name)
    return tuple(name for name in read if name not in made and name not in index.initializers)


def cut_model(
    index: GraphIndex, nodes: Sequence[Node], *, inputs: Mapping[str, int], outputs: Sequence[str]
) -> bytes:
    """Return a model of ``nodes``; ``inputs`` maps the tensors to be fed to their ONNX types."""
    whole = index.source.model
    graph = onnx.GraphProto(name="cut")
    graph.node.extend(node.proto for node in nodes)
    for name, kind in inputs.items():
        graph.input.add(name=name).type.tensor_type.elem_type = kind
    for name in outputs:
        graph.output.add(name=name)
    read = {name for node in nodes for name in node.inputs}
    for name in sorted(read & set(index.initializers)):
        graph.initializer.append(stored(index, name))
    model = onnx.ModelProto(ir_version=whole.ir_version, graph=graph)
    model.opset_import.extend(whole.opset_import)
    return model.SerializeToString()


def stored(index: GraphIndex, name: str) -> onnx.TensorProto:
    """Return an initializer with its numbers inside."""
    source = index.source
    if name in source.weights:
        weight = source.weights[name]
        return onnx.TensorProto.FromString(source.file.read(weight.start, weight.end))
    tensor = index.initializers[name]
    if tensor.data_location != onnx.TensorProto.EXTERNAL:
        return tensor
    value: Array | None = source.tensor(name)
    if value is None:
        raise LookupError(name)
    return numpy_helper.from_array(value, name)
