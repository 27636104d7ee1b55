"""The right side of the window: one tab per thing to know about what is shown."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtWidgets import QTabWidget, QWidget

from gui.theme import LIGHT, Theme
from models.i18n import tr


class Page(Protocol):
    """What a tab holds: a widget that follows the theme and the language."""

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""

    def retranslate(self) -> None:
        """Say everything again in the language in force."""


class SideTabs(QTabWidget):
    """Pages by tab; theme and language reach every page, in front or not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: list[tuple[Page, str]] = []
        self._theme = LIGHT
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self.tabBar().setExpanding(False)

    def add(self, page: Page, words: str) -> int:
        """Add ``page`` under a tab that says ``words`` (marked English); return its number."""
        assert isinstance(page, QWidget)  # noqa: S101  # a protocol cannot ask for a base class
        self._pages.append((page, words))
        page.set_theme(self._theme)
        return self.addTab(page, tr(words))

    def set_theme(self, theme: Theme) -> None:
        """Recolour every page."""
        self._theme = theme
        for page, _words in self._pages:
            page.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.tabBar().setAccessibleName(tr("What is shown on the right"))
        for number, (page, words) in enumerate(self._pages):
            self.setTabText(number, tr(words))
            page.retranslate()
