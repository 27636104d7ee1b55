"""The bundled text model computed again from scratch: BERT's equations in float64 NumPy.

The only things shared with the program are the weights in the file, unpacked here by hand, and
the token ids. Devlin et al. 2018 (arXiv:1810.04805); Vaswani et al. 2017, equation 1. Dropout is
where transformers' BertEmbeddings, BertSelfAttention, BertSelfOutput and BertOutput have it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import onnx

from models.library import resolve

HEADS, SIZE, HIDDEN, BLOCK = 12, 32, 384, 32
GELU = np.vectorize(lambda x: 0.5 * x * (1 + math.erf(x / math.sqrt(2))))
Change = Callable[[str, int, np.ndarray], np.ndarray]


def unchanged(_what: str, _layer: int, array: np.ndarray) -> np.ndarray:
    return array


@dataclass(frozen=True)
class Reference:
    """What one layer computes: arrays [head, token, …] in float64."""

    query: np.ndarray
    key: np.ndarray
    value: np.ndarray
    weights: np.ndarray
    vector: np.ndarray


class Weights:
    """The file's initialisers, its four-bit numbers unpacked bit by bit."""

    def __init__(self) -> None:
        graph = onnx.load(resolve("text").onnx).graph
        self._tensors = {tensor.name: tensor for tensor in graph.initializer}

    def plain(self, name: str) -> np.ndarray:
        tensor = self._tensors[name]
        kinds = {1: "<f4", 2: "u1", 10: "<f2"}
        flat = np.frombuffer(tensor.raw_data, kinds[tensor.data_type])
        return flat.reshape(tensor.dims).astype(np.float64)

    def words(self, ids: np.ndarray) -> np.ndarray:
        """Rows of the word table: per block of 32, low halves of 16 bytes, then high halves."""
        packed = self.plain("emb.word_packed").astype(np.uint8)[ids].reshape(len(ids), -1, 16)
        numbers = np.concatenate([packed & 15, packed >> 4], axis=2).astype(np.float64) - 8
        return (numbers * self.plain("emb.word_scale")[ids][:, :, None]).reshape(len(ids), HIDDEN)

    def matrix(self, name: str) -> np.ndarray:
        """A weight matrix [in, out] of signed four-bit numbers, two in a byte, low half first."""
        tensor = self._tensors[f"{name}_q"]
        raw = np.frombuffer(tensor.raw_data, np.uint8)
        halves = np.stack([raw & 15, raw >> 4], axis=1).reshape(-1).astype(np.int64)
        numbers = np.where(halves > 7, halves - 16, halves).reshape(tensor.dims)
        return numbers * np.repeat(self.plain(f"{name}_s16"), BLOCK, axis=0)

    def linear(self, x: np.ndarray, name: str) -> np.ndarray:
        return x @ self.matrix(f"{name}.w") + self.plain(f"{name}.b")

    def norm(self, x: np.ndarray, name: str) -> np.ndarray:
        mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
        scaled = (x - mean) / np.sqrt(variance + 1e-12)
        return scaled * self.plain(f"{name}.w") + self.plain(f"{name}.b")


def split(x: np.ndarray) -> np.ndarray:
    return x.reshape(len(x), HEADS, SIZE).transpose(1, 0, 2)


def forward(
    ids: np.ndarray, types: np.ndarray, change: Change = unchanged
) -> tuple[list[Reference], np.ndarray]:
    """Return every layer's reference and the last hidden state [token, hidden].

    ``change`` is given "embeddings", "scores", "weights", "vector", "attention" and "forward" of
    each layer (from 0) and returns what the model goes on with.
    """
    weights = Weights()
    words = weights.words(ids)
    x = words + weights.plain("emb.pos")[: len(ids)] + weights.plain("emb.type")[types]
    x, layers = change("embeddings", 0, weights.norm(x, "emb.ln")), []
    for layer in range(12):
        name = f"l{layer}"
        q, k, v = (split(weights.linear(x, f"{name}.{part}")) for part in "qkv")
        scores = change("scores", layer, q @ k.transpose(0, 2, 1) / math.sqrt(SIZE))
        powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
        attention = change("weights", layer, powers / powers.sum(axis=-1, keepdims=True))
        vector = change("vector", layer, attention @ v)
        layers.append(Reference(q, k, v, attention, vector))
        joined = vector.transpose(1, 0, 2).reshape(len(x), HIDDEN)
        output = change("attention", layer, weights.linear(joined, f"{name}.ao"))
        x = weights.norm(x + output, f"{name}.aln")
        inner = GELU(weights.linear(x, f"{name}.fi"))
        output = change("forward", layer, weights.linear(inner, f"{name}.fo"))
        x = weights.norm(x + output, f"{name}.oln")
    return layers, x
