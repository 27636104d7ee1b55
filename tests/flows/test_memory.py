"""One budget for everything that can be computed again: shown, set, and kept to."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.app import Program
from models.byte_cache import MEGABYTE
from models.compare_other import Other
from models.compare_senses import senses_of
from models.runtime import Session
from models.settings import Start
from models.tapped import TappedModel
from tests.helpers.states import end, settle, until
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


def _experiment(program: Program) -> None:
    """Make one experiment, and go to another tab."""
    program.labs.show()
    lab = program.labs.lab
    assert lab is not None
    program.controller.change(pinned=2, layer=1, heads=(1,), key=1)
    until(lambda: not lab.lane.busy)
    lab.run("arrow")
    until(lambda: not lab.lane.busy)
    assert lab.outcome("arrow") is not None, lab.state.errors
    program.window.side.setCurrentIndex(0)


def test_experiments_out_of_sight_count_and_go_when_memory_is_full(tiny: Program) -> None:
    memory = tiny.controller.memory
    memory.budget = 100 * MEGABYTE
    _experiment(tiny)
    assert memory.used_by()["experiments"] > 0
    tiny.labs.show()
    assert "experiments" not in memory.used_by(), "in use, as an opened model is"
    memory.budget = 0
    lab = tiny.labs.lab
    assert lab is not None
    assert lab.laboratory is not None
    assert lab.laboratory.nbytes > 0
    tiny.window.side.setCurrentIndex(0)
    assert memory.used == 0
    kept = lab.laboratory
    until(lambda: kept.nbytes == 0)
    _experiment(tiny)  # and all comes back


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[weakref.ref[TappedModel | Session]]:
    """Return every model and session that is made from here on, held by nothing here."""
    found: list[weakref.ref[TappedModel | Session]] = []
    for kind in (TappedModel, Session):

        def noted(
            self: object, *given: object, init: object = kind.__init__, **more: object
        ) -> None:
            init(self, *given, **more)  # type: ignore[operator]
            found.append(weakref.ref(self))  # type: ignore[arg-type]

        monkeypatch.setattr(kind, "__init__", noted)
    return found


ONE_MODEL = ["Session", "Session", "TappedModel"]  # what runs it, and its check


def _replace_model(program: Program, name: str) -> None:
    do = program.controller
    do.open_model(str(ZOO / name))
    until(lambda: not do.busy and do.shown is not None)
    until(lambda: not do.checker.busy)


def _left(made: list[weakref.ref[TappedModel | Session]]) -> list[str]:
    """Name what of ``made`` is still there."""
    settle()
    gc.collect()
    return sorted(type(one()).__name__ for one in made if one() is not None)


def test_of_ten_models_that_were_replaced_nothing_is_left(
    made: list[weakref.ref[TappedModel | Session]], used: Program
) -> None:
    """Every page, measure and experiment has used the first; each holds a model in its own way."""
    _experiment(used)
    for turn in range(10):
        _replace_model(used, "bert_seqcls" if turn % 2 == 0 else "bert")
    assert _left(made) == ONE_MODEL


def test_a_model_goes_though_its_measure_is_not_asked_of_the_next(
    made: list[weakref.ref[TappedModel | Session]], used: Program
) -> None:
    used.controller.change(measure="weight", direction="from")
    _replace_model(used, "bert_seqcls")
    assert _left(made) == ONE_MODEL


def test_a_model_goes_though_a_word_was_followed_in_it_and_the_page_stays_in_front(
    made: list[weakref.ref[TappedModel | Session]], used: Program, qtbot: QtBot
) -> None:
    used.controller.change(page="compare")
    page, senses = used.window.map.pages["compare"], senses_of("bank")
    assert senses is not None
    with qtbot.waitSignal(page.source.curves_known, timeout=60_000):  # type: ignore[attr-defined]
        page.show_senses(senses)  # type: ignore[attr-defined]
    page.turn.click()  # type: ignore[attr-defined]  # to the maps: the next model follows no word
    until(lambda: page.beside is not None)  # type: ignore[attr-defined]
    _replace_model(used, "bert_seqcls")
    until(lambda: page.beside is not None and not page.source.busy)  # type: ignore[attr-defined]
    assert _left(made) == ONE_MODEL


def test_a_window_that_was_closed_is_gone_and_so_are_its_models(
    made: list[weakref.ref[TappedModel | Session]], qapp: object, tmp_path: Path
) -> None:
    def visited() -> list[weakref.ref[object]]:
        program = Program(replace(START, model=str(ZOO / "bert")), stored=tmp_path / "stored.json")
        program.show()
        until(lambda: program.window.map.view is not None and not program.controller.busy)
        _experiment(program)
        for page in ("heads", "lines", "layers", "compare", "heatmap"):
            program.controller.change(page=page)
            settle()
        end(program)
        return [weakref.ref(one) for one in (program, program.window, program.controller)]

    parts = visited()
    settle()
    gc.collect()
    assert [one() for one in parts if one() is not None] == []
    assert [one() for one in made if one() is not None] == []
