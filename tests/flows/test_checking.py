"""The check that is told beside an input is of that input, wherever it is told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from gui.app import Program
from gui.panels.export_dialog import ExportDialog
from models.errors import RunError
from models.record import Record
from tests.flows.conftest import START, Opener
from tests.helpers.zoo import ZOO


@pytest.fixture
def small(open_program: Opener) -> Program:
    """Return the program on a small model, with a first sentence run."""
    return open_program(replace(START, model=str(ZOO / "bert"), text="the cat"))


def hold_the_check(program: Program, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Keep jobs of the check in a list instead of running them."""
    jobs: list[object] = []
    monkeypatch.setattr(program.controller.checker, "submit", jobs.append)
    return jobs


def run(program: Program, qtbot: QtBot, text: str) -> Record:
    with qtbot.waitSignal(program.controller.record_changed, timeout=60_000):
        program.controller.set_text(text)
    assert program.controller.bench.record is not None
    return program.controller.bench.record


def test_a_new_sentence_is_checked_itself(
    small: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    do, status = small.controller, small.window.status.check
    qtbot.waitUntil(lambda: "matches onnxruntime" in status.text(), timeout=60_000)
    submit = do.checker.submit
    jobs = hold_the_check(small, monkeypatch)
    run(small, qtbot, "the cat sat on the mat")
    assert status.text() == "checking against onnxruntime …"
    assert do.provenance.largest_difference is None
    with qtbot.waitSignal(do.checked, timeout=60_000):
        submit(jobs[-1])
    assert do.provenance.checked_on == "input"
    assert "matches onnxruntime" in status.text()
    assert "worst layer" in status.text()


def test_the_row_names_the_layer_whose_difference_it_tells(small: Program, qtbot: QtBot) -> None:
    do, said = small.controller, small.window.row.header.check
    do.click_token(1)
    qtbot.waitUntil(lambda: do.bench.check is not None, timeout=60_000)
    do.pick_layer(0)
    assert said.text().startswith("✓ L1 matches onnxruntime to ")
    do.pick_layer(1)
    assert said.text().startswith("✓ L2 matches onnxruntime to ")


def test_a_figure_whose_dialog_was_open_before_the_check_ended_tells_it(
    small: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    do = small.controller
    qtbot.waitUntil(lambda: do.bench.check is not None, timeout=60_000)
    submit = do.checker.submit
    jobs = hold_the_check(small, monkeypatch)
    run(small, qtbot, "the cat sat on the mat")
    small.exporting.ask()
    dialog = small.window.findChild(ExportDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.save_button.isEnabled, timeout=60_000)
    with qtbot.waitSignals([do.checked, dialog.lane.done], timeout=60_000):
        submit(jobs[-1])
    dialog.save_to(tmp_path / "figure.png")
    with Image.open(tmp_path / "figure.png") as saved:
        facts = json.loads(saved.info["mirante"])["provenance"]
        assert facts["checked_on"] == "input"
        assert None not in facts["differences"]
        assert saved.info["Difference"] == f"{facts['differences'][-1]:.3g}"


def test_a_check_that_fails_is_said_and_does_not_run_for_ever(
    small: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    do = small.controller
    qtbot.waitUntil(lambda: do.bench.check is not None, timeout=60_000)

    def fail(*_given: object, **_named: object) -> None:
        raise RunError("The memory is full.")

    assert do.bench.model is not None
    monkeypatch.setattr(do.bench.model.tapped, "verify", fail)
    run(small, qtbot, "the cat sat on the mat")
    said = small.window.status.check
    qtbot.waitUntil(lambda: "the check failed" in said.text(), timeout=60_000)
    assert "warning" in [strip.message.kind for strip in small.window.messages.strips]


def test_a_layer_found_misread_is_run_again_before_it_is_called_checked(
    small: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    do = small.controller
    qtbot.waitUntil(lambda: do.bench.check is not None, timeout=60_000)
    assert do.bench.model is not None
    tapped = do.bench.model.tapped

    def verify(_feeds: object, **_named: object) -> tuple[float, ...]:
        tapped._turn([0], None)
        return (0.0,) * len(tapped.blocks)

    monkeypatch.setattr(tapped, "verify", verify)
    first = run(small, qtbot, "the cat sat on the mat")
    qtbot.waitUntil(lambda: do.bench.record is not first, timeout=60_000)
    assert do.bench.record is not None
    assert first.layers[0].direct is None
    assert do.bench.record.layers[0].direct is not None
