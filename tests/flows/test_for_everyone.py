"""The main job without a mouse, and what a screen reader meets, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gui import zoom
from gui.app import Program
from gui.panels.export_dialog import ExportDialog
from gui.panels.row_panel import TABLE_TAB
from gui.player import allow_motion, moves
from models.i18n import language
from tests.helpers.screen_reader import Met, met
from tests.helpers.states import State, every_state, lessons, of_input, windows

Key = Qt.Key
# Orca passes over these, even where the keyboard is.
_PASSED_OVER = {QAccessible.Role.NoRole, QAccessible.Role.Client}
# A model's own name, and signs.
_SAME = ("multilingual", "A · L", "B · L", "A − B")
IMAGES = Path(__file__).resolve().parent.parent.parent / "assets" / "images"


@pytest.fixture(autouse=True)
def _as_usual_after() -> Iterator[None]:
    yield
    zoom.use_zoom(zoom.USUAL)
    allow_motion(None)


def _name(part: Met) -> str:
    """Return a part's own name; on Linux Qt tells a list's choice in its place."""
    return part.widget.accessibleName() if isinstance(part.widget, QComboBox) else part.name


def _without_photo(program: Program) -> Iterator[State]:
    yield from of_input(program, "text")
    yield from windows(program)
    yield from lessons(program)


def _heard(states: Iterator[State]) -> dict[str, set[str]]:
    """Return the names of every part that takes keys, by the state and the way to it."""
    heard: dict[str, set[str]] = {}
    for state, window in states:
        for part in met(window):
            heard.setdefault(f"{state}: {part.way}", set()).add(_name(part))
            if part.role in _PASSED_OVER:
                heard[f"{state}: {part.way}"].add("")
    return heard


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen says so
def test_everything_that_takes_keys_has_a_role_and_a_name_in_both_languages(
    program: Program,
) -> None:
    """Names of more than one word that are the same in both languages are so on purpose."""
    english = _heard(every_state(program))
    assert len(english) > 400
    program.use_language("pt_BR")
    portuguese = _heard(_without_photo(program))
    assert language() == "pt_BR"
    assert {way for heard in (english, portuguese) for way in heard if "" in heard[way]} == set()
    said = [{name for names in heard.values() for name in names} for heard in (english, portuguese)]
    alike = {name for name in said[0] & said[1] if len(name.split()) > 1}
    assert {name for name in alike if not any(same in name for same in _SAME)} == set()


def test_the_window_is_read_from_top_to_bottom(program: Program) -> None:
    """A splitter turns its parts around unless it is told."""
    window = program.window
    for name, part in (
        ("row", window.row), ("tabs", window.side.tabBar()), ("pages", window.map.strip),
        ("chips", window.source.chips), ("sentence", window.input.sentence),
    ):  # fmt: skip
        part.setProperty("read_as", name)
    order = [way for way in map(_read_first, _tree(window)) if way]
    assert order == ["sentence", "chips", "pages", "tabs", "row"]


def _read_first(widget: QWidget) -> str:
    return str(widget.property("read_as") or "")


def _tree(window: QWidget) -> Iterator[QWidget]:
    """Yield the widgets of ``window`` as a screen reader goes through them."""
    stack = [QAccessible.queryAccessibleInterface(window)]
    while stack:
        spoken = stack.pop()
        part = spoken.object()
        if isinstance(part, QWidget):
            yield part
        inner = (spoken.child(number) for number in range(spoken.childCount()))
        stack += [one for one in inner if one is not None][::-1]


def test_the_drawn_row_is_read_as_a_sorted_list(program: Program) -> None:
    program.controller.change(layer=11, heads=(2,), pinned=2)
    said = program.window.source.chips.accessibleDescription()
    assert "Pinned: gato, position 2." in said
    weights = [
        float(item.rsplit(" ", 1)[1].rstrip(".")) for item in said.split(": ")[-1].split("; ")
    ]
    assert weights == sorted(weights, reverse=True)
    assert len(weights) == 8
    program.controller.change(layer=0)
    assert program.window.source.chips.accessibleDescription() != said


def test_the_row_table_can_be_read_cell_by_cell(program: Program) -> None:
    program.controller.change(pinned=2)
    program.window.row.tabs.setCurrentIndex(TABLE_TAB)
    model = program.window.row.table.model()
    horizontal = Qt.Orientation.Horizontal
    heads = [model.headerData(c, horizontal) for c in range(model.columnCount())]
    assert all(heads)
    first = [model.data(model.index(0, column)) for column in range(model.columnCount())]
    assert all(text not in (None, "") for text in first)


def test_the_main_job_is_done_without_a_mouse(
    program: Program, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, do = program.window, program.controller
    _go_to(program, qtbot, window.input)
    while QApplication.focusWidget() is not window.input.sentence:
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    window.input.sentence.selectAll()
    qtbot.keyClicks(window.input.sentence, "fui ao banco")
    with qtbot.waitSignal(do.record_changed, timeout=60_000):
        qtbot.keyClick(window.input.sentence, Key.Key_Return)
    qtbot.waitUntil(lambda: not do.busy, timeout=60_000)
    _go_to(program, qtbot, window.source)
    while QApplication.focusWidget() is not window.source.chips:
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    before = do.bench.state.pinned
    qtbot.keyClick(window.source.chips, Key.Key_Left)
    assert do.bench.state.pinned != before
    qtbot.keyClick(window, Key.Key_PageDown)
    qtbot.keyClick(window, Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert do.shown is not None
    assert do.shown.one_head == 0
    _go_to(program, qtbot, window.side)
    qtbot.keyClick(window, Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.save_button.isEnabled, timeout=60_000)
    path = tmp_path / "figure.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(path), "PNG"))
    dialog.save_button.setFocus()
    qtbot.keyClick(dialog.save_button, Key.Key_Space)
    qtbot.waitUntil(path.exists, timeout=60_000)


def test_f6_visits_every_area_and_comes_back(program: Program, qtbot: QtBot) -> None:
    areas = program.comfort.areas()
    seen = []
    for _turn in areas:
        qtbot.keyClick(program.window, Key.Key_F6)
        here = QApplication.focusWidget()
        seen += [a for a in areas if here is not None and (a is here or a.isAncestorOf(here))][-1:]
    assert set(map(id, seen)) == set(map(id, areas))
    qtbot.keyClick(program.window, Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert seen[-2].isAncestorOf(QApplication.focusWidget())


def test_the_size_follows_the_keys_and_is_remembered(program: Program, qtbot: QtBot) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    before = program.window.input.sentence.height()
    for _step in range(3):
        qtbot.keyClick(program.window, Key.Key_Plus, control)
    assert program.preferences.zoom == "150"
    qtbot.waitUntil(lambda: program.window.input.sentence.height() > 1.3 * before)
    qtbot.keyClick(program.window, Key.Key_Minus, control)
    assert zoom.zoom() == 125
    qtbot.keyClick(program.window, Key.Key_0, control)
    qtbot.waitUntil(lambda: program.window.input.sentence.height() == before)


def test_stillness_is_chosen_and_remembered(program: Program) -> None:
    allow_motion(True)
    program.comfort.toggle_motion()
    assert not moves()
    assert program.preferences.motion == "off"
    program.comfort.toggle_motion()
    assert moves()


def _go_to(program: Program, qtbot: QtBot, area: QWidget) -> None:
    """Press F6 until the keyboard is in ``area``."""
    for _turn in program.comfort.areas():
        qtbot.keyClick(program.window, Key.Key_F6)
        here = QApplication.focusWidget()
        if here is not None and (area is here or area.isAncestorOf(here)):
            return
    pytest.fail("F6 never came there")
