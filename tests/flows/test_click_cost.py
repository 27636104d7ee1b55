"""What a click has painted and laid out again: counted, since clocks depend on the machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.app import Program
from tests.flows.conftest import START, Opener

CAT = Path(__file__).resolve().parent.parent.parent / "assets" / "images" / "cat.jpg"
CLICKS = 5


class Counted(QObject):
    """Counts layout requests, paints and painted pixels of every widget."""

    def __init__(self) -> None:
        super().__init__()
        self.laid_out: Counter[str] = Counter()
        self.pixels: Counter[str] = Counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        name = type(watched).__name__
        if event.type() == QEvent.Type.LayoutRequest:
            self.laid_out[name] += 1
        elif isinstance(event, QPaintEvent) and isinstance(watched, QWidget):
            rects = (event.region().boundingRect(),) if event.region().isNull() else event.region()
            self.pixels[name] += sum(rect.width() * rect.height() for rect in rects)
        return False


@contextmanager
def counted() -> Iterator[Counted]:
    """Count what happens inside."""
    watcher, app = Counted(), QApplication.instance()
    assert app is not None
    app.installEventFilter(watcher)
    try:
        yield watcher
    finally:
        app.removeEventFilter(watcher)


def clicked(program: Program, tokens: range) -> Counted:
    """Pin one token after the other, each painted, and return what that took."""
    program.controller.change(pinned=tokens[0], hovered=None)
    QCoreApplication.processEvents()
    with counted() as watcher:
        for token in tokens[1:]:
            program.controller.change(pinned=token, hovered=None)
            QCoreApplication.processEvents()
    return watcher


def area(widget: QWidget) -> int:
    return widget.width() * widget.height()


def settled(program: Program, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not program.controller.checker.busy, timeout=60_000)
    for _ in range(5):
        QCoreApplication.processEvents()


def test_pinning_another_token_lays_nothing_out_again(program: Program, qtbot: QtBot) -> None:
    settled(program, qtbot)
    found = clicked(program, range(1, 2 + CLICKS))
    assert found.pixels["KeyCanvas"] > 0
    assert found.laid_out["MainWindow"] < CLICKS  # a late answer may, no click does
    assert found.laid_out["SourceCard"] < CLICKS
    assert found.laid_out["RowHeader"] < CLICKS


def test_what_lies_under_chips_is_not_painted_again(program: Program, qtbot: QtBot) -> None:
    settled(program, qtbot)
    found = clicked(program, range(1, 2 + CLICKS))
    assert found.pixels["MainWindow"] < CLICKS * area(program.window.source.chips.viewport()) / 2
    assert found.pixels["RowPanel"] < CLICKS * area(program.window.row) / 5


def test_what_lies_under_a_photo_is_not_painted_again(open_program: Opener, qtbot: QtBot) -> None:
    program = open_program(replace(START, image=str(CAT)))
    settled(program, qtbot)
    found = clicked(program, range(20, 21 + CLICKS))
    assert found.pixels["PhotoCanvas"] > 0
    assert found.laid_out["MainWindow"] < CLICKS  # a late answer may lay out once, no click does
    assert found.pixels["MainWindow"] < CLICKS * area(program.window.source.photo.canvas) / 2


def test_scrolled_chips_are_drawn_once(program: Program, qtbot: QtBot) -> None:
    controller, chips = program.controller, program.window.source.chips
    with qtbot.waitSignal(controller.record_changed, timeout=60_000):
        controller.set_text(" ".join(["casa"] * 300))
    settled(program, qtbot)
    bar = chips.verticalScrollBar()
    assert bar.maximum() > 1
    drawn: list[int] = []
    original = chips._unmarked
    chips._unmarked = lambda line, ratio: (drawn.append(line.y), original(line, ratio))[1]  # type: ignore[method-assign,func-returns-value]
    for value in (0, 1, 0, 1, 0):
        bar.setValue(value)
        chips.viewport().repaint()
    assert len(drawn) == len(set(drawn))


def changed(program: Program, change: Callable[[int], object]) -> Counted:
    """Make one change after the other, each painted, and return what all but the first took."""
    change(0)
    QCoreApplication.processEvents()
    with counted() as watcher:
        for number in range(1, 1 + CLICKS):
            change(number)
            QCoreApplication.processEvents()
    return watcher


def test_another_head_lays_nothing_out_and_paints_two_cells_of_its_strip(
    program: Program, qtbot: QtBot
) -> None:
    settled(program, qtbot)
    program.controller.pick_heads((0,))
    QCoreApplication.processEvents()
    found = changed(program, lambda i: program.controller.pick_heads((i,)))
    assert found.pixels["KeyCanvas"] > 0
    for name in ("MainWindow", "HeatmapPage", "SourceCard"):
        assert found.laid_out[name] < CLICKS, name
    strips = program.window.choice
    assert 0 < found.pixels["NumberStrip"] < CLICKS * area(strips.heads) / 2


def test_another_layer_lays_the_rows_head_out_only_for_its_badge(
    program: Program, qtbot: QtBot
) -> None:
    settled(program, qtbot)
    badge = program.window.row.header.badge
    seen: list[bool] = []

    def pick(number: int) -> None:
        program.controller.pick_layer(number)
        seen.append(badge.isHidden())

    found = changed(program, pick)
    came_and_went = sum(now != was for was, now in pairwise(seen))
    assert came_and_went < CLICKS  # else this says nothing
    assert found.laid_out["RowHeader"] <= 2 * came_and_went  # for its place, and for its lines
    assert found.laid_out["HeatmapPage"] == 0


def test_a_click_lays_nothing_out_on_the_pages_of_lines_and_layers(
    program: Program, qtbot: QtBot
) -> None:
    settled(program, qtbot)
    for page in ("lines", "layers"):
        program.controller.pick_page(page)
        qtbot.waitUntil(lambda: not program.controller.busy, timeout=60_000)
        settled(program, qtbot)
        clicked(program, range(1, 3))  # the first ones bring words that were not there
        found = clicked(program, range(1, 2 + CLICKS))
        for name in ("MainWindow", "InputAndMap", "MapCard"):
            assert found.laid_out[name] < CLICKS, (page, name)
        under = area(program.window.map.pages[page])  # type: ignore[arg-type]  # a widget
        assert found.pixels["MapCard"] < CLICKS * under / 4, page


def test_a_map_that_is_still_made_moves_nothing(open_program: Opener, qtbot: QtBot) -> None:
    program = open_program(replace(START, image=str(CAT)))
    settled(program, qtbot)
    window = program.window
    qtbot.waitUntil(lambda: window.map.view is not None, timeout=60_000)
    settled(program, qtbot)
    photo, heatmap = window.source.photo.canvas, window.map.heatmap
    place = photo.geometry()
    with counted() as watcher:
        for covered in (True, False, True):
            heatmap._show_waiting(waiting=covered)
            QCoreApplication.processEvents()
            assert heatmap.waiting.isVisible() is covered
            assert photo.geometry() == place
    assert watcher.laid_out["HeatmapPage"] == watcher.laid_out["MapCard"] == 0
