"""Whole-window stories on the bundled models, told with real events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app import Program
from gui.panels.export_dialog import ExportDialog
from gui.panels.shortcuts_dialog import ShortcutsDialog
from models.figure import draw
from tests.flows.conftest import START, Opener

IMAGES = Path(__file__).resolve().parent.parent.parent / "assets" / "images"


def _drop(program: Program, mime: QMimeData) -> None:
    window, place = program.window, QPointF(500, 400)
    actions, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place.toPoint(), actions, mime, button, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(place, actions, mime, button, none))


def _files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def _click_token(program: Program, qtbot: QtBot, position: int) -> None:
    chips = program.window.source.chips
    rect = chips.chip_rect(position)
    assert rect is not None
    qtbot.mouseClick(chips.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())


def _wait_for_record(program: Program, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not program.controller.busy, timeout=60_000)


def test_the_first_sentence_is_already_run_and_its_row_shown(program: Program) -> None:
    shown = program.controller.shown
    assert shown is not None
    assert shown.record.encoded.text == "O gato está no telhado"
    labels = [token.label for token in shown.record.tokens]
    assert labels == ["<s>", "O", "gato", "está", "no", "te", "lhado", "</s>"]
    assert shown.token == 6
    assert shown.row is not None
    assert shown.row.sum() == pytest.approx(1, abs=1e-5)
    assert int(shown.row[1:7].argmax()) == 1  # of the words, "lhado" looks most at "gato"


def test_clicking_a_token_pins_it_clicking_again_releases_it(
    program: Program, qtbot: QtBot
) -> None:
    _click_token(program, qtbot, 2)
    assert program.controller.bench.state.pinned == 2
    _click_token(program, qtbot, 2)
    shown = program.controller.shown
    assert shown is not None
    assert shown.state.pinned is None
    program.controller.hover_token(None)
    _click_token(program, qtbot, 3)
    qtbot.keyClick(program.window, Qt.Key.Key_Escape)
    assert program.controller.bench.state.pinned is None


def test_arrow_keys_move_the_pin(program: Program, qtbot: QtBot) -> None:
    _click_token(program, qtbot, 2)
    qtbot.keyClick(program.window.source.chips, Qt.Key.Key_Right)
    assert program.controller.bench.state.pinned == 3
    qtbot.keyClick(program.window.source.chips, Qt.Key.Key_Left)
    qtbot.keyClick(program.window.source.chips, Qt.Key.Key_Left)
    assert program.controller.bench.state.pinned == 1


def test_typing_a_sentence_runs_it_and_a_pair_runs_both(program: Program, qtbot: QtBot) -> None:
    field = program.window.input.sentence
    field.selectAll()
    with qtbot.waitSignal(program.controller.record_changed, timeout=60_000):
        qtbot.keyClicks(field, "I am making a cake")
    record = program.controller.bench.record
    assert record is not None
    assert record.encoded.text == "I am making a cake"
    program.window.input.pair_button.click()
    with qtbot.waitSignal(program.controller.record_changed, timeout=60_000):
        qtbot.keyClicks(program.window.input.second, "It is sweet")
    record = program.controller.bench.record
    assert record is not None
    assert record.encoded.pair == "It is sweet"
    assert {token.segment for token in record.tokens} == {0, 1}


def test_the_newest_sentence_wins(program: Program, qtbot: QtBot) -> None:
    seen: list[str] = []
    program.controller.record_changed.connect(lambda record: seen.append(record.encoded.text))
    for text in ("um", "um dois", "um dois três"):
        program.controller.set_text(text)
    _wait_for_record(program, qtbot)
    qtbot.waitUntil(lambda: bool(seen), timeout=60_000)
    assert seen[-1] == "um dois três"
    assert "um dois" not in seen


def test_nothing_typed_is_a_hint_and_the_last_row_stays(program: Program, qtbot: QtBot) -> None:
    before = program.controller.bench.record
    field = program.window.input.sentence
    field.clear()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert program.controller.bench.record is before
    assert [strip.message.kind for strip in program.window.messages.strips] == ["hint"]


def test_a_dropped_photo_switches_to_the_vision_model_and_back_without_loss(
    program: Program, qtbot: QtBot
) -> None:
    before = program.controller.bench.record
    with qtbot.waitSignal(program.controller.record_changed, timeout=90_000):
        _drop(program, _files(IMAGES / "rocket.jpg", IMAGES / "cat.jpg"))
    shown = program.controller.shown
    assert shown is not None
    assert shown.record.encoded.photo_name == "rocket.jpg"
    assert shown.record.encoded.grid is not None
    assert len(shown.record.tokens) == 257
    assert shown.token == 0
    assert any("1" in strip.label.text() for strip in program.window.messages.strips)
    qtbot.keyClick(program.window, Qt.Key.Key_F2)
    assert program.controller.bench.record is before
    assert program.window.input.sentence.text() == "O gato está no telhado"


def test_a_click_on_the_photo_pins_the_patch_that_was_clicked(
    open_program: Opener, qtbot: QtBot
) -> None:
    program = open_program(replace(START, image=str(IMAGES / "cat.jpg")))
    shown = program.controller.shown
    assert shown is not None
    grid = shown.record.encoded.grid
    assert grid is not None
    canvas = program.window.source.photo.canvas
    placement = canvas.placement()
    assert placement is not None
    place = placement.rect(grid.cell_box(5, 9)).center().toPoint()
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place)
    pinned = program.controller.bench.state.pinned
    assert pinned is not None
    assert shown.record.tokens[pinned].cell == (5, 9)


def test_pasting_a_picture_shows_it(program: Program, qtbot: QtBot) -> None:
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(0xFF884422)
    QGuiApplication.clipboard().setImage(image)
    with qtbot.waitSignal(program.controller.record_changed, timeout=90_000):
        program.window.paste()
    photo = program.controller.bench.photo
    assert photo is not None
    assert photo.size == (64, 48)
    assert photo.getpixel((10, 10)) == (0x88, 0x44, 0x22)


@pytest.mark.parametrize("name", ["model.onnx", "picture.png"])
def test_a_bad_file_gets_one_sentence_and_nothing_is_lost(
    program: Program, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    before = program.controller.shown
    assert before is not None
    bad = tmp_path / name
    bad.write_bytes(b"not what it says")
    with qtbot.waitSignal(program.controller.message, timeout=60_000) as told:
        _drop(program, _files(bad))
    assert told.args is not None
    assert name in told.args[0].sentence
    assert told.args[0].kind == "error"
    _wait_for_record(program, qtbot)
    after = program.controller.shown
    assert after is not None
    assert after.record is before.record
    assert program.window.top.model_button.text().strip() == program.controller.bench.model.title  # type: ignore[union-attr]


def test_layers_and_heads_are_stepped_by_keys(program: Program, qtbot: QtBot) -> None:
    do, alt = program.controller, Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(program.window, Qt.Key.Key_Down, alt)
    shown = do.shown
    assert shown is not None
    assert shown.state.layer == 10
    qtbot.keyClick(program.window, Qt.Key.Key_Right, alt)
    shown = do.shown
    assert shown is not None
    assert shown.one_head == 0
    qtbot.keyClick(program.window, Qt.Key.Key_Left, alt)
    shown = do.shown
    assert shown is not None
    assert shown.all_heads


def test_a_click_on_a_heatmap_cell_selects_its_query_and_key(
    program: Program, qtbot: QtBot
) -> None:
    view = program.window.map.view
    assert view is not None
    with qtbot.waitSignal(view.cell_clicked):
        view.cell_clicked.emit(2, 5)
    state = program.controller.bench.state
    assert (state.pinned, state.key) == (2, 5)


def test_the_check_against_the_runtime_is_on_the_status_line(
    program: Program, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: "matches onnxruntime to" in program.window.status.check.text())
    assert program.controller.provenance.largest_difference is not None
    assert program.controller.provenance.largest_difference < 1e-5


def test_the_exported_picture_is_the_one_a_script_draws(
    program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    bench = program.controller.bench
    qtbot.waitUntil(lambda: bench.check is not None, timeout=60_000)  # the figure states the check
    program.exporting.ask()
    dialog = program.window.findChild(ExportDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.save_button.isEnabled, timeout=60_000)
    path = tmp_path / "figure.png"
    dialog.save_to(path)
    shown = program.controller.shown_with_check()
    assert shown is not None
    with Image.open(path) as saved:
        again = draw(shown.record, dialog.request)
        assert np.array_equal(np.asarray(saved.convert("RGB")), np.asarray(again.convert("RGB")))
        assert saved.info["Input"] == "O gato está no telhado"
        assert saved.info["Layer"] == "12"


def test_the_language_is_switched_live_and_remembered(
    program: Program, open_program: Opener
) -> None:
    program.window.top.portuguese.click()
    assert program.window.input.photo_label.text() == "Foto"
    assert program.preferences.language == "pt_BR"
    program.window.top.english.click()
    assert program.window.input.photo_label.text() == "Photo"


def test_the_theme_is_switched_live_and_remembered(program: Program) -> None:
    program.window.top.theme_button.click()
    assert program.window.theme.name == "dark"
    assert program.preferences.theme == "dark"


def test_the_window_opens_in_the_state_the_command_line_asks_for(open_program: Opener) -> None:
    start = replace(START, text="fui ao banco", layer=2, heads=(4,), token=3)
    shown = open_program(start).controller.shown
    assert shown is not None
    assert (shown.state.layer, shown.one_head, shown.token) == (2, 4, 3)
    assert shown.record.encoded.text == "fui ao banco"


def test_closing_while_a_run_is_on_ends_quietly(program: Program, qtbot: QtBot) -> None:
    program.controller.set_photo(IMAGES / "coffee.jpg", name="coffee.jpg")
    program.window.close()
    assert not program.controller.runner.busy
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(program.window, event)


def test_copying_a_figure_leaves_the_dialog_open_and_close_closes_it(
    program: Program, qtbot: QtBot
) -> None:
    program.exporting.ask()
    dialog = program.window.findChild(ExportDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.copy_button.isEnabled, timeout=60_000)
    dialog.copy_button.click()
    assert dialog.isVisible()
    assert QGuiApplication.clipboard().mimeData().hasFormat("image/png")
    with qtbot.waitSignal(dialog.rejected):
        dialog.close_button.click()


def test_a_figure_is_light_for_paper_unless_the_dark_one_is_asked_for(
    program: Program, qtbot: QtBot
) -> None:
    program.exporting.ask()
    dialog = program.window.findChild(ExportDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.save_button.isEnabled, timeout=60_000)
    assert dialog.request.theme == "light"
    with qtbot.waitSignal(dialog.lane.done, timeout=60_000):
        dialog.themes.button(1).click()
    assert dialog.request.theme == "dark"
    dialog.reject()


def test_the_help_menu_lists_every_shortcut_in_the_language_in_force(
    program: Program, qtbot: QtBot
) -> None:
    program.show_shortcuts()
    dialog = program.window.findChild(ShortcutsDialog)
    assert dialog is not None
    rows = dialog.list.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive)
    told = {row.text(0): row.text(1) for row in rows}
    assert told["Open an ONNX file …"] == "Ctrl+O"
    assert told["Next layer"] == "Alt+Up, PgUp"
    assert "Arrow keys" in told.values()
    dialog.reject()


def test_a_window_that_is_closed_ends_the_work_of_its_export_dialog(
    program: Program, qtbot: QtBot
) -> None:
    program.exporting.ask()
    dialog = program.window.findChild(ExportDialog)
    assert dialog is not None
    with qtbot.waitSignal(dialog.finished):
        program.window.close()
    assert not dialog.lane.busy
