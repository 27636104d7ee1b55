"""The playground's arithmetic against the equations, and its NumPy lines executed."""

from __future__ import annotations

import contextlib
import io
from dataclasses import replace

import numpy as np
import pytest

from models.playground import Small, projected, script
from tests.helpers.records import text_record


def _reference(small: Small) -> tuple[np.ndarray, np.ndarray]:
    """Equation 1 of Vaswani et al. 2017 in float64, with temperature, mask and dropout."""
    scores = small.query.astype(np.float64) @ small.key.T / 2.0 / small.temperature
    for key in small.masked:
        scores[:, key] = -np.inf
    powers = np.exp(scores)
    weights = powers / powers.sum(axis=1, keepdims=True)
    if small.rate:
        draw = np.random.default_rng(small.dropout_seed).random(weights.shape)
        weights = np.where(draw < small.rate, 0.0, weights / (1.0 - small.rate))
    return weights, weights @ small.value


CASES = [
    Small.random(1),
    Small.random(2, temperature=3.0),
    Small.random(3, masked=frozenset({0, 4})),
    Small.random(4, rate=0.5, dropout_seed=9, temperature=0.4),
    Small.random(5, rate=0.2, masked=frozenset({2})),
]


@pytest.mark.parametrize("small", CASES)
def test_weights_and_vectors_follow_the_equation(small: Small) -> None:
    weights, vectors = _reference(small)
    assert np.abs(small.weights - weights).max() < 1e-6
    assert np.abs(small.vectors - vectors).max() < 1e-5


@pytest.mark.parametrize("small", CASES)
def test_the_layer_that_is_drawn_holds_the_same_numbers(small: Small) -> None:
    layer = small.layer()
    assert np.abs(layer.weights(0) - small.weights).max() < 1e-6
    assert np.abs(layer.vector(2)[0] - small.vectors[2]).max() < 1e-5
    assert [token.label for token in small.record().tokens] == ["I", "am", "making", "a", "cake"]


@pytest.mark.parametrize("small", CASES)
def test_the_numpy_lines_run_by_themselves_and_give_the_same(small: Small) -> None:
    said, space = io.StringIO(), {}
    with contextlib.redirect_stdout(said):
        exec(script(small, query=2), space)  # noqa: S102  # our own lines, which people copy
    assert np.abs(space["weights"] - small.weights).max() < 1e-5
    assert np.abs(space["vectors"] - small.vectors).max() < 1e-5
    assert said.getvalue().startswith("making ")


def test_dropout_off_sums_to_one_and_on_average_stays_one() -> None:
    assert Small.random(1).weights.sum(axis=1) == pytest.approx(np.ones(5), abs=1e-6)
    draws = [
        replace(Small.random(1), rate=0.5, dropout_seed=seed).weights.sum(axis=1)
        for seed in range(2000)
    ]
    assert np.mean(draws) == pytest.approx(1.0, abs=0.02)
    assert np.std(draws) > 0.1


def test_editing_changes_one_number_and_not_the_old_one() -> None:
    small = Small.random(1)
    other = small.edited("key", row=1, column=3, number=5.0)
    assert other.key[1, 3] == 5.0
    assert small.key[1, 3] != 5.0
    assert (other.key != small.key).sum() == 1


def test_the_same_seed_gives_the_same_numbers() -> None:
    assert np.array_equal(Small.random(7).value, Small.random(7).value)
    assert not np.array_equal(Small.random(7).value, Small.random(8).value)


def test_a_real_head_projected_says_how_far_it_is_from_the_real_scores() -> None:
    record = text_record()
    layer = record.layers[1]
    positions = (1, 2, 3, 5, 6)
    found = projected(record, layer=1, head=2, positions=positions)
    real = layer.query[2, positions] @ layer.key[2, positions].T * layer.scale[2]
    small = found.small.query.astype(np.float64) @ found.small.key.T * found.small.scale
    assert np.abs(small - real).max() == pytest.approx(found.error, rel=1e-3)
    assert found.largest == pytest.approx(float(np.abs(real).max()))
    whole = projected(record, layer=1, head=2, positions=positions, size=8)
    assert whole.error < 1e-5  # as many directions as there are: nothing is lost
    assert found.error > whole.error
    assert found.small.tokens == tuple(record.tokens[i].label for i in positions)
