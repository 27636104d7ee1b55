"""A place for a label whose words change all the time, where other words move nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget


class Steady(QWidget):
    """Holds ``label`` in the size that it is given.

    A label in a layout has the whole window laid out again for every new text, which takes longer
    than to draw it. Here a new text is drawn and nothing else happens.
    """

    def __init__(self, label: QLabel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label
        self.setSizePolicy(label.sizePolicy())
        label.setParent(self)

    def sizeHint(self) -> QSize:
        """As tall as the label likes to be; its words ask for no width."""
        return QSize(0, self._label.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Tall enough for the label, and no width: what does not fit is shortened by its owner."""
        return QSize(0, self._label.minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the label all the room."""
        super().resizeEvent(event)
        self._label.resize(event.size())

    def changeEvent(self, event: QEvent) -> None:
        """Ask for another height when the font changes."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
