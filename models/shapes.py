"""Pictures so long and narrow that their patches could not be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from models.encoded import PatchGrid

THINNEST: Final = 6.0  # times as long as wide; beyond that a picture is a line


def stretch(size: tuple[float, float]) -> tuple[float, float]:
    """Return by how much (width, height) are drawn larger, so that no side is a line.

    (1, 1) for every picture of an ordinary shape; else the short side grows to a ``THINNEST``-th
    of the long one.
    """
    width, height = size
    return max(height / (THINNEST * width), 1.0), max(width / (THINNEST * height), 1.0)


def part_around(photo: tuple[int, int], grid: PatchGrid) -> tuple[int, int, int, int]:
    """Return what to draw of ``photo`` (width, height): (left, top, right, bottom) in its pixels.

    All of it for an ordinary shape. Of a photo that is all but a line, and of which the model sees
    a small part, only the surroundings of that part: ``THINNEST`` times as long as wide.
    """
    width, height = photo
    if stretch(photo) == (1.0, 1.0):
        return 0, 0, width, height
    left, top, right, bottom = grid.box
    across = _around(left, right, room=width, wanted=height * THINNEST)
    down = _around(top, bottom, room=height, wanted=width * THINNEST)
    return across[0], down[0], across[1], down[1]


def moved(grid: PatchGrid, *, left: float, top: float) -> PatchGrid:
    """Return ``grid`` counted from the point (left, top) of the photo."""
    box = grid.box
    return replace(grid, box=(box[0] - left, box[1] - top, box[2] - left, box[3] - top))


def _around(first: float, last: float, *, room: int, wanted: float) -> tuple[int, int]:
    """Return a stretch of ``wanted`` or more pixels around [first, last], within ``room``."""
    length = min(round(max(wanted, last - first)), room)
    start = min(max(round((first + last - length) / 2), 0), room - length)
    return start, start + length
