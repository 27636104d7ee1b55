"""Long and narrow pictures are drawn as something that can be seen."""

from __future__ import annotations

import pytest

from models.encoded import PatchGrid
from models.shapes import THINNEST, moved, part_around, stretch


@pytest.mark.parametrize("size", [(640, 480), (100, 100), (600, 100), (100, 600)])
def test_ordinary_shapes_are_drawn_as_they_are(size: tuple[float, float]) -> None:
    assert stretch(size) == (1.0, 1.0)


@pytest.mark.parametrize("size", [(5000, 20), (20, 5000), (700, 100)])
def test_a_line_becomes_a_picture_and_its_long_side_stays(size: tuple[float, float]) -> None:
    wider, taller = stretch(size)
    width, height = size[0] * wider, size[1] * taller
    assert max(width, height) == max(size)
    assert max(width, height) / min(width, height) == pytest.approx(THINNEST)


@pytest.mark.parametrize(
    ("photo", "box"),
    [
        ((5000, 20), (2490.0, 0.0, 2510.0, 20.0)),
        ((20, 5000), (0.0, 2490.0, 20.0, 2510.0)),
        ((5000, 20), (0.0, 0.0, 20.0, 20.0)),
    ],
)
def test_of_a_line_only_what_surrounds_the_patches_is_drawn(
    photo: tuple[int, int], box: tuple[float, float, float, float]
) -> None:
    grid = PatchGrid(4, 4, box)
    left, top, right, bottom = part_around(photo, grid)
    assert left <= box[0] < box[2] <= right
    assert top <= box[1] < box[3] <= bottom
    assert max(right - left, bottom - top) == 20 * THINNEST
    assert stretch((right - left, bottom - top)) == (1.0, 1.0)
    placed = moved(grid, left=left, top=top).box
    assert placed[0] + left == box[0]
    assert placed[3] + top == box[3]


def test_patches_all_over_a_line_need_all_of_it() -> None:
    grid = PatchGrid(4, 4, (0.0, 0.0, 5000.0, 20.0))
    assert part_around((5000, 20), grid) == (0, 0, 5000, 20)
