"""The bundled text model computed again from scratch: BERT's equations in float64 NumPy.

The only things shared with the program are the weights in the file, unpacked here by hand, and
the token ids. Devlin et al. 2018 (arXiv:1810.04805); Vaswani et al. 2017, equation 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import onnx
import pytest

from models.api import open_model
from models.library import resolve
from models.record import Record

HEADS, SIZE, HIDDEN, BLOCK = 12, 32, 384, 32
TEXT, PAIR = "O gato está no telhado e viu a lua, não é?", "Choveu à noite."
GELU = np.vectorize(lambda x: 0.5 * x * (1 + math.erf(x / math.sqrt(2))))


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


def forward(ids: np.ndarray, types: np.ndarray) -> tuple[list[Reference], np.ndarray]:
    """Return every layer's reference and the last hidden state [token, hidden]."""
    weights = Weights()
    words = weights.words(ids)
    x = words + weights.plain("emb.pos")[: len(ids)] + weights.plain("emb.type")[types]
    x, layers = weights.norm(x, "emb.ln"), []
    for layer in range(12):
        name = f"l{layer}"
        q, k, v = (split(weights.linear(x, f"{name}.{part}")) for part in "qkv")
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(SIZE)
        powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
        attention = powers / powers.sum(axis=-1, keepdims=True)
        vector = attention @ v
        layers.append(Reference(q, k, v, attention, vector))
        joined = vector.transpose(1, 0, 2).reshape(len(x), HIDDEN)
        x = weights.norm(x + weights.linear(joined, f"{name}.ao"), f"{name}.aln")
        inner = GELU(weights.linear(x, f"{name}.fi"))
        x = weights.norm(x + weights.linear(inner, f"{name}.fo"), f"{name}.oln")
    return layers, x


@pytest.fixture(scope="module")
def record() -> Record:
    return open_model("text").run_text(TEXT, PAIR)


@pytest.fixture(scope="module")
def reference(record: Record) -> tuple[list[Reference], np.ndarray]:
    feeds = record.encoded.feeds
    return forward(feeds["input_ids"][0], feeds["token_type_ids"][0])


@pytest.mark.parametrize("layer", range(12))
def test_weights_and_vectors_equal_the_equations(
    record: Record, reference: tuple[list[Reference], np.ndarray], layer: int
) -> None:
    ours, theirs = record.layers[layer], reference[0][layer]
    np.testing.assert_allclose(ours.weights(), theirs.weights, rtol=0, atol=1e-5)
    np.testing.assert_allclose(ours.vector(), theirs.vector, rtol=0, atol=1e-5)
    np.testing.assert_allclose(ours.weights().sum(axis=-1), 1, rtol=0, atol=1e-5)


@pytest.mark.parametrize("layer", range(12))
def test_queries_keys_and_values_equal_the_equations(
    record: Record, reference: tuple[list[Reference], np.ndarray], layer: int
) -> None:
    ours, theirs = record.layers[layer], reference[0][layer]
    np.testing.assert_allclose(ours.query, theirs.query, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(ours.key, theirs.key, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(ours.value, theirs.value, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(ours.scale, 1 / math.sqrt(SIZE), rtol=1e-6)


def test_one_token_and_one_head_are_the_same_numbers(
    record: Record, reference: tuple[list[Reference], np.ndarray]
) -> None:
    ours, theirs = record.layers[4], reference[0][4]
    np.testing.assert_allclose(ours.row(6), theirs.weights[:, 6], rtol=0, atol=1e-5)
    np.testing.assert_allclose(ours.weights(head=3), theirs.weights[3], rtol=0, atol=1e-5)
    np.testing.assert_allclose(ours.vector(6), theirs.vector[:, 6], rtol=0, atol=1e-5)


def test_the_models_output_equals_the_equations(
    record: Record, reference: tuple[list[Reference], np.ndarray]
) -> None:
    output = record.outputs["last_hidden_state"]
    assert output.shape == (1, len(record.tokens), HIDDEN)
    np.testing.assert_allclose(output[0], reference[1], rtol=0, atol=2e-5)
