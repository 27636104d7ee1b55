"""Zooming and dragging a matrix: exact to the cell, and the matrix is never lost."""

from __future__ import annotations

import numpy as np
import pytest

from gui.views.matrix_window import LARGEST, MatrixWindow


def fitted(rows: int = 10, columns: int = 10) -> MatrixWindow:
    return MatrixWindow.fitted(rows, columns, width=400, height=300)


def test_the_whole_matrix_is_seen_at_first_as_large_as_it_can_be() -> None:
    window = fitted()
    assert window.scale == 30
    assert window.drawn == pytest.approx((50, 0, 350, 300))
    assert not window.zoomed_in


@pytest.mark.parametrize(("rows", "columns"), [(10, 10), (3, 50), (50, 3), (1, 1), (1370, 1370)])
def test_every_cell_is_found_at_its_middle(rows: int, columns: int) -> None:
    window = MatrixWindow.fitted(rows, columns, width=1500, height=1400)
    left, top, _, _ = window.box
    for row in {0, rows // 2, rows - 1}:
        for column in {0, columns // 3, columns - 1}:
            x, y = (column + 0.5 - left) * window.scale, (row + 0.5 - top) * window.scale
            assert window.cell_at(x, y) == (row, column)


def test_beside_the_matrix_there_is_no_cell() -> None:
    window = fitted()
    assert window.cell_at(49.9, 10) is None
    assert window.cell_at(350.1, 10) is None
    assert window.cell_at(50.1, 0) == (0, 0)


def test_zooming_keeps_the_cell_under_the_pointer() -> None:
    window = fitted(100, 100).zoomed(2, x=200, y=150)
    for _ in range(10):
        before = window.cell_at(221, 131)
        window = window.zoomed(1.3, x=221, y=131)
        assert window.cell_at(221, 131) == before


def test_what_fits_stays_wholly_in_view_under_the_pointer_too() -> None:
    """In a wide view the columns still fit after the rows no longer do."""
    window = fitted(20, 20)
    before = window.cell_at(120, 200)
    near = window.zoomed(1.2, x=120, y=200)
    assert near.cell_at(120, 200) == before
    left, _, right, _ = near.dragged(999, 0).drawn
    assert right - left == pytest.approx(20 * near.scale)


def test_zoom_ends_at_the_whole_and_at_a_large_cell() -> None:
    window = fitted(100, 100)
    assert window.zoomed(1e9, x=0, y=0).scale == LARGEST
    assert window.zoomed(4, x=10, y=10).zoomed(1e-9, x=390, y=5) == window


def test_a_matrix_of_one_cell_can_be_larger_than_the_largest_zoom() -> None:
    window = fitted(1, 1)
    assert window.zoomed(2, x=0, y=0).scale == window.scale == 300


def test_dragging_moves_with_the_pointer_and_stops_at_the_edges() -> None:
    window = fitted(100, 100).zoomed(10, x=200, y=150)
    left, top, _, _ = window.box
    moved = window.dragged(30, -60)
    assert moved.box[0] == pytest.approx(left - 1)
    assert moved.box[1] == pytest.approx(top + 2)
    assert window.dragged(1e6, 1e6).box[:2] == pytest.approx((0, 0))
    assert window.dragged(-1e6, -1e6).box[2:] == pytest.approx((100, 100))


def test_a_whole_matrix_cannot_be_dragged_away() -> None:
    assert fitted().dragged(500, 500) == fitted()


def test_resizing_keeps_the_whole_whole_and_the_zoom_as_it_was() -> None:
    assert fitted().resized(800, 600).scale == 60
    near = fitted(100, 100).zoomed(8, x=100, y=100)
    assert near.resized(500, 500).scale == near.scale
    assert near.resized(50_000, 50_000).scale == 500


def test_any_cell_can_be_brought_into_view() -> None:
    window = fitted(100, 100).zoomed(10, x=0, y=0)
    rng = np.random.default_rng(0)
    for row, column in rng.integers(0, 100, size=(50, 2)).tolist():
        left, top, right, bottom = window.showing(row, column).box
        assert left - 1e-9 <= column
        assert column + 1 <= right + 1e-9
        assert top - 1e-9 <= row
        assert row + 1 <= bottom + 1e-9


def test_showing_a_cell_in_view_moves_nothing() -> None:
    window = fitted(100, 100).zoomed(5, x=200, y=150)
    row, column = window.cell_at(200, 150) or (0, 0)
    assert window.showing(row, column) == window


def test_crowded_cells_share_a_dot_so_that_none_is_left_out() -> None:
    assert fitted().cells_per_dot(1.0) == 1
    assert fitted(300, 300).cells_per_dot(1.0) == 1
    assert fitted(301, 301).cells_per_dot(1.0) == 2
    assert fitted(1370, 1370).cells_per_dot(1.0) == 5
    assert fitted(1370, 1370).cells_per_dot(2.0) == 3
