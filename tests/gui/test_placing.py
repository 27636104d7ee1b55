"""The window fits its screen, frame included."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMargins, QRect, QSize
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from gui.placing import fitted, keep_on_screen, restore

FRAME = QMargins(2, 30, 2, 4)
LEAST = QSize(960, 620)


@pytest.mark.parametrize(
    ("wanted", "available"),
    [
        (QRect(0, 0, 1280, 800), QRect(0, 0, 1280, 800)),
        (QRect(0, 0, 1280, 800), QRect(0, 28, 1280, 772)),
        (QRect(1900, 1000, 1280, 800), QRect(0, 0, 1920, 1080)),
        (QRect(-400, -50, 1000, 700), QRect(0, 0, 1920, 1080)),
        (QRect(100, 100, 1000, 700), QRect(1920, 0, 1366, 768)),
    ],
)
def test_window_and_frame_lie_on_the_screen(wanted: QRect, available: QRect) -> None:
    place = fitted(wanted, available=available, frame=FRAME, least=LEAST)
    assert available.contains(place.marginsAdded(FRAME))
    assert place.width() <= wanted.width()
    assert place.height() <= wanted.height()


def test_what_fits_stays_where_it_was() -> None:
    wanted = QRect(100, 120, 1280, 800)
    screen = QRect(0, 0, 1920, 1080)
    assert fitted(wanted, available=screen, frame=FRAME, least=LEAST) == wanted


def test_a_screen_too_small_keeps_the_title_bar_in_reach() -> None:
    screen = QRect(0, 0, 800, 600)
    place = fitted(QRect(0, 0, 1280, 800), available=screen, frame=FRAME, least=LEAST)
    assert place.size() == LEAST
    assert place.topLeft() == screen.marginsRemoved(FRAME).topLeft()


def test_a_remembered_size_larger_than_this_screen_is_cut_to_it(qtbot: QtBot) -> None:
    big, window = QMainWindow(), QMainWindow()
    for each in (big, window):
        qtbot.addWidget(each)
    screen = window.screen().availableGeometry()
    big.setGeometry(QRect(0, 0, screen.width() + 500, screen.height() + 300))
    restore(window, bytes(big.saveGeometry().toHex().data()).decode())
    window.show()
    keep_on_screen(window)
    assert screen.contains(window.frameGeometry())
