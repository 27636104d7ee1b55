"""The pages of the map in the running program."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.app import Program
from models.compare_other import Other
from models.compare_senses import senses_of
from models.settings import PAGES
from tests.flows.conftest import START, Opener
from tests.helpers.states import pages, settle, show_input, until


@pytest.mark.parametrize(("key", "page"), [(f"{n + 1}", page) for n, page in enumerate(PAGES)])
def test_ctrl_and_a_number_bring_a_page_to_the_front_of_its_bench_only(
    program: Program, qtbot: QtBot, key: str, page: str
) -> None:
    keys = getattr(Qt.Key, f"Key_{key}")
    qtbot.keyClick(program.window, keys, Qt.KeyboardModifier.ControlModifier)
    assert program.window.map.front == page
    assert program.window.map.strip.tabData(program.window.map.strip.currentIndex()) == page
    assert program.controller.bench_of("image").state.page == "heatmap"


def test_the_command_line_opens_a_page_and_the_heatmap_computes_nothing_behind_it(
    open_program: Opener,
) -> None:
    program = open_program(replace(START, page="lines", token=2))
    assert program.window.map.front == "lines"
    assert program.window.map.heatmap._matrix is None


def test_pointing_at_a_word_of_the_lines_previews_its_row_everywhere(
    program: Program, qtbot: QtBot
) -> None:
    program.controller.pick_page("lines")
    page = program.window.map.pages["lines"]
    page.view.query_hovered.emit(3)  # type: ignore[attr-defined]
    shown = program.controller.shown
    assert shown is not None
    assert shown.token == 3
    page.view.query_hovered.emit(None)  # type: ignore[attr-defined]
    page.view.query_clicked.emit(4)  # type: ignore[attr-defined]
    assert program.controller.bench.state.pinned == 4


def test_one_click_follows_the_senses_of_banco(program: Program, qtbot: QtBot) -> None:
    program.controller.pick_page("compare")
    page = program.window.map.pages["compare"]
    banco = senses_of("banco")
    assert banco is not None
    words = next(a for a in page.menu.actions() if "banco" in a.text())  # type: ignore[attr-defined]
    with qtbot.waitSignal(page.source.curves_known, timeout=120_000) as known:  # type: ignore[attr-defined]
        words.trigger()
    qtbot.waitUntil(lambda: not program.controller.busy, timeout=60_000)
    record = program.controller.bench.record
    assert record is not None
    assert record.encoded.text == banco.senses[0].sentences[0]
    curves = known.args[0]
    assert curves.steps == 13
    assert curves.gap[6] > curves.gap[0]  # the senses part at all
    assert page.chart.isVisible()  # type: ignore[attr-defined]
    shown = program.controller.shown
    assert shown is not None
    assert shown.token is not None
    assert shown.record.tokens[shown.token].label == "banco"


@pytest.mark.parametrize("language", ["en", "pt"])
def test_the_photo_stays_as_large_whichever_page_comes_to_the_front(
    open_program: Opener, language: str
) -> None:
    program = open_program(replace(START, language=language))
    program.window.resize(1280, 800)
    show_input(program, "image")
    size = program.window.source.photo.size()
    sizes = {page: program.window.source.photo.size() for page, _window in pages(program)}
    assert set(sizes.values()) == {size}
    page = program.window.map.pages["compare"]
    program.controller.pick_page("compare")
    page.choice.set_other(Other("head", number=0))  # type: ignore[attr-defined]
    until(lambda: not page.source.busy)  # type: ignore[attr-defined]
    settle()
    assert program.window.source.photo.size() == size


def test_the_layers_page_reads_what_passes_between_the_layers(
    program: Program, qtbot: QtBot
) -> None:
    program.controller.click_token(3)
    program.controller.pick_page("layers")
    page = program.window.map.pages["layers"]
    qtbot.waitUntil(lambda: page.flows.flow is not None, timeout=60_000)  # type: ignore[attr-defined]
    steps = page.strip._steps  # type: ignore[attr-defined]
    assert steps is not None
    assert (steps.added > 0).all()
    page.strip.cell_clicked.emit(2, 5)  # type: ignore[attr-defined]
    state = program.controller.bench.state
    assert (state.layer, state.key, state.pinned) == (2, 5, 3)
