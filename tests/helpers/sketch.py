"""Small graphs drawn in code: inputs, constants and nodes, one line each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

Array = NDArray[Any]
MICROSOFT = "com.microsoft"


class Sketch:
    """A graph that grows line by line; every method returns the name of what it made."""

    def __init__(self, opset: int = 17) -> None:
        self.opset = opset
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.feeds: dict[str, Array] = {}
        self.functions: list[onnx.FunctionProto] = []
        self._random = np.random.default_rng(5)

    def feed(self, name: str, array: Array) -> str:
        """Add a graph input, fed with ``array``."""
        self.feeds[name] = array
        return name

    def noise(self, name: str, *shape: int) -> str:
        """Add a graph input, fed with noise."""
        return self.feed(name, self._random.standard_normal(shape).astype(np.float32))

    def constant(self, value: Any, dtype: Any = np.float32) -> str:
        """Add an initializer."""
        name = f"c{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(value, dtype), name))
        return name

    def whole(self, *values: int) -> str:
        """Add an initializer of whole numbers: a shape, axes …"""
        return self.constant(values, np.int64)

    def node(self, op: str, *inputs: str, outputs: int = 1, **attributes: Any) -> str:
        """Add a node of the standard operators or, with a dot, of com.microsoft's."""
        return self.nodes_out(op, *inputs, outputs=outputs, **attributes)[0]

    def nodes_out(self, op: str, *inputs: str, outputs: int, **attributes: Any) -> list[str]:
        """Add a node with several outputs."""
        names = [f"t{len(self.nodes)}_{i}" for i in range(outputs)]
        domain = MICROSOFT if op.startswith(".") else ""
        kind = op.removeprefix(".")
        name = f"n{len(self.nodes)}"
        made = helper.make_node(kind, inputs, names, name=name, domain=domain, **attributes)
        self.nodes.append(made)
        return names

    def save(self, path: Path, *outputs: str, shuffled: bool = False) -> Path:
        """Write the model, its nodes in reverse order when ``shuffled``."""
        nodes = list(reversed(self.nodes)) if shuffled else self.nodes
        graph = helper.make_graph(
            nodes,
            "sketch",
            [self._input(name, array) for name, array in self.feeds.items()],
            [helper.make_empty_tensor_value_info(name) for name in outputs],
            self.weights,
        )
        opsets = [helper.make_opsetid("", self.opset), helper.make_opsetid(MICROSOFT, 1)]
        opsets += [helper.make_opsetid(f.domain, 1) for f in self.functions]
        model = helper.make_model(graph, opset_imports=opsets, functions=self.functions)
        model.ir_version = 10
        path.write_bytes(model.SerializeToString())
        return path

    def _input(self, name: str, array: Array) -> onnx.ValueInfoProto:
        kind = helper.np_dtype_to_tensor_dtype(array.dtype)
        return helper.make_tensor_value_info(name, kind, array.shape)


def softmax(scores: Array, axis: int = -1) -> Array:
    """Return softmax in float64, rows of minus infinity as zeros."""
    scores = scores.astype(np.float64)
    top = scores.max(axis=axis, keepdims=True)
    powers = np.exp(scores - np.where(np.isinf(top), 0, top))
    total = powers.sum(axis=axis, keepdims=True)
    return np.divide(powers, total, out=np.zeros_like(powers), where=total != 0)


def attention(q: Array, k: Array, *, scale: float = 1.0, bias: Array | float = 0.0) -> Array:
    """Return softmax(q·kᵀ·scale + bias) in float64 for [.., N, d] and [.., M, d]."""
    scores = q.astype(np.float64) @ np.swapaxes(k.astype(np.float64), -1, -2)
    return softmax(scores * scale + bias)
