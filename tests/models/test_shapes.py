"""Long and narrow pictures are drawn as something that can be seen."""

from __future__ import annotations

import pytest

from models.shapes import THINNEST, stretch


@pytest.mark.parametrize("size", [(640, 480), (100, 100), (600, 100), (100, 600)])
def test_ordinary_shapes_are_drawn_as_they_are(size: tuple[float, float]) -> None:
    assert stretch(size) == (1.0, 1.0)


@pytest.mark.parametrize("size", [(5000, 20), (20, 5000), (700, 100)])
def test_a_line_becomes_a_picture_and_its_long_side_stays(size: tuple[float, float]) -> None:
    wider, taller = stretch(size)
    width, height = size[0] * wider, size[1] * taller
    assert max(width, height) == max(size)
    assert max(width, height) / min(width, height) == pytest.approx(THINNEST)
