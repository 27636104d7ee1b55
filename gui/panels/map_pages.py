"""What the pages of the map card are, and the strip of tabs that chooses between them."""

from __future__ import annotations

from typing import Final, Protocol, runtime_checkable

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QWidget

from gui.state import Shown
from gui.still_tabs import StillTabBar
from gui.theme import Theme
from models.i18n import tr
from models.settings import PAGES

_AIR: Final = 3  # beside the words of a tab, in logical pixels
_MORE_AIR: Final = 5  # where there is room for it


class Page(Protocol):
    """A way to look at attention: a widget that is told facts only while it is seen."""

    def set_shown(self, shown: Shown | None) -> None:
        """Show these facts; None before the first record. Never called while out of sight."""

    def set_active(self, *, active: bool) -> None:
        """Come into sight, or go out of it: then stop computing. Facts follow ``True``."""

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""

    def retranslate(self) -> None:
        """Say everything again in the language in force."""


@runtime_checkable
class Working(Protocol):
    """A page that has threads of its own."""

    def close_lanes(self) -> None:
        """End them and wait for them."""


class PageStrip(StillTabBar):
    """One tab per page, in the order of ``PAGES``; ``page_chosen(key)`` when a person picks one."""

    page_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: dict[str, str] = {}
        self.setStyleSheet(f"QTabBar::tab {{ padding: 4px {_AIR}px; }}")
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setUsesScrollButtons(False)  # every page is always seen
        self.currentChanged.connect(lambda at: self.page_chosen.emit(self.tabData(at)))

    def tabSizeHint(self, index: int) -> QSize:
        """Leave more air around the words than is needed."""
        return super().tabSizeHint(index) + QSize(2 * _MORE_AIR, 0)

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Come closer together where the card is narrow, never over the words."""
        return super().tabSizeHint(index)

    @property
    def keys(self) -> list[str]:
        """The pages, from left to right."""
        return [self.tabData(at) for at in range(self.count())]

    def add(self, key: str, words: str) -> None:
        """Add the tab of page ``key`` saying ``words`` (marked English) at its place."""
        with QSignalBlocker(self):
            place = sum(PAGES.index(other) < PAGES.index(key) for other in self.keys)
            at = self.insertTab(place, tr(words))
            self.setTabData(at, key)
        self._words[key] = words

    def show_page(self, key: str) -> None:
        """Mark the tab of the page in front; nobody is told."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.keys.index(key))

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("Ways to look at the attention"))
        for at, key in enumerate(self.keys):
            self.setTabText(at, tr(self._words[key]))
            keys = f"Ctrl+{PAGES.index(key) + 1}"
            self.setTabToolTip(at, f"{tr(self._words[key])} ({keys})")
