"""Menus can be said again for as long as their window is there."""

from __future__ import annotations

import shiboken6
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from gui.actions import Menus, Row
from models.i18n import mark, set_language


def test_menus_stay_when_pyside_forgets_the_bar_they_are_in(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    menus = Menus(window, {mark("File"): (Row(mark("Quit"), (), lambda: None),)})
    shiboken6.invalidate(window.menuBar())
    set_language("pt_BR")
    menus.retranslate()
    assert [title for title, _rows in menus.shortcuts()] == ["Arquivo"]
