"""The divider between the photo and its map."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.panels.input_and_map import InputAndMap
from gui.panels.source_card import SourceCard


def test_the_photo_gets_its_room_back_when_the_map_needs_less_again(qtbot: QtBot) -> None:
    source, view = SourceCard(), QWidget()
    parts = InputAndMap(source, view)
    qtbot.addWidget(parts)
    parts.resize(900, 400)
    parts.show()
    parts.arrange(image=True)
    share = parts.sizes()[0]
    view.setMinimumWidth(600)
    qtbot.waitUntil(lambda: parts.sizes()[0] < share)
    view.setMinimumWidth(0)
    qtbot.waitUntil(lambda: parts.sizes()[0] == share)
