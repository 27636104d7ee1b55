"""The page of all heads, and words in place of pieces, in the whole window."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from gui.app import Program
from gui.figures import request_for
from gui.panels.atlas_page import AtlasPage
from gui.views.atlas_layout import Head
from models.record import Record
from models.word_merging import words_in
from tests.flows.conftest import START, Opener


def opened_page(program: Program, qtbot: QtBot) -> AtlasPage:
    program.controller.pick_page("heads")
    page = program.window.map.page("heads")
    assert isinstance(page, AtlasPage)
    qtbot.waitUntil(lambda: page.figures is not None and len(page.atlas.found) == 12)
    return page


def middle(page: AtlasPage, head: Head) -> QPoint:
    box = page.atlas.box_of(head)
    assert box is not None
    return QPoint(int(box[0] + box[2] / 2), int(box[1] + box[3] / 2))


def record_of(program: Program) -> Record:
    record = program.controller.bench.record
    assert record is not None
    return record


def test_a_click_on_a_small_head_shows_it_everywhere(program: Program, qtbot: QtBot) -> None:
    page = opened_page(program, qtbot)
    qtbot.mouseClick(page.atlas, Qt.MouseButton.LeftButton, pos=middle(page, (2, 6)))
    shown = program.controller.shown
    assert shown is not None
    assert (shown.state.layer, shown.heads) == (2, (6,))
    assert program.window.choice.isEnabled()
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.mouseClick(page.atlas, Qt.MouseButton.LeftButton, control, pos=middle(page, (2, 1)))
    shown = program.controller.shown
    assert shown is not None
    assert (shown.state.layer, shown.heads) == (2, (1, 6))


def test_a_set_over_layers_is_exported_and_ends_with_another_layer(
    program: Program, qtbot: QtBot
) -> None:
    page, left = opened_page(program, qtbot), Qt.MouseButton.LeftButton
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.mouseClick(page.atlas, left, pos=middle(page, (2, 6)))
    qtbot.mouseClick(page.atlas, left, control, pos=middle(page, (4, 1)))
    shown = program.controller.shown
    assert shown is not None
    assert (shown.state.layer, shown.heads) == (4, (1,))
    assert shown.head_set == {(2, 6), (4, 1)}
    assert request_for(shown, "atlas").marked == ((2, 6), (4, 1))
    assert request_for(shown, "heatmap").marked == ()
    program.controller.pick_layer(2)
    program.controller.pick_layer(4)
    shown = program.controller.shown
    assert shown is not None
    assert shown.head_set == {(4, 1)}


def test_another_sentence_brings_its_own_heads(program: Program, qtbot: QtBot) -> None:
    page = opened_page(program, qtbot)
    first = page.figures
    program.controller.set_text("Chove. Chove muito.")
    qtbot.waitUntil(lambda: page.figures is not None and page.figures is not first
                    and page.figures.one.tokens == len(record_of(program).tokens))  # fmt: skip
    assert page.atlas.found[0].cells == (len(record_of(program).tokens),) * 2


def test_words_are_shown_in_chips_and_heatmap_and_clicked_as_words(
    open_program: Opener, qtbot: QtBot
) -> None:
    program = open_program(START)
    program.controller.set_text("O gato no telhado")
    qtbot.waitUntil(lambda: record_of(program).encoded.text == "O gato no telhado")
    words = words_in(record_of(program).encoded)
    assert words.merges
    program.controller.change(words=True)
    chips = program.window.source.chips
    chips.token_clicked.emit(2)
    assert program.controller.bench.state.pinned == words.words[2].first
    heatmap = program.window.map.heatmap
    qtbot.waitUntil(lambda: heatmap.view is not None)
    shown = program.window.map.heatmap._shown
    assert shown is not None
    assert len(shown.record.tokens) == len(words.words)
    program.controller.change(words=False)
    shown = program.window.map.heatmap._shown
    assert shown is not None
    assert len(shown.record.tokens) == words.count
