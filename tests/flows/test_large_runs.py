"""Before a run that takes much memory somebody is asked, whatever is run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.app import Program
from tests.flows.conftest import START, Opener
from tests.helpers.zoo import ZOO

LONG = "the cat sat on the mat and the dog"


@pytest.fixture
def program(open_program: Opener, monkeypatch: pytest.MonkeyPatch) -> Program:
    """A program that has run a short sentence, and finds a longer one large."""
    program = open_program(replace(START, model=str(ZOO / "bert"), text="the cat"))
    model = program.controller.bench.model
    assert model is not None
    cost = model.cost(8)
    assert cost is not None
    monkeypatch.setattr("models.offers.LARGE", cost.run)
    return program


def test_a_long_text_waits_for_a_yes(program: Program, qtbot: QtBot) -> None:
    question, controller = program.window.source.question, program.controller
    before = controller.bench.record
    controller.set_text(LONG)
    qtbot.waitUntil(question.isVisible)
    assert "tokens" in question.words.text()
    assert controller.bench.record is before
    with qtbot.waitSignal(controller.record_changed):
        qtbot.mouseClick(question.go, Qt.MouseButton.LeftButton)
    assert question.isHidden()
    record = controller.bench.record
    assert record is not None
    assert record.encoded.text == LONG


def test_a_no_keeps_what_is_shown(program: Program, qtbot: QtBot) -> None:
    question, controller = program.window.source.question, program.controller
    before = controller.bench.record
    controller.set_text(LONG)
    qtbot.waitUntil(question.isVisible)
    qtbot.mouseClick(question.stay, Qt.MouseButton.LeftButton)
    assert question.isHidden()
    assert controller.bench.record is before
    assert controller.bench.text == LONG  # what was typed is not lost


def test_what_was_agreed_to_is_not_asked_again(program: Program, qtbot: QtBot) -> None:
    question, controller = program.window.source.question, program.controller
    controller.set_text(LONG)
    qtbot.waitUntil(question.isVisible)
    with qtbot.waitSignal(controller.record_changed):
        qtbot.mouseClick(question.go, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(controller.record_changed):
        controller.set_text(LONG.replace("cat", "dog"))
    assert question.isHidden()
