"""A number per layer as bars: what attention adds, how much of a state is kept."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from gui.numbers import fixed
from gui.theme import Theme
from gui.zoom import scaled
from models.attention import Float

BARS: Final = 96  # a column of bars with their numbers, logical pixels
_NUMBER: Final = 46
_LEGIBLE: Final = 12  # between two numbers
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter


def draw_bars(
    painter: QPainter, place: QRectF, title: str, values: Float | None, *, theme: Theme
) -> None:
    """Draw a bar per layer [L] down ``place``, from 0 to 1 or the largest, under ``title``.

    What is not a number has a dash and no bar; without ``values`` only the title is drawn.
    """
    painter.setPen(QColor(theme.muted))
    head = QRectF(place.left(), place.top() - 20, place.width(), 18)
    painter.drawText(head, Qt.AlignmentFlag.AlignLeft | _MIDDLE, title)
    if values is None:
        return
    known = [value for value in values.tolist() if math.isfinite(value)]
    high, pitch = max([1.0, *known]), place.height() / len(values)
    room, height = place.width() - scaled(_NUMBER), min(pitch - 4, 10)
    for layer, value in enumerate(values.tolist()):
        middle = place.top() + (layer + 0.5) * pitch
        share = min(max(value / high, 0.0), 1.0) if math.isfinite(value) else 0.0
        if height > 1:
            bar = QRectF(place.left(), middle - height / 2, room, height)
            painter.fillRect(bar, QColor(theme.raised))
            bar.setWidth(room * share)
            painter.fillRect(bar, QColor(theme.value))
        if pitch >= scaled(_LEGIBLE):
            painter.setPen(QColor(theme.text))
            rect = QRectF(
                place.right() - scaled(_NUMBER), middle - pitch / 2, scaled(_NUMBER) - 2, pitch
            )
            text = fixed(value, digits=2) if math.isfinite(value) else "–"
            painter.drawText(rect, Qt.AlignmentFlag.AlignRight | _MIDDLE, text)
