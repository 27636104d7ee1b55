"""ai.onnx Attention (opsets 23 and 24): queries, keys and values are its inputs.

Ref.: the operator's page, https://onnx.ai/onnx/operators/onnx__Attention.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from models.encoded import Array
from models.graph.block import Reader, Tensors
from models.graph.edit import Edit
from models.graph.fused.common import (
    FusedReader,
    Numbers,
    causal,
    known_inputs,
    split_heads,
    together,
)
from models.graph.index import GraphIndex, Node
from models.graph.products import Operand

_MASK, _PAST_KEY, _PAST_VALUE, _LENGTHS = 3, 4, 5, 6
_WEIGHTS = 3
_AFTER_SOFTMAX: Final = 3


class OnnxAttentionReader(FusedReader):
    """Reads one ai.onnx Attention node."""

    @property
    def vectors(self) -> Operand:
        """The value input, its heads apart."""
        heads = int(self.node.attributes.get("kv_num_heads", 1))
        return Operand(self.node.input(2), lambda a: np.swapaxes(split_heads(a, heads), -1, -2))

    def read_inputs(self) -> tuple[str, ...]:
        """Return all its inputs."""
        return self.node.inputs

    def weight_edit(self, outputs: tuple[str, ...]) -> Edit:
        """Ask for the fourth output after the softmax, unless the file uses it otherwise."""
        own = self.node.outputs[_WEIGHTS] if len(self.node.outputs) > _WEIGHTS else ""
        if own:
            mode = self.node.attributes.get("qk_matmul_output_mode", 0)
            return Edit((*outputs, own)) if mode == _AFTER_SOFTMAX else Edit(outputs)
        place = self.node.index
        return Edit(
            (*outputs, self._weights_name),
            extra={(place, _WEIGHTS): self._weights_name},
            attributes={(place, "qk_matmul_output_mode"): _AFTER_SOFTMAX},
        )

    @property
    def _weights_name(self) -> str:
        own = self.node.outputs[_WEIGHTS] if len(self.node.outputs) > _WEIGHTS else ""
        return own or f"mirante/weights/{self.node.index}"

    def runtime_weights(self, found: Tensors) -> Array | None:
        """Return the fourth output where it was asked for."""
        return found.get(self._weights_name)

    def numbers(self, found: Tensors) -> Numbers:
        """Return its inputs, with every mask as one bias."""
        facts = self.node.attributes
        query = split_heads(found[self.node.input(0)], int(facts.get("q_num_heads", 1)))
        key = self._joined(found, 1, _PAST_KEY)
        value = self._joined(found, 2, _PAST_VALUE)
        scale = float(facts.get("scale", 1 / np.sqrt(query.shape[-1])))
        return Numbers(query, key, value, scale, self._bias(found, query, key))

    def _joined(self, found: Tensors, place: int, past: int) -> Array:
        """Return keys or values [B, G, M, d], those of the past first."""
        groups = int(self.node.attributes.get("kv_num_heads", 1))
        new = split_heads(found[self.node.input(place)], groups)
        if not self.node.input(past):
            return new
        return np.concatenate([found[self.node.input(past)], new], axis=2)

    def _bias(self, found: Tensors, query: Array, key: Array) -> Array | None:
        queries, keys = query.shape[-2], key.shape[-2]
        past = keys - queries if self.node.input(_PAST_KEY) else 0
        mask, lengths = self.node.input(_MASK), self.node.input(_LENGTHS)
        hidden = None
        if lengths:
            beyond = np.arange(keys)[None, :] >= found[lengths].reshape(-1, 1)
            hidden = np.where(beyond, np.float32(-np.inf), np.float32(0))[:, None, None]
        return together(
            _additive(found[mask], keys) if mask else None,
            hidden,
            causal(queries, keys, past=past) if self.node.attributes.get("is_causal") else None,
        )


def find_onnx_attention(index: GraphIndex) -> Iterator[tuple[int, Reader]]:
    """Yield a reader for each ai.onnx Attention node and its place."""
    for node in index.nodes:
        if node.op == "Attention":
            capped = bool(node.attributes.get("softcap", 0.0))
            reader = OnnxAttentionReader(node, known_inputs(index, node), _pattern(node), capped)
            yield index.position[node.index], reader


def _pattern(node: Node) -> str:
    causal_too = ", causal" if node.attributes.get("is_causal") else ""
    capped = ", softcap (weights tapped)" if node.attributes.get("softcap", 0.0) else ""
    return f"ai.onnx Attention{causal_too}{capped}"


def _additive(mask: Array, keys: int) -> Array:
    """Return a mask, bool (False hides) or float (added), as a bias with all keys."""
    if mask.dtype == np.bool_:
        bias = np.where(mask, np.float32(0), np.float32(-np.inf))
    else:
        bias = mask.astype(np.float32, copy=False)
    missing = keys - bias.shape[-1]
    if bias.shape[-1] == 1 or missing <= 0:
        return bias
    width = [(0, 0)] * (bias.ndim - 1) + [(0, missing)]
    return np.pad(bias, width, constant_values=-np.inf)
