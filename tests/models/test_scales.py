"""Scales of a map: what a colour is worth, written beside it."""

from __future__ import annotations

import numpy as np
import pytest

from models.errors import InputError
from models.figure import FigureRequest, draw, lay_out
from models.figure.page import Cells
from models.scales import DECADES, Scale, painted
from tests.helpers.records import text_record

NUMBERS = np.array([[0.5, 0.25, 0.0], [1e-2, 1e-3, 1e-9]], np.float32)


def test_each_row_reaches_its_own_end() -> None:
    shades = painted(NUMBERS, "row", high=0.5)
    np.testing.assert_allclose(shades, [[1, 0.5, 0], [1, 0.1, 1e-7]], rtol=1e-5)
    assert Scale(0.0, 0.5, "row").marks(str) == ("0", "½ row max", "row max")


def test_powers_of_ten_are_as_far_apart_as_each_other() -> None:
    shades = painted(np.array([[1, 0.1, 0.01, 1e-4, 0]], np.float32), "log", high=1.0)
    np.testing.assert_allclose(shades, [[1, 0.75, 0.5, 0, 0]], atol=1e-6)
    low, middle, high = Scale(0.0, 1.0, "log").marks(lambda x: f"{x:g}")
    assert (low, middle, high) == ("≤ 0.0001", "0.01", "1")
    assert DECADES == 4


def test_what_is_no_number_stays_none_and_a_row_of_zeros_stays_at_zero() -> None:
    rows = np.array([[0, 0], [np.nan, 1]], np.float32)
    shades = painted(rows, "row", high=1.0)
    np.testing.assert_array_equal(shades[0], [0, 0])
    assert np.isnan(shades[1, 0])
    assert np.isnan(painted(rows, "log", high=1.0)[1, 0])


def test_an_even_scale_has_its_middle_halfway() -> None:
    assert Scale(0.0, 1.0).marks(str) == ("0.0", "0.5", "1.0")
    np.testing.assert_allclose(painted(NUMBERS, "view", high=0.5)[0], [1, 0.5, 0])


@pytest.mark.parametrize("limits", ["row", "log"])
def test_a_figure_is_coloured_by_the_scale_asked_for(limits: str) -> None:
    record = text_record()
    usual = draw(record, FigureRequest("heatmap", 0))
    other = draw(record, FigureRequest("heatmap", 0, limits=limits))  # type: ignore[arg-type]
    assert usual.size == other.size
    assert usual.tobytes() != other.tobytes()


def _plain(value: float) -> str:
    return f"{value:g}"


@pytest.mark.parametrize(
    ("scale", "english"),
    [
        (Scale(0.0, 1.0, chosen=True), "linear, fixed from 0 to 1"),
        (Scale(0.0, 0.5), "linear, from 0 to 0.5, the largest shown"),
        (Scale(0.1, 0.5, chosen=True), "linear, from 0.1 to 0.5"),
        (Scale(0.0, 0.5, "row"), "linear, in each row from 0 to its own largest"),
        (
            Scale(0.0, 0.5, "log"),
            "logarithmic, from 5e-05 and below to 0.5, the largest shown",
        ),
        (Scale(0.0, 1.0, "log", chosen=True), "logarithmic, from 0.0001 and below to 1"),
        (Scale(-0.5, 0.5, "log"), "linear, from -0.5 to 0.5 around 0"),
    ],
)
def test_every_scale_is_said_in_words_with_its_ends(scale: Scale, english: str) -> None:
    assert scale.said(_plain) == english


def _words(view: str, limits: str, **others: object) -> str:
    request = FigureRequest(view, 0, limits=limits, **others)  # type: ignore[arg-type]
    return "\n".join(word.text for word in lay_out(text_record(), request).words())


@pytest.mark.parametrize("limits", ["view", "fixed", "row", "log"])
@pytest.mark.parametrize("view", ["heatmap", "row", "lines", "layers", "atlas"])
def test_every_figure_names_its_scale(view: str, limits: str) -> None:
    if (view, limits) == ("atlas", "row"):
        with pytest.raises(InputError, match="no scale for each row"):
            _words(view, limits)
        return
    said = _words(view, limits, high=1.0 if limits == "fixed" else None)
    expected = {"fixed": "fixed from 0 to 1", "log": "logarithmic, from ", "view": "linear, from 0"}
    row = "linear, from 0" if view == "row" else "in each row from 0 to its own largest"
    assert expected.get(limits, row) in said
    if limits != "fixed" and not (limits == "row" and view != "row"):
        assert "the largest shown" in said


def test_a_logarithmic_heatmap_keeps_its_middle_mark_and_says_what_its_end_is() -> None:
    said = _words("heatmap", "log").split("\n")
    assert "largest shown" in said
    assert any(line.endswith("· logarithmic") for line in said)


def test_the_rows_of_layers_can_each_reach_their_own_end() -> None:
    record = text_record(layers=2)
    page = lay_out(record, FigureRequest("layers", 0, token=1, limits="row"))
    drawn = next(item for item in page.items if isinstance(item, Cells))
    np.testing.assert_allclose(drawn.values.max(axis=1), 1.0)
