"""What the command line names is what the window shows, whichever is ready first."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gui.app import Program
from gui.feeding import LoadedPhoto
from models.settings import Start
from tests.flows.conftest import START, Opener
from tests.helpers.states import end, settle
from tests.helpers.zoo import ZOO

ROOT = Path(__file__).resolve().parents[2]
CAT = str(ROOT / "assets" / "images" / "cat.jpg")


PAINTED = """
import os, sys
import main
from gui.timings import Timings

def tell(self, milestone):
    assert milestone == "window_shown"
    print(*sorted(sys.modules), flush=True)
    os._exit(0)

Timings.note = tell
main.main(["--language=en"])
"""
NOT_FOR_A_PAINT = {
    "numpy._core",  # "numpy" itself may stand there, to be imported later
    "PIL.Image", "onnx", "onnxruntime", "tokenizers", "pyqtgraph", "huggingface_hub",
    "importlib.metadata",
    "models.api", "models.card", "models.outputs", "models.photo", "models.vision",
    "gui.panels.model_card", "gui.panels.output.card", "gui.labs.panel", "gui.lessons.learning",
    "gui.panels.export_dialog", "gui.panels.lines_page", "gui.panels.atlas_page",
}  # fmt: skip


def test_the_window_is_painted_before_anything_slow_is_imported(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PAINTED],
        capture_output=True, text=True, timeout=120, check=False, cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path)},
    )  # fmt: skip
    loaded = set(done.stdout.split())
    assert "gui.main_window" in loaded, done.stderr
    assert not loaded & NOT_FOR_A_PAINT


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
    assert program.window.top.model_button.text().strip() == "No model is open"
    assert not program.window.choice.isVisible()  # no labels without anything to choose
    assert [strip.message.kind for strip in program.window.messages.strips] == ["error"]
    with qtbot.waitSignal(program.controller.record_changed, timeout=60_000):
        qtbot.keyClicks(program.window.input.sentence, " sat")
    program.window.close()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"layer": 98}, "There is no layer 99: this model has layers 1 to 2."),
        ({"heads": (98,)}, "There is no head 99: this layer has heads 1 to 4."),
        ({"token": 99}, "There is no token 99: this input has tokens 0 to 4."),
    ],
)
def test_what_was_asked_for_and_does_not_exist_is_said_and_the_rest_is_shown(
    open_program: Opener, asked: dict[str, Any], sentence: str
) -> None:
    program = open_program(replace(START, model=str(ZOO / "bert"), text="the cat", **asked))
    said = [strip.message.sentence for strip in program.window.messages.strips]
    assert sentence in said
    shown = program.controller.shown
    assert shown is not None
    assert (shown.state.layer, len(shown.heads)) == (1, 4)
    assert shown.row is not None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no-such-model.onnx"], "no-such-model.onnx"),
        ([str(ZOO / "vit")], "takes photos, and none was given."),
        ([str(ZOO / "bert"), "the cat", "--layer", "99"], "layers 1 to 2."),
        ([str(ZOO / "bert"), "the cat", "--head", "99"], "heads 1 to 4."),
        ([str(ZOO / "bert"), "the cat", "--token", "99"], "tokens 0 to 4."),
    ],
)
def test_a_start_that_fails_and_that_nobody_watches_leaves_with_2_and_a_sentence(
    arguments: list[str], words: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "--exit-when-idle", "--language=en", *arguments],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 2
    said = [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line]
    assert len(said) == 1
    assert words in said[0]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is always a display")
def test_without_a_display_the_window_is_refused_in_one_sentence() -> None:
    displays = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "--language=pt"],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False, cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in displays},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Não há tela onde abrir a janela.")
    assert done.stderr.count("\n") == 1


def test_while_a_vision_model_is_opened_nothing_of_the_text_stands_beside_the_photo(
    open_program: Opener, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = open_program(replace(START, model=str(ZOO / "bert"), text="the cat"))
    window, do = program.window, program.controller
    assert window.map.pages["heatmap"].title.text().startswith("Attention L2")
    jobs: list[object] = []
    submit = do.opener.submit
    monkeypatch.setattr(do.opener, "submit", jobs.append)
    do.set_photo(CAT, name="cat.jpg")
    qtbot.waitUntil(lambda: bool(jobs), timeout=60_000)
    waited_for = "Loading cat.jpg …\nOpening DINOv2 ViT-S/14 …"
    assert window.source.photo.canvas._placeholder == waited_for
    assert window.map.pages["heatmap"].title.text() == "Attention"
    opacity = window.source.overlay.opacity
    assert (opacity.value(), opacity.isEnabled()) == (75, False)
    assert not window.choice.isVisible()
    assert window.status.check.text() == window.status.time.text() == ""
    with qtbot.waitSignal(do.record_changed, timeout=60_000):
        submit(jobs[-1])
    assert window.choice.isVisible()
    assert opacity.isEnabled()
    assert window.source.photo.canvas._placeholder.startswith("Drop a photo here")


def test_a_photo_given_on_the_command_line_is_named_in_its_place_while_it_loads(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(replace(START, image=str(CAT)), stored=tmp_path / "preferences.json")
    go, read = threading.Event(), LoadedPhoto.read

    def held(source: object, *, name: str) -> LoadedPhoto:
        assert go.wait(60)
        return read(source, name=name)  # type: ignore[arg-type]

    monkeypatch.setattr(LoadedPhoto, "read", held)
    window, do = program.window, program.controller
    program.show()
    canvas = window.source.photo.canvas
    qtbot.waitUntil(lambda: do.photos.busy, timeout=60_000)
    qtbot.waitUntil(lambda: do.bench.model is not None, timeout=60_000)
    settle()
    assert window.source.photo.isVisible()
    assert canvas._placeholder == "Loading cat.jpg …"
    with qtbot.waitSignal(do.record_changed, timeout=60_000):
        go.set()
    qtbot.waitUntil(lambda: not do.busy, timeout=60_000)
    assert canvas._placeholder.startswith("Drop a photo here")
    end(program)
