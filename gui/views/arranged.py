"""What bars share that stand on one line or two: they find out anew whenever it may differ."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class ArrangedWidget(QWidget):
    """Arranges its parts by the room there is; subclasses say how."""

    @abstractmethod
    def arrange(self) -> None:
        """Find the arrangement for the width in force and what the parts need now."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the parts in another room."""
        super().resizeEvent(event)
        self.arrange()

    def event(self, event: QEvent) -> bool:
        """Find another arrangement when a part has come, gone, grown or shrunk."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.arrange()
        return super().event(event)
