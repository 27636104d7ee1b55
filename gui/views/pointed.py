"""What drawn lists and strips share: the place under the pointer is lit and says its tip."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

TIP_OFFSET: Final = QPoint(0, 12)  # Qt puts a tip this much and more below the place it is given


class PointedWidget(QWidget):
    """Keeps ``_pointed``, the number of the place under the pointer; subclasses draw it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pointed: int | None = None

    @abstractmethod
    def place_at(self, point: QPoint) -> int | None:
        """Return the number of the place under a point."""

    @abstractmethod
    def place_rect(self, place: int) -> QRect:
        """Return where a place is drawn."""

    @abstractmethod
    def tip(self, place: int) -> str:
        """Return what more there is to say of a place; empty for nothing."""

    def event(self, event: QEvent) -> bool:
        """Answer tool tips, below what they speak of."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.place_at(event.pos())
            tip = "" if place is None else self.tip(place)
            if place is None or not tip:
                QToolTip.hideText()
            else:
                rect = self.place_rect(place)
                at = QPoint(event.globalPos().x(), self.mapToGlobal(rect.bottomLeft()).y())
                QToolTip.showText(at - TIP_OFFSET, tip, self, rect)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the place under the pointer."""
        self._point(self.place_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """Put the light out."""
        super().leaveEvent(event)
        self._point(None)

    def _point(self, place: int | None) -> None:
        if place != self._pointed:
            self._pointed = place
            self.update()
