"""A place for a label whose words change all the time, where other words move nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget


class Steady(QWidget):
    """Holds ``label`` in the size that it is given.

    A label in a layout has the whole window laid out again for every new text, which takes longer
    than to draw it. Here a new text is drawn and nothing else happens; only where a label that
    wraps needs other lines than it has is another height asked for.
    """

    def __init__(self, label: QLabel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label, self._asked = label, 0
        self.setSizePolicy(label.sizePolicy())
        label.setParent(self)

    def sizeHint(self) -> QSize:
        """As tall as the label likes to be; its words ask for no width."""
        return QSize(0, self._tall(self._label.sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        """Tall enough for the label, and no width: what does not fit is shortened by its owner."""
        return QSize(0, self._tall(self._label.minimumSizeHint().height()))

    def heightForWidth(self, width: int) -> int:
        """As many lines as the label needs, where it wraps."""
        return self._label.heightForWidth(width)

    def event(self, event: QEvent) -> bool:
        """Ask for another height when other words need another number of lines."""
        if event.type() == QEvent.Type.LayoutRequest and self._label.wordWrap():
            tall = self.heightForWidth(self.width())
            if tall != self._asked:
                self._asked = tall
                self.updateGeometry()
        return super().event(event)

    def _tall(self, usual: int) -> int:
        wraps = self._label.wordWrap() and self.width() > 0
        return self.heightForWidth(self.width()) if wraps else usual

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the label all the room."""
        super().resizeEvent(event)
        self._label.resize(event.size())

    def changeEvent(self, event: QEvent) -> None:
        """Ask for another height when the font changes."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
