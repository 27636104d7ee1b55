"""Weights of com.microsoft MatMulNBits, made real numbers again.

Ref.: ONNX Runtime's docs/ContribOperators.md, "com.microsoft.MatMulNBits".
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from models.attention import Float
from models.encoded import Array
from models.graph.block import float32
from models.graph.index import Node

_GROUPS = 4
_BYTE = 8


def nbits_kernel(node: Node, found: Mapping[str, Array]) -> Float | None:
    """Return the kernel [K, N] of a MatMulNBits node; None where its columns are re-sorted.

    ``found`` holds its constant inputs.
    """
    facts = node.attributes
    rows, columns = int(facts["K"]), int(facts["N"])
    bits, block = int(facts.get("bits", 4)), int(facts["block_size"])
    if node.input(_GROUPS) or _BYTE % bits:
        return None
    blocks = -(-rows // block)
    whole = _unpacked(found[node.input(1)].reshape(columns, blocks, -1), bits)[..., :block]
    scales = found[node.input(2)].astype(np.float32).reshape(columns, blocks, 1)
    zero = _zero_points(node, found, bits, (columns, blocks))
    real = (whole.astype(np.float32) - zero) * scales
    return float32(real.reshape(columns, -1)[:, :rows].T)


def _zero_points(
    node: Node, found: Mapping[str, Array], bits: int, shape: tuple[int, int]
) -> Array:
    if not node.input(3):
        return np.float32(2 ** (bits - 1)).reshape(1, 1, 1)
    stored = found[node.input(3)]
    if stored.dtype != np.uint8:
        return stored.astype(np.float32).reshape(*shape, 1)
    unpacked = _unpacked(stored.reshape(shape[0], -1), bits)[:, : shape[1]]
    return unpacked.astype(np.float32)[..., None]


def _unpacked(array: Array, bits: int) -> Array:
    """Return the numbers held in each byte of the last axis, the low bits first."""
    parts = [array >> shift & (2**bits - 1) for shift in range(0, _BYTE, bits)]
    return np.stack(parts, axis=-1).reshape(*array.shape[:-1], -1)
