"""At 150 and 200 % of the usual size every part is whole, and can be brought into sight."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from gui.app import Program
from gui.messages import Message
from gui.middle import AIR
from gui.zoom import scaled, zoom
from tests.helpers.states import Modality, settle, show_input, until


@pytest.fixture(autouse=True)
def _usual_again(program: Program) -> Iterator[None]:
    yield
    program.comfort.zoom(0)


def _at(program: Program, percent: int) -> None:
    while zoom() < percent:
        program.comfort.zoom(1)
    settle()


def _seen(part: QWidget, area: QScrollArea) -> QRect:
    corner = part.mapTo(area.viewport(), QPoint(0, 0))
    return QRect(corner, part.size()) & area.viewport().rect()


def _of(program: Program, name: Modality) -> None:
    show_input(program, name)
    settle()


@pytest.mark.parametrize("name", ["text", "image"])
@pytest.mark.parametrize("percent", [125, 150, 200])
def test_every_part_keeps_its_room_and_can_be_scrolled_to(
    program: Program, name: Modality, percent: int
) -> None:
    window, middle = program.window, program.window.middle
    window.resize(1280, 800)
    _of(program, name)
    _at(program, percent)
    parts = (window.top, window.input, window.choice, window.source, window.map, window.side)
    for part in parts:
        assert part.width() >= part.minimumSizeHint().width() - AIR, type(part).__name__
        assert part.height() >= part.minimumSizeHint().height(), type(part).__name__
        middle.ensureWidgetVisible(part, 0, 0)
        settle()
        seen = _seen(part, middle)
        assert seen.width() == part.width(), type(part).__name__
        assert seen.height() >= min(part.height(), middle.viewport().height() // 2)
    heatmap = window.map.view
    assert heatmap is not None
    assert heatmap.height() >= scaled(150)
    assert not middle.horizontalScrollBar().isVisible()


def test_at_the_usual_size_nothing_scrolls_even_in_the_least_window(program: Program) -> None:
    window = program.window
    names: tuple[Modality, ...] = ("text", "image")
    for name in names:
        _of(program, name)
        for size in ((960, 620), (1280, 800)):
            window.resize(*size)
            settle()
            assert window.middle.content.size() == window.middle.size()
            assert window.across.orientation() == Qt.Orientation.Horizontal


def test_cards_stand_below_each_other_where_they_do_not_fit_side_by_side(program: Program) -> None:
    window = program.window
    window.resize(1280, 800)
    _of(program, "image")
    _at(program, 200)
    assert window.across.orientation() == Qt.Orientation.Vertical
    window.resize(3000, 1400)
    settle()
    assert window.across.orientation() == Qt.Orientation.Horizontal
    program.comfort.zoom(0)
    window.resize(1280, 800)
    settle()
    assert window.across.orientation() == Qt.Orientation.Horizontal
    assert window.across.sizes()[0] > window.across.sizes()[1]


def test_the_map_has_more_room_than_the_row_until_a_person_moves_the_divider(
    program: Program,
) -> None:
    window = program.window
    window.resize(1600, 900)
    _of(program, "text")
    window.across.setSizes([1, 9])  # as a start with a larger interface left it
    _at(program, 150)
    left, right = window.across.sizes()
    assert left > right
    window.across.moveSplitter(left - 60, 1)
    window.resize(1620, 900)
    settle()
    assert window.across.sizes()[0] < left


def test_tab_brings_what_it_reaches_into_sight(program: Program, qtbot: QtBot) -> None:
    window, middle = program.window, program.window.middle
    window.resize(1280, 800)
    _of(program, "text")
    _at(program, 200)
    window.activateWindow()
    window.top.setFocus()
    seen_side = False
    for _turn in range(120):
        holder = QApplication.focusWidget()
        QTest.keyClick(holder or window, Qt.Key.Key_Tab)
        settle()
        here = QApplication.focusWidget()
        if here is not None and middle.content.isAncestorOf(here):
            assert not _seen(here, middle).isEmpty(), here
            seen_side = seen_side or window.side.isAncestorOf(here)
    assert seen_side


@pytest.mark.parametrize("percent", [100, 200])
def test_an_error_covers_no_tab_and_no_choice(program: Program, percent: int) -> None:
    window = program.window
    window.resize(1280, 800)
    _of(program, "text")
    _at(program, percent)
    window.messages.show_message(Message("A sentence that says what went wrong.", kind="error"))
    settle()
    covered = QRect(window.messages.mapToGlobal(QPoint(0, 0)), window.messages.size())
    for part in (window.side.tabBar(), window.top, window.choice, window.source.limits):
        room = QRect(part.mapToGlobal(QPoint(0, 0)), part.size())
        assert not covered.intersects(room), type(part).__name__
    assert window.messages.isVisible()
    inside = QRect(window.middle.mapToGlobal(QPoint(0, 0)), window.middle.size())
    assert inside.contains(covered)
    window.messages.dismiss()


def test_the_foot_says_the_check_whole_at_any_size(program: Program) -> None:
    window = program.window
    window.resize(1280, 800)
    _of(program, "text")
    _at(program, 200)
    check = window.status.check
    assert check.width() >= check.sizeHint().width()
    right = check.mapTo(window, QPoint(check.width(), 0)).x()
    assert right <= window.width()


@pytest.mark.parametrize("language", ["pt_BR", "en"])
def test_every_tab_is_whole_beside_a_photo_in_the_least_window(
    program: Program, language: str
) -> None:
    window = program.window
    program.use_language(language)
    window.resize(960, 620)
    _of(program, "image")
    for part in (window.map.strip, window.side, window.source):
        assert part.width() >= part.minimumSizeHint().width(), type(part).__name__
    program.use_language("en")


def test_the_wheel_over_a_choice_changes_nothing_and_is_left_to_the_page(program: Program) -> None:
    window = program.window
    window.resize(1280, 800)
    _of(program, "text")
    _at(program, 200)
    box = window.choice.counts.measure
    window.source.chips.setFocus()
    before = box.currentIndex()
    here = QPointF(box.rect().center())
    notch = QWheelEvent(
        here, box.mapToGlobal(here), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, notch)
    settle()
    assert box.currentIndex() == before
    assert not notch.isAccepted()  # so Qt takes it on to what the box stands in


def test_the_playground_shows_every_line_of_its_tables_at_any_size(program: Program) -> None:
    teaching = program.teaching
    teaching.open_playground()
    playground = teaching.playground
    for percent in (100, 150, 200):
        _at(program, percent)
        playground.resize(1240, 740)
        settle()
        for table in playground.tables.values():
            lines = table.model()
            last = table.visualRect(lines.index(lines.rowCount() - 1, 0))
            assert table.viewport().rect().contains(last), percent
            assert table.verticalHeader().sectionSize(0) >= table.fontMetrics().height()
        for column in (playground.numbers, playground.middle, playground.row):
            assert column.width() >= column.minimumSizeHint().width()
    playground.close()


@pytest.mark.parametrize("percent", [150, 175, 200])
def test_two_lines_of_chips_are_seen_of_a_long_sentence_at_any_size(
    program: Program, percent: int
) -> None:
    window, chips = program.window, program.window.source.chips
    window.resize(1280, 800)
    words = "A atenção não é explicação, disse ela ao vizinho enquanto o gato dormia no telhado."
    program.controller.set_text(words)
    until(lambda: program.controller.bench.shows(words, None) and not program.controller.busy)
    _at(program, percent)
    lines = chips._layout.lines
    assert len(lines) > 1
    assert chips.viewport().height() >= lines[1].y + chips._layout.row - lines[0].y


def test_the_least_window_keeps_what_is_above_the_map_on_one_line(program: Program) -> None:
    window, words = program.window, "A atenção não é explicação, disse ela ao vizinho. " * 3
    program.controller.set_text(words)
    until(lambda: program.controller.bench.shows(words, None) and not program.controller.busy)
    page = window.map.heatmap
    for size in ((1280, 800), (960, 620), (1280, 800)):
        window.resize(*size)
        settle()
        title, limits = page.title.geometry(), page.limits.mapTo(page, QPoint(0, 0))
        assert title.top() - 8 <= limits.y() <= title.bottom()
        full = "(largest of this map)" in page.limits.itemText(0)
        assert full == (size == (1280, 800))
    window.resize(960, 620)
    settle()
    assert page.view is not None
    tokens = len(program.controller.shown.record.tokens)  # type: ignore[union-attr]
    assert page.view.canvas.cell_rect(0, 0).width() * tokens >= 90  # 70 below two lines
