"""The wish and what of it exists."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from gui.state import ViewState, resolve
from tests.helpers.records import image_record, text_record


def test_resolving_is_pure_and_repeatable() -> None:
    record, state = text_record(), ViewState(layer=1, pinned=2)
    first, second = resolve(state, record), resolve(state, record)
    assert state == ViewState(layer=1, pinned=2)
    assert first.state == second.state
    assert first.row is not None
    assert second.row is not None
    assert np.array_equal(first.row, second.row)
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.token = 3  # type: ignore[misc]


@pytest.mark.parametrize(("asked", "shown"), [(-1, 1), (0, 0), (1, 1), (99, 1)])
def test_a_layer_that_is_not_there_becomes_the_last(asked: int, shown: int) -> None:
    assert resolve(ViewState(layer=asked), text_record(layers=2)).state.layer == shown


def test_no_heads_means_all_and_missing_heads_are_dropped() -> None:
    record = text_record(heads=3)
    assert resolve(ViewState(), record).heads == (0, 1, 2)
    assert resolve(ViewState(heads=(1, 7)), record).heads == (1,)
    assert resolve(ViewState(heads=(7,)), record).all_heads


def test_the_hovered_row_comes_before_the_pinned_one() -> None:
    record = text_record()
    assert resolve(ViewState(pinned=2, hovered=4), record).token == 4
    assert resolve(ViewState(pinned=2), record).token == 2
    assert resolve(ViewState(pinned=99), record).token is None


def test_the_row_is_the_mean_of_the_chosen_heads() -> None:
    record = text_record()
    shown = resolve(ViewState(layer=0, heads=(0, 2), pinned=3), record)
    weights = record.layers[0].weights()
    assert shown.row is not None
    np.testing.assert_allclose(shown.row, (weights[0, 3] + weights[2, 3]) / 2, atol=1e-7)
    assert shown.row.sum() == pytest.approx(1.0, abs=1e-6)


def test_an_image_rows_limit_leaves_special_tokens_out() -> None:
    record = image_record()
    shown = resolve(ViewState(pinned=5), record)
    assert shown.row is not None
    assert shown.row_high == pytest.approx(float(shown.row[1:].max()))
    fixed = resolve(ViewState(pinned=5, row_limits="fixed"), record)
    assert fixed.row_high == 1.0


def test_the_inspected_head_is_one_of_those_shown() -> None:
    record = text_record(heads=3)
    assert resolve(ViewState(inspected=2), record).inspected_head == 2
    assert resolve(ViewState(inspected=2, heads=(0, 1)), record).inspected_head == 0


def test_a_layer_whose_rows_are_not_the_tokens_shows_no_row() -> None:
    record = text_record(layers=2)
    short = dataclasses.replace(
        record.layers[1], key=record.layers[1].key[:, :4], value=record.layers[1].value[:, :4]
    )
    pooled = dataclasses.replace(record, layers=(record.layers[0], short))
    assert resolve(ViewState(layer=0, pinned=2), pooled).row is not None
    shown = resolve(ViewState(layer=1, pinned=2), pooled)
    assert not shown.regular
    assert (shown.token, shown.row) == (None, None)
