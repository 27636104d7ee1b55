"""The card of the map: pages that show the same attention in different ways, one in front."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gui.matrix import Matrix
from gui.panels.heatmap_page import HeatmapPage
from gui.panels.map_pages import Page, PageStrip, Working
from gui.state import Shown
from gui.theme import LIGHT, SPACE, Theme
from models.i18n import mark
from models.settings import HEATMAP

if TYPE_CHECKING:
    from gui.views.heatmap import HeatmapView

Build = Callable[[], Page]


class MapCard(QFrame):
    """The heatmap, and pages that are built when they are first seen.

    The page in front is ``ViewState.page``; ``page_chosen(key)`` asks for another. A page that
    is out of sight is told no facts, so that it computes nothing.
    """

    page_chosen = Signal(str)
    cell_clicked = Signal(int, int)
    cell_stepped = Signal(int, int)
    colour_map_changed = Signal(str)
    limits_changed = Signal(str)
    put_away = Signal()  # a page left the screen: what it keeps may go

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.strip, self.heatmap = PageStrip(), HeatmapPage()
        self._builds: dict[str, Build] = {}
        self.pages: dict[str, Page] = {}
        self.front = HEATMAP
        self._active = ""  # the page that was told it is seen; none while the card is hidden
        self._theme = LIGHT
        self._shown: Shown | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE // 2, SPACE, SPACE)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.strip)
        self._stack = QStackedLayout()
        column.addLayout(self._stack, 1)
        self._connect()
        self.add_page(HEATMAP, mark("Map"), lambda: self.heatmap)
        self._bring(HEATMAP)
        self.retranslate()

    def _connect(self) -> None:
        self.strip.page_chosen.connect(self.page_chosen)
        self.heatmap.cell_clicked.connect(self.cell_clicked)
        self.heatmap.cell_stepped.connect(self.cell_stepped)
        self.heatmap.colour_map_changed.connect(self.colour_map_changed)
        self.heatmap.limits_changed.connect(self.limits_changed)

    def add_page(self, key: str, words: str, build: Build) -> None:
        """Offer page ``key`` (of ``PAGES``) under ``words`` (marked); ``build`` makes it once."""
        self._builds[key] = build
        self.strip.add(key, words)

    def page(self, key: str) -> Page:
        """Return page ``key``, building it when it was never seen."""
        if key not in self.pages:
            page = self._builds[key]()
            assert isinstance(page, QWidget)  # noqa: S101  # a protocol cannot ask for a base class
            self.pages[key] = page
            self._stack.addWidget(page)
            page.set_theme(self._theme)
            page.retranslate()
        return self.pages[key]

    # -- the heatmap

    @property
    def view(self) -> HeatmapView | None:
        """The heatmap itself, once it was built."""
        return self.heatmap.view

    def build_view(self) -> HeatmapView:
        """Make the heatmap once and show what is already known."""
        return self.heatmap.build_view()

    def set_matrix(self, matrix: Matrix) -> None:
        """Draw this matrix in the heatmap."""
        self.heatmap.set_matrix(matrix)

    # -- facts

    def set_shown(self, shown: Shown | None) -> None:
        """Bring the page that was chosen to the front and tell it the facts."""
        self._shown = shown
        if shown is not None:
            self._bring(shown.state.page if shown.state.page in self._builds else HEATMAP)
        self.strip.show_page(self.front)  # a click has moved the mark already
        self._activate()
        if self._active:
            self.pages[self._active].set_shown(shown)

    def _bring(self, key: str) -> None:
        page = self.page(key)
        assert isinstance(page, QWidget)  # noqa: S101  # page() saw to it
        self.front = key
        self.strip.show_page(key)
        self._stack.setCurrentWidget(page)
        for other in self.pages.values():
            assert isinstance(other, QWidget)  # noqa: S101  # the same
            _ask_for_room(other, front=other is page)

    def _activate(self) -> bool:
        """Tell the pages which of them is seen; return whether that changed."""
        seen = self.front if self.isVisible() else ""
        if seen == self._active:
            return False
        if self._active:
            self.pages[self._active].set_active(active=False)
            self.put_away.emit()
        self._active = seen
        if seen:
            self.pages[seen].set_active(active=True)
        return True

    def set_theme(self, theme: Theme) -> None:
        """Recolour what is drawn by hand."""
        self._theme = theme
        for page in self.pages.values():
            page.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.strip.retranslate()
        for page in self.pages.values():
            page.retranslate()

    def close_lanes(self) -> None:
        """End the threads of every page that has some."""
        for page in self.pages.values():
            if isinstance(page, Working):
                page.close_lanes()

    # -- Qt

    def showEvent(self, event: QShowEvent) -> None:
        """Tell the page in front what it missed."""
        super().showEvent(event)
        if self._activate() and self._shown is not None:
            self.pages[self._active].set_shown(self._shown)

    def hideEvent(self, event: QHideEvent) -> None:
        """Let the page in front stop working."""
        super().hideEvent(event)
        self._activate()


def _ask_for_room(page: QWidget, *, front: bool) -> None:
    """Let a page ask for room only while it is in front: the photo beside would lose it."""
    policy = QSizePolicy.Policy.Preferred if front else QSizePolicy.Policy.Ignored
    if page.sizePolicy().horizontalPolicy() != policy:
        page.setSizePolicy(policy, policy)
