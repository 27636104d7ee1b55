"""In what numbers a model's weights are kept, told from its graph without reading them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import onnx

_BLOCKWISE: Final = {"MatMulNBits": 4, "MatMulBnb4": 4, "GatherBlockQuantized": 4}
_QUANTISED: Final = (
    "QuantizeLinear",
    "DequantizeLinear",
    "DynamicQuantizeLinear",
    "MatMulInteger",
    "ConvInteger",
    "QLinearMatMul",
    "QLinearConv",
    "QAttention",
    "DynamicQuantizeMatMul",
    "MatMulIntegerToFloat",
)
_MATRIX: Final = 2


@dataclass(frozen=True, slots=True)
class Precision:
    """How many of the numbers in weight matrices are of which type, most first.

    ``kinds`` has (type, share from 0 to 1): ``float32``, ``int8``, ``4-bit`` …; ``operators`` are
    those that compute with or convert integers. ``beside`` counts the bytes kept in other files.
    """

    kinds: tuple[tuple[str, float], ...]
    operators: tuple[str, ...]
    beside: int


def precision_of(graph: onnx.GraphProto) -> Precision:
    """Return the precision of a graph's weights: tensors of at least two axes."""
    counts: dict[str, int] = {}
    packed = _packed(graph)
    for tensor in graph.initializer:
        if len(tensor.dims) < _MATRIX:
            continue
        kind, each = packed.get(tensor.name, (_name(tensor.data_type), 1))
        size = each
        for side in tensor.dims:
            size *= int(side)
        if kind:
            counts[kind] = counts.get(kind, 0) + size
    total = sum(counts.values()) or 1
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    used = {node.op_type for node in graph.node}
    operators = tuple(op for op in (*_BLOCKWISE, *_QUANTISED) if op in used)
    return Precision(tuple((k, n / total) for k, n in ranked), operators, bytes_beside(graph))


def _packed(graph: onnx.GraphProto) -> dict[str, tuple[str, int]]:
    """Return the weights that hold several numbers in a byte: (kind, numbers per byte)."""
    found: dict[str, tuple[str, int]] = {}
    for node in graph.node:
        usual = _BLOCKWISE.get(node.op_type)
        if usual is None:
            continue
        bits = next((int(a.i) for a in node.attribute if a.name == "bits"), usual)
        place = 0 if node.op_type == "GatherBlockQuantized" else 1
        found[node.input[place]] = (f"{bits}-bit", max(8 // bits, 1))
    return found


def _name(data_type: int) -> str:
    """Return the type's name in lower case, empty for what is never a weight."""
    name = onnx.TensorProto.DataType.Name(data_type).lower()
    if name in {"int64", "int32", "bool", "string", "undefined"}:
        return ""
    return {"float": "float32", "double": "float64"}.get(name, name)


def bytes_beside(graph: onnx.GraphProto) -> int:
    """Return how many bytes of a graph's weights are in other files."""
    total = 0
    for tensor in graph.initializer:
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            facts = {entry.key: entry.value for entry in tensor.external_data}
            length = facts.get("length", "")
            total += int(length) if length.isdecimal() else 0
    return total
