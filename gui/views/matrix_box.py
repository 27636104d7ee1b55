"""Wheel, drag and clicks over the matrix, as signals."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal


class MatrixBox(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph has no types
    """Turns wheel, drag and clicks over the matrix into signals; it moves nothing itself."""

    zoomed = Signal(float, QPointF)
    dragged = Signal(QPointF)
    clicked = Signal(QPointF)
    reset = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False, invertY=True, defaultPadding=0.0)
        self.setMouseEnabled(x=False, y=False)
        self.disableAutoRange()

    def wheelEvent(self, event: object, axis: int | None = None) -> None:  # noqa: ARG002  # pyqtgraph's
        """Zoom around the pointer."""
        self.zoomed.emit(1.0015 ** event.delta(), event.pos())  # type: ignore[attr-defined]
        event.accept()  # type: ignore[attr-defined]

    def mouseDragEvent(self, event: object, axis: int | None = None) -> None:  # noqa: ARG002  # pyqtgraph's
        """Drag the matrix with the left button."""
        if event.button() == Qt.MouseButton.LeftButton:  # type: ignore[attr-defined]
            event.accept()  # type: ignore[attr-defined]
            self.dragged.emit(QPointF(event.pos() - event.lastPos()))  # type: ignore[attr-defined]
        else:
            event.ignore()  # type: ignore[attr-defined]

    def mouseClickEvent(self, event: object) -> None:
        """Click a cell; a double click shows everything again."""
        if event.button() != Qt.MouseButton.LeftButton:  # type: ignore[attr-defined]
            return
        event.accept()  # type: ignore[attr-defined]
        if event.double():  # type: ignore[attr-defined]
            self.reset.emit()
        else:
            self.clicked.emit(QPointF(event.pos()))  # type: ignore[attr-defined]
