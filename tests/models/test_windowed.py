"""Windowed attention spread out over all tokens."""

from __future__ import annotations

import numpy as np
import pytest

from models.record import Layer
from models.tapped import TappedModel
from models.windowed import spread
from tests.helpers.zoo import animals, runs


@pytest.fixture(scope="module")
def shifted() -> Layer:
    """The second layer of Swin: four shifted windows of sixteen tokens, two heads."""
    animal = next(a for a in animals() if a.windowed)
    return TappedModel.open(animal.onnx).capture(next(runs(animal)).feeds).layers[1]


def test_a_spread_layer_has_heads_and_all_tokens(shifted: Layer) -> None:
    whole = spread(shifted)
    assert whole.heads == 2
    assert whole.query.shape == (2, 64, 8)
    assert whole.weights().shape == (2, 64, 64)
    np.testing.assert_allclose(whole.weights().sum(axis=-1), 1, atol=1e-6)


def test_weights_stand_where_their_tokens_are(shifted: Layer) -> None:
    whole, raw = spread(shifted).weights(), shifted.weights()
    assert shifted.windows is not None
    for window, tokens in enumerate(shifted.windows):
        for head in range(2):
            inside = whole[head][np.ix_(tokens, tokens)]
            np.testing.assert_array_equal(inside, raw[window * 2 + head])
    assert np.count_nonzero(whole) <= 2 * 4 * 16 * 16


def test_rows_vectors_and_parts_agree_with_all_weights(shifted: Layer) -> None:
    whole = spread(shifted)
    every = whole.weights()
    np.testing.assert_array_equal(whole.row(9), every[:, 9])
    np.testing.assert_array_equal(whole.column(9), every[:, :, 9])
    np.testing.assert_allclose(whole.vector(9), (every @ whole.value)[:, 9], atol=1e-6)
    parts = whole.parts(9, 1)
    np.testing.assert_array_equal(parts.weights, every[1, 9])
    assert parts.total == pytest.approx(1, abs=1e-6)
    assert shifted.windows is not None
    own = next(tokens for tokens in shifted.windows if 9 in tokens)
    outside = np.setdiff1d(np.arange(64), own)
    assert np.isneginf(parts.scores[outside]).all()
    assert np.isfinite(parts.scores[own]).all()


def test_padding_is_left_out() -> None:
    numbers = np.random.default_rng(0).standard_normal((2, 3, 4)).astype(np.float32)
    layer = Layer(
        index=0,
        pattern="made up",
        query=numbers,
        key=numbers,
        value=numbers,
        scale=np.ones(2, np.float32),
        windows=np.array([[0, 1, 2], [3, -1, -1]]),
    )
    whole = spread(layer)
    assert whole.query.shape == (1, 4, 4)
    assert whole.weights()[0, 3, :3].max() == 0
    assert whole.weights()[0, 3, 3] == layer.weights(1)[0, 0]


def test_other_layers_are_left_alone(shifted: Layer) -> None:
    plain = Layer(
        index=0,
        pattern="made up",
        query=shifted.query,
        key=shifted.key,
        value=shifted.value,
        scale=shifted.scale,
    )
    assert spread(plain) is plain
