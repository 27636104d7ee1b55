"""One budget for everything that can be computed again: shown, set, and kept to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from gui.app import Program
from models.byte_cache import MEGABYTE
from models.compare_other import Other
from models.settings import Start
from tests.helpers.zoo import ZOO

BUDGET = 400_000
START = replace(Start(), language="en", theme="light", text="the bank of the river")
Opener = Callable[[Start], Program]


@pytest.fixture
def tiny(open_program: Opener) -> Program:
    return open_program(replace(START, model=str(ZOO / "bert" / "onnx" / "model.onnx")))


@pytest.fixture
def used(tiny: Program, qtbot: QtBot) -> Program:
    """Have visited every page, with a measure."""
    do = tiny.controller
    do.memory.budget = 100 * MEGABYTE
    do.change(pinned=2, measure="value", direction="to")
    qtbot.waitUntil(lambda: "measures" in do.memory.used_by())
    for page in ("heads", "layers", "compare"):
        do.change(page=page)
        if page == "compare":
            choice = tiny.window.map.page("compare").choice  # type: ignore[attr-defined]
            choice.set_other(Other("text", text="a bank of the city"))
        qtbot.waitUntil(lambda page=page: page in do.memory.used_by())
    do.change(page="heatmap")
    qtbot.waitUntil(lambda: "maps" in do.memory.used_by())
    return tiny


def test_every_kind_of_kept_numbers_is_counted(used: Program) -> None:
    memory = used.controller.memory
    assert set(memory.used_by()) == {"maps", "measures", "heads", "layers", "compare"}
    assert memory.used == sum(memory.used_by().values())
    used.memory.retranslate()
    said = [action.text().strip() for action in used.memory.actions()]
    assert sum(":" in words for words in said) == 6


def test_a_small_budget_lets_go_of_what_nobody_sees_and_all_comes_back(
    used: Program, qtbot: QtBot
) -> None:
    do, pages = used.controller, used.window.map.pages
    do.memory.budget = 0
    assert do.memory.used == 0
    assert not pages["heads"].atlas.found  # type: ignore[attr-defined]
    assert pages["compare"].beside is None  # type: ignore[attr-defined]
    assert do.shown is not None
    assert not do.shown.waiting  # the row on screen is not measured again and again
    do.memory.budget = BUDGET
    do.change(page="heads")
    qtbot.waitUntil(lambda: bool(pages["heads"].atlas.found))  # type: ignore[attr-defined]
    do.change(page="compare")
    qtbot.waitUntil(lambda: pages["compare"].beside is not None)  # type: ignore[attr-defined]
    assert do.memory.used <= BUDGET
