"""Drop-down lists in narrow places: what is chosen is read whole."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.panels.choice_box import ChoiceBox


@pytest.mark.parametrize("hidden", [False, True])
def test_a_choice_said_in_longer_words_is_read_whole(qtbot: QtBot, hidden: bool) -> None:  # noqa: FBT001  # a parameter
    place, box = QWidget(), ChoiceBox()
    qtbot.addWidget(place)
    row = QHBoxLayout(place)
    row.addWidget(box)
    row.addStretch(1)
    box.follow_choice()
    box.fill({"all": "0 – 1", "log": "log"})
    place.resize(500, 60)
    place.show()
    QApplication.processEvents()
    place.setVisible(not hidden)
    box.fill({"all": "0 – the largest of all", "log": "by powers of 10"})
    place.show()
    QApplication.processEvents()
    assert box.width() >= box.sizeHint().width()
