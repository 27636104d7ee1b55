"""The tabs on the right by the names that lessons use."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.labs.tab import LabTab
from gui.main_window import MainWindow
from gui.model_tab import ModelTab


def tab_in_front(window: MainWindow) -> str:
    """Return ``row``, ``output``, ``model`` or ``experiments``; nothing for another tab."""
    return _name(window, window.side.currentWidget())


def bring_tab(window: MainWindow, name: str) -> None:
    """Bring the tab of that name to the front, where there is one."""
    for i in range(window.side.count()):
        if _name(window, window.side.widget(i)) == name:
            window.side.setCurrentIndex(i)


def experiments(window: MainWindow) -> LabTab | None:
    """Return the tab of experiments, None in a window without one."""
    found = window.findChild(LabTab)
    return found if isinstance(found, LabTab) else None


def _name(window: MainWindow, page: QWidget | None) -> str:
    lab = experiments(window)
    if page is window.row:
        return "row"
    if page is window.output:
        return "output"
    if lab is not None and page is lab.page:
        return "experiments"
    model = window.findChild(ModelTab)
    return "model" if isinstance(model, ModelTab) and page is model.page else ""
