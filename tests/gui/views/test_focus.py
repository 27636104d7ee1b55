"""The focus ring follows how the person works."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.views.photo_view import PhotoView
from gui.views.token_chips import TokenChips
from tests.helpers.records import text_record


@pytest.fixture
def chips(qtbot: QtBot) -> TokenChips:
    chips = TokenChips()
    qtbot.addWidget(chips)
    chips.set_tokens(text_record().tokens)
    chips.resize(600, 120)
    with qtbot.waitExposed(chips):
        chips.show()
    chips.activateWindow()
    return chips


def test_focus_by_keyboard_shows_the_ring_and_by_mouse_does_not(
    chips: TokenChips, qtbot: QtBot
) -> None:
    chips.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(chips.hasFocus)
    assert not chips.ring.visible
    chips.clearFocus()
    chips.setFocus(Qt.FocusReason.TabFocusReason)
    assert chips.ring.visible


def test_a_key_shows_the_ring_and_a_click_hides_it(chips: TokenChips, qtbot: QtBot) -> None:
    chips.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(chips.hasFocus)
    qtbot.keyClick(chips, Qt.Key.Key_Right)
    assert chips.ring.visible
    qtbot.mouseClick(chips.viewport(), Qt.MouseButton.LeftButton)
    assert not chips.ring.visible


def test_the_photo_has_one_too(qtbot: QtBot) -> None:
    view = PhotoView()
    qtbot.addWidget(view)
    assert not view.canvas.ring.visible
