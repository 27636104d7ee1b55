"""What views of all heads share: the head under the pointer is told apart and says its tip."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.views.atlas_layout import Head, head_name
from gui.views.focus import FocusRing


class PointedHeads(QWidget):
    """Keeps ``_pointed``, the head under the pointer; subclasses draw it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tips: Callable[[Head], str] = head_name
        self._pointed: Head | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.ring = FocusRing(self)

    @abstractmethod
    def head_at(self, x: float, y: float) -> Head | None:
        """Return the head under a point."""

    def set_tips(self, tips: Callable[[Head], str]) -> None:
        """Say these words of the head that is pointed at."""
        self._tips = tips

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the head under the pointer apart."""
        self._point(self.head_at(event.position().x(), event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        self._point(None)
        super().leaveEvent(event)

    def _point(self, head: Head | None) -> None:
        if head != self._pointed:
            self._pointed = head
            self.update()

    def event(self, event: QEvent) -> bool:
        """Say what is known of the head under the pointer; no words take the tip away."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            head = self.head_at(event.pos().x(), event.pos().y())
            QToolTip.showText(event.globalPos(), "" if head is None else self._tips(head), self)
            return True
        return super().event(event)
