"""Experiments in the whole window."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from tests.flows.conftest import START, Opener
from tests.helpers.zoo import ZOO


def test_escape_stops_an_experiment_before_it_releases_the_token(
    open_program: Opener, qtbot: QtBot
) -> None:
    program = open_program(replace(START, model=str(ZOO / "bert"), text="the cat", token=1))
    program.labs.show()
    lab = program.labs.lab
    assert lab is not None
    lab.change("training", training=True, passes=10_000)
    lab.run("training")
    qtbot.waitUntil(lambda: lab.state.running is not None, timeout=30_000)
    program.window.escape()
    assert lab.state.running is None
    assert program.controller.bench.state.pinned == 1
    program.window.escape()
    assert program.controller.bench.state.pinned is None
