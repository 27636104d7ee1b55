"""Pictures so long and narrow that their patches could not be seen."""

from __future__ import annotations

from typing import Final

THINNEST: Final = 6.0  # times as long as wide; beyond that a picture is a line


def stretch(size: tuple[float, float]) -> tuple[float, float]:
    """Return by how much (width, height) are drawn larger, so that no side is a line.

    (1, 1) for every picture of an ordinary shape; else the short side grows to a ``THINNEST``-th
    of the long one.
    """
    width, height = size
    return max(height / (THINNEST * width), 1.0), max(width / (THINNEST * height), 1.0)
