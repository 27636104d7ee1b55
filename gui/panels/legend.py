"""A small colour bar with its two limits in numbers: what a colour on screen is worth."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.numbers import short
from gui.theme import LIGHT, SPACE, Theme
from models import colour
from models.i18n import tr

_USUAL: Final = "00.00000"  # as wide as both limits of most rows together


class Legend(QWidget):
    """Draws ``low`` ▭▭▭ ``high`` in the colour map in force."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._map, self._low, self._high = LIGHT, colour.DEFAULT, 0.0, 1.0
        self._start = self._end = ""

    def set_facts(
        self, *, low: float, high: float, colour_map: str, start: str = "", end: str = ""
    ) -> None:
        """Show these limits in this colour map; ``start`` and ``end`` are written in their place.

        They stand for limits of no one value, and for those of a logarithmic scale.
        """
        facts = (low, high, colour_map, start, end)
        if facts != (self._low, self._high, self._map, self._start, self._end):
            before = self.sizeHint()
            self._low, self._high, self._map, self._start, self._end = facts
            if self.sizeHint() != before:  # as wide for most rows: then nothing is laid out again
                self.updateGeometry()
            self.update()
        said = tr(
            "Colours run from {low} to {high}", low=start or short(low), high=end or short(high)
        )
        if said != self.accessibleName():
            self.setAccessibleName(said)

    def set_theme(self, theme: Theme) -> None:
        """Use the theme's text colour."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Fit both numbers and a bar of useful length."""
        metrics = QFontMetrics(self.font())
        words = metrics.horizontalAdvance(
            (self._start or short(self._low)) + (self._end or short(self._high))
        )
        words = max(words, metrics.horizontalAdvance(_USUAL))  # other numbers move nothing
        return QSize(words + 96 + 2 * SPACE, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        """Both numbers and a bar that still shows its colours."""
        return self.sizeHint() - QSize(56, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the numbers and the bar."""
        painter = QPainter(self)
        painter.setPen(QColor(self._theme.muted))
        metrics, height = painter.fontMetrics(), self.height()
        low, high = self._start or short(self._low), self._end or short(self._high)
        left = metrics.horizontalAdvance(low) + SPACE
        right = self.width() - metrics.horizontalAdvance(high) - SPACE
        base = (height + metrics.ascent() - metrics.descent()) / 2
        painter.drawText(0, int(base), low)
        painter.drawText(right + SPACE, int(base), high)
        image = QImage(colour.table_bytes(self._map), 256, 1, 768, QImage.Format.Format_RGB888)
        bar = QRectF(left, height / 2 - 5, right - left, 10)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, image)
        painter.setPen(QColor(self._theme.border))
        painter.drawRect(bar)
        painter.end()
