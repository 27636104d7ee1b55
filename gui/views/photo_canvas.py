"""The photo as something to point at, to click and to walk over with the keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip

from gui.views.arrows import ARROWS
from gui.views.photo_stage import PhotoStage
from gui.views.pointed import TIP_OFFSET
from gui.views.token_words import token_tip


class PhotoCanvas(PhotoStage):
    """Speaks in clicked and hovered tokens and grid steps; see ``PhotoStage`` for the drawing."""

    token_clicked = Signal(int)
    token_hovered = Signal(object)  # int | None
    cell_stepped = Signal(int, int)

    def event(self, event: QEvent) -> bool:
        """Answer tool tips with the exact weight."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip, rect = self._tip(QPointF(event.pos()))
            if not tip:
                QToolTip.hideText()
                return True
            below = QPoint(event.globalPos().x(), self.mapToGlobal(rect.bottomLeft()).y())
            QToolTip.showText(below - TIP_OFFSET, tip, self, rect)  # not over the patch itself
            return True
        return super().event(event)

    def _tip(self, point: QPointF) -> tuple[str, QRect]:
        """Return what stands under a point, and where that is true; empty beside everything."""
        placement, layer = self.placement(), self._layer
        if placement is not None and layer is not None:
            cell = placement.cell_at(point, layer.grid)
            if cell is not None:
                rect = placement.rect(layer.grid.cell_box(*cell))
                return layer.words(cell), rect.toAlignedRect()
        position = self.token_at(point)
        if position is None:
            return "", QRect()
        weight = None if self._row is None else float(self._row[position])
        tip = token_tip(self._tokens[position], position=position, weight=weight)
        return tip, (self.patch_rect(position) or QRectF()).toAlignedRect()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Preview the patch under the pointer."""
        self._point(self.token_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Stop previewing."""
        super().leaveEvent(event)
        self._point(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Click a patch."""
        position = self.token_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and position is not None:
            self.token_clicked.emit(position)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the click here: nothing behind is meant."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step through the grid with the arrow keys."""
        step = ARROWS.get(Qt.Key(event.key()))
        if step is None or self._grid is None:
            super().keyPressEvent(event)
        else:
            self.cell_stepped.emit(*step)

    def _point(self, position: int | None) -> None:
        if position != self._pointed:
            self._pointed = position
            shape = Qt.CursorShape.ArrowCursor
            if position is not None:
                shape = Qt.CursorShape.CrossCursor
            self.setCursor(shape)
            self.update()
            self.token_hovered.emit(position)
