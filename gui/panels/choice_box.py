"""A drop-down list whose entries are all legible: the list is as wide as its longest entry."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QStyle

from gui.theme import SPACE


class ChoiceBox(QComboBox):
    """A combo box that widens its list, never its place in the layout, to the longest entry."""

    def fill(self, words: Mapping[str, str]) -> None:
        """Offer these values by their words; the choice stays where it still is on offer."""
        with QSignalBlocker(self):  # nobody chose anything
            chosen = self.currentData()
            self.clear()
            for value, text in words.items():
                self.addItem(text, value)
            self.setCurrentIndex(max(self.findData(chosen), 0))

    def showPopup(self) -> None:
        """Open the list, wide enough for every entry and a scroll bar."""
        view = self.view()
        scrolls = self.count() > self.maxVisibleItems()
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent) if scrolls else 0
        view.setMinimumWidth(view.sizeHintForColumn(0) + bar + 2 * SPACE)
        super().showPopup()
