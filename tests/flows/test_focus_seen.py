"""Whatever has the keyboard is seen to have it, on every page, in every window, in both themes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from gui.app import Program
from tests.helpers.focus_seen import bring_into_view, enough, seen_changes
from tests.helpers.screen_reader import reachable, way_to
from tests.helpers.states import every_state, of_input, settle


def _kind(widget: QWidget, window: QWidget, state: str) -> tuple[object, ...]:
    """Return what makes ``widget`` look like others: one of each kind is looked at."""
    on = isinstance(widget, QAbstractButton) and widget.isChecked()
    drawn = state.split(":", maxsplit=1)[0] if hasattr(widget, "ring") else ""
    return way_to(widget, window), on, drawn


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen says so
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_keyboard_is_seen_wherever_it_is(program: Program, theme: str) -> None:
    """WCAG 2.2, 2.4.7 and 2.4.13: pixels change by 3:1, as many as half a line around."""
    program.window.resize(1280, 800)
    program.use_theme(theme)
    looked_at: set[tuple[object, ...]] = set()
    unseen = []
    states = every_state(program) if theme == "light" else of_input(program, "text")
    for state, window in states:
        window.activateWindow()
        for widget in reachable(window):
            kind = _kind(widget, window, state)
            if kind in looked_at:
                continue
            looked_at.add(kind)
            changed = seen_changes(widget, window)
            if changed is None or changed < enough(widget):
                unseen.append((state, kind, changed, enough(widget)))
    assert unseen == []
    assert len(looked_at) > (120 if theme == "light" else 50)


def test_a_mouse_takes_the_ring_away_and_a_key_brings_it(program: Program, qtbot: QtBot) -> None:
    button = program.window.top.export_button
    frames = program.window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert not any(type(frame).__name__ == "_Ring" and frame.isVisible() for frame in frames)
    qtbot.keyClick(program.window.source.chips, Qt.Key.Key_Shift)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    bring_into_view(button)
    settle()
    ring = next(
        frame
        for frame in program.window.findChildren(QWidget)
        if type(frame).__name__ == "_Ring" and type(frame).__module__ == "gui.focus_marker"
    )
    assert ring.isVisible()
    place = QRect(button.mapTo(program.window, QPoint(0, 0)), button.size())
    assert ring.geometry().contains(place)
    qtbot.mousePress(button, Qt.MouseButton.LeftButton)
    assert not ring.isVisible()
    button.setDown(False)
