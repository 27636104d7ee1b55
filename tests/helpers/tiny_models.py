"""Tiny real ONNX files, made in code: one attention layer behind an embedding, seeded weights."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HIDDEN, HEADS = 8, 2
INT, FLOAT = TensorProto.INT64, TensorProto.FLOAT


class Graph:
    """Nodes and weights that grow line by line; every method returns an output's name."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self._random = np.random.default_rng(7)

    def weight(self, *shape: int) -> str:
        return self.constant(self._random.normal(size=shape).astype(np.float32))

    def constant(self, value: np.ndarray) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(value, name))
        return name

    def add(self, op: str, *inputs: str, **attributes: Any) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [name], name=name, **attributes))
        return name

    def attention(self, hidden: str, *, bias: str | None = None) -> str:
        """softmax(QKᵀ/√d + bias)·V over [batch, N, HIDDEN], then a projection."""
        q, k, v = (self._heads(hidden) for _ in range(3))
        turned = self.add("Transpose", k, perm=[0, 1, 3, 2])
        scores = self.add("MatMul", q, turned)
        root = self.constant(np.array((HIDDEN // HEADS) ** 0.5, dtype=np.float32))
        scores = self.add("Div", scores, root)
        if bias is not None:
            scores = self.add("Add", scores, bias)
        weights = self.add("Softmax", scores, axis=-1)
        context = self.add("Transpose", self.add("MatMul", weights, v), perm=[0, 2, 1, 3])
        joined = self.add("Reshape", context, self.constant(np.array([0, 0, HIDDEN])))
        return self.add("MatMul", joined, self.weight(HIDDEN, HIDDEN))

    def _heads(self, hidden: str) -> str:
        projected = self.add("MatMul", hidden, self.weight(HIDDEN, HIDDEN))
        shape = self.constant(np.array([0, 0, HEADS, HIDDEN // HEADS]))
        return self.add("Transpose", self.add("Reshape", projected, shape), perm=[0, 2, 1, 3])

    def save(
        self, path: Path, output: str, inputs: Sequence[tuple[str, int, Sequence[int | str]]]
    ) -> Path:
        self.nodes.append(helper.make_node("Identity", [output], ["last_hidden_state"]))
        ports = [helper.make_tensor_value_info(*port) for port in inputs]
        out = helper.make_tensor_value_info("last_hidden_state", FLOAT, ("b", "n", HIDDEN))
        graph = helper.make_graph(self.nodes, "tiny", ports, [out], self.weights)
        opsets = [helper.make_opsetid("", 17)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
        onnx.checker.check_model(model)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(model.SerializeToString())
        return path


def save_text_model(
    path: Path,
    *,
    rows: int = 40,
    batch: int | str = "batch",
    length: int | str = "sequence",
    mask: bool = True,
    names: Sequence[str] = ("input_ids", "attention_mask"),
    more: Sequence[tuple[str, int, Sequence[int | str]]] = (),
) -> Path:
    """Save a text model: word embedding, one layer, a mask in front of the softmax if asked."""
    graph = Graph()
    hidden = graph.add("Gather", graph.weight(rows, HIDDEN), names[0])
    inputs: list[tuple[str, int, Sequence[int | str]]] = [(names[0], INT, (batch, length))]
    bias = None
    if mask:
        inputs.append((names[1], INT, (batch, length)))
        bias = _mask_bias(graph, names[1])
    for name, kind, shape in more:
        inputs.append((name, kind, shape))
        graph.add("Identity", name)
    return graph.save(path, graph.attention(hidden, bias=bias), inputs)


def _mask_bias(graph: Graph, mask: str) -> str:
    seen = graph.add("Cast", mask, to=FLOAT)
    hidden = graph.add("Sub", graph.constant(np.array(1, dtype=np.float32)), seen)
    far = graph.add("Mul", hidden, graph.constant(np.array(-1e9, dtype=np.float32)))
    return graph.add("Unsqueeze", far, graph.constant(np.array([1, 2])))


def save_image_model(
    path: Path,
    *,
    patch: int = 4,
    before: int = 1,
    after: int = 0,
    height: int | str = "height",
    width: int | str = "width",
    channels: int = 3,
    kernel: int | None = None,
    pads: int = 0,
    name: str = "pixel_values",
    kind: int = FLOAT,
) -> Path:
    """Save a vision model: patches by convolution, learnt tokens around them, one layer."""
    graph, size = Graph(), kernel or patch
    pixels = name if kind == FLOAT else graph.add("Cast", name, to=FLOAT)
    patches = graph.add(
        "Conv",
        pixels,
        graph.weight(HIDDEN, channels, size, size),
        kernel_shape=[size, size],
        strides=[patch, patch],
        pads=[pads] * 4,
    )
    flat = graph.add("Reshape", patches, graph.constant(np.array([0, 0, -1])))
    hidden = graph.add("Transpose", flat, perm=[0, 2, 1])
    around = [graph.weight(1, n, HIDDEN) if n else None for n in (before, after)]
    parts = [part for part in (around[0], hidden, around[1]) if part is not None]
    if len(parts) > 1:
        hidden = graph.add("Concat", *parts, axis=1)
    return graph.save(path, graph.attention(hidden), [(name, kind, (1, channels, height, width))])


def save_folded_model(path: Path, *, patch: int, side: int, tokens: int) -> Path:
    """Save a vision model without a convolution: patches cut by reshaping, so the graph is mute."""
    graph, rows = Graph(), side // patch
    cut = graph.constant(np.array([0, 3, rows, patch, rows, patch]))
    turned = graph.add(
        "Transpose", graph.add("Reshape", "pixel_values", cut), perm=[0, 2, 4, 1, 3, 5]
    )
    flat = graph.add("Reshape", turned, graph.constant(np.array([0, rows * rows, -1])))
    hidden = graph.add("MatMul", flat, graph.weight(3 * patch * patch, HIDDEN))
    if tokens:
        hidden = graph.add("Concat", graph.weight(1, tokens, HIDDEN), hidden, axis=1)
    return graph.save(path, graph.attention(hidden), [("pixel_values", FLOAT, (1, 3, side, side))])


def write_json(folder: Path, name: str, values: Mapping[str, Any] | Sequence[Any]) -> None:
    (folder / name).write_text(json.dumps(values), encoding="utf-8")
