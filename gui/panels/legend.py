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
from models.scales import Scale

_USUAL: Final = "00.00000"  # as wide as both limits of most rows together


class Legend(QWidget):
    """Draws the low end ▭▭▭ the high end in the colour map in force, a tick at the middle.

    How the colours run between them is told in words, those of every figure.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._map, self._scale = LIGHT, colour.DEFAULT, Scale()
        self._end = ""

    @property
    def marks(self) -> tuple[str, str, str]:
        """What the colours are worth at the low end, the middle and the high end."""
        low, middle, high = self._scale.marks(short)
        return low, middle, self._end or high

    def set_facts(self, scale: Scale, *, colour_map: str, end: str = "", said: str = "") -> None:
        """Show this scale in this colour map.

        ``end`` is written at the high end where that is no one number, and then ``said`` is told
        of the scale.
        """
        if (scale, colour_map, end) != (self._scale, self._map, self._end):
            before = self.sizeHint()
            self._scale, self._map, self._end = scale, colour_map, end
            if self.sizeHint() != before:  # as wide for most rows: then nothing is laid out again
                self.updateGeometry()
            self.update()
        words = tr("Colours: {scale}.", scale=said or scale.said(short))
        if words != self.accessibleName():
            self.setAccessibleName(words)
            self.setToolTip(words)

    def set_theme(self, theme: Theme) -> None:
        """Use the theme's text colour."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Fit both numbers and a bar of useful length."""
        metrics = QFontMetrics(self.font())
        low, _middle, high = self.marks
        words = metrics.horizontalAdvance(low + high)
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
        low, _middle, high = self.marks
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
        painter.fillRect(QRectF(bar.center().x(), bar.bottom(), 1, 3), QColor(self._theme.border))
        painter.end()
