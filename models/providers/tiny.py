"""A model of three operators, small enough to try a provider on, and what it must compute."""

from __future__ import annotations

from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

SIZE: Final = 16
_SEED: Final = 1


def tiny_model() -> bytes:
    """Return an ONNX file: softmax(x·W + b), x [2, 16]."""
    weight, bias = _weights()
    nodes = [
        helper.make_node("MatMul", ["x", "W"], ["product"]),
        helper.make_node("Add", ["product", "b"], ["score"]),
        helper.make_node("Softmax", ["score"], ["y"], axis=-1),
    ]
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [2, SIZE]) for name in "xy"]
    weights = [numpy_helper.from_array(weight, "W"), numpy_helper.from_array(bias, "b")]
    graph = helper.make_graph(nodes, "tiny", ports[:1], ports[1:], weights)
    opsets = [helper.make_opsetid("", 17)]
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    return bytes(model.SerializeToString())


def tiny_input() -> NDArray[np.float32]:
    """Return what to feed as x."""
    return np.linspace(-1, 1, 2 * SIZE, dtype=np.float32).reshape(2, SIZE)


def expected() -> NDArray[np.float64]:
    """Return what y must be."""
    weight, bias = _weights()
    scores = tiny_input().astype(np.float64) @ weight + bias
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: NDArray[np.float64] = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return result


def _weights() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    random = np.random.default_rng(_SEED)
    weight = random.normal(size=(SIZE, SIZE)).astype(np.float32)
    return weight, random.normal(size=SIZE).astype(np.float32)
