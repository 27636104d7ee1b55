"""The dialog of figures: what is in front is drawn first, and the keyboard begins there."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.messages import Message
from gui.panels.export_dialog import ExportDialog
from gui.state import ViewState, resolve
from tests.helpers.records import text_record


def test_the_keyboard_begins_at_the_figure_that_is_drawn(qtbot: QtBot) -> None:
    told: list[Message] = []
    shown = resolve(ViewState(layer=1, pinned=2, page="layers"), text_record())
    dialog = ExportDialog(shown, told.append)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    assert dialog.request.view == "layers"
    assert dialog.focusWidget() is dialog.views.checkedButton()
    qtbot.waitUntil(dialog.save_button.isEnabled, timeout=20_000)
    dialog.reject()
    assert told == []
