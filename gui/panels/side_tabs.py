"""The right side of the window: one tab per thing to know about what is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QWidget

from gui.still_tabs import StillTabs
from gui.theme import LIGHT, Theme
from models.i18n import tr


class Page(Protocol):
    """What a tab holds: a widget that follows the theme and the language."""

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""

    def retranslate(self) -> None:
        """Say everything again in the language in force."""


class Unbuilt(QWidget):
    """Holds a tab until the page that belongs there is built."""

    def __init__(self, build: Callable[[], Page]) -> None:
        super().__init__()
        self.build = build

    def set_theme(self, theme: Theme) -> None:
        """Nothing is seen here."""

    def retranslate(self) -> None:
        """Nothing is said here."""


class SideTabs(StillTabs):
    """Pages by tab; theme and language reach every page, in front or not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: list[tuple[Page, str]] = []
        self._theme = LIGHT
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self.tabBar().setExpanding(False)
        self.tabBar().lower()  # is read before the page that it brings to the front
        self.currentChanged.connect(self._on_front)

    def add(self, page: Page, words: str) -> int:
        """Add ``page`` under a tab that says ``words`` (marked English); return its number."""
        assert isinstance(page, QWidget)  # noqa: S101  # a protocol cannot ask for a base class
        self._pages.append((page, words))
        page.set_theme(self._theme)
        return self.addTab(page, tr(words))

    def add_later(self, words: str, build: Callable[[], Page]) -> Unbuilt:
        """Add a tab whose page is built when it is first brought to the front, or by ``fill``."""
        place = Unbuilt(build)
        self.add(place, words)
        return place

    def fill(self, place: Unbuilt) -> None:
        """Build the page that belongs in ``place``, and put it there."""
        number, page = self.indexOf(place), place.build()
        assert isinstance(page, QWidget)  # noqa: S101  # a protocol cannot ask for a base class
        words = self._pages[number][1]
        self._pages[number] = page, words
        page.set_theme(self._theme)
        front = self.currentIndex()
        blocked = self.blockSignals(True)  # the same tab is in front as before
        self.removeTab(number)
        self.insertTab(number, page, tr(words))
        self.setCurrentIndex(front)
        self.blockSignals(blocked)
        place.deleteLater()

    def _on_front(self, number: int) -> None:
        page = self.widget(number)
        if isinstance(page, Unbuilt):
            self.fill(page)

    def set_theme(self, theme: Theme) -> None:
        """Recolour every page."""
        self._theme = theme
        for page, _words in self._pages:
            page.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        for part in (self, self.tabBar()):
            part.setAccessibleName(tr("What is shown on the right"))
        for number, (page, words) in enumerate(self._pages):
            self.setTabText(number, tr(words))
            page.retranslate()
