"""The attention as lines: query words left, key words right, one colour per head."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip

from gui.views.arrows import plain_step
from gui.views.lines_canvas import LinesCanvas
from gui.views.lines_layout import Side
from gui.views.lines_words import every_head


class LinesView(LinesCanvas):
    """Pointing shows one word's links, clicking pins a query or marks a key.

    Up and down move the query, left and right the key.
    """

    query_hovered = Signal(object)  # position | None
    key_hovered = Signal(object)  # position | None
    query_clicked = Signal(int)
    key_clicked = Signal(int)
    stepped = Signal(int, int)  # queries down, keys down

    # -- intents

    def _point_at(self, found: tuple[Side, int] | None) -> None:
        if found == self._pointed or self._links is None:
            return
        before, self._pointed = self._pointed, found
        positions = self._links.positions
        for side, signal in (("query", self.query_hovered), ("key", self.key_hovered)):
            if found is not None and found[0] == side:
                signal.emit(positions[found[1]])
            elif before is not None and before[0] == side:
                signal.emit(None)
        self.viewport().update()

    def _found(self, point: QPoint) -> tuple[Side, int] | None:
        if self._layout is None:
            return None
        return self._layout.at(point.x(), point.y() + self.verticalScrollBar().value())

    # -- Qt overrides

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the links of the word under the pointer."""
        self._point_at(self._found(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pin a query, or mark a key."""
        found = self._found(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or found is None or self._links is None:
            return
        side, place = found
        signal = self.query_clicked if side == "query" else self.key_clicked
        signal.emit(self._links.positions[place])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the click here: nothing behind is meant."""
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        """Stop pointing when the pointer leaves; answer tool tips with every head's weight."""
        if event.type() == QEvent.Type.Leave:
            self._point_at(None)
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip(event.pos()), self.viewport())
            return True
        return super().viewportEvent(event)

    def tip(self, point: QPoint) -> str:
        """Return the weight of every head between the query shown and the key at ``point``."""
        found, links = self._found(point), self._links
        query = None if links is None else links.place_of(self._query)
        if links is None or found is None or found[0] == "query" or query is None:
            return ""
        return every_head(links, self._tokens, query, found[1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the query with up and down, the key with left and right."""
        step = plain_step(event)
        if step is None:
            super().keyPressEvent(event)
        else:
            self._point_at(None)
            self.stepped.emit(*step)
