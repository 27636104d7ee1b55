"""Controls in lines, as many beside each other as fit: words on a page, but widgets."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget, QWidgetItem

from gui.theme import SPACE


class FlowLayout(QLayout):
    """Lays widgets out from left to right and goes on in the next line where room ends.

    It is the layout of a widget of its own: inside another layout the process died.
    """

    def __init__(self, parent: QWidget | None = None, *, spacing: int = SPACE) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._widgets: list[QWidget | None] = []  # of the items, in their order
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        """Take one more widget."""
        self._items.append(item)
        self._widgets.append(item.widget())

    def count(self) -> int:
        """Count the widgets."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return one, None beyond the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give one back, None beyond the last."""
        if not 0 <= index < len(self._items):
            return None
        self._widgets.pop(index)
        return self._items.pop(index)

    def expandingDirections(self) -> Qt.Orientation:
        """Take no more room than the widgets need."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Narrow means tall."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return how tall the lines are in this width."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Put every widget at its place."""
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        """Return the size of one line of everything."""
        hints = [item.sizeHint() for item in self._living() if not item.isEmpty()]
        width = sum(hint.width() + self.spacing() for hint in hints)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        """Return the size of the largest widget."""
        size = QSize()
        for item in self._living():
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """Return how tall the lines are, and put the widgets there if asked."""
        x, y, tall = rect.x(), rect.y(), 0
        for item in self._living():
            if item.isEmpty():
                continue
            hint = item.sizeHint()
            if x > rect.x() and x + hint.width() > rect.right() + 1:
                x, y, tall = rect.x(), y + tall + self.spacing(), 0
            width = min(hint.width(), rect.width()) if rect.width() else hint.width()
            if move:
                item.setGeometry(QRect(QPoint(x, y), QSize(width, hint.height())))
            x, tall = x + width + self.spacing(), max(tall, hint.height())
        return y + tall - rect.y()

    def _living(self) -> list[QLayoutItem]:
        """Return the items; one that Python lost sight of is made again of its widget.

        Qt makes and deletes items where another had been; Shiboken takes the new one for the old.
        """
        for place, (item, widget) in enumerate(zip(self._items, self._widgets, strict=True)):
            if not shiboken6.isValid(item) and widget is not None and shiboken6.isValid(widget):
                self._items[place] = QWidgetItem(widget)
        return [item for item in self._items if shiboken6.isValid(item)]
