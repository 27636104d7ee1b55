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
from models.settings import PAGES
from tests.helpers.screen_reader import Met, met

Key = Qt.Key
IMAGES = Path(__file__).resolve().parent.parent.parent / "assets" / "images"


@pytest.fixture(autouse=True)
def _as_usual_after() -> Iterator[None]:
    yield
    zoom.use_zoom(zoom.USUAL)
    allow_motion(None)


def _name(part: Met) -> str:
    """Return a part's own name; on Linux Qt tells a list's choice in its place."""
    return part.widget.accessibleName() if isinstance(part.widget, QComboBox) else part.name


def _every_state(program: Program, qtbot: QtBot) -> Iterator[QWidget]:
    """Bring every page, tab and window to the front, one after another."""
    window = program.window
    yield window
    for page in PAGES:
        program.controller.change(page=page)
        qtbot.wait(1)  # posted layouts
        yield window
    for tab in range(window.side.count()):
        window.side.setCurrentIndex(tab)
        qtbot.wait(1)
        yield window
    window.side.setCurrentIndex(0)
    window.row.tabs.setCurrentIndex(TABLE_TAB)
    yield window
    program.teaching.toggle_lessons()
    yield window
    program.teaching.show_things()
    yield window
    program.teaching.put_away()
    for other in (program.teaching.playground, program.teaching.glossary):
        other.show()
        yield other
        other.close()


def _heard(program: Program, qtbot: QtBot) -> dict[str, set[str]]:
    """Return the names of every part that takes keys, by the way to it."""
    heard: dict[str, set[str]] = {}
    for window in _every_state(program, qtbot):
        for part in met(window):
            heard.setdefault(part.way, set()).add(_name(part))
            assert part.role != QAccessible.Role.NoRole, part.way
    return heard


def test_everything_that_takes_keys_has_a_name_in_both_languages(
    program: Program, qtbot: QtBot
) -> None:
    english = _heard(program, qtbot)
    assert len(english) > 40
    program.use_language("pt_BR")
    portuguese = _heard(program, qtbot)
    assert language() == "pt_BR"
    unnamed = {
        way for heard in (english, portuguese) for way, names in heard.items() if "" in names
    }
    assert unnamed == set()


def test_names_are_said_in_the_other_language_after_a_live_switch(
    program: Program, qtbot: QtBot
) -> None:
    """What is called the same in both languages is called so on purpose."""
    english = {name for names in _heard(program, qtbot).values() for name in names}
    program.use_language("pt_BR")
    portuguese = {name for names in _heard(program, qtbot).values() for name in names}
    alike = {name for name in english & portuguese if len(name.split()) > 1}
    assert {name for name in alike if "multilingual" not in name} == set()


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
