"""What the window shows before a model is open: nothing that cannot be had yet."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from gui.controller import Controller
from gui.main_window import MainWindow


def test_the_first_frame_offers_nothing_that_cannot_be_had_yet(qtbot: QtBot) -> None:
    window = MainWindow(Controller())
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    for at_once in (True, False):
        assert not window.top.export_button.isEnabled()
        assert not window.choice.isVisible()
        assert not window.source.legend.isVisible()
        assert not window.source.overlay.smooth.isVisible()
        bars = (window.middle.verticalScrollBar(), window.middle.horizontalScrollBar())
        assert not any(bar.isVisible() for bar in bars)
        if at_once:
            QCoreApplication.processEvents()
    window.close()
