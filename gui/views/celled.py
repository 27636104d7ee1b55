"""What drawn tables share: the cell under the pointer is told, and arrows step through cells."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from gui.views.arrows import plain_step
from gui.views.focus import FocusRing


class CelledWidget(QWidget):
    """Tells which cell is pointed at and where the arrow keys lead; subclasses draw and click."""

    cell_hovered = Signal(object)  # (row, column) | None
    stepped = Signal(int, int)  # rows down, columns to the right

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pointed: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.ring = FocusRing(self)

    @abstractmethod
    def pointed_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return (row, column) of the cell under a point."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which cell is under the pointer."""
        self._point(self.pointed_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """No cell is under the pointer."""
        super().leaveEvent(event)
        self._point(None)

    def _point(self, cell: tuple[int, int] | None) -> None:
        if cell != self._pointed:
            self._pointed = cell
            self.cell_hovered.emit(cell)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the click here: nothing behind is meant."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step through the cells."""
        step = plain_step(event)
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(*step)
