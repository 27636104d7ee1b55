"""Choosing and typing the size of the photo, and the question before a large run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.panels.cost_question import CostQuestion
from gui.panels.size_control import SizeControl
from gui.theme import DARK
from models.costs import Cost
from models.errors import InputError
from models.i18n import set_language
from models.offers import SizeOffer
from models.sizes import Size
from tests.helpers.states import settle

SMALL = SizeOffer((224, 224), (16, 16), None)
LARGE = SizeOffer((448, 448), (32, 32), Cost(1025, 54_000_000, 72_000_000, 600_000_000))
HUGE = SizeOffer((1036, 1036), (74, 74), Cost(5477, 289_000_000, 2_060_000_000, 16_000_000_000))


def asker(size: Size) -> SizeOffer:
    if size[0] % 14 or size[1] % 14:
        raise InputError("no")
    return SizeOffer(size, (size[0] // 14, size[1] // 14), None)


@pytest.fixture
def box(qtbot: QtBot) -> Iterator[SizeControl]:
    made = SizeControl()
    qtbot.addWidget(made)
    made.set_facts((SMALL, LARGE), now=SMALL, asker=asker)
    made.show()
    yield made
    made.hide()


def texts(box: SizeControl) -> list[str]:
    return [box.itemText(i) for i in range(box.count())]


def typed(box: SizeControl, qtbot: QtBot, words: str) -> None:
    edit = box.lineEdit()
    assert edit is not None
    edit.selectAll()
    qtbot.keyClicks(edit, words)
    qtbot.keyClick(edit, Qt.Key.Key_Return)


def test_sizes_are_listed_with_their_patches_and_the_one_in_force_is_chosen(
    box: SizeControl,
) -> None:
    assert texts(box) == ["224 px · 16×16 patches", "448 px · 32×32 patches"]
    assert box.currentText() == "224 px · 16×16 patches"
    assert box.accessibleName()


def test_choosing_asks_for_it_and_choosing_the_same_does_not(
    box: SizeControl, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(box.asked) as told:
        box.activated.emit(1)
    assert told.args == [LARGE]
    with qtbot.assertNotEmitted(box.asked):
        box.activated.emit(0)


def test_another_size_may_be_typed(box: SizeControl, qtbot: QtBot) -> None:
    with qtbot.waitSignal(box.asked) as told:
        typed(box, qtbot, "280x140")
    assert told.args is not None
    assert told.args[0].size == (140, 280)
    assert box.currentText() == "224 px · 16×16 patches"  # until it ran


@pytest.mark.parametrize("words", ["big", "", "225"])
def test_what_makes_no_sense_is_refused_and_taken_back(
    box: SizeControl, qtbot: QtBot, words: str
) -> None:
    with qtbot.waitSignal(box.refused) as told, qtbot.assertNotEmitted(box.asked):
        edit = box.lineEdit()
        assert edit is not None
        edit.clear()
        typed(box, qtbot, words)
    assert told.args is not None
    assert isinstance(told.args[0], InputError)
    assert box.currentText() == "224 px · 16×16 patches"


def test_typing_the_size_in_force_asks_nothing(box: SizeControl, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(box.asked), qtbot.assertNotEmitted(box.refused):
        typed(box, qtbot, "224")
    assert box.currentText() == "224 px · 16×16 patches"


def test_a_size_that_was_typed_before_joins_the_list(box: SizeControl) -> None:
    box.set_facts((SMALL, LARGE), now=SizeOffer((280, 280), (20, 20), None), asker=asker)
    assert texts(box)[1] == "280 px · 20×20 patches"
    assert box.currentIndex() == 1


def test_without_a_choice_the_size_is_shown_but_fixed(box: SizeControl) -> None:
    box.set_facts((SMALL,), now=SMALL, asker=None)
    assert not box.isEnabled()
    assert "this size only" in box.toolTip()
    box.set_facts((), now=None, asker=None)
    assert box.isHidden()


# -- the question


@pytest.fixture
def question(qtbot: QtBot) -> Iterator[CostQuestion]:
    made = CostQuestion()
    qtbot.addWidget(made)
    made.set_theme(DARK)
    yield made
    made.hide()


def test_the_question_tells_what_the_run_takes(question: CostQuestion) -> None:
    question.ask(HUGE, free=4_000_000_000)
    assert question.isVisible()
    said = question.words.text()
    for part in ("1036 px", "5,477 tokens", "289\u00a0MB", "2.1\u00a0GB", "4.0\u00a0GB are"):
        assert part in said
    question.ask(HUGE, free=None)
    assert "free on this computer" not in question.words.text()
    set_language("pt_BR")
    question.retranslate()
    assert "2,1\u00a0GB" in question.words.text()


def test_the_question_asks_for_the_room_of_all_its_lines(question: CostQuestion) -> None:
    """What it only wishes for is cut where the card has little height."""
    for width in (700, 260):
        question.resize(width, 90)
        question.ask(HUGE, free=4_000_000_000)
        settle()
        words = question.words
        assert words.minimumHeight() >= words.heightForWidth(words.width())
    assert question.minimumSizeHint().height() > 4 * words.fontMetrics().height()


def test_yes_runs_and_no_keeps(question: CostQuestion, qtbot: QtBot) -> None:
    question.ask(HUGE, free=None)
    with qtbot.waitSignal(question.accepted) as told:
        qtbot.mouseClick(question.go, Qt.MouseButton.LeftButton)
    assert told.args == [HUGE]
    assert question.isHidden()
    question.ask(HUGE, free=None)
    with qtbot.waitSignal(question.declined), qtbot.assertNotEmitted(question.accepted):
        qtbot.mouseClick(question.stay, Qt.MouseButton.LeftButton)
    assert question.isHidden()
