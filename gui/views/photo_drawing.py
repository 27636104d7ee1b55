"""Strokes of the photo view: the grid, outlines, what lies outside the grid, the empty state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, QPixmap

from gui.theme import RADIUS, SPACE, Theme
from gui.views.photo_placement import Placement
from models.encoded import PatchGrid

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray

_LINE: Final = QColor(255, 255, 255, 70)  # over any photo, in either theme
_EDGE: Final = QColor(255, 255, 255, 170)
_SHADE: Final = QColor(0, 0, 0, 60)


def draw_outside(painter: QPainter, placement: Placement, grid: PatchGrid, theme: Theme) -> None:
    """Dim what the model did not see; hatch what it saw that is not of the photo."""
    photo, box = QPainterPath(), QPainterPath()
    photo.addRect(placement.photo_rect())
    box.addRect(placement.rect(grid.box))
    veil = QColor(theme.surface)
    veil.setAlpha(190)
    painter.fillPath(photo.subtracted(box), veil)
    padded = box.subtracted(photo)
    if not padded.isEmpty():
        painter.fillPath(padded, QColor(theme.raised))
        painter.fillPath(padded, QBrush(QColor(theme.border), Qt.BrushStyle.BDiagPattern))


def draw_edge(painter: QPainter, placement: Placement, grid: PatchGrid) -> None:
    """Draw where the grid ends."""
    box = placement.rect(grid.box)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_SHADE, 1))
    painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))
    painter.setPen(QPen(_EDGE, 1))
    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))


def draw_grid(painter: QPainter, placement: Placement, grid: PatchGrid) -> None:
    """Draw the lines between patches, light beside dark so that they show on any photo."""
    box = placement.rect(grid.box)
    width, height = box.width() / grid.columns, box.height() / grid.rows
    dot = 1 / placement.ratio
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for i in range(1, grid.columns):
        x = round((box.left() + i * width) / dot) * dot
        painter.fillRect(QRectF(x - dot, box.top(), dot, box.height()), _LINE)
        painter.fillRect(QRectF(x, box.top(), dot, box.height()), _SHADE)
    for i in range(1, grid.rows):
        y = round((box.top() + i * height) / dot) * dot
        painter.fillRect(QRectF(box.left(), y - dot, box.width(), dot), _LINE)
        painter.fillRect(QRectF(box.left(), y, box.width(), dot), _SHADE)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def draw_marks(painter: QPainter, rects: Sequence[QRectF | None], theme: Theme) -> None:
    """Outline the patches that are pinned, hovered and the key, in this order; None has none."""
    looks = ((theme.accent, 3.0), (theme.text, 1.5), (theme.key, 2.5))
    marks = list(zip(rects, looks, strict=True))
    for rect, (colour, width) in (marks[1], marks[2], marks[0]):  # the pin lies on top
        if rect is not None:
            draw_outline(painter, rect, colour=colour, width=width, theme=theme)


def draw_unsure(painter: QPainter, rects: Sequence[QRectF | None], theme: Theme) -> None:
    """Draw a dashed line around patches where the model is least sure."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for rect in rects:
        if rect is not None:
            inner = rect.adjusted(1.5, 1.5, -1.5, -1.5)
            painter.setPen(QPen(QColor(theme.surface), 3))
            painter.drawRect(inner)
            painter.setPen(QPen(QColor(theme.warning), 2, Qt.PenStyle.DashLine))
            painter.drawRect(inner)


def draw_focus(painter: QPainter, area: QRectF, theme: Theme) -> None:
    """Draw the ring that says that the keys go here."""
    painter.setPen(QPen(QColor(theme.accent), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), RADIUS, RADIUS)


def draw_outline(
    painter: QPainter, rect: QRectF, *, colour: str, width: float, theme: Theme
) -> None:
    """Draw ``rect`` around a patch with a halo, so that it shows on any photo."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    around = rect.adjusted(-width / 2, -width / 2, width / 2, width / 2)  # hides no colour
    for pen in (QPen(QColor(theme.surface), width + 2), QPen(QColor(colour), width)):
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawRect(around)


def draw_placeholder(painter: QPainter, area: QRectF, text: str, theme: Theme) -> None:
    """Draw an empty frame that invites a photo."""
    frame = area.adjusted(SPACE, SPACE, -SPACE, -SPACE)
    painter.setPen(QPen(QColor(theme.border), 2, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(frame, 2 * RADIUS, 2 * RADIUS)
    middle = frame.center()
    _draw_picture(painter, QRectF(middle.x() - 32, middle.y() - 64, 64, 48), theme)
    painter.setPen(QColor(theme.muted))
    below = QRectF(frame.left() + 2 * SPACE, middle.y(), frame.width() - 4 * SPACE, 96)
    flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
    painter.drawText(below, flags | int(Qt.TextFlag.TextWordWrap), text)


def _draw_picture(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Draw the sign of a picture: a frame, a sun and two hills."""
    pen = QPen(QColor(theme.muted), 2)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawRoundedRect(rect, RADIUS, RADIUS)
    painter.drawEllipse(rect.topLeft() + QPointF(16, 14), 5.0, 5.0)
    hills = QPainterPath(rect.bottomLeft() + QPointF(4, -6))
    for x, y in ((20, -22), (32, -12), (44, -28), (60, -8)):
        hills.lineTo(rect.bottomLeft() + QPointF(x, y))
    painter.drawPath(hills)


def overlay_pixmap(pixels: NDArray[np.uint8], *, ratio: float) -> QPixmap:
    """Return RGBA bytes [H, W, 4], one per device pixel, as a picture."""
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def scaled_pixmap(photo: QImage, placement: Placement) -> QPixmap:
    """Return the photo as large as it is placed, one pixel per device pixel."""
    scaled = photo.scaled(
        QSize(*placement.size),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    pixmap = QPixmap.fromImage(scaled)
    pixmap.setDevicePixelRatio(placement.ratio)
    return pixmap
