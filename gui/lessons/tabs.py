"""The tabs on the right by the names that lessons use."""

from __future__ import annotations

from gui.main_window import MainWindow
from gui.panels.model_card import ModelCard


def tab_in_front(window: MainWindow) -> str:
    """Return ``row``, ``output``, ``model``, or the object name of another tab."""
    return _name(window, window.side.currentIndex())


def bring_tab(window: MainWindow, name: str) -> None:
    """Bring the tab of that name to the front, where there is one."""
    for i in range(window.side.count()):
        if _name(window, i) == name:
            window.side.setCurrentIndex(i)


def _name(window: MainWindow, index: int) -> str:
    page = window.side.widget(index)
    if page is window.row:
        return "row"
    if page is window.output:
        return "output"
    if isinstance(page, ModelCard):
        return "model"
    return "" if page is None else page.objectName()
