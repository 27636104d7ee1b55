"""The input and its map beside or above each other, and the divider between them."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.panels.source_card import SourceCard
from gui.spoken import read_in_order
from gui.steady import SteadySplitter


class InputAndMap(SteadySplitter):
    """Shares its room between both until the person moves the divider."""

    def __init__(self, source: SourceCard, view: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._source = source
        self._image = False
        self._moved = False  # by the person
        self.addWidget(source)
        self.addWidget(view)
        read_in_order(source, view)
        self.splitterMoved.connect(self._on_moved)

    def arrange(self, *, image: bool) -> None:
        """Put photo and heatmap side by side; chips above the heatmap, as tall as they need."""
        self._image = image
        wanted = Qt.Orientation.Horizontal if image else Qt.Orientation.Vertical
        if self.orientation() != wanted:
            self.setOrientation(wanted)
            self._moved = False
        if self._moved:
            return
        size = self.width() if image else self.height()
        first = size * 9 // 16 if image else self._source.height_within(size * 2 // 5)
        self.setSizes([first, size - first])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room again, unless the person has moved the divider."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._again)  # once the parts have their new sizes

    def share_again(self) -> None:
        """Share the room again beside a photo, once the parts have their new sizes."""
        if self._image:
            QTimer.singleShot(0, self, self._again)

    def _again(self) -> None:
        self.arrange(image=self._image)

    def _on_moved(self) -> None:
        self._moved = True
