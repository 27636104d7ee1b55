"""Dropout masks: how many, how large, the same for a seed wherever they are made."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.encoded import Encoded
from models.experiments.laboratory import Laboratory
from models.experiments.masks import dropout_mask, mask_row
from models.experiments.montecarlo import spread_of
from models.experiments.rates import places_of, rates_of
from models.experiments.recipe import MODELS_OWN, Dropout
from models.experiments.recipe_json import recipe_of
from models.experiments.rowdropout import RowDropout

SHAPE = (12, 40, 40)
ROOT = Path(__file__).resolve().parents[3]


def mask(rate: float, seed: int = 5, draw: int = 0) -> np.ndarray:
    return dropout_mask(SHAPE, rate, seed=seed, place="weights", layer=3, draw=draw)


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.5, 0.9])
def test_the_share_dropped_is_the_rate(rate: float) -> None:
    found = mask(rate)
    error = (rate * (1 - rate) / found.size) ** 0.5
    assert found.size > 10_000
    assert abs(float((found == 0).mean()) - rate) < 3 * error


@pytest.mark.parametrize("rate", [0.1, 0.3])
def test_what_is_kept_is_scaled_exactly(rate: float) -> None:
    found = mask(rate)
    np.testing.assert_array_equal(np.unique(found), np.array([0, 1 / (1 - rate)], np.float32))


def test_a_rate_of_nothing_is_exactly_one() -> None:
    assert (mask(0.0) == 1).all()


def test_other_seeds_layers_places_and_passes_give_other_masks() -> None:
    one = mask(0.5)
    others = [
        mask(0.5, seed=6),
        mask(0.5, draw=1),
        dropout_mask(SHAPE, 0.5, seed=5, place="weights", layer=4, draw=0),
        dropout_mask(SHAPE, 0.5, seed=5, place="forward", layer=3, draw=0),
    ]
    for other in others:
        agree = float(((one == 0) == (other == 0)).mean())
        assert abs(agree - 0.5) < 4 * 0.5 / one.size**0.5  # no more alike than chance


def test_a_row_of_a_mask_is_made_without_the_others() -> None:
    whole = mask(0.3, draw=2)
    for entry, query in ((0, 0), (3, 7), (11, 39)):
        row = mask_row(SHAPE, entry, query, 0.3, seed=5, layer=3, draw=2)
        np.testing.assert_array_equal(row, whole[entry, query])


CHILD = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from models.api import open_model
from models.experiments.laboratory import Laboratory
from models.experiments.recipe_json import recipe_of
laboratory = Laboratory(open_model("text"))
recipe = recipe_of({"dropout": {"attention": 0.1, "hidden": 0.1, "seed": 7, "passes": 2}})
result = laboratory.run(laboratory.model.encode_text("O gato"), recipe)
print(hashlib.sha256(result.outputs["last_hidden_state"].tobytes()).hexdigest())
"""


def test_a_seed_gives_the_same_outputs_in_another_process(laboratory: Laboratory) -> None:
    recipe = recipe_of({"dropout": {"attention": 0.1, "hidden": 0.1, "seed": 7, "passes": 2}})
    encoded = laboratory.model.encode_text("O gato")
    result = laboratory.run(encoded, recipe)
    ours = hashlib.sha256(result.outputs["last_hidden_state"].tobytes()).hexdigest()
    command = [sys.executable, "-c", CHILD, str(ROOT)]
    child = subprocess.run(command, check=True, capture_output=True, text=True)
    assert child.stdout.strip() == ours


def test_the_masks_of_a_seed_never_change() -> None:
    """Saved recipes must give tomorrow what they gave today."""
    found = dropout_mask((8,), 0.5, seed=1, place="weights", layer=0, draw=0)
    raw = np.random.Philox(key=[1, 0], counter=[0, 0, 0, 0]).random_raw(4)
    low_first = [int(word) >> shift & 0xFFFFFFFF for word in raw for shift in (0, 32)]
    expected = [2.0 if word >= 2**31 else 0.0 for word in low_first]
    assert found.tolist() == expected == EXPECTED


EXPECTED = [0.0, 0.0, 2.0, 2.0, 0.0, 0.0, 0.0, 0.0]


def row(laboratory: Laboratory, encoded: Encoded, rate: float = 0.1) -> RowDropout:
    base = laboratory.base(encoded)
    return RowDropout(base.record.layers[3], 2, 5, len(base.record.tokens), rate, seed=7)


