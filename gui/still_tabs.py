"""Tabs that a wheel does not turn: whoever scrolls past them means what lies below."""

from __future__ import annotations

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QTabBar, QTabWidget, QWidget


class StillTabBar(QTabBar):
    """A click or a key brings another tab to the front; the wheel scrolls what it stands in."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what is around."""
        event.ignore()


class StillTabs(QTabWidget):
    """Pages under such tabs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabBar(StillTabBar())
