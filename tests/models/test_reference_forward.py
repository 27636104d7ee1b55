"""The bundled text model against BERT's equations, computed from scratch: see the helper."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.api import open_model
from models.record import Record
from tests.helpers.bert_equations import HIDDEN, SIZE, Reference, forward

TEXT, PAIR = "O gato está no telhado e viu a lua, não é?", "Choveu à noite."


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
