"""The window below its menus: as large as the window lets it be, and scrolled where that is little.

At the usual size everything fits a window of 960 × 620. A larger interface has the same parts with
larger words: then the parts keep the room that they need and the window shows a part of them
(WCAG 2.2, 1.4.4 and 1.4.10); where not even two cards fit side by side, they stand one below the
other, so that it is scrolled in one direction only.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from gui.event_filters import while_whole
from gui.theme import SPACE
from gui.zoom import USUAL, scaled, zoom

BESIDE: Final = 470  # logical pixels of height of a larger interface, the cards side by side
ABOVE: Final = 560  # the input and its map, when the row stands below them
BELOW: Final = 460  # the row, when it stands below
AIR: Final = 16  # pixels of width that can be missing before anything is cut


class Middle(QScrollArea):
    """Holds ``heads`` above ``across``, the cards of the work."""

    def __init__(self, across: QSplitter, *, heads: tuple[QWidget, ...]) -> None:
        super().__init__()
        self.across, self.content = across, QWidget()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the keys
        self._column = QVBoxLayout(self.content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        for part in heads:
            self._column.addWidget(part)
        self._frame = QVBoxLayout()
        self._frame.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, 0)
        self._frame.addWidget(across)
        self._column.addLayout(self._frame, 1)
        self.setWidget(self.content)
        self._moved = False  # the divider, by the person
        self._turned = False  # the cards, from beside each other to below or back
        across.splitterMoved.connect(self._on_moved)
        self.content.installEventFilter(self)

    def arrange(self) -> None:
        """Give the cards the room that they need, side by side or one below the other."""
        larger, policy = zoom() > USUAL, Qt.ScrollBarPolicy
        bars = policy.ScrollBarAsNeeded if larger else policy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(bars)
        self.setHorizontalScrollBarPolicy(bars)
        self._stack(stacked=larger and self._beside() > self.maximumViewportSize().width())
        self.content.resize(self._wanted())
        self._column.activate()
        self._share()

    def _wanted(self) -> QSize:
        """Return how large everything is to be: no smaller than what is seen of it."""
        room, bar = self.maximumViewportSize(), self.verticalScrollBar().sizeHint().width()
        if zoom() <= USUAL:
            return room
        least = self._column.totalMinimumSize().width()
        if least - (room.width() - bar) <= AIR:
            least = 0
        size = self._at(room.width(), least=least)
        if size.height() > room.height():
            size = self._at(room.width() - bar, least=least)
            room.setWidth(room.width() - bar)
        if size.width() > room.width():
            room.setHeight(room.height() - bar)
        return size.expandedTo(room)

    def _at(self, width: int, *, least: int) -> QSize:
        """Return the least size of everything in a window of this ``width``."""
        wide = max(width, least)
        tall = self._column.totalMinimumHeightForWidth(wide)
        return QSize(wide, max(tall, self._column.totalMinimumSize().height()))

    def _stack(self, *, stacked: bool) -> None:
        wanted = Qt.Orientation.Vertical if stacked else Qt.Orientation.Horizontal
        least = scaled(ABOVE + BELOW if stacked else BESIDE) if zoom() > USUAL else 0
        if self.across.minimumHeight() != least:
            self.across.setMinimumHeight(least)
        if self.across.orientation() != wanted:
            self.across.setOrientation(wanted)
            self._moved, self._turned = False, True

    def _share(self) -> None:
        """Give the input and its map more than the row, until the person moves the divider."""
        stacked = self.across.orientation() == Qt.Orientation.Vertical
        if not self._turned and (stacked or self._moved or zoom() <= USUAL):
            return
        self._turned = False
        size = self.across.height() if stacked else self.across.width()
        first = size * ABOVE // (ABOVE + BELOW) if stacked else size * 5 // 8
        self.across.setSizes([first, size - first - self.across.handleWidth()])

    def _on_moved(self) -> None:
        self._moved = True

    def _beside(self) -> int:
        """Return how wide the cards must be side by side, with what is around them."""
        across = self.across
        parts = [across.widget(at) for at in range(across.count())]
        widths = [p.minimumSizeHint().width() for p in parts if p is not None and not p.isHidden()]
        handles = across.handleWidth() * max(len(widths) - 1, 0)
        margins = self._frame.contentsMargins()
        return sum(widths) + handles + margins.left() + margins.right()

    @while_whole
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrange again when a part has come to need more, or less, than it did."""
        if watched is self.content and event.type() == QEvent.Type.LayoutRequest:
            self.arrange()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange for the room that there is."""
        super().resizeEvent(event)
        self.arrange()
