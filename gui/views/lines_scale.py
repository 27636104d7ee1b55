"""What the thickness and strength of a line are worth."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QLineF, QSize
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.numbers import short
from gui.theme import LIGHT, Theme
from gui.views.lines_painter import stroke
from gui.views.words import tabular
from models.i18n import tr
from models.scales import MapLimits, Scale, worth

_SAMPLES: Final = (0.25, 0.5, 1.0)  # of the weight of full strength
_LENGTH: Final = 26
_GAP: Final = 6


def _number(value: float) -> str:
    return short(value, digits=2)


class LinesScale(QWidget):
    """Draws three sample lines with their weights."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._high, self._theme = 1.0, LIGHT
        self._limits: MapLimits = "view"
        self.retranslate()

    def set_high(self, high: float, *, limits: MapLimits = "view") -> None:
        """Show which weight a line of full strength has, and how strength grows up to it."""
        if (high, limits) == (self._high, self._limits):
            return
        before = self.sizeHint()
        self._high, self._limits = high, limits
        self._tell()
        if self.sizeHint() != before:  # else nothing is laid out again
            self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self.update()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("What a line's thickness and strength mean"))
        self._tell()

    def _tell(self) -> None:
        """Say how strength grows, in the words of every figure."""
        scale = Scale(0.0, self._high, self._limits, chosen=self._limits == "fixed")
        words = tr("Opacity and thickness: {scale}.", scale=scale.said(_number))
        if words != self.toolTip():
            self.setToolTip(words)

    def _texts(self) -> list[str]:
        return [worth(s, self._limits, high=self._high, number=_number) for s in _SAMPLES]

    def sizeHint(self) -> QSize:
        """Fit every sample and its number."""
        metrics = QFontMetrics(tabular(self.font()))
        words = sum(metrics.horizontalAdvance(text) for text in self._texts())
        return QSize(words + len(_SAMPLES) * (_LENGTH + 3 * _GAP) + _GAP, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        """Never smaller than what can be read."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the samples, weakest first."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(tabular(self.font()))
        x, middle = float(_GAP), self.height() / 2
        base = (self.height() + painter.fontMetrics().ascent()) / 2 - 2
        for share, text in zip(_SAMPLES, self._texts(), strict=True):
            ink = QColor(self._theme.text)
            ink.setAlphaF(share)
            stroke(painter, QLineF(x, middle, x + _LENGTH, middle), ink, share=share)
            x += _LENGTH + _GAP
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(round(x), round(base), text)
            x += painter.fontMetrics().horizontalAdvance(text) + 2 * _GAP
        painter.end()
