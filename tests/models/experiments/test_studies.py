"""Experiments of many runs: each number is that of a run made by itself."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pytest

from models.encoded import Encoded
from models.errors import CancelledError, InputError
from models.experiments.distances import (
    cosine_distance,
    jensen_shannon,
    relative_l2,
    spearman,
    total_variation,
)
from models.experiments.faithfulness import faithfulness
from models.experiments.heads import rank_heads
from models.experiments.laboratory import Laboratory
from models.experiments.occlusion import importance
from models.experiments.recipe import Kind, ReplaceRow, Study
from models.experiments.recipe_json import recipe_of
from models.experiments.rows import change_row, find_different_row
from models.experiments.studying import make_study
from models.runtime import Cancel


def drift(laboratory: Laboratory, encoded: Encoded, **recipe: object) -> float:
    found = laboratory.run(encoded, recipe_of(recipe)).headline
    assert found is not None
    return found.value


def test_every_head_is_ranked_by_the_drift_of_its_own_run(
    laboratory: Laboratory, encoded: Encoded
) -> None:
    told: list[tuple[int, int]] = []
    found = rank_heads(laboratory, encoded, progress=lambda *pair: told.append(pair))
    assert found.drifts.shape == (12, 12)
    assert told == [(0, 0), *((k, 144) for k in range(145))]
    for layer, head in ((1, 1), (6, 4)):
        alone = drift(laboratory, encoded, heads_off=[[layer, head]])
        assert found.drifts[layer - 1, head - 1] == pytest.approx(alone, rel=1e-9)
    values = [one.drift.value for one in found.ranked]
    assert values == sorted(values, reverse=True)
    assert values[0] == found.drifts.max()


def test_ranking_stops_when_it_is_cancelled(laboratory: Laboratory, encoded: Encoded) -> None:
    cancel = Cancel()

    def stop(done: int, _all: int) -> None:
        if done == 3:
            cancel.cancel()

    with pytest.raises(CancelledError):
        rank_heads(laboratory, encoded, progress=stop, cancel=cancel)
    assert laboratory.run(encoded, recipe_of({})).headline is not None


def test_importance_is_the_drift_of_covering_each_word(
    laboratory: Laboratory, encoded: Encoded
) -> None:
    found = importance(laboratory, encoded)
    tokens = laboratory.base(encoded).record.tokens
    assert found.tokens == tuple(i for i, token in enumerate(tokens) if token.kind == "text")
    assert found.values[2] == drift(laboratory, encoded, occlude=[found.tokens[2]])
    assert found.correlation(found.spread(len(tokens))) == pytest.approx(1)
    assert found.correlation(-found.spread(len(tokens))) == pytest.approx(-1)


def test_a_changed_row_says_how_far_both_moved(laboratory: Laboratory, encoded: Encoded) -> None:
    change = change_row(laboratory, encoded, ReplaceRow(4, 1, 2, "uniform"))
    row = laboratory.base(encoded).record.layers[4].weights(1)[2]
    flat = np.full(row.size, 1 / row.size)
    assert change.row_divergence == pytest.approx(float(jensen_shannon(row, flat)), abs=1e-6)
    rows = [{"layer": 5, "head": 2, "token": 2, "with": "uniform"}]
    assert change.drift.value == pytest.approx(
        drift(laboratory, encoded, replace_rows=rows), rel=1e-6
    )
    assert f"{change.drift.value:.3g}" in change.sentence


def test_the_row_that_was_found_really_stays_within_epsilon(
    laboratory: Laboratory, encoded: Encoded
) -> None:
    epsilon = 3e-6
    told: list[tuple[int, int]] = []
    found = find_different_row(
        laboratory, encoded, (4, 1, 2), epsilon=epsilon, progress=lambda *pair: told.append(pair)
    )
    assert found.best is not None
    given = [{"layer": 5, "head": 2, "token": 2, "with": found.best.after.tolist()}]
    again = drift(laboratory, encoded, replace_rows=given)
    assert again == pytest.approx(found.best.drift.value, rel=1e-3)
    assert again <= epsilon * 1.001
    assert any(one.drift.value > epsilon for one in found.tried)
    within = [one.row_divergence for one in found.tried if one.drift.value <= epsilon]
    assert found.best.row_divergence == max(within)
    assert told[-1][0] == told[-1][1]


def test_curves_begin_and_end_where_nothing_and_everything_is_covered(
    laboratory: Laboratory, encoded: Encoded
) -> None:
    found = faithfulness(laboratory, encoded, steps=4)
    assert [curve.order for curve in found.curves] == [
        "attention", "norm", "rollout", "occlusion", "random",
    ]  # fmt: skip
    assert found.kept == "cosine"
    words = importance(laboratory, encoded).tokens
    bare = laboratory.run(encoded, recipe_of({"occlude": list(words)})).headline
    assert bare is not None
    for curve in found.curves:
        assert sorted(curve.tokens) == sorted(words)
        assert curve.deletion[0] == curve.insertion[-1] == pytest.approx(1)
        assert curve.deletion[-1] == curve.insertion[0] == pytest.approx(1 - bare.value)
        middle = (curve.deletion[1:] + curve.deletion[:-1]) / 2
        assert curve.deletion_area == pytest.approx(float((middle * np.diff(curve.shares)).sum()))
    attention = next(c for c in found.curves if c.order == "attention")
    row = laboratory.base(encoded).record.layers[-1].row(found.token).mean(axis=0)
    assert attention.tokens[0] == max(words, key=lambda token: row[token])


def test_a_random_order_is_that_of_its_seed(laboratory: Laboratory, encoded: Encoded) -> None:
    one, same, other = (
        faithfulness(laboratory, encoded, orders=("random",), steps=1, seed=seed).curves[0].tokens
        for seed in (1, 1, 2)
    )
    assert one == same != other


def test_special_tokens_cannot_be_covered(laboratory: Laboratory, encoded: Encoded) -> None:
    with pytest.raises(InputError, match="Token 0"):
        importance(laboratory, encoded, tokens=[0])


def test_distances_are_those_of_their_definitions() -> None:
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.25, 0.25, 0.5])
    middle = (p + q) / 2
    by_hand = 0.5 * sum(
        a * math.log(a / m) + b * math.log(b / m) if a else b * math.log(b / m)
        for a, b, m in zip(p, q, middle, strict=True)
    )
    assert float(jensen_shannon(p, q)) == pytest.approx(by_hand)
    apart = np.eye(2)
    assert float(jensen_shannon(apart[0], apart[1])) == pytest.approx(math.log(2))
    assert float(total_variation(p, q)) == pytest.approx(0.5)
    assert cosine_distance(np.array([1.0, 0]), np.array([0, 2.0])) == pytest.approx(1)
    assert cosine_distance(np.array([1.0, 1]), np.array([-3.0, -3])) == pytest.approx(2)
    assert relative_l2(np.array([3.0, 4]), np.array([3.0, 9])) == pytest.approx(1)
    assert relative_l2(np.zeros(2), np.zeros(2)) == 0


def test_spearman_is_pearson_of_ranks_with_ties_at_their_mean() -> None:
    one, other = np.array([1, 2, 2, 3, 9.0]), np.array([5, 6, 7, 8, 7.5])
    ranks = np.array([1, 2.5, 2.5, 4, 5]), np.array([1, 2, 3, 5, 4])
    expected = float(np.corrcoef(*ranks)[0, 1])
    assert spearman(one, other) == pytest.approx(expected)
    assert spearman(one, one**3) == pytest.approx(1)
    assert spearman(one, np.ones(5)) is None


@pytest.mark.parametrize("kind", ["occlusion", "faithfulness", "row_search", "row_dropout"])
def test_a_study_of_a_token_or_layer_that_is_not_there_is_refused(
    laboratory: Laboratory, encoded: Encoded, kind: Kind
) -> None:
    with pytest.raises(InputError, match="no token 99"):
        make_study(laboratory, encoded, Study(kind, layer=0, head=0, token=99))
    with pytest.raises(InputError, match="no layer 100"):
        make_study(laboratory, encoded, Study(kind, layer=99, head=0, token=1))


@pytest.mark.parametrize("kind", ["occlusion", "faithfulness"])
def test_a_study_tells_what_its_function_found(
    laboratory: Laboratory, encoded: Encoded, kind: Literal["occlusion", "faithfulness"]
) -> None:
    study = Study(kind, orders=("attention",), steps=2)
    found = make_study(laboratory, encoded, study)
    if kind == "occlusion":
        alone = importance(laboratory, encoded)
        np.testing.assert_array_equal(found.arrays["importance"], alone.values)
        row = laboratory.base(encoded).record.layers[-1].weights().mean(axis=(0, 1))
        assert found.facts["rank_correlation"] == pytest.approx(alone.correlation(row))
    else:
        curve = faithfulness(laboratory, encoded, orders=("attention",), steps=2).curves[0]
        np.testing.assert_array_equal(found.arrays["attention.deletion"], curve.deletion)
        assert found.facts["areas"]["attention"]["deletion"] == curve.deletion_area
    assert len(found.lines) > 1
