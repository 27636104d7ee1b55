"""Cosines of one word's vector, step by step: with its own sense, and with the others."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from gui.numbers import fixed
from gui.theme import LIGHT, RADIUS, Theme
from gui.views.celled import CelledWidget
from gui.views.words import tabular
from gui.zoom import scaled, stretched
from models.attention import Float
from models.compare_senses import Curves
from models.i18n import tr

_LEFT: Final = 56
_BELOW: Final = 40  # steps, and the sentences nearer to their own sense
_ABOVE: Final = 26  # what the curves are
_LINE: Final = 16  # of words
_MARK: Final = 26  # between two numbers of the axis, at least
_MARKS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter
_CENTRE: Final = Qt.AlignmentFlag.AlignCenter


class SenseChart(CelledWidget):
    """Draws three curves: own sense, other senses, and the two sentences with each other.

    ``told`` says the exact numbers of the step that is pointed at, "" of none; ``layer_picked``
    asks for a layer, from 0: by a click, or by the arrow keys.
    """

    told = Signal(str)
    layer_picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: Curves | None = None
        self._layer: int | None = None
        self._theme = LIGHT
        self.cell_hovered.connect(self._tell)
        self.stepped.connect(self._step)
        self.retranslate()

    def set_curves(self, curves: Curves | None) -> None:
        """Draw these."""
        self._curves = curves
        self._describe()
        self.update()

    def _describe(self) -> None:
        steps = () if self._curves is None else range(self._curves.steps)
        self.setAccessibleDescription(". ".join(self.words(step) for step in steps))

    def words(self, step: int) -> str:
        """Return what the curves are at a step, exactly."""
        curves = self._curves
        assert curves is not None  # noqa: S101  # asked only of what is drawn
        said = [f"{name} {fixed(float(values[step]))}" for name, values, _c, _s in self.series()]
        nearer = f"{tr('nearer')} {self._nearer(step)}"
        return f"{curves.step_name(step)}: " + " · ".join((*said, nearer))

    def _nearer(self, step: int) -> str:
        """Return how many sentences are nearer to their own sense, of how many."""
        curves = self._curves
        assert curves is not None  # noqa: S101  # asked only of what is drawn
        return f"{round(float(curves.nearer[step]) * curves.count)}/{curves.count}"

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
        self._explain()

    def _explain(self) -> None:
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

    # -- which step, which layer

    @property
    def _first(self) -> int:
        """The step of the first layer: hidden states have one before it."""
        return 0 if self._curves is None or self._curves.of != "states" else 1

    def pointed_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return (0, step) for the step whose column is under a point."""
        curves, area = self._curves, self._area()
        if curves is None or not area.left() <= point.x() < area.right():
            return None
        if not area.top() <= point.y() < self.height():
            return None
        return 0, int((point.x() - area.left()) / area.width() * curves.steps)

    def _tell(self, cell: tuple[int, int] | None) -> None:
        if cell:
            self.setToolTip("")  # the step's numbers are told; what the curves are, only beside it
        else:
            self._explain()
        self.told.emit(self.words(cell[1]) if cell else "")
        self.update()

    def _step(self, _down: int, right: int) -> None:
        if self._layer is not None and right:
            self._pick(self._layer + self._first + right)

    def _pick(self, step: int) -> None:
        curves = self._curves
        if curves is not None and self._first <= step < curves.steps:
            self.layer_picked.emit(step - self._first)
            self.told.emit(self.words(step))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the layer of the step; the one before the first layer is none."""
        cell = self.pointed_at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pick(cell[1])

    # -- drawing

    def _area(self) -> QRectF:
        above, below, left = scaled(_ABOVE), scaled(_BELOW), scaled(_LEFT)
        width, height = self.width() - left - 16, self.height() - above - below
        return QRectF(left, above, max(width, 10), max(height, 10))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw axes, curves and what each is."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(tabular(self.font(), scale=0.88))
        if self._curves is not None:
            series, area = self.series(), self._area()
            low = min(float(values.min()) for _n, values, _c, _s in series)
            low = float(np.floor(low * 20) / 20)
            self._draw_steps(painter, area)
            self._draw_axis(painter, area, low)
            for _name, values, colour, stroke in series:
                self._draw_curve(painter, area, values, low, QPen(QColor(colour), 2, stroke))
            self._draw_names(painter)
        if self.ring.visible:
            painter.setPen(QPen(QColor(self._theme.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()

    def _x(self, area: QRectF, step: int) -> float:
        assert self._curves is not None  # noqa: S101  # drawn only with some
        return area.left() + (step + 0.5) * area.width() / self._curves.steps

    def _draw_axis(self, painter: QPainter, area: QRectF, low: float) -> None:
        """Draw the cosines at even steps, each with its line, and what they are."""
        most = max(area.height() / scaled(_MARK), 2)
        step = next((s for s in _MARKS if (1 - low) / s <= most), _MARKS[-1])
        right = Qt.AlignmentFlag.AlignRight | _MIDDLE
        wide, line = scaled(_LEFT) - 6, scaled(_LINE)
        for mark in range(int(np.ceil(low / step - 1e-6)), round(1 / step) + 1):
            y = area.bottom() - (mark * step - low) / (1 - low) * area.height()
            painter.setPen(QPen(QColor(self._theme.border), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(self._theme.muted))
            words = fixed(mark * step, digits=2)
            painter.drawText(QRectF(0, y - line / 2, wide, line), right, words)
        painter.drawText(QRectF(0, 2, wide, line), right, tr("cosine"))

    def _draw_steps(self, painter: QPainter, area: QRectF) -> None:
        """Draw the steps' names and counts, the chosen layer's always, and the marked columns."""
        curves, theme, line = self._curves, self._theme, scaled(_LINE)
        assert curves is not None  # noqa: S101  # drawn only with some
        painter.setPen(QColor(theme.muted))
        below = QRectF(0, area.bottom() + 3 + line, scaled(_LEFT) + 8, line)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | _MIDDLE, tr("nearer"))
        marked = None if self._layer is None else self._layer + self._first
        room = area.width() / curves.steps
        wide = painter.fontMetrics().horizontalAdvance(f"{curves.count}/{curves.count}") + 4
        every = int(np.ceil(wide / room))
        for step in range(curves.steps):
            x = self._x(area, step)
            if step == marked:
                band = QRectF(x - room / 2, area.top(), room, area.height())
                painter.fillRect(band, QColor(theme.accent_soft))
            if self._pointed is not None and step == self._pointed[1]:
                painter.setPen(QPen(QColor(theme.muted), 1))
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            beside = marked is not None and 0 < abs(step - marked) < every
            if beside or (step % every and step != marked):
                continue
            painter.setPen(QColor(theme.text if step == marked else theme.muted))
            name = QRectF(x - wide / 2, area.bottom() + 3, wide, line)
            painter.drawText(name, _CENTRE, curves.step_name(step))
            painter.drawText(name.translated(0, line), _CENTRE, self._nearer(step))

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
        for step, point in enumerate(points):
            pointed = self._pointed is not None and step == self._pointed[1]
            radius = stretched(4.0 if pointed else 2.5)
            painter.drawEllipse(point, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_names(self, painter: QPainter) -> None:
        x, line, middle = float(scaled(_LEFT) + 8), scaled(_LINE), 2 + scaled(_LINE) / 2
        for name, _values, colour, stroke in self.series():
            painter.setPen(QPen(QColor(colour), 2, stroke))
            painter.drawLine(QPointF(x, middle), QPointF(x + scaled(24), middle))
            painter.setPen(QColor(self._theme.text))
            wide = painter.fontMetrics().horizontalAdvance(name)
            painter.drawText(QRectF(x + scaled(30), 2, wide + 2, line), _MIDDLE, name)
            x += scaled(50) + wide

    def sizeHint(self) -> QSize:
        """Wide enough for a dozen steps."""
        return QSize(560, 240)

    def minimumSizeHint(self) -> QSize:
        """Small, but legible."""
        return QSize(280, 150)
