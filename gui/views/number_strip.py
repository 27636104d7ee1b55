"""A row of small numbered cells, one or several of them chosen: layers, or heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import LIGHT, RADIUS, Theme
from gui.views.focus import FocusRing
from gui.views.pointed import PointedWidget
from gui.views.words import tabular
from gui.zoom import scaled

State = Literal["off", "part", "on"]
HEIGHT: Final = 26
_GAP: Final = 3
_PADDING: Final = 7
_NOTCH: Final = 120  # what one step of a wheel measures
_STEPS: Final = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}


class NumberStrip(PointedWidget):
    """Draws its cells over as many lines as it needs; speaks in picked cells and steps."""

    picked = Signal(int, bool)  # cell, whether it joins or leaves the others
    stepped = Signal(int, bool)  # -1 or 1, whether the cell joins the others
    ended = Signal(int)  # the first or the last cell, by Home and End

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: tuple[str, ...] = ()
        self._tips: tuple[str, ...] = ()
        self._states: tuple[State, ...] = ()
        self._wheel = 0
        self._theme = LIGHT
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.ring = FocusRing(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    # -- facts

    def set_cells(self, labels: Sequence[str], tips: Sequence[str]) -> None:
        """Show these cells."""
        if (tuple(labels), tuple(tips)) != (self._labels, self._tips):
            self._labels, self._tips = tuple(labels), tuple(tips)
            self._states = tuple("off" for _ in self._labels)
            self._pointed = None
            self.updateGeometry()
            self.update()

    def set_states(self, states: Sequence[State]) -> None:
        """Show which cells are chosen (``on``) or take part in the choice (``part``)."""
        before, self._states = self._states, tuple(states)
        if len(before) != len(self._states):
            self.update()
        elif before != self._states:  # only what looks otherwise is painted again
            for place, was, now in zip(self._places(self.width()), before, states, strict=True):
                if was != now:
                    self.update(place.adjusted(-1, -1, 1, 1))  # lines around it included

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self.update()

    @property
    def labels(self) -> tuple[str, ...]:
        """What is written on the cells."""
        return self._labels

    @property
    def states(self) -> tuple[State, ...]:
        """How each cell is shown."""
        return self._states

    # -- layout

    def cell_rect(self, cell: int) -> QRect:
        """Return where a cell is drawn."""
        return self._places(self.width())[cell]

    def cell_at(self, point: QPoint) -> int | None:
        """Return the cell under a point."""
        places = self._places(self.width())
        return next((i for i, place in enumerate(places) if place.contains(point)), None)

    def place_at(self, point: QPoint) -> int | None:
        """Return the cell under a point."""
        return self.cell_at(point)

    def place_rect(self, place: int) -> QRect:
        """Return where a cell is drawn."""
        return self.cell_rect(place)

    def tip(self, place: int) -> str:
        """Return what a cell stands for."""
        return self._tips[place] if place < len(self._tips) else ""

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(tabular(self.font(), scale=0.92))
        advance = [metrics.horizontalAdvance(label) for label in self._labels]
        usual = max(advance[1:] or advance, default=0)  # the first may hold a word
        return [max(width, usual) + 2 * scaled(_PADDING) for width in advance]

    def _places(self, width: int) -> list[QRect]:
        places, x, y = [], 2, 2
        for cell in self._widths():
            if x > 2 and x + cell > width - 2:  # noqa: PLR2004  # the margin of the focus ring
                x, y = 2, y + scaled(HEIGHT) + _GAP
            places.append(QRect(x, y, cell, scaled(HEIGHT)))
            x += cell + _GAP
        return places

    def sizeHint(self) -> QSize:
        """Everything on one line."""
        widths = self._widths()
        return QSize(sum(widths) + _GAP * max(len(widths) - 1, 0) + 4, scaled(HEIGHT) + 4)

    def minimumSizeHint(self) -> QSize:
        """A handful of cells to a line."""
        widest = max(self._widths(), default=scaled(HEIGHT))
        least = min(self.sizeHint().width(), 4 * (widest + _GAP) + 4)
        return QSize(least, scaled(HEIGHT) + 4)

    def heightForWidth(self, width: int) -> int:
        """Return the height of the lines that ``width`` asks for."""
        places = self._places(width)
        return places[-1].bottom() + 3 if places else scaled(HEIGHT) + 4

    # -- Qt overrides

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells that are to be seen anew."""
        painter, seen = QPainter(self), event.region()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(tabular(self.font(), scale=0.92))
        for i, (place, label) in enumerate(
            zip(self._places(self.width()), self._labels, strict=True)
        ):
            if seen.intersects(place):
                self._draw_cell(painter, place, label, self._states[i], pointed=i == self._pointed)
        if self.ring.visible:
            painter.setPen(QPen(QColor(self._theme.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), RADIUS, RADIUS
            )
        painter.end()

    def _draw_cell(
        self, painter: QPainter, place: QRect, label: str, state: State, *, pointed: bool
    ) -> None:
        theme = self._theme
        fill = {"off": theme.raised, "part": theme.accent_soft, "on": theme.accent}[state]
        if pointed and state == "off":
            fill = theme.accent_soft
        edge = QPen(QColor(theme.accent), 1) if pointed else QPen(Qt.PenStyle.NoPen)
        painter.setPen(edge)
        painter.setBrush(QColor(fill if self.isEnabled() else theme.raised))
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        ink = {"off": theme.muted, "part": theme.text, "on": theme.on_accent}[state]
        painter.setPen(QColor(ink if self.isEnabled() else theme.muted))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, label)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a cell; with Ctrl or Shift it joins or leaves the others."""
        cell = self.cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(cell, _extends(event.modifiers()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the click here: nothing behind is meant."""
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step through the cells, down and right being onwards."""
        delta = event.angleDelta()
        self._wheel += delta.y() or delta.x()
        notches = int(self._wheel / _NOTCH)
        self._wheel -= notches * _NOTCH
        for _ in range(abs(notches)):
            self.stepped.emit(-1 if notches > 0 else 1, False)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with the arrows, go to the ends with Home and End."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.stepped.emit(_STEPS[key], _extends(event.modifiers()))
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End} and self._labels:
            self.ended.emit(0 if key == Qt.Key.Key_Home else len(self._labels) - 1)
        else:
            super().keyPressEvent(event)


def _extends(modifiers: Qt.KeyboardModifier) -> bool:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    return bool(modifiers & both)
