"""com.microsoft MultiHeadAttention: queries, keys, values apart, or packed, with their biases.

Ref.: ONNX Runtime's docs/ContribOperators.md, "com.microsoft.MultiHeadAttention".
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.attention import softmax
from models.encoded import Array
from models.graph.block import Reader, Tensors
from models.graph.edit import Edit
from models.graph.fused.common import (
    FLOAT,
    FusedReader,
    Numbers,
    known_inputs,
    shared_facts,
    split_heads,
)
from models.graph.index import GraphIndex

_KEY, _VALUE, _BIAS, _MASK, _ADDED, _PAST_KEY, _PAST_VALUE = 1, 2, 3, 4, 5, 6, 7
_SCORES = 3


class MultiHeadReader(FusedReader):
    """Reads one MultiHeadAttention node."""

    def read_inputs(self) -> tuple[str, ...]:
        """Return everything but the bookkeeping of generation."""
        return tuple(self.node.input(i) for i in range(_PAST_VALUE + 1))

    def weight_edit(self, outputs: tuple[str, ...]) -> Edit:
        """Ask for the fourth output: the scores with mask, before the softmax."""
        if len(self.node.outputs) > _SCORES and self.node.outputs[_SCORES]:
            return Edit((*outputs, self.node.outputs[_SCORES]))
        name = self._scores_name
        return Edit((*outputs, name), extra={(self.node.index, _SCORES): name}, types={name: FLOAT})

    @property
    def _scores_name(self) -> str:
        own = self.node.outputs[_SCORES] if len(self.node.outputs) > _SCORES else ""
        return own or f"mirante/scores/{self.node.index}"

    def runtime_weights(self, found: Tensors) -> Array | None:
        """Return the softmax of the fourth output where it was asked for."""
        scores = found.get(self._scores_name)
        return None if scores is None else softmax(scores.astype(np.float32))

    def numbers(self, found: Tensors) -> Numbers:
        """Return its inputs with their biases added, and every mask as one bias."""
        query, key, value = self._biased(found, *self._separate(found))
        if self.node.input(_PAST_KEY):
            key = np.concatenate([found[self.node.input(_PAST_KEY)], key], axis=2)
            value = np.concatenate([found[self.node.input(_PAST_VALUE)], value], axis=2)
        mask, added = self.node.input(_MASK), self.node.input(_ADDED)
        keys = key.shape[-2]
        scale, bias = shared_facts(found, self.node, query=query, keys=keys, mask=mask, added=added)
        return Numbers(query, key, value, scale, bias)

    def _separate(self, found: Tensors) -> tuple[Array, Array, Array]:
        """Return queries, keys and values [B, H, tokens, d], unpacked."""
        heads = int(self.node.attributes["num_heads"])
        query = found[self.node.input(0)]
        if query.ndim == 5:  # noqa: PLR2004  # [B, N, H, 3, d]: all three packed
            packed = query.transpose(3, 0, 2, 1, 4)
            return packed[0], packed[1], packed[2]
        key = found[self.node.input(_KEY)]
        if key.ndim == 5:  # noqa: PLR2004  # [B, M, H, 2, d]: keys and values packed
            both = key.transpose(3, 0, 2, 1, 4)
            return split_heads(query, heads), both[0], both[1]
        value = found[self.node.input(_VALUE)]
        return split_heads(query, heads), split_heads(key, heads), split_heads(value, heads)

    def _biased(
        self, found: Tensors, query: Array, key: Array, value: Array
    ) -> tuple[Array, Array, Array]:
        if not self.node.input(_BIAS):
            return query, key, value
        bias = found[self.node.input(_BIAS)]
        heads, size = query.shape[1], query.shape[1] * query.shape[-1]
        parts = np.split(bias, [size, 2 * size])
        added = [part.reshape(heads, 1, -1) for part in parts]
        # Keys that come with their heads apart are a cross-attention cache, biased already.
        apart = found[self.node.input(_KEY)].ndim == 4 if self.node.input(_KEY) else False  # noqa: PLR2004
        if apart:
            return query + added[0], key, value
        return query + added[0], key + added[1], value + added[2]


def find_multi_head(index: GraphIndex) -> Iterator[tuple[int, Reader]]:
    """Yield a reader for each MultiHeadAttention node and its place."""
    for node in index.nodes:
        if node.op == "com.microsoft.MultiHeadAttention":
            pattern = "com.microsoft MultiHeadAttention"
            yield (
                index.position[node.index],
                MultiHeadReader(node, known_inputs(index, node), pattern),
            )
