"""The few shapes every step is drawn with: colour strips, scales, bars, columns of text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from gui.numbers import MINUS
from gui.panels.row.text import brief
from gui.theme import DARK, Theme, ThemeName
from models import colour
from models.attention import Float

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray

GAP = 8.0  # between columns
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class Columns:
    """Where things stand in a line: the label, a wide middle, then columns of numbers.

    Each is (left, width) in logical pixels.
    """

    label: tuple[float, float]
    middle: tuple[float, float]
    numbers: tuple[tuple[float, float], ...]

    def dimension_at(self, x: float, *, size: int) -> int | None:
        """Return which of ``size`` cells of the middle holds ``x``."""
        left, width = self.middle
        if size < 1 or not left <= x < left + width:
            return None
        return min(int((x - left) * size / width), size - 1)


def columns(width: float, *, label: float, numbers: tuple[float, ...]) -> Columns:
    """Return the columns of a line of ``width``: label and numbers fixed, the middle elastic."""
    right, placed = width, []
    for number in reversed(numbers):
        right -= number
        placed.append((right, number))
        right -= GAP
    left = label + GAP
    return Columns((0.0, label), (left, max(right - left, 8.0)), tuple(reversed(placed)))


@cache
def diverging(look: ThemeName) -> NDArray[np.uint8]:
    """Return the diverging map as RGB bytes [256, 3], its middle as quiet as the surface.

    A map with a pale middle glares on a dark surface, where nearly every number is near zero;
    there the same two end colours fade into the dark instead.
    """
    table: NDArray[np.uint8] = colour.table(colour.DIVERGING)
    if look == "light":
        return table
    quiet = QColor(DARK.raised)
    middle = np.array([quiet.red(), quiet.green(), quiet.blue()], dtype=np.float64)
    share = np.abs(np.linspace(-1, 1, len(table)))[:, None]
    low, high = table[:1], table[-1:]
    half = len(table) // 2
    ends = np.concatenate([low.repeat(half, axis=0), high.repeat(half, axis=0)])
    return np.rint(middle * (1 - share) + ends * share).astype(np.uint8)


def strip_image(values: Float, *, limit: float, theme: Theme) -> QImage:
    """Return [n, d] numbers as n lines of d pixels, colours centred on 0 and ending at ±limit."""
    lines, size = values.shape
    low, high = (-limit, limit) if limit > 0 else (-1.0, 1.0)
    if not np.isfinite(values).all():  # NaN gets the middle colour, infinity an end: see the note
        values = np.nan_to_num(values, nan=0.0, posinf=high, neginf=low)
    pixels = diverging(theme.name)[colour.indices(values, low=low, high=high)]
    image = QImage(pixels.data, size, lines, 3 * size, QImage.Format.Format_RGB888)
    return image.copy()  # the copy owns its pixels


def draw_strip(painter: QPainter, image: QImage, *, line: int, rect: QRectF) -> None:
    """Draw one line of a strip image; cells keep sharp edges unless narrower than a pixel."""
    ratio = painter.device().devicePixelRatioF()
    crowded = rect.width() * ratio < image.width()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, crowded)
    painter.drawImage(rect, image, QRectF(0, line, image.width(), 1))


def draw_scale(painter: QPainter, rect: QRectF, *, limit: float, theme: Theme) -> None:
    """Draw what the strip colours are worth: −limit ▭▭ 0 ▭▭ +limit, in ``rect``."""
    limit = limit if limit > 0 else 1.0
    metrics = QFontMetricsF(painter.font())
    high = brief(limit)
    low = MINUS + high
    room = metrics.horizontalAdvance(low) + 5
    bar = QRectF(rect.left() + room, rect.center().y() - 3, rect.width() - 2 * room, 6)
    painter.setPen(QColor(theme.muted))
    painter.drawText(QRectF(rect.left(), rect.top(), room, rect.height()), LEFT, low)
    painter.drawText(rect, RIGHT, high)
    painter.drawImage(bar, _ramp(theme), QRectF(0, 0, 128, 1))
    painter.setPen(QColor(theme.text))
    middle = bar.center().x()
    painter.drawLine(QPointF(middle, bar.top() - 2), QPointF(middle, bar.bottom() + 2))


@cache
def _ramp(theme: Theme) -> QImage:
    """Return every colour of the strips from the lowest number to the highest, in one line."""
    ramp = np.linspace(-1, 1, 128, dtype=np.float32)[None]
    return strip_image(ramp, limit=1.0, theme=theme)


def draw_bar(
    painter: QPainter, rect: QRectF, *, share: float, colour_of: QColor, theme: Theme
) -> None:
    """Draw a bar that fills ``share`` (0 … 1) of ``rect``, on a quiet track."""
    painter.fillRect(rect, QColor(theme.raised))
    if share > 0:
        wide = max(rect.width() * min(share, 1.0), 1.0)
        painter.fillRect(QRectF(rect.left(), rect.top(), wide, rect.height()), colour_of)


def blend(first: str, second: str, *, share: float) -> QColor:
    """Return a colour between two: ``share`` 0 is the first, 1 the second."""
    one, two = QColor(first), QColor(second)
    return QColor.fromRgbF(
        one.redF() + (two.redF() - one.redF()) * share,
        one.greenF() + (two.greenF() - one.greenF()) * share,
        one.blueF() + (two.blueF() - one.blueF()) * share,
    )
