"""Where the lessons stand: beside the work, or in a narrow window in a tab on the right."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QWidget

from gui.lessons.panel import NARROW, WIDEST, WIDTH, LessonPanel
from gui.main_window import MainWindow
from gui.theme import Theme
from gui.zoom import scaled
from models.i18n import tr

ROOMY: Final = 1400  # a window so wide has room for the panel at its usual width
SQUEEZE: Final = 120  # by so much photo and map, side by side, may be narrower than they ask


class PanelPlace:
    """Puts the panel where the window has room for it; never makes the window wider."""

    def __init__(self, window: MainWindow, panel: LessonPanel) -> None:
        self._window, self._panel = window, panel
        self.shown = False
        self._before: QWidget | None = None  # the tab that the panel came in front of
        self.dock = QDockWidget(window)
        self.dock.setObjectName("lessons")
        self.dock.setTitleBarWidget(QWidget())  # the panel has a heading of its own
        self.dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.dock.setWidget(panel)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self.dock)
        self.dock.hide()

    @property
    def covering(self) -> bool:
        """Whether the panel is a tab on the right: it and the row are then seen by turns."""
        return self._tab >= 0

    @property
    def in_front(self) -> bool:
        """Whether the panel is seen, not behind another tab."""
        return not self.covering or self._window.side.currentWidget() is self._panel

    @property
    def _tab(self) -> int:
        return self._window.side.indexOf(self._panel)

    def show(self) -> None:
        """Show the panel."""
        self.shown = True
        self.fit()
        if self.covering:
            self._window.side.setCurrentWidget(self._panel)

    def hide(self) -> None:
        """Put the panel away."""
        self.shown = False
        self._into_dock()
        self.dock.hide()

    def fit(self) -> None:
        """Choose the place again for the window's present width."""
        if not self.shown:
            return
        if self._window.width() < self._needed():
            if not self.covering:
                self._into_tab()
            return
        self._into_dock()
        self.dock.show()
        width = self._window.width()
        least = scaled(WIDTH if width >= ROOMY else NARROW)
        wanted = min(max(width // 4, least), scaled(WIDEST)) if width >= ROOMY else least
        self._window.resizeDocks([self.dock], [wanted], Qt.Orientation.Horizontal)

    def uncover(self, target: QWidget | None) -> None:
        """Bring the tab of ``target`` to the front where the panel covers it."""
        side = self._window.side
        for i in range(side.count()):
            page = side.widget(i)
            held = target is not None and page is not None and page.isAncestorOf(target)
            if self.covering and (held or page is target):
                side.setCurrentIndex(i)

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self._panel.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self._panel.retranslate()
        if self.covering:
            self._window.side.setTabText(self._tab, tr("Learn"))

    def _needed(self) -> int:
        wanted = self._window.middle.content.minimumSizeHint().width()
        if self._window.left.orientation() == Qt.Orientation.Horizontal:
            wanted -= SQUEEZE
        return scaled(NARROW) + wanted

    def _into_tab(self) -> None:
        side = self._window.side
        self.dock.hide()
        self._before = side.currentWidget()
        side.addTab(self._panel, tr("Learn"))
        side.setCurrentWidget(self._panel)

    def _into_dock(self) -> None:
        side = self._window.side
        if self.covering:
            if self._before is not None and side.currentWidget() is self._panel:
                side.setCurrentWidget(self._before)  # else its neighbour would come
            side.removeTab(self._tab)
            self.dock.setWidget(self._panel)
            self._panel.show()
