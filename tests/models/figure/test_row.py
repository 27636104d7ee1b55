"""The row's bars carry the weights, in order, and nothing is lost where some are left out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.figure import FigureRequest, lay_out
from models.figure.page import Fill, Page
from models.figure.row import ticks
from models.figure.style import PALETTES
from tests.helpers.figures import matrix_record, photo_record, text_record

LIGHT = PALETTES["light"]


def bars(page: Page) -> list[Fill]:
    colours = {LIGHT.bar, LIGHT.special, LIGHT.key}
    return [item for item in page.items if isinstance(item, Fill) and item.colour in colours]


def test_bars_are_as_long_as_their_weights_and_in_the_order_of_the_text() -> None:
    weights = np.float32([[[0.4, 0.1, 0.2, 0.3]] * 4])
    page = lay_out(matrix_record(weights), FigureRequest("row", 0, token=1))
    drawn = bars(page)
    lengths = [bar.box[2] - bar.box[0] for bar in drawn]
    assert np.array(lengths) / lengths[0] == pytest.approx([1.0, 0.25, 0.5, 0.75])
    assert [bar.box[1] for bar in drawn] == sorted(bar.box[1] for bar in drawn)


def test_every_weight_is_written_out() -> None:
    weights = np.float32([[[0.4, 0.1, 0.4996, 0.0004]] * 4])
    page = lay_out(matrix_record(weights), FigureRequest("row", 0, token=1))
    texts = [words.text for words in page.words()]
    for number in ("0.400", "0.100", "0.500", "<0.001"):
        assert number in texts


def test_a_bar_beyond_the_chosen_limit_is_cut_at_it_but_keeps_its_number() -> None:
    weights = np.float32([[[0.9, 0.1]] * 2])
    page = lay_out(matrix_record(weights), FigureRequest("row", 0, token=0, high=0.5))
    long, short = bars(page)
    assert (long.box[2] - long.box[0]) == pytest.approx(5 * (short.box[2] - short.box[0]))
    assert "0.900" in [words.text for words in page.words()]


def test_a_long_text_shows_its_thirty_largest_weights_and_the_sum_of_the_others() -> None:
    count = 100
    row = np.arange(1, count + 1, dtype=np.float32)
    row /= row.sum()
    weights = np.tile(row, (1, count, 1))
    page = lay_out(matrix_record(weights), FigureRequest("row", 0, token=3))
    texts = [words.text for words in page.words()]
    assert len(bars(page)) == 30
    assert "t99" in texts
    assert "t70" in texts
    assert "t69" not in texts
    assert "70 others together" in texts
    assert f"{float(row[:70].sum()):.3f}" in texts


def test_the_query_is_marked() -> None:
    page = lay_out(text_record(["um", "dois"]), FigureRequest("row", 0, token=2))
    (marked,) = [words for words in page.words() if words.colour == LIGHT.query]
    assert marked.text == "dois"
    assert marked.bold


def test_without_a_token_the_row_of_the_first_one_is_drawn_and_named() -> None:
    page = lay_out(text_record(["um"]), FigureRequest("row", 0))
    assert "Attention from “<s>” (token 0)" in [words.text for words in page.words()]


def test_the_row_of_a_photo_is_a_map_of_its_patches_with_the_special_tokens_beside_it() -> None:
    record = photo_record(3, registers=1)
    row = record.layers[0].row(4)[1]
    page = lay_out(record, FigureRequest("row", 0, heads=(1,), token=4))
    cells = next(i for i in page.items if getattr(i, "values", np.zeros(0)).shape == (3, 3))
    assert np.array_equal(cells.values, row[2:].reshape(3, 3))
    texts = [words.text for words in page.words()]
    assert "R1" in texts
    assert f"{row[2:].sum():.3f}" in texts


@pytest.mark.parametrize(
    ("high", "expected"),
    [
        (0.0, [0.0]),
        (1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.3, [0.0, 0.1, 0.2, 0.3]),
        (0.079, [0.0, 0.02, 0.04, 0.06]),
    ],
)
def test_ticks_are_round_numbers_within_the_axis(high: float, expected: Any) -> None:
    assert ticks(high) == pytest.approx(expected)


def test_logarithmic_bars_run_evenly_over_the_powers_of_ten_that_the_axis_names() -> None:
    weights = np.float32([[[0.9, 0.09, 0.0099, 1e-6]] * 4])
    page = lay_out(matrix_record(weights), FigureRequest("row", 0, token=1, limits="log"))
    lengths = [bar.box[2] - bar.box[0] for bar in bars(page)]
    assert np.array(lengths) / lengths[0] == pytest.approx([1.0, 0.75, 0.5103, 0.0], abs=1e-4)
    texts = [words.text for words in page.words()]
    assert {"≤ 9.0×10⁻⁵", "9.0×10⁻⁴", "0.00900", "0.0900", "0.900", "<0.001"} <= set(texts)
