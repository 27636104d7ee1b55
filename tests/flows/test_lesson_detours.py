"""What a lesson does when the person goes elsewhere in the middle of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gui.app import Program
from gui.lessons.learning import Learning
from models.lessons.library import bundled_lessons
from models.library import DEFAULT_TEXT_MODEL
from tests.helpers.pictures import ROOT, started
from tests.helpers.states import end

LESSONS = {lesson.name[:2]: lesson for lesson in bundled_lessons()}
OTHER = str(ROOT / "tests" / "zoo" / "bert" / "onnx" / "model_ts17_eager_static.onnx")
ELSEWHERE = "Hoje o sol nasceu cedo."


@pytest.fixture(scope="module")
def program(qapp: QApplication) -> Iterator[Program]:
    made = started()
    made.window.resize(1280, 800)
    yield made
    end(made)


@pytest.fixture
def learning(program: Program) -> Learning:
    """Return the lessons, nothing of them read."""
    program.use_language("en")
    found = program.teaching.learning
    found.progress = type(found.progress)()
    found.show()
    return found


def _open(learning: Learning, qtbot: QtBot, lesson: str, *, step: int = 1) -> None:
    with qtbot.waitSignal(learning.step_ready, timeout=30_000):
        learning.open(LESSONS[lesson])
    for _ in range(step - 1):
        with qtbot.waitSignal(learning.step_ready, timeout=30_000):
            learning.go(1)


def _set_again(learning: Learning, qtbot: QtBot) -> None:
    with qtbot.waitSignal(learning.step_ready, timeout=30_000):
        learning.panel.step.try_button.click()
    page = learning.panel.step
    assert not page.away
    assert not page.notice.isVisible()
    assert page.try_button.text() == "Try it"


def _type(program: Program, qtbot: QtBot, text: str) -> None:
    with qtbot.waitSignal(program.controller.record_changed, timeout=30_000):
        program.controller.set_text(text)
    qtbot.waitUntil(lambda: not program.controller.busy, timeout=30_000)


def test_another_sentence_is_noticed_and_the_words_keep_their_numbers(
    program: Program, learning: Learning, qtbot: QtBot
) -> None:
    _open(learning, qtbot, "01")
    page = learning.panel.step
    said = page.text.text()
    assert "<b>8</b>" in said
    _type(program, qtbot, ELSEWHERE)
    qtbot.waitUntil(lambda: page.away, timeout=5_000)
    assert page.notice.isVisible()
    assert page.try_button.text() == "Set it up again"
    assert page.text.text() == said
    _set_again(learning, qtbot)
    assert program.controller.bench.text == "O gato está no telhado"


def test_nothing_counts_as_done_while_another_input_is_shown(
    program: Program, learning: Learning, qtbot: QtBot
) -> None:
    _open(learning, qtbot, "02", step=3)  # asks for another token of “I am making a cake”
    page = learning.panel.step
    _type(program, qtbot, ELSEWHERE)
    program.controller.change(pinned=1)
    qtbot.waitUntil(lambda: page.away, timeout=5_000)
    assert not page.done
    _set_again(learning, qtbot)
    assert not page.done
    program.controller.change(pinned=1)
    qtbot.waitUntil(lambda: page.done, timeout=5_000)


def test_coming_back_by_hand_is_noticed_too(
    program: Program, learning: Learning, qtbot: QtBot
) -> None:
    _open(learning, qtbot, "02")
    page = learning.panel.step
    _type(program, qtbot, ELSEWHERE)
    qtbot.waitUntil(lambda: page.away, timeout=5_000)
    _type(program, qtbot, "I am making a cake")
    qtbot.waitUntil(lambda: not page.away, timeout=5_000)
    assert "25.22" in page.text.text()


def test_a_photo_in_the_middle_of_a_lesson_on_text_is_noticed(
    program: Program, learning: Learning, qtbot: QtBot
) -> None:
    _open(learning, qtbot, "05", step=3)  # asks for another sentence: a photo is none
    page = learning.panel.step
    with qtbot.waitSignal(program.controller.record_changed, timeout=30_000):
        program.window.input.samples[0].click()
    qtbot.waitUntil(lambda: page.away, timeout=30_000)
    assert not page.done
    _set_again(learning, qtbot)
    assert program.controller.bench.modality == "text"


def test_another_model_is_noticed_and_the_lessons_own_comes_back(
    program: Program, learning: Learning, qtbot: QtBot
) -> None:
    _open(learning, qtbot, "10", step=3)  # asks for the mean of heads
    page = learning.panel.step
    program.controller.open_model(OTHER)
    qtbot.waitUntil(lambda: program.controller.bench.reference == OTHER, timeout=30_000)
    qtbot.waitUntil(lambda: not program.controller.busy, timeout=30_000)
    program.controller.pick_heads(())
    qtbot.waitUntil(lambda: page.away, timeout=5_000)
    assert not page.done, "the mean of another model's heads is not what was asked for"
    _set_again(learning, qtbot)
    assert program.controller.bench.reference == DEFAULT_TEXT_MODEL


def test_a_model_opened_while_a_step_is_being_set_leaves_a_way_back(
    program: Program, learning: Learning, qtbot: QtBot
) -> None:
    _open(learning, qtbot, "02")
    _type(program, qtbot, ELSEWHERE)
    learning.go(1)  # on its way to the lesson's sentence …
    program.controller.open_model(OTHER)  # … and away again
    qtbot.waitUntil(lambda: program.controller.bench.reference == OTHER, timeout=30_000)
    qtbot.waitUntil(lambda: learning.panel.step.away, timeout=30_000)
    assert learning.panel.step.try_button.isVisible()
    _set_again(learning, qtbot)
    assert program.controller.bench.reference == DEFAULT_TEXT_MODEL
    assert program.controller.bench.text == "I am making a cake"


def test_a_step_whose_setting_is_cancelled_offers_to_set_it_again(
    program: Program, learning: Learning, qtbot: QtBot
) -> None:
    _open(learning, qtbot, "02")
    _type(program, qtbot, ELSEWHERE)
    learning.go(1)
    program.controller.escape()
    page = learning.panel.step
    qtbot.waitUntil(lambda: page.away or not learning.stage.waiting, timeout=30_000)
    assert not page.done
    with qtbot.waitSignal(learning.step_ready, timeout=30_000):
        page.try_button.click()
    assert not page.away
    program.window.messages.dismiss()


def test_a_closed_playground_is_noticed_and_opened_again(
    program: Program, learning: Learning, qtbot: QtBot
) -> None:
    _open(learning, qtbot, "03", step=4)
    page, playground = learning.panel.step, program.teaching.playground
    assert learning.ring.parentWidget() is playground
    assert learning.ring.isVisible()
    playground.close()
    qtbot.waitUntil(lambda: page.away, timeout=5_000)
    playground.controls.temperature.setValue(5.0)
    assert not page.done, "nobody saw that"
    _set_again(learning, qtbot)
    assert playground.isVisible()
    playground.controls.temperature.setValue(5.0)
    qtbot.waitUntil(lambda: page.done, timeout=5_000)
    playground.close()


def test_another_page_or_tab_is_no_other_place_and_set_again_brings_the_map_back(
    program: Program, learning: Learning, qtbot: QtBot
) -> None:
    _open(learning, qtbot, "08", step=2)
    program.controller.pick_page("lines")
    program.model_tab.show()
    QTest.qWait(0)
    page = learning.panel.step
    assert not page.away
    assert not page.done
    _set_again(learning, qtbot)
    assert program.controller.bench.state.page == "heatmap"
    assert program.window.side.currentWidget() is program.window.row


def test_the_language_may_change_in_the_middle_of_a_step(
    program: Program, learning: Learning, qtbot: QtBot
) -> None:
    _open(learning, qtbot, "02")
    page = learning.panel.step
    program.window.row.key_clicked.emit(5)
    qtbot.waitUntil(lambda: page.done, timeout=5_000)
    program.use_language("pt_BR")
    assert page.done
    assert not page.away
    assert "25,22" in page.text.text()
    assert page.title.text() == LESSONS["02"].steps[0].title.pt
    _type(program, qtbot, ELSEWHERE)
    qtbot.waitUntil(lambda: page.away, timeout=5_000)
    program.use_language("en")
    assert page.away
    assert "25.22" in page.text.text()


def test_going_back_asks_for_the_earlier_action_anew(
    program: Program, learning: Learning, qtbot: QtBot
) -> None:
    _open(learning, qtbot, "05")
    page = learning.panel.step
    program.controller.pick_heads((6,))
    qtbot.waitUntil(lambda: page.done, timeout=5_000)
    with qtbot.waitSignal(learning.step_ready, timeout=30_000):
        page.next.click()
    with qtbot.waitSignal(learning.step_ready, timeout=30_000):
        page.back.click()
    assert not page.done
    assert not program.controller.bench.state.heads


def test_a_playground_behind_the_window_comes_to_the_front_for_the_step_that_needs_it(
    program: Program, learning: Learning, qtbot: QtBot
) -> None:
    _open(learning, qtbot, "09", step=3)
    playground = program.teaching.playground
    program.window.activateWindow()
    qtbot.waitUntil(lambda: not playground.isActiveWindow(), timeout=5_000)
    with qtbot.waitSignal(learning.step_ready, timeout=30_000):
        learning.try_it()
    qtbot.waitUntil(playground.isActiveWindow, timeout=5_000)
    playground.close()


def test_the_playgrounds_row_says_that_dropout_changed_it_and_names_no_runtime(
    program: Program, learning: Learning, qtbot: QtBot
) -> None:
    _open(learning, qtbot, "09", step=3)
    playground = program.teaching.playground
    said = " ".join(label.text() for label in playground.row.findChildren(QLabel))
    assert "Dropout came after softmax" in said
    assert "runtime" not in said
    playground.close()
