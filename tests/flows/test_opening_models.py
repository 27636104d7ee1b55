"""Stories about getting models: from the hub, from folders, from what was opened before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app import Program
from tests.flows.conftest import START, Opener
from tests.helpers.hub_server import Hub, Repository, keep_in_cache, serving
from tests.helpers.tiny_repository import tiny_repository

LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "huggingface"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return tiny_repository(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def hub(home: Path, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serving(home, monkeypatch) as running:
        running.repositories["org/tiny"] = Repository(dict(files))
        yield running


def _listed(program: Program, qtbot: QtBot, rows: int) -> None:
    dialog = program.opening.dialog
    qtbot.waitUntil(lambda: dialog.table.rowCount() == rows, timeout=20_000)
    qtbot.waitUntil(lambda: not dialog.stop_button.isVisible(), timeout=20_000)


def _until_run(program: Program, qtbot: QtBot, name: str) -> None:
    def reached() -> bool:
        record = program.controller.bench.record
        return record is not None and record.provenance.model == name

    qtbot.waitUntil(reached, timeout=60_000)


def _menu_labels(program: Program) -> list[tuple[str, bool]]:
    return [(a.text(), a.isEnabled()) for a in program.window.top.model_menu.actions()]


def _drop(program: Program, mime: QMimeData) -> None:
    place, copy, none = QPointF(500, 400), Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place.toPoint(), copy, mime, LEFT, none)
    QApplication.sendEvent(program.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(program.window, QDropEvent(place, copy, mime, LEFT, none))


def test_a_model_is_named_downloaded_opened_run_and_remembered(
    program: Program, qtbot: QtBot, hub: Hub
) -> None:
    control_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(program.window, KEY.Key_O, control_shift)
    dialog = program.opening.dialog
    assert dialog.isVisible()
    qtbot.keyClicks(dialog.field, "org/tiny")
    qtbot.keyClick(dialog.field, KEY.Key_Return)
    _listed(program, qtbot, 2)
    assert hub.asked("GET", "/resolve/") == []
    qtbot.mouseClick(dialog.open_button, LEFT)
    _until_run(program, qtbot, "org/tiny")
    assert not dialog.isVisible()
    assert program.controller.bench.text == "O gato está no telhado"
    assert program.preferences.recent == ("org/tiny",)
    assert ("org/tiny", True) in _menu_labels(program)


def test_a_model_on_the_command_line_that_is_not_here_is_offered_not_downloaded(
    open_program: Opener, qtbot: QtBot, hub: Hub
) -> None:
    program = open_program(replace(START, text="bom dia"))
    program.controller.open_model("org/tiny", "fp16")
    dialog = program.opening.dialog
    _listed(program, qtbot, 2)
    assert dialog.isVisible()
    assert dialog.field.text() == "org/tiny:fp16"
    assert dialog.table.variant is not None
    assert dialog.table.variant.name == "fp16"
    assert program.window.messages.strips == []
    assert hub.asked("GET", "/resolve/") == []


def test_a_downloaded_model_opens_from_the_recent_ones_without_the_hub(
    program: Program, qtbot: QtBot, hub: Hub, home: Path, files: dict[str, bytes]
) -> None:
    keep_in_cache(home, "org/tiny", files)
    program.controller.open_model("org/tiny:fp16")
    _until_run(program, qtbot, "org/tiny/model_fp16")
    assert hub.requests == []
    program.controller.open_model("text")
    qtbot.waitUntil(lambda: not program.controller.busy, timeout=60_000)
    labels = {a.text(): a for a in program.window.top.model_menu.actions()}
    labels["org/tiny:fp16"].trigger()
    _until_run(program, qtbot, "org/tiny/model_fp16")


def test_recent_models_say_what_is_gone_and_what_must_come_again(
    program: Program, hub: Hub, tmp_path: Path
) -> None:
    there = tmp_path / "there.onnx"
    there.touch()
    gone = str(tmp_path / "somewhere" / "onnx" / "model.onnx")
    for reference in (gone, "org/tiny", str(there)):
        program.preferences = program.preferences.with_recent(reference)
    program.retranslate()
    labels = _menu_labels(program)
    assert ("somewhere/onnx/model.onnx", False) in labels
    assert ("org/tiny (to download)", True) in labels
    assert (f"{tmp_path.name}/there.onnx", True) in labels


def test_a_dropped_folder_with_several_models_lets_the_person_choose(
    program: Program, qtbot: QtBot, hub: Hub, tmp_path: Path, files: dict[str, bytes]
) -> None:
    folder = tmp_path / "folder"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folder))])
    _drop(program, mime)
    _listed(program, qtbot, 2)
    dialog = program.opening.dialog
    assert dialog.isVisible()
    dialog.table.selectRow(1)
    qtbot.keyClick(dialog.table, KEY.Key_Return)
    _until_run(program, qtbot, "folder/model_fp16")
    assert program.preferences.recent == (str(folder / "onnx" / "model_fp16.onnx"),)


def test_a_dropped_folder_without_a_model_is_told_in_the_window(
    program: Program, qtbot: QtBot, hub: Hub, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "empty"))])
    _drop(program, mime)
    qtbot.waitUntil(lambda: bool(program.window.messages.strips), timeout=20_000)
    assert "There is no .onnx file" in program.window.messages.strips[0].message.sentence
    assert not program.opening.dialog.isVisible()


@pytest.mark.parametrize("kind", ["text", "address"])
def test_an_address_of_the_hub_that_is_dropped_is_filled_in_and_not_asked(
    program: Program, hub: Hub, kind: str
) -> None:
    mime = QMimeData()
    if kind == "text":
        mime.setText("https://huggingface.co/org/tiny")
    else:
        mime.setUrls([QUrl("https://huggingface.co/org/tiny")])
    _drop(program, mime)
    dialog = program.opening.dialog
    assert dialog.isVisible()
    assert dialog.field.text() == "https://huggingface.co/org/tiny"
    assert hub.requests == []


def test_the_window_closes_at_once_during_a_download_and_keeps_the_part(
    open_program: Opener, qtbot: QtBot, hub: Hub, home: Path
) -> None:
    program = open_program()
    weights = bytes(range(256)) * 8000
    hub.repositories["org/large"] = Repository({"onnx/model.onnx": weights})
    hub.pause_after = 1_200_000
    dialog = program.opening.dialog
    dialog.ask("org/large", look=True)
    _listed(program, qtbot, 1)
    qtbot.mouseClick(dialog.open_button, LEFT)
    qtbot.waitUntil(lambda: "1.0 MB" in dialog.progress.text(), timeout=20_000)
    program.window.close()
    assert not dialog.isVisible()
    assert not dialog.work.downloader.busy
    (part,) = home.rglob("*.incomplete")
    assert part.stat().st_size > 900_000


def test_the_dialog_follows_theme_and_language(program: Program, hub: Hub) -> None:
    program.opening.ask()
    dialog = program.opening.dialog
    assert dialog.windowTitle() == "Open a model"
    program.use_language("pt_BR")
    assert dialog.windowTitle() != "Open a model"
    program.use_language("en")
    before = dialog.open_button.styleSheet()
    program.toggle_theme()
    assert dialog.open_button.styleSheet() != before
