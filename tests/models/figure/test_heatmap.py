"""The heatmap's cells have exactly the colours of the colour map."""

from __future__ import annotations

import numpy as np
import pytest

from models.colour import paint
from models.figure import FigureRequest, draw, lay_out
from models.figure.page import Cells, Page, Words, spread_cells
from models.record import Record
from tests.helpers.figures import layers, matrix_record, photo_record, text_record


def cells_of(page: Page) -> Cells:
    """Return the heatmap's own cells, not the colour bar's."""
    return next(i for i in page.items if isinstance(i, Cells) and i.values.shape[1] > 1)


def centre_colours(record: Record, request: FigureRequest, count: int) -> np.ndarray:
    picture = np.asarray(draw(record, request))
    left, top, right, bottom = (e * request.scale for e in cells_of(lay_out(record, request)).box)
    middles = (np.arange(count) + 0.5) / count
    down, across = top + middles * (bottom - top), left + middles * (right - left)
    return picture[down.astype(int)[:, None], across.astype(int)[None, :]]


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("count", [2, 3, 11, 53])
def test_the_middle_of_every_cell_has_exactly_the_painted_colour(count: int, scale: float) -> None:
    weights = np.random.default_rng(1).random((1, count, count), dtype=np.float32)
    request = FigureRequest("heatmap", 0, high=1.0, scale=scale)
    found = centre_colours(matrix_record(weights), request, count)
    assert np.array_equal(found, paint(weights[0], low=0.0, high=1.0))


def test_rows_are_queries_and_columns_are_keys() -> None:
    weights = np.zeros((1, 4, 4), dtype=np.float32)
    weights[0, 1, 3] = 1.0
    found = centre_colours(matrix_record(weights), FigureRequest("heatmap", 0), 4)
    lit = paint(np.float32([1.0]))[0]
    assert [tuple(x) for x in np.argwhere((found == lit).all(axis=2))] == [(1, 3)]


def test_without_an_upper_limit_the_largest_weight_is_the_top_of_the_colours_and_says_so() -> None:
    weights = np.float32([[[0.1, 0.25], [0.05, 0.2]]])
    page = lay_out(matrix_record(weights), FigureRequest("heatmap", 0))
    assert cells_of(page).high == pytest.approx(0.25)
    texts = [words.text for words in page.words()]
    assert "0.250" in texts
    assert "largest shown" in texts


def test_a_chosen_limit_below_the_largest_weight_is_marked_as_reached() -> None:
    weights = np.float32([[[0.1, 0.9], [0.05, 0.2]]])
    page = lay_out(matrix_record(weights), FigureRequest("heatmap", 0, low=0.1, high=0.5))
    texts = [words.text for words in page.words()]
    assert "≥ 0.500" in texts
    assert "≤ 0.100" in texts
    assert "largest shown" not in texts


def test_several_heads_are_averaged() -> None:
    weights = np.zeros((3, 2, 2), dtype=np.float32)
    weights[0, 0, 1], weights[2, 0, 1] = 0.2, 0.6
    drawn = cells_of(lay_out(matrix_record(weights), FigureRequest("heatmap", 0, heads=(0, 2))))
    assert drawn.values[0, 1] == pytest.approx(0.4)


def test_padding_is_left_out_and_the_figure_says_how_much_weight_it_takes() -> None:
    page = lay_out(text_record(["um", "dois"], padding=3), FigureRequest("heatmap", 0))
    assert cells_of(page).values.shape == (4, 4)
    assert any("3 padding positions" in words.text for words in page.words())


def test_a_cell_without_a_number_is_grey_and_explained() -> None:
    weights = np.float32([[[0.5, np.nan], [0.5, 0.5]]])
    record = matrix_record(weights)
    page = lay_out(record, FigureRequest("heatmap", 0))
    found = centre_colours(record, FigureRequest("heatmap", 0), 2)
    assert tuple(found[0, 1]) == (0xD5, 0xD9, 0xE0)
    assert any("no number" in words.text for words in page.words())


@pytest.mark.parametrize(("cells", "pixels"), [(7, 3), (8, 4), (137, 64), (10, 9)])
def test_more_cells_than_pixels_show_the_largest_weight_under_each_pixel(
    cells: int, pixels: int
) -> None:
    values = np.random.default_rng(2).random((cells, cells), dtype=np.float32)
    under = [slice(i * cells // pixels, -(-(i + 1) * cells // pixels)) for i in range(pixels)]
    expected = [[values[rows, columns].max() for columns in under] for rows in under]
    assert np.array_equal(spread_cells(values, width=pixels, height=pixels), expected)


def test_pooling_is_stated_on_the_figure_only_where_it_happens() -> None:
    record = photo_record(37)
    said = [
        any("more cells than pixels" in words.text for words in lay_out(record, request).words())
        for request in (
            FigureRequest("heatmap", 0, scale=1.0),
            FigureRequest("heatmap", 0, scale=4.0),
        )
    ]
    assert said == [True, False]


def test_the_query_and_the_key_asked_for_have_bold_labels_even_where_labels_are_thinned() -> None:
    record = text_record([f"w{i}" for i in range(200)])
    page = lay_out(record, FigureRequest("heatmap", 0, token=123, key=77))
    bold = [words.text for words in page.words() if isinstance(words, Words) and words.bold]
    assert "w122 · 123" in bold
    assert "w76 · 77" in bold


def test_the_weights_drawn_are_those_of_the_record() -> None:
    record = text_record(["um", "dois", "três"])
    drawn = cells_of(lay_out(record, FigureRequest("heatmap", 1, heads=(3,))))
    assert np.array_equal(drawn.values, layers(5)[1].weights(3))
