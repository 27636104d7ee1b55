"""A drop-down list whose entries are all legible: the list is as wide as its longest entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QWidget

from gui.theme import SPACE

_AIR: Final = 4  # that the style takes beside the words of a box


class ChoiceBox(QComboBox):
    """A combo box that widens its list, never its place in the layout, to the longest entry."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._follows = "", False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel alone does not bring it

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step only where the person is; else what the box stands in scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def keep_room(self, words: str) -> None:
        """Be as wide as ``words`` and every entry: what is chosen then moves nothing."""
        self._room = words
        self._measure_here()

    def follow_choice(self) -> None:
        """Be as wide as what is chosen, for places where the longest entry would not fit."""
        self._follows = True
        self.currentTextChanged.connect(lambda _text: self.updateGeometry())
        self._measure_here()

    def _measure_here(self) -> None:
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.setSizeAdjustPolicy(policy)  # Qt then measures no entry
        self.setMinimumContentsLength(0)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As wide as the words that are to be read."""
        return self._widened(super().sizeHint())

    def minimumSizeHint(self) -> QSize:
        """No narrower: what is chosen is read whole."""
        return self._widened(super().minimumSizeHint())

    def _widened(self, hint: QSize) -> QSize:
        if not self._room and not self._follows:
            return hint
        entries = (self.itemText(at) for at in range(self.count()))
        every = (self.currentText(),) if self._follows else (self._room, *entries)
        widest = max(self.fontMetrics().horizontalAdvance(words) for words in every)
        return QSize(hint.width() + widest + _AIR, hint.height())

    def fill(self, words: Mapping[str, str]) -> None:
        """Offer these values by their words; the choice stays where it still is on offer."""
        before = self.sizeHint()
        with QSignalBlocker(self):  # nobody chose anything
            chosen = self.currentData()
            self.clear()
            for value, text in words.items():
                self.addItem(text, value)
            self.setCurrentIndex(max(self.findData(chosen), 0))
        if self.sizeHint() != before:
            self.updateGeometry()  # wider words, of which nobody was told

    def showPopup(self) -> None:
        """Open the list, wide enough for every entry and a scroll bar."""
        view = self.view()
        scrolls = self.count() > self.maxVisibleItems()
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent) if scrolls else 0
        view.setMinimumWidth(view.sizeHintForColumn(0) + bar + 2 * SPACE)
        super().showPopup()
