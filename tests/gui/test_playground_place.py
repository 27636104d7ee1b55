"""The playground stands beside the words of a lesson wherever the screen has room for both."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.playground.placing import beside, keep_in_sight

WIDE, SMALL = QRect(0, 0, 1920, 1080), QRect(0, 0, 1280, 800)


@pytest.mark.parametrize(
    ("words", "screen"),
    [
        (QRect(320, 170, 270, 780), WIDE),  # beside the work, in a window in the middle
        (QRect(0, 0, 280, 780), SMALL),
        (QRect(900, 100, 380, 700), SMALL),  # a tab on the right
    ],
)
def test_it_lies_beside_the_words_and_on_the_screen(words: QRect, screen: QRect) -> None:
    now = QRect(QPoint(300, 120), QSize(1180, 640))
    place = beside(now, words, screen)
    assert not place.intersects(words)
    assert screen.contains(place)
    assert place.width() >= 560
    assert place.height() == now.height()


def test_it_stays_where_there_is_no_room_beside() -> None:
    now = QRect(0, 0, 700, 600)
    assert beside(now, QRect(200, 0, 400, 700), QRect(0, 0, 800, 800)) == now


def test_where_a_person_put_it_out_of_the_way_it_stays(qtbot: QtBot) -> None:
    words, window = QWidget(), QWidget()
    for widget, place in ((words, QRect(0, 0, 100, 100)), (window, QRect(300, 300, 200, 100))):
        qtbot.addWidget(widget)
        widget.setGeometry(place)
        widget.show()
    keep_in_sight(window, words)
    assert window.geometry() == QRect(300, 300, 200, 100)
