"""Windows beside the main one open as large as they were made to be, and fit their screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMargins, QRect, QSize
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.first_size import FirstSize
from gui.help.glossary_window import GlossaryWindow
from gui.panels.open_form import OpenForm
from gui.panels.shortcuts_dialog import ShortcutsDialog
from gui.placing import fitted, frame_of
from gui.playground.window import Playground
from gui.theme import LIGHT
from models.i18n import set_language

WINDOWS: dict[str, Callable[[], QDialog]] = {
    "playground": lambda: Playground(LIGHT),
    "glossary": lambda: GlossaryWindow(LIGHT),
    "shortcuts": lambda: ShortcutsDialog([("File", [("Open", "Ctrl+O")])]),
    "open": OpenForm,
}


class _Words(FirstSize):
    """A line that wraps: Qt alone would take its height for that of the window."""

    def __init__(self, parent: QWidget | None = None, *, hint: QSize) -> None:
        super().__init__(parent)
        words = QLabel("one two three four five six seven eight nine ten")
        words.setWordWrap(True)
        QVBoxLayout(self).addWidget(words)
        self._hint = hint

    def sizeHint(self) -> QSize:
        return self._hint


@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_opens_at_its_size_hint_as_far_as_the_screen_has_room(
    qtbot: QtBot, name: str
) -> None:
    set_language("en")
    window = WINDOWS[name]()
    qtbot.addWidget(window)
    least, frame = window.minimumSize(), frame_of(window)
    window.show()
    room = window.screen().availableGeometry()
    wanted = fitted(QRect(room.topLeft(), window.sizeHint()), available=room, frame=frame,
                    least=least)  # fmt: skip
    assert window.size() == wanted.size()


def test_words_that_wrap_do_not_make_a_window_low(qtbot: QtBot) -> None:
    window = _Words(hint=QSize(400, 620))  # more than two thirds of the screen in the tests
    qtbot.addWidget(window)
    window.show()
    assert window.size() == QSize(400, 620)


def test_a_hint_larger_than_the_screen_is_held_to_it(qtbot: QtBot) -> None:
    window = _Words(hint=QSize(9000, 9000))
    qtbot.addWidget(window)
    frame: QMargins = frame_of(window)
    window.show()
    room = window.screen().availableGeometry().marginsRemoved(frame)
    assert window.size() == room.size()


def test_a_size_given_by_hand_is_kept_when_the_window_is_shown_again(qtbot: QtBot) -> None:
    window = _Words(hint=QSize(400, 500))
    qtbot.addWidget(window)
    window.show()
    window.resize(300, 350)
    window.hide()
    window.show()
    assert window.size() == QSize(300, 350)
