"""com.microsoft Attention and QAttention: one weight makes queries, keys and values inside.

No output tells the weights, so x·W + b is computed here and the result checked on the output.
Ref.: ONNX Runtime's docs/ContribOperators.md, "com.microsoft.Attention" and "QAttention".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from models.encoded import Array
from models.graph.block import Reader, Tensors
from models.graph.fused.common import (
    FusedReader,
    Numbers,
    known_inputs,
    shared_facts,
    split_heads,
)
from models.graph.index import GraphIndex


class PackedReader(FusedReader):
    """Reads one com.microsoft Attention node."""

    weight, bias, mask, past, added = 1, 2, 3, 4, 5

    def read_inputs(self) -> tuple[str, ...]:
        """Return everything but the bookkeeping of generation."""
        return self.node.inputs[:6]

    def numbers(self, found: Tensors) -> Numbers:
        """Return x·W + b split in three, with every mask as one bias."""
        query, key, value = self._projected(found)
        past = self.node.input(self.past)
        if past:
            key = np.concatenate([found[past][0], key], axis=2)
            value = np.concatenate([found[past][1], value], axis=2)
        mask = self.node.input(self.mask)
        added = self.node.input(self.added) if self.added else ""
        keys = key.shape[-2]
        scale, bias = shared_facts(found, self.node, query=query, keys=keys, mask=mask, added=added)
        return Numbers(query, key, value, scale, bias)

    def _projected(self, found: Tensors) -> tuple[Array, Array, Array]:
        heads = int(self.node.attributes["num_heads"])
        joined = self.source(found) @ self.kernel(found)
        if self.node.input(self.bias):
            joined = joined + found[self.node.input(self.bias)].astype(np.float32)
        third = joined.shape[-1] // 3
        sizes = self.node.attributes.get("qkv_hidden_sizes") or (third, third, third)
        cuts = np.cumsum(sizes)[:2].tolist()
        query, key, value = np.split(joined, cuts, axis=-1)
        return split_heads(query, heads), split_heads(key, heads), split_heads(value, heads)

    def source(self, found: Tensors) -> Array:
        """Return x [B, N, hidden]."""
        return found[self.node.input(0)].astype(np.float32)

    def kernel(self, found: Tensors) -> Array:
        """Return W [hidden, queries + keys + values]."""
        return found[self.node.input(self.weight)].astype(np.float32)


class QuantisedPackedReader(PackedReader):
    """Reads one QAttention node: x and W are integers with scales and zero points."""

    mask, past, added = 5, 8, 0

    def read_inputs(self) -> tuple[str, ...]:
        """Return all its inputs."""
        return self.node.inputs

    def source(self, found: Tensors) -> Array:
        """Return x [B, N, hidden] as the numbers the integers stand for."""
        return self._real(found, 0, scale=3, zero_point=6)

    def kernel(self, found: Tensors) -> Array:
        """Return W as the numbers the integers stand for."""
        return self._real(found, self.weight, scale=4, zero_point=7)

    def _real(self, found: Tensors, position: int, *, scale: int, zero_point: int) -> Array:
        whole = found[self.node.input(position)].astype(np.int32)
        if self.node.input(zero_point):
            whole = whole - found[self.node.input(zero_point)].astype(np.int32)
        return whole.astype(np.float32) * found[self.node.input(scale)].astype(np.float32)


_READERS: Final = {
    "com.microsoft.Attention": PackedReader,
    "com.microsoft.QAttention": QuantisedPackedReader,
}


def find_packed(index: GraphIndex) -> Iterator[tuple[int, Reader]]:
    """Yield a reader for each Attention or QAttention node of com.microsoft and its place."""
    for node in index.nodes:
        kind = _READERS.get(node.op)
        if kind is not None:
            pattern = node.op.replace("com.microsoft.", "com.microsoft ")
            yield index.position[node.index], kind(node, known_inputs(index, node), pattern)
