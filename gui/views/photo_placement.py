"""Where a photo and its patches lie in a widget: one mapping for drawing and for clicking."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from PySide6.QtCore import QPointF, QRect, QRectF

from models.encoded import PatchGrid
from models.shapes import stretch


@dataclass(frozen=True, slots=True)
class Placement:
    """A photo of ``photo`` (width, height) drawn ``size`` device pixels large.

    ``origin`` is the photo's upper left corner in device pixels of the widget, whole, so that the
    picture stays sharp; ``ratio`` is device pixels per logical pixel.
    """

    photo: tuple[int, int]
    size: tuple[int, int]
    origin: tuple[int, int]
    ratio: float

    @property
    def across(self) -> float:
        """Device pixels per pixel of the photo, horizontally."""
        return self.size[0] / self.photo[0]

    @property
    def down(self) -> float:
        """Device pixels per pixel of the photo, vertically."""
        return self.size[1] / self.photo[1]

    def rect(self, box: tuple[float, float, float, float]) -> QRectF:
        """Return (left, top, right, bottom) in pixels of the photo as a logical rectangle."""
        left, top = self._point(box[0], box[1])
        right, bottom = self._point(box[2], box[3])
        return QRectF(left, top, right - left, bottom - top)

    def photo_rect(self) -> QRectF:
        """Return where the whole photo is drawn."""
        return self.rect((0, 0, *self.photo))

    def cell_at(self, point: QPointF, grid: PatchGrid) -> tuple[int, int] | None:
        """Return (row, column) of the patch under a logical point, None beside the grid."""
        left, top, right, bottom = grid.box
        x = (point.x() * self.ratio - self.origin[0]) / self.across
        y = (point.y() * self.ratio - self.origin[1]) / self.down
        row = floor((y - top) * grid.rows / (bottom - top))
        column = floor((x - left) * grid.columns / (right - left))
        inside = 0 <= row < grid.rows and 0 <= column < grid.columns
        return (row, column) if inside else None

    def canvas(self, grid: PatchGrid) -> tuple[QRect, PatchGrid]:
        """Return the device pixels that the grid touches, and the grid counted from their corner.

        This is what the overlay is painted on, patches beyond the photo included.
        """
        left, top, right, bottom = grid.box
        x, y = floor(left * self.across), floor(top * self.down)
        width, height = ceil(right * self.across) - x, ceil(bottom * self.down) - y
        box = (
            left * self.across - x,
            top * self.down - y,
            right * self.across - x,
            bottom * self.down - y,
        )
        touched = QRect(self.origin[0] + x, self.origin[1] + y, width, height)
        return touched, PatchGrid(rows=grid.rows, columns=grid.columns, box=box)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        return (
            (self.origin[0] + x * self.across) / self.ratio,
            (self.origin[1] + y * self.down) / self.ratio,
        )


def extent(photo: tuple[int, int], grid: PatchGrid | None) -> tuple[float, float, float, float]:
    """Return what must be seen, in pixels of the photo: all of it, and patches beyond it."""
    left, top, right, bottom = (0.0, 0.0, float(photo[0]), float(photo[1]))
    if grid is not None:
        left, top = min(left, grid.box[0]), min(top, grid.box[1])
        right, bottom = max(right, grid.box[2]), max(bottom, grid.box[3])
    return left, top, right, bottom


def fit(
    photo: tuple[int, int],
    grid: PatchGrid | None,
    *,
    area: QRectF,
    ratio: float,
) -> Placement:
    """Place the photo, and patches beyond it, as large as ``area`` allows and in its middle.

    What is all but a line is drawn with its short side longer (see ``models.shapes.stretch``).
    """
    left, top, right, bottom = extent(photo, grid)
    wider, taller = stretch((right - left, bottom - top))
    scale = ratio * min(
        area.width() / ((right - left) * wider), area.height() / ((bottom - top) * taller)
    )
    across, down = scale * wider, scale * taller
    size = max(round(photo[0] * across), 1), max(round(photo[1] * down), 1)
    middle = area.center()
    origin = (
        round(middle.x() * ratio - (left + right) / 2 * across),
        round(middle.y() * ratio - (top + bottom) / 2 * down),
    )
    return Placement(photo=photo, size=size, origin=origin, ratio=ratio)
