"""The main job from a photo to a figure, by real keys sent to the window and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gui.app import Program
from gui.panels.export_dialog import ExportDialog
from models.i18n import language
from tests.helpers.screen_reader import reachable
from tests.helpers.states import settle, until

Key = Qt.Key
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
_MOST_TABS = 150


class Hands:
    """Two hands on a keyboard: keys go to the window on screen, as the system sends them."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._elsewhere = False  # whether the last key went to another window

    def press(self, key: Key, with_: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        window = QApplication.activePopupWidget() or QApplication.activeWindow()
        if window is None:  # a desktop gives the keyboard back when another window goes
            assert self._elsewhere, "the keyboard is in no window"
            window = self.program.window
            window.activateWindow()
            settle()
        main = self.program.window
        self._elsewhere = window is not main
        handle = window.windowHandle()
        assert handle is not None, f"{window} is on no screen"
        QTest.keyClick(handle, key, with_)
        settle()

    def tab_to(self, wanted: Callable[[QWidget], bool], *, back: bool = False) -> QWidget:
        """Press Tab until the keyboard is on what is wanted."""
        for _turn in range(_MOST_TABS):
            here = QApplication.focusWidget()
            if here is not None and wanted(here):
                return here
            self.press(Key.Key_Tab, SHIFT if back else Qt.KeyboardModifier.NoModifier)
        raise AssertionError("Tab never came there")

    def area(self, area: QWidget) -> None:
        """Press F6 until the keyboard is in ``area``."""
        for _turn in range(10):
            here = QApplication.focusWidget()
            if here is not None and (here is area or area.isAncestorOf(here)):
                return
            self.press(Key.Key_F6)
        raise AssertionError("F6 never came there")


@pytest.fixture
def hands(program: Program) -> Hands:
    program.window.activateWindow()
    settle()
    return Hands(program)


def _called(name: str) -> Callable[[QWidget], bool]:
    return lambda widget: widget.accessibleName() == name


def _is(wanted: QWidget) -> Callable[[QWidget], bool]:
    return lambda widget: widget is wanted


def _look_at_a_photo(hands: Hands) -> None:
    """Open a sample, go over its patches, pin one, change layer, head and page."""
    program, window, do = hands.program, hands.program.window, hands.program.controller
    hands.area(window.input)
    hands.tab_to(_called("Sample photo: Cat"))
    hands.press(Key.Key_Space)
    until(lambda: do.bench.modality == "image" and do.bench.record is not None and not do.busy)
    hands.area(window.source)
    hands.tab_to(_is(window.source.photo.canvas))
    first = do.bench.state.pinned
    for key in (Key.Key_Right, Key.Key_Down, Key.Key_Right):
        hands.press(key)
    assert do.bench.state.pinned not in (None, first)
    described = window.source.photo.canvas.accessibleDescription()
    assert f"position {do.bench.state.pinned}." in described
    hands.press(Key.Key_Escape)
    assert do.bench.state.pinned is None
    hands.press(Key.Key_Right)
    assert do.bench.state.pinned is not None
    hands.press(Key.Key_PageDown)
    hands.press(Key.Key_Right, ALT)
    assert do.shown is not None
    assert do.shown.one_head == 0
    for number, page in enumerate(("heatmap", "heads", "lines", "layers", "compare"), start=1):
        hands.press(Key(Key.Key_0.value + number), CONTROL)
        assert do.bench.state.page == page
        assert program.window.map.front == page
    hands.press(Key.Key_1, CONTROL)


def _experiment(hands: Hands) -> None:
    """Read the output, then switch a head off on its bench and run that."""
    window, program = hands.program.window, hands.program
    hands.area(window.side)
    hands.tab_to(_is(window.side.tabBar()))
    hands.press(Key.Key_Right)
    assert window.side.currentWidget() is window.output
    while window.side.currentWidget() is not program.labs.page:
        hands.press(Key.Key_Right)
    lab = program.labs.lab
    assert lab is not None
    hands.tab_to(_called("Experiment: Dropout"))
    hands.press(Key.Key_Right)  # one of the few is down: arrows go on, as in a list
    hands.press(Key.Key_Space)
    assert lab.state.bench == "heads"
    hands.tab_to(lambda widget: type(widget).__name__ == "HeadGrid")
    hands.press(Key.Key_Right)
    hands.press(Key.Key_Space)
    assert lab.state.heads == ((0, 1),)
    until(lambda: lab.state.running is None)
    hands.tab_to(lambda widget: widget.accessibleName().startswith("Rank all heads: "))
    hands.press(Key.Key_Space)
    assert lab.state.running is not None
    hands.press(Key.Key_Escape)
    until(lambda: lab.state.running is None)
    assert "ranking" not in lab.state.outcomes


def _learn(hands: Hands) -> None:
    """Open the first lesson, go through its first step, and put it away."""
    program = hands.program
    hands.press(Key.Key_L, CONTROL)
    panel = program.teaching.learning.panel
    hands.tab_to(lambda widget: widget is panel.list.buttons[0])
    hands.press(Key.Key_Space)
    until(lambda: not program.teaching.learning.stage.waiting)
    hands.tab_to(lambda widget: widget is panel.step.next)
    before = panel.step.title.text()
    hands.press(Key.Key_Space)
    until(lambda: panel.step.title.text() != before)
    hands.press(Key.Key_L, CONTROL)
    assert not panel.isVisible()


def _look_up(hands: Hands) -> None:
    """Read what the part in focus is, in the glossary, and come back."""
    hands.press(Key.Key_F1)
    glossary = hands.program.teaching.glossary
    assert glossary.isVisible()
    assert glossary.text.text()
    hands.press(Key.Key_Escape)
    assert not glossary.isVisible()


def _export(hands: Hands, path: Path) -> None:
    hands.press(Key.Key_E, CONTROL)
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, ExportDialog))
    until(dialog.save_button.isEnabled)
    hands.tab_to(_is(dialog.save_button))
    hands.press(Key.Key_Space)
    until(path.exists)
    if shiboken6.isValid(dialog) and dialog.isVisible():
        hands.press(Key.Key_Escape)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen says so
