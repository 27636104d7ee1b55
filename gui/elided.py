"""A label of one line that never cuts a word off without saying so."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QToolTip, QWidget


class ElidedLabel(QLabel):
    """Draws an ellipsis where its words do not fit, and tells all of them under the pointer.

    ``text()`` is always the whole text: what a screen reader reads. It asks for no width.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)

    @property
    def cut(self) -> bool:
        """Whether the words do not fit."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        return words > self.contentsRect().width()

    def sizeHint(self) -> QSize:
        """As tall as its words; they ask for no width."""
        return QSize(0, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Tall enough for its words."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the words, or their beginning and an ellipsis."""
        if not self.cut:
            super().paintEvent(event)
            return
        room, painter = self.contentsRect(), QPainter(self)
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, int(self.alignment()), shown)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Tell the whole text where there is nothing else to tell of it."""
        if event.type() == QEvent.Type.ToolTip and not self.toolTip() and self.cut:
            assert isinstance(event, QHelpEvent)  # noqa: S101  # what a tool tip is
            QToolTip.showText(event.globalPos(), self.text(), self)
            return True
        return super().event(event)
