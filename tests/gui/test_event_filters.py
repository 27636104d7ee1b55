"""Event filters written in Python never fail while what they watch is being taken down."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.event_filters import alive, while_whole
from gui.floating import FloatingMessages
from gui.focus_marker import FocusMarker
from gui.lessons.ring import Ring
from gui.messages import Message, MessageStack, MessageStrip
from gui.theme import LIGHT
from gui.timings import OncePainted
from gui.views.focus import FocusRing

GUI = Path(__file__).resolve().parents[2] / "gui"
KINDS = (QEvent.Type.Resize, QEvent.Type.Paint, QEvent.Type.KeyPress, QEvent.Type.Hide)


class _Wrong(QObject):
    """A filter with a mistake of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = ""

    @while_whole
    def eventFilter(self, _watched: QObject, _event: QEvent) -> bool:
        """Fail for a reason that has nothing to do with the end."""
        message = "a mistake"
        raise RuntimeError(message)


def _strip(window: QWidget) -> QObject:
    strip = MessageStrip(Message("Something", kind="hint"), LIGHT)
    strip.setParent(window)
    return strip


FILTERS: dict[str, Callable[[QWidget], QObject]] = {
    "floating": lambda window: FloatingMessages(
        MessageStack(parent=window), over=window, inside=window
    ),
    "marker": lambda window: FocusMarker(_application(), window),
    "lesson": Ring,
    "strip": _strip,
    "painted": lambda window: OncePainted(window, lambda: None),
    "ring": FocusRing,
}


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


@pytest.mark.parametrize("name", list(FILTERS))
def test_a_filter_that_the_collector_has_emptied_passes_events_on(qtbot: QtBot, name: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    watcher, kept = FILTERS[name](window), {}
    kept.update(vars(watcher))
    vars(watcher).clear()  # as the collector does before it lets go of the C++ object
    try:
        for kind in KINDS:
            assert not watcher.eventFilter(window, QEvent(kind))
    finally:
        vars(watcher).update(kept)


def test_a_filter_whose_window_is_gone_passes_events_on(qtbot: QtBot) -> None:
    window, other = QWidget(), QWidget()
    qtbot.addWidget(other)
    ring = FocusRing(window)
    shiboken6.delete(window)
    assert not alive(window)
    assert not alive(None)
    assert not alive(ring, other)  # its parent took it along


def test_the_ring_of_lessons_outlives_the_part_that_it_marks(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column, part, next_part = QVBoxLayout(window), QPushButton("a"), QPushButton("b")
    column.addWidget(part)
    column.addWidget(next_part)
    ring = Ring(window)
    window.show()
    ring.mark(part)
    assert ring.isVisible()
    shiboken6.delete(part)
    ring.resize(1, 1)
    QApplication.sendEvent(window, QEvent(QEvent.Type.LayoutRequest))
    ring.mark(next_part)
    assert ring.isVisible()
    assert ring.geometry().contains(next_part.geometry())


def test_windows_that_hold_the_keyboard_can_be_destroyed_again_and_again(
    qapp: QApplication,
) -> None:
    marker = FocusMarker(qapp)
    for _turn in range(30):
        window = QWidget()
        column = QVBoxLayout(window)
        for name in "abc":
            column.addWidget(QPushButton(name))
        window.show()
        window.activateWindow()
        button = window.findChildren(QPushButton)[1]
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_X)
        shiboken6.delete(window)  # nobody moves the keyboard away first
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert alive(marker)


def test_the_keyboard_may_leave_a_window_whose_children_are_half_gone(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a file dialog of Qt's own does when it is answered by keys: it ended the process."""
    marker, window = FocusMarker(qapp), QWidget()
    first, button = QLabel("first", window), QPushButton("second", window)
    window.show()
    with monkeypatch.context() as kept:
        kept.setattr(QApplication, "focusWidget", lambda: button)
        qapp.focusChanged.emit(None, button)
        QTest.keyClick(button, Qt.Key.Key_X)

        def leave() -> None:
            kept.setattr(QApplication, "focusWidget", lambda: None)
            qapp.focusChanged.emit(button, None)

        first.destroyed.connect(leave)  # Qt has no first child any more, but still the second
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not alive(button)
    assert alive(marker)


def test_a_mistake_in_a_filter_is_still_told() -> None:
    watched = QObject()
    with pytest.raises(RuntimeError, match="a mistake"):
        _Wrong().eventFilter(watched, QEvent(QEvent.Type.User))


def test_every_event_filter_of_the_window_is_guarded() -> None:
    bare = []
    for file in sorted(GUI.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == "eventFilter":
                marks = [mark.id for mark in node.decorator_list if isinstance(mark, ast.Name)]
                if "while_whole" not in marks:
                    bare.append(f"{file.name}:{node.lineno}")
    assert bare == []