def test_from_a_photo_to_a_figure_and_the_other_language_by_keys_alone(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "figure.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(path), "PNG"))
    _look_at_a_photo(hands)
    hands.press(Key.Key_F2)
    until(lambda: hands.program.controller.bench.modality == "text")
    _experiment(hands)
    _learn(hands)
    _look_up(hands)
    _export(hands, path)
    hands.area(hands.program.window.top)
    hands.tab_to(_called("Português"))
    hands.press(Key.Key_Space)
    assert language() == "pt_BR"
    hands.tab_to(_called("English"))
    hands.press(Key.Key_Space)
    assert language() == "en"


def _round(hands: Hands, *, back: bool) -> list[QWidget]:
    """Press Tab until the keyboard is where it began; return every stop."""
    start = QApplication.focusWidget()
    assert start is not None
    stops = [start]
    for _turn in range(_MOST_TABS):
        hands.press(Key.Key_Tab, SHIFT if back else Qt.KeyboardModifier.NoModifier)
        here = QApplication.focusWidget()
        assert here is not None
        if here is start:
            return stops
        assert here is not stops[-1], f"the keyboard is caught in {here}"
        stops.append(here)
    raise AssertionError(f"Tab never came back: {stops[-3:]}")


def test_tab_visits_every_stop_once_and_backwards_the_same(program: Program, hands: Hands) -> None:
    """WCAG 2.2, 2.1.2 (no trap) and 2.4.3 (an order that keeps meaning)."""
    stops = _round(hands, back=False)
    assert len(stops) == len(set(stops))
    passed_over = set(reachable(program.window)) - set(stops)
    missed = {type(w).__name__ + ": " + w.accessibleName() for w in passed_over}
    assert {name for name in missed if "QToolButton" not in name} == set()
    assert _round(hands, back=True)[1:] == stops[:0:-1]


def test_tab_goes_through_the_areas_as_they_are_read(program: Program, hands: Hands) -> None:
    stops = _round(hands, back=False)
    areas = program.comfort.areas()
    visited = []
    for stop in stops:
        inside = [i for i, area in enumerate(areas) if area is stop or area.isAncestorOf(stop)]
        if inside and (not visited or visited[-1] != inside[-1]):
            visited.append(inside[-1])
    if visited[0] == visited[-1]:
        visited.pop()  # began in the middle of an area
    turn = visited.index(min(visited))
    assert visited[turn:] + visited[:turn] == list(range(len(areas)))


def test_every_dialog_lets_go_at_escape(program: Program, hands: Hands, qtbot: QtBot) -> None:
    for key, with_ in (
        (Key.Key_O, CONTROL | SHIFT),
        (Key.Key_E, CONTROL),
        (Key.Key_F1, Qt.KeyboardModifier.NoModifier),
        (Key.Key_P, CONTROL),
        (Key.Key_Slash, CONTROL),
    ):
        hands.press(key, with_)
        shown = [w for w in program.window.findChildren(QDialog) if w.isVisible()]
        assert len(shown) == 1, key
        qtbot.waitUntil(lambda shown=shown: QApplication.activeWindow() is shown[0])
        hands.press(Key.Key_Escape)
        assert not shiboken6.isValid(shown[0]) or not shown[0].isVisible(), key
        program.window.activateWindow()
        settle()


def test_every_key_of_a_menu_is_in_the_list_of_shortcuts(program: Program) -> None:
    listed = {keys for _title, rows in program.menus.shortcuts() for _words, keys in rows}
    native = QKeySequence.SequenceFormat.NativeText
    for action in program.window.findChildren(QAction):
        for keys in action.shortcuts():
            assert any(keys.toString(native) in line.split(", ") for line in listed)
    assert program.window.findChildren(QShortcut) == []
