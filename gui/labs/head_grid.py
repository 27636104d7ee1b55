"""Layers by heads as a grid of cells: click to switch heads off; coloured by what that did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.numbers import short
from gui.spoken import describe
from gui.theme import LIGHT, Theme
from gui.views.arrows import ARROWS
from gui.views.focus import FocusRing
from gui.views.pointed import PointedWidget
from gui.views.words import tabular
from models.colour import DEFAULT, indices, table
from models.experiments.recipe import Cell
from models.i18n import tr

_LABEL: Final = 30
_TOP: Final = 18
_TALLEST: Final = 22
_WIDEST: Final = 30


class HeadGrid(PointedWidget):
    """Draws one cell per head; speaks in toggled heads (layer, head), each from 0."""

    toggled = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: tuple[int, ...] = ()
        self._off: frozenset[Cell] = frozenset()
        self._drifts: NDArray[np.float64] | None = None
        self._current: Cell = (0, 0)
        self._theme = LIGHT
        self.ring = FocusRing(self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    # -- facts

    def set_heads(self, counts: Sequence[int]) -> None:
        """Show this many heads in each layer."""
        if tuple(counts) != self._counts:
            self._counts, self._current, self._pointed = tuple(counts), (0, 0), None
            self._drifts = None
            self.updateGeometry()
            self.update()

    def set_off(self, heads: Sequence[Cell]) -> None:
        """Cross out the heads that are off."""
        self._off = frozenset(heads)
        names = ", ".join(f"L{layer + 1} H{head + 1}" for layer, head in sorted(self._off))
        describe(self, tr("Off: {heads}", heads=names or "–"))
        self.update()

    def set_drifts(self, drifts: NDArray[np.float64] | None) -> None:
        """Colour every head by how far the output moved without it [layers, heads]."""
        self._drifts = drifts
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self.update()

    # -- layout

    @property
    def _most(self) -> int:
        return max(self._counts, default=1)

    def _size(self) -> tuple[float, int]:
        wide = min((self.width() - _LABEL - 4) / self._most, _WIDEST)
        return wide, min(max(int(wide), 12), _TALLEST)

    def sizeHint(self) -> QSize:
        """As tall as the layers."""
        return QSize(320, _TOP + _TALLEST * len(self._counts) + 4)

    def minimumSizeHint(self) -> QSize:
        """Any width."""
        return QSize(160, self.sizeHint().height())

    def cell_rect(self, cell: Cell) -> QRectF:
        """Return where a head is drawn."""
        wide, tall = self._size()
        return QRectF(_LABEL + cell[1] * wide, _TOP + cell[0] * tall, wide, tall)

    def cell_at(self, point: QPoint) -> Cell | None:
        """Return the head under a point."""
        wide, tall = self._size()
        layer, head = (point.y() - _TOP) // tall, int((point.x() - _LABEL) // wide)
        if 0 <= layer < len(self._counts) and 0 <= head < self._counts[layer]:
            return layer, head
        return None

    def place_at(self, point: QPoint) -> int | None:
        """Return the number of the head under a point."""
        cell = self.cell_at(point)
        return None if cell is None else cell[0] * self._most + cell[1]

    def place_rect(self, place: int) -> QRect:
        """Return where a head is drawn."""
        return self.cell_rect(divmod(place, self._most)).toRect()

    def tip(self, place: int) -> str:
        """Return the head's name, and its drift where it is known."""
        layer, head = divmod(place, self._most)
        name = f"L{layer + 1} H{head + 1}"
        if (layer, head) in self._off:
            name = tr("{head}: off. Click to switch it on.", head=name)
        if self._drifts is None:
            return name
        return f"{name} · " + tr("drift {value}", value=short(float(self._drifts[layer, head])))

    # -- drawing

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the names, the cells, and crosses on heads that are off."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(tabular(self.font(), scale=0.85))
        self._draw_names(painter)
        colours = self._colours()
        for layer, count in enumerate(self._counts):
            for head in range(count):
                self._draw_cell(painter, (layer, head), colours)
        if self.ring.visible:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            painter.drawRect(self.cell_rect(self._current).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _draw_names(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._theme.muted))
        wide, _tall = self._size()
        step = 1 if wide >= painter.fontMetrics().horizontalAdvance("H12") + 2 else 2
        for head in range(0, self._most, step):
            room = QRectF(_LABEL + head * wide - wide / 2, 0, 2 * wide, _TOP)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), f"H{head + 1}")
        for layer in range(len(self._counts)):
            rect = self.cell_rect((layer, 0))
            room = QRectF(0, rect.top(), _LABEL - 5, rect.height())
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, int(flags), f"L{layer + 1}")

    def _colours(self) -> NDArray[np.uint8] | None:
        drifts = self._drifts
        if drifts is None or drifts.shape != (len(self._counts), self._most):
            return None
        high = float(np.nanmax(drifts)) if np.isfinite(drifts).any() else 1.0
        return table(DEFAULT)[indices(drifts.astype(np.float32), low=0.0, high=high)]

    def _draw_cell(self, painter: QPainter, cell: Cell, colours: NDArray[np.uint8] | None) -> None:
        theme, rect = self._theme, self.cell_rect(cell).adjusted(1, 1, -1, -1)
        fill = QColor(theme.raised)
        if colours is not None:
            fill = QColor(*(int(part) for part in colours[cell]))
        pointed = self._pointed == cell[0] * self._most + cell[1]
        painter.setPen(QPen(QColor(theme.accent if pointed else theme.border), 1))
        painter.setBrush(fill)
        painter.drawRoundedRect(rect, 3, 3)
        if cell in self._off:
            for colour, width in ((theme.surface, 4.5), (theme.error, 2.0)):
                painter.setPen(QPen(QColor(colour), width))
                inner = rect.adjusted(4, 4, -4, -4)
                painter.drawLine(inner.topLeft(), inner.bottomRight())
                painter.drawLine(inner.topRight(), inner.bottomLeft())

    # -- Qt overrides

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Switch a head off or on."""
        cell = self.cell_at(event.position().toPoint())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self._current = cell
            self.toggled.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go with the arrows, toggle with the space bar."""
        key = Qt.Key(event.key())
        if key in ARROWS and self._counts:
            layer, head = (a + b for a, b in zip(self._current, ARROWS[key], strict=True))
            layer = min(max(layer, 0), len(self._counts) - 1)
            self._current = layer, min(max(head, 0), self._counts[layer] - 1)
            self.update()
        elif key in {Qt.Key.Key_Space, Qt.Key.Key_Return} and self._counts:
            self.toggled.emit(*self._current)
        else:
            super().keyPressEvent(event)