def test_one_drawn_row_is_the_mask_times_the_weights(
    laboratory: Laboratory, encoded: Encoded
) -> None:
    found = row(laboratory, encoded, rate=0.3)
    layer = laboratory.base(encoded).record.layers[3]
    drawn = found.draw(4)
    np.testing.assert_array_equal(drawn.weights, layer.weights(2)[5] * drawn.mask)
    np.testing.assert_allclose(drawn.vector, drawn.weights @ layer.value[2], atol=1e-6)
    assert set(drawn.dropped) == set(np.flatnonzero(drawn.weights == 0))
    assert abs(drawn.total - 1) > 1e-3


def test_the_mean_nears_the_inference_row_as_one_over_the_root_of_k(
    laboratory: Laboratory, encoded: Encoded
) -> None:
    """At 4, 16, 64 … draws the error is what chance makes it, over many seeds."""
    base = laboratory.base(encoded)
    layer, count = base.record.layers[3], len(base.record.tokens)
    each = [RowDropout(layer, 2, 5, count, 0.1, seed).average(256) for seed in range(40)]
    squares = np.mean([one.errors**2 for one in each], axis=0) ** 0.5
    for k in (1, 4, 16, 64, 256):
        assert squares[k - 1] == pytest.approx(each[0].expected[k - 1], rel=0.35)
        assert each[0].expected[k - 1] == pytest.approx(each[0].expected[0] / k**0.5)
    slope = np.polyfit(np.log(np.arange(1, 257)), np.log(squares), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.08)


def test_the_replayed_row_is_the_row_the_model_ran_with(
    laboratory: Laboratory, encoded: Encoded
) -> None:
    """Layer 1 sees the same input in every pass, so its row differs by the mask alone."""
    base = laboratory.base(encoded)
    replay = RowDropout(base.record.layers[0], 2, 5, len(base.record.tokens), 0.4, seed=7)
    recipe = recipe_of({"dropout": {"attention": 0.4, "hidden": 0, "seed": 7, "passes": 3}})
    watched = laboratory.run(encoded, recipe, watch=(0, 2, 5)).watched
    assert watched is not None
    np.testing.assert_allclose(watched.base_vector, replay.vector, atol=1e-6)
    for k in range(3):
        np.testing.assert_allclose(watched.rows[k], replay.draw(k).weights, atol=1e-6)
        np.testing.assert_allclose(watched.vectors[k], replay.draw(k).vector, atol=1e-5)


def test_the_spread_is_that_of_the_passes(laboratory: Laboratory, encoded: Encoded) -> None:
    recipe = recipe_of({"dropout": {"attention": 0.1, "hidden": 0.1, "seed": 3, "passes": 6}})
    told: list[tuple[int, int]] = []
    result = laboratory.run(encoded, recipe, progress=lambda *pair: told.append(pair))
    assert told == [(k, 6) for k in range(7)]
    spread = spread_of(result)
    states = result.hidden[5][:, 0].astype(np.float64)
    wanted = np.sqrt(states.var(axis=0).sum(axis=-1))
    wanted /= np.linalg.norm(result.base.hidden[5][0].astype(np.float64), axis=-1)
    np.testing.assert_allclose(spread.tokens[5], wanted, rtol=1e-5)
    assert spread.least_sure[0] == spread.tokens[11].argmax()
    given = result.base.hidden[-1][0]
    for draw in range(6):  # what the first layer is given is read after the embeddings' dropout
        mask = dropout_mask(given.shape, 0.1, seed=3, place="embeddings", layer=0, draw=draw)
        np.testing.assert_array_equal(result.hidden[-1][draw, 0], given * mask)
    assert spread.tokens[-1].min() > 0


def test_rates_are_the_models_own_unless_said(laboratory: Laboratory) -> None:
    rates = rates_of(laboratory.model.files.config)
    assert (rates.attention, rates.hidden, rates.notice) == (0.1, 0.1, None)
    assert rates.settled(Dropout()) == (0.1, 0.1)
    assert rates.settled(Dropout(attention=0.0, hidden=MODELS_OWN)) == (0.0, 0.1)


def test_dinov2_drops_nothing_after_its_feed_forward() -> None:
    """Dinov2MLP, unlike ViTOutput, has no dropout; BERT and ViT have all three places."""
    assert places_of("dinov2") == {"embeddings", "attention"}
    assert places_of("bert") == places_of("vit") == {"embeddings", "attention", "forward"}
