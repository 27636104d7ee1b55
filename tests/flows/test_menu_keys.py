"""Every shortcut of the menus, with the keyboard in a field that would take all of them."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from gui.app import Program
from tests.helpers.states import settle


class Greedy(QObject):
    """Makes a field take every key there is, as each desktop makes it take some."""

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ShortcutOverride:
            return False
        event.accept()
        return True


def _sentence(program: Program) -> QLineEdit:
    return program.window.input.sentence


def _compared(program: Program) -> QLineEdit:
    program.controller.change(page="compare")
    settle()
    page = program.window.map.pages["compare"]
    return page.choice.text  # type: ignore[attr-defined]


def _seed(program: Program) -> QWidget:
    program.labs.show()
    settle()
    panel = program.labs.panel
    assert panel is not None
    return panel.bench.seed  # type: ignore[attr-defined]


FIELDS = {"the sentence": _sentence, "Compare's sentence": _compared, "the seed": _seed}


def _note(heard: list[str], action: QAction, _on: bool = False) -> None:  # noqa: FBT001, FBT002  # Qt's shape
    heard.append(action.text())


def _actions(program: Program) -> list[QAction]:
    menus = program.window.menuBar().actions()
    return [
        action
        for menu in menus
        for action in menu.menu().actions()  # type: ignore[attr-defined]
        if action.shortcuts()
    ]


@pytest.mark.parametrize("field", FIELDS)
def test_every_shortcut_of_the_menus_is_heard_while_a_field_has_the_keyboard(
    program: Program, field: str
) -> None:
    window, greedy, heard = program.window, Greedy(), list[str]()
    wanted = FIELDS[field](program)
    window.activateWindow()
    window.source.chips.setFocus()
    wanted.installEventFilter(greedy)
    missed = []
    for action in _actions(program):
        action.triggered.disconnect()
        action.triggered.connect(partial(_note, heard, action))
    for action in _actions(program):
        for keys in action.shortcuts():
            heard.clear()
            wanted.setFocus()
            settle()
            assert wanted.hasFocus()
            QTest.keySequence(window.windowHandle(), keys)
            if heard != [action.text()]:
                missed.append(keys.toString())
    wanted.removeEventFilter(greedy)
    assert missed == ["Ctrl+V"]  # pasting into a field is what a person wants there


def test_the_keys_of_editing_stay_the_field_s(program: Program) -> None:
    field, window = _sentence(program), program.window
    window.activateWindow()
    field.setFocus()
    field.setText("um dois")
    settle()
    QGuiApplication.clipboard().setText("três")
    keys, control = QTest, Qt.KeyboardModifier.ControlModifier
    for standard, seen in (
        (QKeySequence.StandardKey.SelectAll, "um dois"),
        (QKeySequence.StandardKey.Paste, "três"),
        (QKeySequence.StandardKey.Undo, "um dois"),
    ):
        keys.keySequence(window.windowHandle(), QKeySequence(standard))
        settle()
        assert field.text() == seen
    keys.keyClick(window.windowHandle(), Qt.Key.Key_End)
    keys.keyClick(window.windowHandle(), Qt.Key.Key_Left, control)
    assert field.cursorPosition() == len("um ")
    keys.keyClick(window.windowHandle(), Qt.Key.Key_Home)
    assert field.cursorPosition() == 0


def test_a_key_of_the_menus_that_comes_as_of_the_number_pad_is_the_menu_s_too(
    program: Program,
) -> None:
    """As arrows do under macOS."""
    field, greedy = _sentence(program), Greedy()
    program.window.activateWindow()
    program.window.source.chips.setFocus()
    field.installEventFilter(greedy)  # before the menus watch the field: they are asked first
    field.setFocus()
    settle()
    pressed = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.KeypadModifier
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_E, pressed)
    QApplication.sendEvent(field, asked)
    assert not asked.isAccepted()
