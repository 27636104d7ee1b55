"""Tiny models with heads: what each says follows from tables that a test can read.

Every model has one attention layer and ``last_hidden_state``, so that the program opens it. A head
on tokens is a table [rows, C] looked up by token id; a head on patches averages colours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from tests.helpers.tiny_models import FLOAT, HIDDEN, INT, Graph, write_json
from tests.helpers.tiny_tokenizers import word_piece

Head = Callable[[Graph], str]
Table = NDArray[np.float32]


def per_token(table: Table) -> Head:
    """[1, N, C]: the line of each token's id."""
    return lambda graph: graph.add("Gather", graph.constant(table), "input_ids")


def at_first(table: Table, *, then: str = "", **attributes: Any) -> Head:
    """[1, C]: the sum over tokens of the lines of their ids, with an operator ``then`` after it."""

    def built(graph: Graph) -> str:
        lines = graph.add("Gather", graph.constant(table), "input_ids")
        axes = graph.constant(np.array([1]))
        total = graph.add("ReduceSum", lines, axes, keepdims=0)
        return graph.add(then, total, **attributes) if then else total

    return built


def one_number(table: Table) -> Head:
    """[1, N]: a number per token."""

    def built(graph: Graph) -> str:
        lines = graph.add("Gather", graph.constant(table[:, None]), "input_ids")
        return graph.add("Squeeze", lines, graph.constant(np.array([2])))

    return built


def colours(patch: int, channels: Sequence[Sequence[float]], *, flat: bool = False) -> Head:
    """[1, C, rows, columns]: per patch the mean of red, green and blue in these proportions."""

    def built(graph: Graph) -> str:
        mixed = np.array(channels, dtype=np.float32)[:, :, None, None] / patch**2
        kernel = graph.constant(np.broadcast_to(mixed, (len(channels), 3, patch, patch)).copy())
        found = graph.add("Conv", "pixel_values", kernel, strides=[patch, patch])
        return graph.add("Squeeze", found, graph.constant(np.array([1]))) if flat else found

    return built


def save_text(
    folder: Path,
    heads: Mapping[str, Head],
    *,
    config: Mapping[str, Any] | None = None,
    rows: int = 0,
    hidden: bool = True,
) -> Path:
    """Save a text model with these outputs, its tokenizer and its config; return the folder."""
    tokenizer = word_piece(folder)
    graph = Graph()
    rows = rows or tokenizer.get_vocab_size()
    embedded = graph.add("Gather", graph.weight(rows, HIDDEN), "input_ids")
    inputs = [("input_ids", INT, ("batch", "sequence"))]
    _save(folder, graph, graph.attention(embedded), heads, inputs, hidden=hidden)
    write_json(folder, "config.json", {"model_type": "bert", **(config or {})})
    write_json(folder, "tokenizer_config.json", {"mask_token": "[MASK]"})
    return folder


def save_image(
    folder: Path,
    heads: Mapping[str, Head],
    *,
    patch: int = 8,
    size: int = 32,
    config: Mapping[str, Any] | None = None,
) -> Path:
    """Save a vision model that resizes the shorter side and cuts out the middle."""
    graph = Graph()
    kernel = graph.weight(HIDDEN, 3, patch, patch)
    patches = graph.add("Conv", "pixel_values", kernel, strides=[patch, patch])
    flat = graph.add("Reshape", patches, graph.constant(np.array([0, 0, -1])))
    rows = graph.add("Transpose", flat, perm=[0, 2, 1])
    tokens = graph.add("Concat", graph.weight(1, 1, HIDDEN), rows, axis=1)
    inputs = [("pixel_values", FLOAT, (1, 3, "height", "width"))]
    _save(folder, graph, graph.attention(tokens), heads, inputs, hidden=True)
    write_json(folder, "config.json", {"model_type": "vit", "patch_size": patch, **(config or {})})
    write_json(
        folder,
        "preprocessor_config.json",
        {
            "image_processor_type": "CLIPImageProcessor",
            "size": {"shortest_edge": size},
            "crop_size": {"height": size, "width": size},
            "do_resize": True,
            "do_center_crop": True,
            "do_rescale": True,
            "rescale_factor": 1 / 255,
            "do_normalize": False,
            "resample": 0,
        },
    )
    return folder


def _save(
    folder: Path,
    graph: Graph,
    state: str,
    heads: Mapping[str, Head],
    inputs: Sequence[tuple[str, int, Sequence[int | str]]],
    *,
    hidden: bool,
) -> None:
    tensors = {name: head(graph) for name, head in heads.items()}
    tensors |= {"last_hidden_state": state} if hidden else {"unnamed": state}
    for name, tensor in tensors.items():
        graph.nodes.append(helper.make_node("Identity", [tensor], [name]))
    ports = [helper.make_tensor_value_info(*port) for port in inputs]
    outputs = [onnx.ValueInfoProto(name=name) for name in tensors]
    made = helper.make_graph(graph.nodes, "tiny", ports, outputs, graph.weights)
    opsets = [helper.make_opsetid("", 17)]
    model = helper.make_model(made, opset_imports=opsets, ir_version=8)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
