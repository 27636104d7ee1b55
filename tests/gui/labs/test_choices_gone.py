"""What is chosen goes while an experiment runs or later: no result stands under other choices."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt

from gui.labs import laboratory, performing
from gui.labs.heads_bench import HeadsBench
from gui.labs.state import Kind, Outcome
from models.runtime import Cancel
from tests.gui.labs.conftest import Desk
from tests.helpers.states import settle


def _hold(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let no run end before the event that is returned; it ends as if nothing had stopped it."""
    go, made = threading.Event(), performing.perform

    def held(*asked: Any, progress: Any, cancel: Any) -> Outcome:
        go.wait(30)
        return made(*asked, progress=progress, cancel=Cancel())

    monkeypatch.setattr(laboratory, "perform", held)
    return go


def _end(desk: Desk, go: threading.Event) -> None:
    """Let the run end, and whatever it sends arrive."""
    go.set()
    desk.qtbot.waitUntil(lambda: not desk.lab.lane.busy, timeout=30_000)
    settle()


def _switch(desk: Desk, bench: HeadsBench) -> None:
    """Click a head off, or on again."""
    where = bench.grid.cell_rect((0, 1)).center().toPoint()
    desk.qtbot.mouseClick(bench.grid, Qt.MouseButton.LeftButton, pos=where)


def test_a_run_without_heads_is_dropped_when_all_are_on_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = desk.bench("heads")
    assert isinstance(bench, HeadsBench)
    desk.rest()
    go = _hold(monkeypatch)
    _switch(desk, bench)
    _switch(desk, bench)
    assert desk.lab.state.running is None
    _end(desk, go)
    assert desk.lab.outcome("heads") is None
    assert not bench.card("heads").result.isVisible()


def test_all_heads_on_while_they_are_ranked_leaves_no_result_of_heads_off(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = desk.bench("heads")
    assert isinstance(bench, HeadsBench)
    _switch(desk, bench)
    desk.rest()
    assert desk.lab.outcome("heads") is not None
    go = _hold(monkeypatch)
    desk.press(bench.card("ranking").run)
    desk.press(bench.every_on)
    assert not bench.card("heads").result.isVisible()
    assert desk.lab.state.running is not None  # the ranking goes on
    _end(desk, go)
    assert desk.lab.outcome("ranking") is not None


@pytest.mark.parametrize("kind", ["token", "arrow"])
def test_a_run_about_a_token_is_dropped_when_the_token_is_released(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    desk.controller.change(key=1)
    bench = desk.bench(kind)
    desk.rest()
    go = _hold(monkeypatch)
    desk.press(bench.card(kind).run)
    with desk.qtbot.waitSignal(desk.lab.changed):
        desk.controller.change(pinned=None)
    assert desk.lab.state.running is None
    _end(desk, go)
    assert desk.lab.outcome(kind) is None


def test_a_result_of_other_choices_says_which_and_asks_for_no_run_that_cannot_be(
    desk: Desk,
) -> None:
    desk.run("token")
    bench = desk.panel.bench
    stale = bench.card("token").stale
    assert not stale.isVisible()
    desk.controller.change(pinned=3)
    assert stale.text() == "Made with other choices: “c” hidden everywhere. Run it again."
    desk.controller.change(pinned=None)
    assert not bench.card("token").run.isEnabled()
    assert stale.text() == "Made with other choices: “c” hidden everywhere."


def test_a_result_without_heads_names_them_once_others_are_off(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = desk.bench("heads")
    assert isinstance(bench, HeadsBench)
    desk.rest()
    for cell in ((1, 0), (0, 1)):
        desk.lab.run_again("heads", heads=(*desk.lab.state.heads, cell))
        desk.rest()
    go = _hold(monkeypatch)
    desk.lab.run_again("heads", heads=((0, 1),))
    stale = bench.card("heads").stale
    assert stale.text() == "Made with other choices: heads off: L1 H2, L2 H1 (zero). Run it again."
    _end(desk, go)
    assert not stale.isVisible()
