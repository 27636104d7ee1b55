"""Help, gallery, playground and a lesson of one's own, in the running program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui import drops
from gui.app import Program
from gui.help.words import explain_parts
from gui.lessons.places import place, place_of
from gui.lessons.tabs import bring_tab
from gui.playground.window import Playground
from gui.taking import take
from models.commands.program import run
from models.glossary import terms
from models.lessons.allowed import TABS
from models.lessons.reading import places
from models.settings import HEATMAP, PAGES, Start
from tests.flows.conftest import START
from tests.helpers.pictures import started
from tests.helpers.states import end

GOOD = Path(__file__).resolve().parent.parent.parent / "assets" / "lessons" / "02-scores.toml"


@pytest.fixture(scope="module")
def program(qapp: QApplication) -> Iterator[Program]:
    made = started()
    yield made
    end(made)


def _text(program: Program) -> str:
    record = program.controller.bench.record
    return "" if record is None else record.encoded.text


def test_every_name_that_point_can_use_is_a_part_of_the_window(program: Program) -> None:
    program.teaching.playground  # noqa: B018  # its parts have names, too
    missing = [name for name in places() if place(program.window, name) is None]
    assert missing == []
    rate = program.teaching.playground.controls.rate
    assert place_of(program.window, rate) == "dropout"
    field = program.window.input.sentence
    assert place_of(program.window, field) == "sentence"


def test_what_is_this_has_words_for_every_control(program: Program) -> None:
    program.teaching.learning  # noqa: B018  # its controls count too
    explain_parts(program.window)
    kinds = (QAbstractButton, QComboBox, QLineEdit, QSlider)
    mute = [
        f"{type(control).__name__} {control.accessibleName()}"
        for kind in kinds
        for control in program.window.findChildren(kind)
        if control.isVisible() and not control.whatsThis()
    ]
    assert mute == []


def test_what_is_this_has_words_on_every_page_tab_and_bench_and_in_the_playground(
    program: Program, qtbot: QtBot
) -> None:
    window, playground = program.window, program.teaching.playground
    program.use_language("en")
    program.controller.change(pinned=2, heads=(3,))
    mute: set[str] = set()
    for page in PAGES:
        program.controller.pick_page(page)
        qtbot.waitUntil(lambda: not program.controller.busy, timeout=30_000)
        mute |= _mute(program, page)
    program.controller.pick_page(HEATMAP)
    for name in TABS:
        bring_tab(window, name)
        QApplication.processEvents()
        mute |= _mute(program, name)
    panel = program.labs.panel
    assert panel is not None
    for name, button in panel.chooser.buttons.items():
        button.click()
        mute |= _mute(program, f"experiments, {name}")
    playground.show()
    mute |= _mute(program, "playground")
    playground.close()
    bring_tab(window, "row")
    assert mute == set()


def _mute(program: Program, where: str) -> set[str]:
    """Return every control in sight that “What is this?” has no words for."""
    explain_parts(program.window)
    kinds = (
        QAbstractButton, QComboBox, QLineEdit, QSlider, QAbstractSpinBox, QTabBar,
        QAbstractItemView, QPlainTextEdit,
    )  # fmt: skip
    return {
        f"{where}: {type(control).__name__} {control.accessibleName()}"
        for kind in kinds
        for control in program.window.findChildren(kind)
        if control.isVisible() and not control.whatsThis() and not _inside_another(control)
    }


def _inside_another(control: QWidget) -> bool:
    """Whether it is a piece of a control of Qt's own, which has the words: a field's editor."""
    outer = control.parentWidget()
    return isinstance(outer, (QAbstractSpinBox, QComboBox, QTabBar, QAbstractItemView)) and bool(
        outer.whatsThis()
    )


def test_f1_in_the_playground_explains_its_part(program: Program, qtbot: QtBot) -> None:
    playground = program.teaching.playground
    playground.show()
    playground.activateWindow()
    qtbot.waitUntil(playground.isActiveWindow, timeout=5_000)
    playground.controls.rate.setFocus()
    QTest.keyClick(playground.controls.rate, Qt.Key.Key_F1)
    term = program.teaching.glossary.term
    assert term is not None
    assert term.name == "dropout"
    program.teaching.glossary.close()
    playground.close()


def test_f1_explains_the_part_where_the_keyboard_is(program: Program, qtbot: QtBot) -> None:
    window, teaching = program.window, program.teaching
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5_000)
    window.input.sentence.setFocus()
    teaching.explain()
    glossary = teaching.glossary
    assert glossary.term is not None
    assert glossary.term.name == "token"
    glossary.search.setText("raiz temperatura")
    assert glossary.list.count() == 0
    glossary.search.setText("MASCARA")
    assert glossary.list.count() > 0
    program.use_language("pt_BR")
    assert "máscara" in glossary.text.text()
    program.use_language("en")
    assert "mask" in glossary.text.text()
    glossary.close()


def test_every_term_has_a_sentence_in_both_languages() -> None:
    names = [term.name for term in terms()]
    assert len(set(names)) == len(names)
    for term in terms():
        for said in (term.title, term.says):
            assert said.pt
            assert said.en
        assert term.says.pt.endswith(".")
        assert term.says.en.endswith(".")
    assert {part for term in terms() for part in term.parts} <= set(places())


@pytest.mark.parametrize("language", ["pt_BR", "en"])
def test_every_thing_to_try_can_be_tried(program: Program, qtbot: QtBot, language: str) -> None:
    program.use_language(language)
    program.window.resize(1280, 800)
    learning = program.teaching.learning
    program.teaching.show_things()
    for i, button in enumerate(learning.panel.list.things):
        learning.show_list()
        with qtbot.waitSignal(learning.step_ready, timeout=60_000):
            button.click()
        assert learning.panel.step.number == i
        assert "<b>–</b>" not in learning.panel.step.text.text()
        assert learning.ring.isVisible()
    learning.hide()
    assert not learning.ring.isVisible()
    program.use_language("en")


def test_a_dropped_lesson_opens_and_a_bad_one_changes_nothing(
    program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    learning = program.teaching.learning
    mine = tmp_path / "mine.toml"
    mine.write_text(GOOD.read_text(encoding="utf-8"), encoding="utf-8")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(mine))])
    with qtbot.waitSignal(learning.step_ready, timeout=60_000):
        take(drops.read(mime), program.controller)
    page = learning.panel.step
    assert page.lesson is not None
    assert page.lesson.name == "mine"
    before = program.controller.bench.record
    mine.write_text("[title]\npt = 1\n", encoding="utf-8")
    take(drops.read(mime), program.controller)
    said = program.window.messages.strips[-1].message.sentence
    assert "mine.toml" in said
    assert "line" in said
    assert page.lesson.name == "mine"
    assert program.controller.bench.record is before
    program.window.messages.dismiss()


def test_a_lesson_that_asks_for_what_is_not_there_says_so(
    program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.toml"
    written = GOOD.read_text(encoding="utf-8").replace('token = "making", tab', 'token = "no", tab')
    mine.write_text(written.replace("layer = 3", "layer = 99"), encoding="utf-8")
    program.use_language("en")
    with qtbot.waitSignal(program.teaching.learning.step_ready, timeout=60_000):
        program.teaching.open_lesson(mine)
    said = [strip.message.sentence for strip in program.window.messages.strips]
    assert any("“no”" in one for one in said)
    assert any("99" in one and "12" in one for one in said)
    program.window.messages.dismiss()


def test_with_nothing_chosen_things_to_try_are_one_click_away(program: Program) -> None:
    program.teaching.learning.hide()
    program.window.side.setCurrentWidget(program.window.row)
    program.controller.change(pinned=None, key=None)
    button = program.window.row.things
    assert button.isVisible()
    button.click()
    learning = program.teaching.learning
    assert learning.panel.list.things[0].isVisible()
    learning.hide()


def test_what_is_this_answers_in_lessons_and_playground_too(program: Program) -> None:
    program.teaching.learning.show()
    playground = program.teaching.playground
    playground.show()
    explain_parts(program.window)
    parts = [playground.chips, playground.map, *program.teaching.learning.panel.list.buttons]
    assert [part.accessibleName() for part in parts if not part.whatsThis()] == []
    for card, name in zip(playground.row.steps.cards, ("query", "keys"), strict=False):
        assert card.findChildren(QWidget), name
        assert any(part.whatsThis() for part in card.findChildren(QWidget)), name
    playground.close()
    program.teaching.learning.hide()


def test_the_command_line_names_a_lesson() -> None:
    start = run(["--lesson", "x.toml"])
    assert isinstance(start, Start)
    assert start.lesson == "x.toml"
    assert start.asked


def test_lessons_never_widen_a_narrow_window_and_stand_in_for_the_row(
    program: Program, qtbot: QtBot
) -> None:
    window, learning = program.window, program.teaching.learning
    learning.hide()
    window.resize(960, 700)
    tabs = window.side.count()
    learning.show()
    assert window.width() == 960
    assert window.side.currentWidget() is learning.panel
    with qtbot.waitSignal(learning.step_ready, timeout=60_000):
        learning.open(learning.panel.list.buttons[1].lesson)
    assert window.side.currentWidget() is learning.panel, "the words went away"
    learning.panel.step.try_button.click()
    assert window.side.currentWidget() is window.row
    qtbot.waitUntil(learning.ring.isVisible, timeout=60_000)
    learning.toggle()
    assert window.side.currentWidget() is learning.panel, "it was behind: it comes to the front"
    window.resize(1280, 800)
    assert not learning.place.covering
    assert learning.panel.isVisible()
    assert window.side.count() == tabs
    qtbot.waitUntil(lambda: learning.panel.width() < 300, timeout=5_000)  # photos keep their room
    learning.toggle()
    assert not learning.panel.isVisible()
    assert window.width() == 1280


def test_a_number_that_is_looked_at_but_not_changed_is_not_rounded(
    program: Program, qtbot: QtBot
) -> None:
    playground = program.teaching.playground
    program.controller.change(layer=11, heads=(3,), pinned=2, key=None)
    playground.play({"seed": 1})
    playground.show()
    playground.controls.head_button.click()
    before, table = playground.small, playground.tables["query"]
    item = table.item(0, 0)
    assert item is not None
    table.editItem(item)
    field = table.findChild(QDoubleSpinBox)
    assert field is not None
    assert field.value() == pytest.approx(float(before.query[0, 0]), abs=0.005)
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not table.findChildren(QDoubleSpinBox), timeout=5_000)
    assert playground.small is before
    assert "SVD" in playground.origin.text()
    table.edited.emit(0, 0, 1.0)
    assert "SVD" not in playground.origin.text(), "what was said of the model's numbers stays"
    assert playground.small.source in playground.origin.text()
    playground.close()


@pytest.mark.parametrize("written", ["", "abc", "1e400", "nan", "inf", "1_0", "99999", "1,2,3"])
def test_what_is_no_number_gets_a_sentence_and_changes_nothing(
    program: Program, qtbot: QtBot, written: str
) -> None:
    playground = program.teaching.playground
    playground.play({"seed": 1})
    playground.show()
    before, table = playground.small, playground.tables["value"]
    _write(playground, written, qtbot)
    assert playground.small is before
    assert playground.refusal.isVisible()
    assert (written or "missing") in playground.refusal.text()
    kept = table.item(0, 1)
    assert kept is not None
    assert kept.text() in playground.refusal.text()
    _write(playground, "1,5", qtbot)
    assert not playground.refusal.isVisible(), "a good number ends the complaint"
    assert playground.small.value[0, 1] == 1.5
    playground.close()


def _write(playground: Playground, written: str, qtbot: QtBot) -> None:
    """Type into a cell as a person does, and leave it with Enter."""
    table = playground.tables["value"]
    item = table.item(0, 1)
    assert item is not None
    table.editItem(item)
    field = table.findChild(QDoubleSpinBox)
    assert field is not None
    field.selectAll()
    field.lineEdit().del_()
    field.lineEdit().insert(written)  # a true minus is no key of the keyboard
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not table.findChildren(QDoubleSpinBox), timeout=5_000)


@pytest.mark.parametrize("written", ["0.125", "0,125", "-0.125", "−0,125", "1e-3"])
def test_a_number_is_read_with_a_comma_or_a_point_in_either_language(
    program: Program, qtbot: QtBot, written: str
) -> None:
    playground = program.teaching.playground
    for language in ("pt_BR", "en"):
        program.use_language(language)
        playground.play({"seed": 1})
        playground.show()
        _write(playground, written, qtbot)
        wanted = float(written.replace("−", "-").replace(",", "."))
        assert playground.small.value[0, 1] == np.float32(wanted)
    playground.close()


def test_the_playgrounds_numpy_lines_run_and_agree(program: Program) -> None:
    playground = program.teaching.playground
    settings = {"temperature": 0.5, "dropout": 0.5, "dropout_seed": 4, "masked": frozenset({1, 4})}
    playground.play(settings)
    names: dict[str, np.ndarray] = {}
    exec(playground.code.toPlainText(), names)  # noqa: S102  # lines of our own, as a person runs
    assert np.allclose(names["weights"], playground.small.weights, atol=1e-5)
    assert np.allclose(names["vectors"], playground.small.vectors, atol=1e-5)
    playground.close()


def test_the_playground_takes_numbers_from_the_head_that_is_shown(
    program: Program, qtbot: QtBot
) -> None:
    program.controller.set_text("O gato está no telhado")
    qtbot.waitUntil(lambda: _text(program) == "O gato está no telhado", timeout=60_000)
    program.controller.change(layer=11, heads=(3,), pinned=6, key=None)
    teaching = program.teaching
    teaching.open_playground()
    playground = teaching.playground
    playground.controls.head_button.click()
    assert playground.small.source.endswith("L12 H4")
    assert "lhado" in playground.small.tokens
    assert playground.small.tokens[playground.chosen] == "lhado"
    assert playground.real is not None
    assert playground.origin.isVisible()
    playground.controls.random_button.click()
    assert playground.small.source == ""
    assert not playground.origin.isVisible()
    table = playground.tables["query"]
    table.edited.emit(2, 0, 7.5)
    assert playground.small.query[2, 0] == 7.5
    edited = table.item(2, 0)
    assert edited is not None
    assert "7.50" in edited.text()
    playground.copy_button.click()
    assert "softmax" not in QApplication.clipboard().text()
    assert "np.exp" in QApplication.clipboard().text()
    playground.close()


def test_the_last_token_that_is_seen_cannot_be_masked(program: Program) -> None:
    playground = program.teaching.playground
    playground.play({"masked": frozenset({0, 1, 2, 3})})
    assert [box.isEnabled() for box in playground.controls.masks] == [True] * 4 + [False]


def test_the_first_start_greets_once_and_can_be_skipped(
    qtbot: QtBot, tmp_path: Path, program: Program
) -> None:
    stored = tmp_path / "preferences.json"
    for greeted in (True, False):
        made = Program(START, stored=stored, welcoming=True)
        with qtbot.waitSignal(made.plotting.ready, timeout=60_000):
            made.show()
        assert (made.teaching.welcome is not None) is greeted
        if made.teaching.welcome is not None:
            made.teaching.welcome.skip.click()
            assert made.teaching.welcome is None
        end(made)


def test_a_lesson_named_at_the_start_opens_once_the_window_is_there(
    qtbot: QtBot, tmp_path: Path, program: Program
) -> None:
    made = Program(replace(START, lesson=str(GOOD)), stored=tmp_path / "preferences.json")
    made.show()
    qtbot.waitUntil(lambda: _text(made) == "I am making a cake", timeout=60_000)
    learning = made.teaching.learning
    qtbot.waitUntil(lambda: not learning.stage.waiting, timeout=60_000)
    assert made.controller.bench.state.heads == (4,)
    assert learning.panel.isVisible()
    qtbot.waitUntil(lambda: made.window.map.heatmap.view is not None, timeout=60_000)
    end(made)


def test_a_start_that_wants_something_is_not_greeted() -> None:
    assert not Start().asked
    for given in ({"text": "a"}, {"timings": True}, {"exit_when_idle": True}, {"lesson": "x"}):
        assert replace(Start(), **given).asked
