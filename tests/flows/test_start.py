"""What the command line names is what the window shows, whichever is ready first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.app import Program
from models.settings import Start
from tests.flows.conftest import START, Opener
from tests.helpers.zoo import ZOO

CAT = str(Path(__file__).resolve().parents[2] / "assets" / "images" / "cat.jpg")


@pytest.mark.parametrize(
    ("model", "start"),
    [("bert", {"text": "the cat"}), ("bert", {}), ("vit", {"image": CAT})],
)
def test_the_model_that_was_asked_for_runs_what_was_asked_for(
    open_program: Opener, model: str, start: dict[str, str]
) -> None:
    program = open_program(replace(START, model=str(ZOO / model), **start))
    record = program.controller.bench.record
    assert record is not None
    assert record.provenance.model == model
    assert record.encoded.text == start.get("text", "" if "image" in start else record.encoded.text)


def test_a_photo_for_a_text_model_runs_on_the_bundled_photo_model(
    open_program: Opener, qtbot: QtBot
) -> None:
    program = open_program(replace(START, model=str(ZOO / "bert"), image=CAT))
    qtbot.waitUntil(lambda: program.controller.bench.record is not None, timeout=60_000)
    text, image = (program.controller.bench_of(m) for m in ("text", "image"))
    assert program.controller.bench is image
    assert image.model is not None
    assert image.model.files.bundled
    assert text.model is not None
    assert text.model.name == "bert"


def test_a_model_that_cannot_be_opened_is_said_and_typing_goes_on_with_the_bundled_one(
    qtbot: QtBot, tmp_path: Path
) -> None:
    start = replace(Start(), language="en", model=str(tmp_path / "no.onnx"), text="the cat")
    program = Program(start, stored=tmp_path / "preferences.json")
    qtbot.addWidget(program.window)
    with qtbot.waitSignal(program.controller.message, timeout=60_000):
        program.show()
    assert program.controller.bench.model is None
    assert [strip.message.kind for strip in program.window.messages.strips] == ["error"]
    with qtbot.waitSignal(program.controller.record_changed, timeout=60_000):
        qtbot.keyClicks(program.window.input.sentence, " sat")
    program.window.close()
