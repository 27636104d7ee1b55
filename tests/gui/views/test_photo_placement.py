"""What is drawn over a photo lies exactly where the model saw it, and clicks find it again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF

from gui.views.photo_placement import fit
from models.encoded import PatchGrid

AREA = QRectF(4, 4, 400, 300)


def test_the_photo_keeps_its_shape_and_fills_one_side() -> None:
    placed = fit((200, 100), None, area=AREA, ratio=1.0).photo_rect()
    assert (placed.width(), placed.height()) == (400, 200)
    assert placed.center() == AREA.center()


def test_patches_beyond_the_photo_are_given_room() -> None:
    grid = PatchGrid(rows=4, columns=4, box=(0, -50, 200, 150))
    placement = fit((200, 100), grid, area=AREA, ratio=1.0)
    box = placement.rect(grid.box)
    assert AREA.adjusted(-1, -1, 1, 1).contains(box)
    assert box.height() == pytest.approx(300)
    assert placement.photo_rect().height() == pytest.approx(150)
    assert placement.photo_rect().center().y() == pytest.approx(box.center().y())


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_the_photo_lies_on_whole_device_pixels(ratio: float) -> None:
    placement = fit((451, 300), None, area=QRectF(4, 4, 333, 217), ratio=ratio)
    rect = placement.photo_rect()
    for edge in (rect.left(), rect.top(), rect.right(), rect.bottom()):
        assert edge * ratio == pytest.approx(round(edge * ratio))


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize(
    "box", [(0, 0, 451, 300), (75.5, 0, 375.5, 300), (-10.25, -40, 461.25, 340), (3, 5, 50, 50)]
)
def test_every_patch_is_found_at_its_corners_and_its_middle(
    ratio: float, box: tuple[float, float, float, float]
) -> None:
    grid = PatchGrid(rows=7, columns=9, box=box)
    placement = fit((451, 300), grid, area=QRectF(4, 4, 500, 333), ratio=ratio)
    for row in range(grid.rows):
        for column in range(grid.columns):
            rect = placement.rect(grid.cell_box(row, column))
            inner = rect.adjusted(0.01, 0.01, -0.01, -0.01)
            for point in (inner.topLeft(), inner.bottomRight(), inner.center()):
                assert placement.cell_at(point, grid) == (row, column)


def test_beside_the_grid_there_is_no_patch() -> None:
    grid = PatchGrid(rows=2, columns=2, box=(50, 0, 150, 100))
    placement = fit((200, 100), grid, area=AREA, ratio=1.0)
    assert placement.cell_at(placement.rect(grid.box).topLeft() - QPointF(1, 0), grid) is None
    assert placement.cell_at(placement.rect(grid.box).bottomRight() + QPointF(0, 1), grid) is None


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_the_overlay_lies_on_the_patches_to_a_fraction_of_a_pixel(ratio: float) -> None:
    grid = PatchGrid(rows=5, columns=6, box=(-3.5, 10.25, 190.75, 99))
    placement = fit((200, 100), grid, area=AREA, ratio=ratio)
    touched, placed = placement.canvas(grid)
    for row, column in ((0, 0), (2, 3), (4, 5)):
        drawn = placement.rect(grid.cell_box(row, column))
        left, top, right, bottom = placed.cell_box(row, column)
        assert (touched.left() + left) / ratio == pytest.approx(drawn.left())
        assert (touched.top() + top) / ratio == pytest.approx(drawn.top())
        assert (touched.left() + right) / ratio == pytest.approx(drawn.right())
        assert (touched.top() + bottom) / ratio == pytest.approx(drawn.bottom())
    assert placed.box[0] >= 0
    assert placed.box[2] <= touched.width()
    assert placed.box[3] <= touched.height()


@pytest.mark.parametrize("photo", [(5000, 20), (20, 5000)])
def test_a_photo_like_a_line_is_drawn_so_that_every_patch_can_be_clicked(
    photo: tuple[int, int],
) -> None:
    grid = PatchGrid(rows=4, columns=4, box=(0.0, 0.0, *map(float, photo)))
    place = fit(photo, grid, area=QRectF(0, 0, 600, 400), ratio=1.0)
    assert min(place.size) >= 60
    for row, column in ((0, 0), (3, 2), (1, 3)):
        centre = place.rect(grid.cell_box(row, column)).center()
        assert place.cell_at(centre, grid) == (row, column)
