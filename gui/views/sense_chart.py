"""Cosines of one word's vector, step by step: with its own sense, and with the others."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from gui.numbers import fixed
from gui.theme import LIGHT, Theme
from gui.views.words import tabular
from gui.zoom import scaled
from models.attention import Float
from models.compare_senses import Curves
from models.i18n import tr

_LEFT: Final = 56
_BELOW: Final = 40  # steps, and the sentences nearer to their own sense
_ABOVE: Final = 26  # what the curves are
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter
_CENTRE: Final = Qt.AlignmentFlag.AlignCenter


class SenseChart(QWidget):
    """Draws three curves: own sense, other senses, and the two sentences with each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: Curves | None = None
        self._layer: int | None = None
        self._theme = LIGHT
        self.retranslate()

    def set_curves(self, curves: Curves | None) -> None:
        """Draw these."""
        self._curves = curves
        self._describe()
        self.update()

    def _describe(self) -> None:
        lines = [
            f"{name}: " + "; ".join(f"{step} {fixed(x, digits=2)}" for step, x in enumerate(values))
            for name, values, _colour, _stroke in self.series()
        ]
        self.setAccessibleDescription(". ".join(lines))

    def set_layer(self, layer: int) -> None:
        """Mark a layer, from 0."""
        self._layer = layer
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self.update()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("Cosines of the word's vector in every layer"))
        self._describe()
        self.setToolTip(
            tr(
                "Mean cosine of the word's vector with that of the other bundled sentences, of the "
                "same sense and of the others; below, how many sentences are nearer to their own "
                "sense. After Ethayarajh 2019."
            )
        )
        self.update()

    def series(self) -> list[tuple[str, Float, str, Qt.PenStyle]]:
        """Return each curve's words, numbers [S], colour and stroke."""
        curves, theme = self._curves, self._theme
        if curves is None:
            return []
        mean = (0, 1)
        found = [
            (tr("same sense"), curves.same.mean(axis=mean), theme.query, Qt.PenStyle.SolidLine),
            (tr("other sense"), curves.other.mean(axis=mean), theme.key, Qt.PenStyle.DashLine),
        ]
        if curves.between is not None:
            words = tr("the two sentences")
            found.append((words, curves.between, theme.muted, Qt.PenStyle.DotLine))
        return found

    def _area(self) -> QRectF:
        width, height = (
            self.width() - scaled(_LEFT) - 16,
            self.height() - scaled(_ABOVE) - scaled(_BELOW),
        )
        return QRectF(scaled(_LEFT), scaled(_ABOVE), max(width, 10), max(height, 10))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw axes, curves and what each is."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(tabular(self.font(), scale=0.88))
        if self._curves is not None:
            series, area = self.series(), self._area()
            low = min(float(values.min()) for _n, values, _c, _s in series)
            low = np.floor(low * 20) / 20
            self._draw_axes(painter, area, low)
            for _name, values, colour, stroke in series:
                self._draw_curve(painter, area, values, low, QPen(QColor(colour), 2, stroke))
            self._draw_names(painter)
        painter.end()

    def _x(self, area: QRectF, step: int) -> float:
        assert self._curves is not None  # noqa: S101  # drawn only with some
        return area.left() + (step + 0.5) * area.width() / self._curves.steps

    def _draw_axes(self, painter: QPainter, area: QRectF, low: float) -> None:
        curves, theme = self._curves, self._theme
        assert curves is not None  # noqa: S101  # drawn only with some
        for share in (0.0, 0.5, 1.0):
            y = area.bottom() - share * area.height()
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(theme.muted))
            words = fixed(low + share * (1 - low), digits=2)
            painter.drawText(
                QRectF(0, y - scaled(8), scaled(_LEFT) - 6, scaled(16)),
                Qt.AlignmentFlag.AlignRight | _MIDDLE,
                words,
            )
        painter.setPen(QColor(theme.muted))
        below = QRectF(0, area.bottom() + scaled(19), scaled(_LEFT) + 8, scaled(16))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | _MIDDLE, tr("nearer"))
        count = curves.same.shape[0] * curves.same.shape[1]
        marked = None if self._layer is None else self._layer + (curves.of == "states")
        room = area.width() / curves.steps
        for step in range(curves.steps):
            x = self._x(area, step)
            if step == marked:
                band = QRectF(x - room / 2, area.top(), room, area.height())
                painter.fillRect(band, QColor(theme.accent_soft))
            painter.setPen(QColor(theme.text if step == marked else theme.muted))
            name = QRectF(x - room / 2, area.bottom() + 3, room, 16)
            painter.drawText(name, _CENTRE, curves.step_name(step))
            nearer = round(float(curves.nearer[step]) * count)
            painter.drawText(name.translated(0, 16), _CENTRE, f"{nearer}/{count}")

    def _draw_curve(
        self, painter: QPainter, area: QRectF, values: Float, low: float, pen: QPen
    ) -> None:
        points = [
            QPointF(
                self._x(area, step), area.bottom() - (float(v) - low) / (1 - low) * area.height()
            )
            for step, v in enumerate(values)
        ]
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pen.color())
        for point in points:
            painter.drawEllipse(point, 2.5, 2.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_names(self, painter: QPainter) -> None:
        x = float(scaled(_LEFT))
        for name, _values, colour, stroke in self.series():
            painter.setPen(QPen(QColor(colour), 2, stroke))
            painter.drawLine(QPointF(x, 10), QPointF(x + 24, 10))
            painter.setPen(QColor(self._theme.text))
            painter.drawText(QRectF(x + 30, 0, 300, 20), _MIDDLE, name)
            x += 30 + painter.fontMetrics().horizontalAdvance(name) + 20

    def sizeHint(self) -> QSize:
        """Wide enough for a dozen steps."""
        return QSize(560, 240)

    def minimumSizeHint(self) -> QSize:
        """Small, but legible."""
        return QSize(280, 150)
