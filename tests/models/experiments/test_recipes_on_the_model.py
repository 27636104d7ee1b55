"""What recipes do to the bundled text model, against BERT's equations changed by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from models.encoded import Encoded
from models.errors import InputError
from models.experiments.laboratory import Laboratory
from models.experiments.masks import dropout_mask
from models.experiments.recipe_json import recipe_of
from models.experiments.results import Result
from tests.helpers.bert_equations import forward

Change = Callable[[str, int, np.ndarray], np.ndarray]
OUTPUT = "last_hidden_state"
TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def ids(encoded: Encoded) -> tuple[np.ndarray, np.ndarray]:
    return encoded.feeds["input_ids"][0], encoded.feeds["token_type_ids"][0]


def made(laboratory: Laboratory, encoded: Encoded, **recipe: Any) -> Result:
    return laboratory.run(encoded, recipe_of(recipe))


def gap(result: Result, reference: np.ndarray) -> float:
    return float(np.abs(result.outputs[OUTPUT][0, 0] - reference).max())


def test_an_empty_recipe_is_the_untouched_model_bit_for_bit(
    laboratory: Laboratory, encoded: Encoded
) -> None:
    result = made(laboratory, encoded)
    plain = laboratory.model.tapped.run_plain(encoded.feeds)
    np.testing.assert_array_equal(result.outputs[OUTPUT][0], plain[OUTPUT])
    np.testing.assert_array_equal(result.base.outputs[OUTPUT], plain[OUTPUT])
    assert result.drifts[0].value == 0
    assert all(one.relative == 0 for one in result.hidden_drifts)


def test_heads_off_equal_the_equations(
    laboratory: Laboratory, encoded: Encoded, ids: tuple[np.ndarray, np.ndarray]
) -> None:
    def off(what: str, layer: int, array: np.ndarray) -> np.ndarray:
        if what == "vector" and layer in {2, 7}:
            array = array.copy()
            array[4 if layer == 2 else 0] = 0
        return array

    result = made(laboratory, encoded, heads_off=[[3, 5], [8, 1]])
    assert gap(result, forward(*ids, off)[1]) < TOLERANCE
    assert gap(result, forward(*ids)[1]) > 1e-3
    assert not result.record.layers[2].vector(3)[4].any()


def test_a_head_at_its_mean_equals_the_equations(
    laboratory: Laboratory, encoded: Encoded, ids: tuple[np.ndarray, np.ndarray]
) -> None:
    mean = forward(*ids)[0][5].vector[2].mean(axis=0)

    def level(what: str, layer: int, array: np.ndarray) -> np.ndarray:
        if what == "vector" and layer == 5:
            array = array.copy()
            array[2] = mean
        return array

    result = made(laboratory, encoded, heads_mean=[[6, 3]])
    assert gap(result, forward(*ids, level)[1]) < TOLERANCE


@pytest.mark.parametrize(
    ("hide", "layers", "heads"),
    [
        (3, range(12), range(12)),
        ({"token": 3, "layer": 4}, [3], range(12)),
        ({"token": 3, "layer": 4, "head": 2}, [3], [1]),
    ],
)
def test_a_hidden_token_equals_scores_of_minus_infinity(
    laboratory: Laboratory,
    encoded: Encoded,
    ids: tuple[np.ndarray, np.ndarray],
    *,
    hide: Any,
    layers: Any,
    heads: Any,
) -> None:
    def hidden(what: str, layer: int, array: np.ndarray) -> np.ndarray:
        if what == "scores" and layer in layers:
            array = array.copy()
            array[list(heads), :, 3] = -np.inf
        return array

    result = made(laboratory, encoded, hide_tokens=[hide])
    assert gap(result, forward(*ids, hidden)[1]) < TOLERANCE
    weights = result.record.layers[3].weights()
    assert not weights[list(heads), :, 3].any()
    np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-5)


def test_a_replaced_row_equals_the_equations(
    laboratory: Laboratory, encoded: Encoded, ids: tuple[np.ndarray, np.ndarray]
) -> None:
    count = len(ids[0])
    given = (np.arange(count) + 1.0) / count

    def replaced(what: str, layer: int, array: np.ndarray) -> np.ndarray:
        if what == "weights" and layer in {1, 9}:
            array = array.copy()
            array[0, 4] = given if layer == 1 else 1 / count
        return array

    rows = [
        {"layer": 2, "head": 1, "token": 4, "with": given.tolist()},
        {"layer": 10, "head": 1, "token": 4, "with": "uniform"},
    ]
    result = made(laboratory, encoded, replace_rows=rows)
    assert gap(result, forward(*ids, replaced)[1]) < TOLERANCE
    np.testing.assert_allclose(result.record.layers[1].weights(0)[4], given, atol=1e-6)


def test_a_permuted_row_keeps_its_weights_and_changes_their_order(
    laboratory: Laboratory, encoded: Encoded
) -> None:
    row = {"layer": 5, "head": 2, "token": 3, "with": "permuted"}
    one, same, other = (
        made(laboratory, encoded, replace_rows=[row], seed=seed) for seed in (1, 1, 2)
    )
    before = one.base.record.layers[4].weights(1)[3]
    after, again, else_ = (r.record.layers[4].weights(1)[3] for r in (one, same, other))
    np.testing.assert_array_equal(np.sort(before), np.sort(after))
    assert not np.array_equal(before, after)
    np.testing.assert_array_equal(after, again)
    assert not np.array_equal(after, else_)


@pytest.mark.parametrize("again", [False, True])
def test_a_cut_arrow_equals_the_equations(
    laboratory: Laboratory, encoded: Encoded, ids: tuple[np.ndarray, np.ndarray], *, again: bool
) -> None:
    def cut(what: str, layer: int, array: np.ndarray) -> np.ndarray:
        if what == "weights" and layer == 3:
            array = array.copy()
            array[2, 5, 6] = 0
            if again:
                array[2, 5] /= array[2, 5].sum()
        return array

    arrow = {"layer": 4, "head": 3, "token": 5, "key": 6, "renormalise": again}
    result = made(laboratory, encoded, cut_arrows=[arrow])
    assert gap(result, forward(*ids, cut)[1]) < TOLERANCE


def test_dropout_is_where_bert_is_trained_with_it(
    laboratory: Laboratory, encoded: Encoded, ids: tuple[np.ndarray, np.ndarray]
) -> None:
    """Every place of the published training graph, and no other, with the masks we say."""

    def trained(what: str, layer: int, array: np.ndarray) -> np.ndarray:
        if what in {"scores", "vector"}:
            return array
        rate = 0.2 if what == "weights" else 0.1
        mask = dropout_mask(array.shape, rate, seed=9, place=what, layer=layer, draw=1)
        return array * mask

    dropout = {"attention": 0.2, "hidden": 0.1, "seed": 9, "passes": 2}
    result = made(laboratory, encoded, dropout=dropout)
    reference = forward(*ids, trained)[1]
    assert float(np.abs(result.outputs[OUTPUT][1, 0] - reference).max()) < TOLERANCE
    assert not np.array_equal(result.outputs[OUTPUT][0], result.outputs[OUTPUT][1])


def test_dropout_of_nothing_is_inference_bit_for_bit(
    laboratory: Laboratory, encoded: Encoded
) -> None:
    result = made(laboratory, encoded, dropout={"attention": 0, "hidden": 0.0, "passes": 2})
    for draw in range(2):
        np.testing.assert_array_equal(result.outputs[OUTPUT][draw], result.base.outputs[OUTPUT])


def test_a_masked_token_is_fed_as_the_mask(laboratory: Laboratory, encoded: Encoded) -> None:
    result = made(laboratory, encoded, occlude=[3])
    ids = encoded.feeds["input_ids"].copy()
    ids[0, 3] = laboratory.model.text_encoder.vocabulary.mask_id
    plain = laboratory.model.tapped.run_plain({**encoded.feeds, "input_ids": ids})
    np.testing.assert_array_equal(result.outputs[OUTPUT][0], plain[OUTPUT])


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ({"heads_off": [[13, 1]]}, "no layer 13"),
        ({"heads_off": [[1, 13]]}, "no H13"),
        ({"hide_tokens": [99]}, "no token 99"),
        ({"occlude": [0]}, "no part of the text"),
        ({"replace_rows": [{"layer": 1, "head": 1, "token": 1, "with": [1.0]}]}, "weights"),
        ({"hide_tokens": list(range(13))}, "nothing would be left"),
        ({"dropout": {"passes": 100_000}, "note": "x"}, "would take 2 GB of memory"),
    ],
)
def test_what_is_not_there_is_refused(
    laboratory: Laboratory, encoded: Encoded, recipe: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        made(laboratory, encoded, **recipe)
