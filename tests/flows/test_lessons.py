"""Every lesson, driven to its end through the window, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox
from pytestqt.qtbot import QtBot

from gui.app import Program
from gui.labs.panel import LabPanel
from gui.labs.state import Kind
from gui.lessons.tabs import bring_tab
from models.lessons.lesson import Wanted
from models.lessons.library import bundled_lessons
from models.lessons.naming import position
from models.lessons.words import MISSING
from tests.helpers.pictures import started
from tests.helpers.states import end, settle

LESSONS = bundled_lessons()


@pytest.fixture(scope="module")
def program(qapp: QApplication) -> Iterator[Program]:
    """Return one program for all lessons: models are opened once."""
    made = started()
    made.window.resize(1280, 800)
    yield made
    end(made)


def _pin(program: Program, wanted: Wanted) -> None:
    shown = program.controller.shown
    assert shown is not None
    now = shown.state.pinned
    if wanted.changed:
        place = 3 if now != 3 else 5
    else:
        found = position(shown.record, str(wanted.equals))
        assert found is not None
        place = found
    if place == now:
        return
    if shown.record.encoded.modality == "image":
        program.window.source.photo.token_clicked.emit(place)
        return
    chips = program.window.source.chips
    rect = chips.chip_rect(place)
    assert rect is not None
    QTest.mouseClick(
        chips.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0), rect.center()
    )


def _mark(program: Program, wanted: Wanted) -> None:
    shown = program.controller.shown
    assert shown is not None
    found = position(shown.record, str(wanted.equals))
    assert found is not None
    if shown.state.key != found:
        program.window.row.key_clicked.emit(found)


def _type(program: Program, wanted: Wanted) -> None:
    field = program.window.input.sentence
    field.selectAll()
    text = "Hoje o sol nasceu cedo." if wanted.changed else str(wanted.equals)
    field.insert(text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def _number(wanted: Wanted, *, now: int) -> int:
    if wanted.changed:
        return 2 if now != 2 else 3
    assert isinstance(wanted.equals, (int, float))
    return int(wanted.equals)


def _layer(program: Program, wanted: Wanted) -> None:
    shown = program.controller.shown
    assert shown is not None
    program.window.choice.layer_picked.emit(_number(wanted, now=shown.state.layer + 1) - 1)


def _head(program: Program, wanted: Wanted) -> None:
    shown = program.controller.shown
    assert shown is not None
    number = None if wanted.equals == "mean" else _number(wanted, now=shown.heads[0] + 1)
    program.window.choice.heads_picked.emit(() if number is None else (number - 1,))


def _photo(program: Program, wanted: Wanted) -> None:
    program.window.input.samples[1 if wanted.changed else 0].click()


def _labs(program: Program) -> LabPanel:
    program.labs.show()
    panel = program.labs.panel
    assert panel is not None
    return panel


def _run(program: Program, kind: Kind) -> None:
    """Click the button of the experiment, training switched on before."""
    panel = _labs(program)
    if kind == "training":
        panel.chooser.buttons["dropout"].click()
        panel.bench.mode.buttons["training"].click()  # type: ignore[attr-defined]  # its bench
    panel.bench.card(kind).run.click()


def _edit(program: Program) -> None:
    """Write a number into a cell of the playground, as a double click lets one do."""
    table = program.teaching.playground.tables["query"]
    item = table.item(2, 0)
    assert item is not None
    table.setFocus()
    table.editItem(item)
    field = table.findChild(QDoubleSpinBox)
    assert field is not None
    field.setValue(field.value() + 1)
    QTest.keyClick(field, Qt.Key.Key_Return)


_HOW: Final[dict[str, Callable[[Program, Wanted], object]]] = {
    "token": _pin,
    "key": _mark,
    "layer": _layer,
    "head": _head,
    "text": _type,
    "photo": _photo,
    "steps": lambda program, _: program.window.row.tabs.setCurrentIndex(1),
    "tab": lambda program, wanted: bring_tab(program.window, str(wanted.equals)),
    "experiment": lambda program, wanted: (
        _labs(program).chooser.buttons[str(wanted.equals)].click()
    ),
    "ran.training": lambda program, _: _run(program, "training"),
    "ran.arrow": lambda program, _: _run(program, "arrow"),
    "ran.search": lambda program, _: _run(program, "search"),
    "page": lambda program, wanted: program.controller.pick_page(str(wanted.equals)),
    "playground.numbers": lambda program, _: _edit(program),
    "playground.temperature": lambda program, wanted: (
        program.teaching.playground.controls.temperature.setValue(wanted.at_least or 0)
    ),
    "playground.masked": lambda program, _: program.teaching.playground.controls.masks[1].click(),
    "playground.seed": lambda program, _: program.teaching.playground.controls.again.click(),
    "playground.dropout": lambda program, _: program.teaching.playground.controls.rate.setValue(0),
}


@pytest.mark.parametrize("language", ["pt_BR", "en"])
@pytest.mark.parametrize("index", range(len(LESSONS)), ids=[one.name for one in LESSONS])
def test_a_lesson_can_be_followed_to_its_end(
    program: Program, qtbot: QtBot, index: int, language: str
) -> None:
    program.use_language(language)
    learning = program.teaching.learning
    learning.show()
    learning.show_list()
    page, lesson = learning.panel.step, LESSONS[index]
    with qtbot.waitSignal(learning.step_ready, timeout=60_000):
        learning.panel.list.buttons[index].click()
    for number, step in enumerate(lesson.steps):
        assert page.number == number
        assert page.title.text() == str(step.title)
        assert MISSING + "<" not in page.text.text(), f"step {number + 1} lacks a number"
        if step.point:
            assert learning.ring.isVisible(), f"step {number + 1} points at nothing"
        if step.ask is not None:
            assert not page.done, f"step {number + 1} is done before anything was done"
            for wanted in step.done:
                _HOW[wanted.fact](program, wanted)
            qtbot.waitUntil(lambda: page.done, timeout=60_000)
        if number < len(lesson.steps) - 1:
            with qtbot.waitSignal(learning.step_ready, timeout=60_000):
                page.next.click()
    assert page.sources.isVisibleTo(page)
    page.next.click()
    assert learning.progress.is_done(lesson.name)
    assert program.preferences.lessons == learning.progress.written()
    assert not learning.ring.isVisible()
    program.teaching.playground.close()


def test_the_place_in_a_lesson_is_kept_and_back_sets_the_window_again(
    program: Program, qtbot: QtBot
) -> None:
    learning = program.teaching.learning
    with qtbot.waitSignal(learning.step_ready, timeout=60_000):
        learning.open(LESSONS[4])
    page = learning.panel.step
    with qtbot.waitSignal(learning.step_ready, timeout=60_000):
        page.next.click()
    assert program.controller.bench.state.heads == (6,)
    learning.show_list()
    with qtbot.waitSignal(learning.step_ready, timeout=60_000):
        learning.panel.list.buttons[4].click()
    assert page.number == 1
    with qtbot.waitSignal(learning.step_ready, timeout=60_000):
        page.back.click()
    assert not program.controller.bench.state.heads


def test_live_numbers_follow_the_language(program: Program, qtbot: QtBot) -> None:
    learning = program.teaching.learning
    learning.progress = type(learning.progress)()
    with qtbot.waitSignal(learning.step_ready, timeout=60_000):
        learning.open(LESSONS[1])
    page = learning.panel.step
    program.use_language("en")
    assert "25.22" in page.text.text()
    program.use_language("pt_BR")
    assert "25,22" in page.text.text()
    program.use_language("en")


def test_the_lesson_that_follows_is_offered_when_one_is_finished(program: Program) -> None:
    learning, window = program.teaching.learning, program.window
    window.activateWindow()
    learning.open(LESSONS[7])
    lesson = learning.panel.step.lesson
    assert lesson is not None
    for _step in range(len(lesson.steps) + 1):
        if learning.panel.in_lesson:
            learning.go(1)
    following = learning.panel.list.buttons[8]
    settle()
    assert following.hasFocus()
    assert not following.visibleRegion().isEmpty()
