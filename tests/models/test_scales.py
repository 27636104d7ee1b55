"""Scales of a map: what a colour is worth, written beside it."""

from __future__ import annotations

import numpy as np
import pytest

from models.figure import FigureRequest, draw
from models.scales import DECADES, ends, painted
from tests.helpers.records import text_record

NUMBERS = np.array([[0.5, 0.25, 0.0], [1e-2, 1e-3, 1e-9]], np.float32)


def test_each_row_reaches_its_own_end() -> None:
    shades = painted(NUMBERS, "row", high=0.5)
    np.testing.assert_allclose(shades, [[1, 0.5, 0], [1, 0.1, 1e-7]], rtol=1e-5)
    assert ends("row", high=0.5, number=str) == ("0", "½ row max", "row max")


def test_powers_of_ten_are_as_far_apart_as_each_other() -> None:
    shades = painted(np.array([[1, 0.1, 0.01, 1e-4, 0]], np.float32), "log", high=1.0)
    np.testing.assert_allclose(shades, [[1, 0.75, 0.5, 0, 0]], atol=1e-6)
    low, middle, high = ends("log", high=1.0, number=lambda x: f"{x:g}") or ("", "", "")
    assert (low, middle, high) == ("≤ 0.0001", "0.01", "1")
    assert DECADES == 4


def test_what_is_no_number_stays_none_and_a_row_of_zeros_stays_at_zero() -> None:
    rows = np.array([[0, 0], [np.nan, 1]], np.float32)
    shades = painted(rows, "row", high=1.0)
    np.testing.assert_array_equal(shades[0], [0, 0])
    assert np.isnan(shades[1, 0])
    assert np.isnan(painted(rows, "log", high=1.0)[1, 0])


def test_limits_that_are_numbers_need_no_words() -> None:
    assert ends("view", high=1.0, number=str) is None
    np.testing.assert_allclose(painted(NUMBERS, "view", high=0.5)[0], [1, 0.5, 0])


@pytest.mark.parametrize("limits", ["row", "log"])
def test_a_figure_is_coloured_by_the_scale_asked_for(limits: str) -> None:
    record = text_record()
    usual = draw(record, FigureRequest("heatmap", 0))
    other = draw(record, FigureRequest("heatmap", 0, limits=limits))  # type: ignore[arg-type]
    assert usual.size == other.size
    assert usual.tobytes() != other.tobytes()
