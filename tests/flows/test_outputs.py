"""What the model says, in the whole window: labels over chips, masks, maps over the photo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gui.app import Program
from gui.feeding import Feed, Ran
from gui.panels.export_dialog import ExportDialog
from gui.panels.output.map_body import MapBody
from gui.panels.output.text_bodies import GuessesBody
from gui.views.bar_list import LINE
from models.api import open_model
from models.outputs import PhotoMap
from tests.flows.conftest import START, Opener
from tests.helpers.tiny_heads import colours, per_token, save_image, save_text
from tests.helpers.tiny_tokenizers import word_piece
from tests.helpers.zoo import ZOO

PATIENCE = 60_000


def until(qtbot: QtBot, reached: Callable[[], bool]) -> None:
    qtbot.waitUntil(reached, timeout=PATIENCE)


def open_and_run(program: Program, qtbot: QtBot, folder: Path) -> None:
    """Open a model and wait until it ran what is on its bench."""
    with qtbot.waitSignal(program.controller.record_changed, timeout=PATIENCE):
        program.controller.open_model(folder)
    until(qtbot, lambda: not program.controller.busy)


def type_sentence(program: Program, qtbot: QtBot, text: str) -> None:
    field = program.window.input.sentence
    field.selectAll()
    with qtbot.waitSignal(program.controller.record_changed, timeout=PATIENCE):
        qtbot.keyClicks(field, text)


@pytest.fixture
def ner(tmp_path: Path) -> Path:
    """A model that calls “gato telhado” a cat."""
    ids = word_piece(tmp_path / "vocabulary").get_vocab()
    table = np.zeros((len(ids), 3), dtype=np.float32)
    table[:, 0] = 1
    table[ids["gato"], 1] = table[ids["te"], 2] = table[ids["##lhado"], 2] = 4
    config = {
        "architectures": ["BertForTokenClassification"],
        "id2label": {"0": "O", "1": "B-CAT", "2": "I-CAT"},
    }
    return save_text(tmp_path / "ner", {"logits": per_token(table)}, config=config)


def test_labels_of_tokens_stand_over_the_chips_and_go_with_the_model(
    program: Program, qtbot: QtBot, ner: Path
) -> None:
    chips = program.window.source.chips
    open_and_run(program, qtbot, ner)
    type_sentence(program, qtbot, "the gato telhado")
    assert chips._tags == (None, None, "B-CAT", "I-CAT", "I-CAT", None)
    assert chips._tagged
    assert not program.window.input.mask_button.isVisible()
    open_and_run(program, qtbot, ZOO / "bert")
    assert not chips._tagged


def test_a_mask_is_inserted_where_the_cursor_is_and_guessed(program: Program, qtbot: QtBot) -> None:
    window = program.window
    assert not window.input.mask_button.isVisible()  # the bundled model guesses no masks
    open_and_run(program, qtbot, ZOO / "bert_mlm")
    assert window.input.mask_button.text() == "[MASK]"
    type_sentence(program, qtbot, "the cat sat")
    field = window.input.sentence
    field.setSelection(4, 3)
    with qtbot.waitSignal(program.controller.record_changed, timeout=PATIENCE):
        qtbot.mouseClick(window.input.mask_button, Qt.MouseButton.LeftButton)
    assert field.text() == "the [MASK] sat"
    field.setCursorPosition(len("the [MASK] sat"))
    with qtbot.waitSignal(program.controller.record_changed, timeout=PATIENCE):
        qtbot.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "the [MASK] sat [MASK]"
    window.side.setCurrentWidget(window.output)
    body = window.output.cards[0].body
    assert isinstance(body, GuessesBody)
    assert len(body.lists) == 2
    record = program.controller.bench.record
    assert record is not None
    logits = record.outputs["logits"][0][body.output.positions[0]]
    best = body.output.at(body.output.positions[0], 1)[0]
    assert best.token_id == int(logits.argmax())
    assert body.lists[0].bars[0].label == best.label


@pytest.fixture
def segmenter(tmp_path: Path) -> Path:
    """A model that calls every place by its colour."""
    config = {
        "architectures": ["XForSemanticSegmentation"],
        "id2label": {"0": "red", "1": "green", "2": "blue"},
    }
    heads = {"logits": colours(4, ((9, 0, 0), (0, 9, 0), (0, 0, 9)))}
    return save_image(tmp_path / "segmenter", heads, config=config)


def test_a_segmentation_lies_over_the_photo_class_by_class_and_goes_again(
    open_program: Opener, qtbot: QtBot, segmenter: Path, tmp_path: Path
) -> None:
    photo = Image.new("RGB", (80, 80), (0, 0, 255))
    photo.paste((255, 0, 0), (0, 0, 80, 20))
    photo.save(tmp_path / "p.png")
    program = open_program(replace(START, model=str(segmenter), image=str(tmp_path / "p.png")))
    window, canvas = program.window, program.window.source.photo.canvas
    window.side.setCurrentWidget(window.output)
    body = window.output.cards[0].body
    assert isinstance(body, MapBody)
    assert [(bar.label, bar.share) for bar in body.list.bars] == [("blue", 0.75), ("red", 0.25)]
    before = canvas.grab().toImage()
    qtbot.mouseClick(body.show_button, Qt.MouseButton.LeftButton)
    assert program.controller.bench.state.overlay == "logits"
    every = canvas.grab().toImage()
    assert every != before
    box = window.source.overlay.layers
    assert box.currentData() == "logits"
    assert not window.source.legend.isVisible()  # classes have no scale
    qtbot.mouseClick(body.list, Qt.MouseButton.LeftButton, pos=QPoint(30, LINE + LINE // 2))
    assert program.controller.bench.state.channel == 0
    assert canvas.grab().toImage() != every
    assert window.source.legend.isVisible()
    box.setCurrentIndex(0)
    box.activated.emit(0)
    assert canvas.grab().toImage() == before
    assert not body.show_button.isChecked()


def test_the_map_over_the_photo_is_what_is_exported_and_copied(
    open_program: Opener, qtbot: QtBot, segmenter: Path, tmp_path: Path
) -> None:
    cat = Path(__file__).resolve().parents[2] / "assets" / "images" / "cat.jpg"
    program = open_program(replace(START, model=str(segmenter), image=str(cat)))
    program.controller.change(overlay="logits", channel=1, pinned=3)
    program.exporting.ask()
    dialog = program.window.findChild(ExportDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.save_button.isEnabled, timeout=PATIENCE)
    assert dialog.views.checkedButton().text() == "Segmentation"
    dialog.save_to(tmp_path / "map.png")
    with Image.open(tmp_path / "map.png") as saved:
        saved.load()
        assert (saved.info["Output"], saved.info["Channel"]) == ("logits", "1")
    assert dialog.request.view == "map"
    program.exporting.copy()
    copied = QGuiApplication.clipboard().mimeData().data("image/png").data()
    assert b"logits" in copied
    program.controller.change(overlay="", channel=None)
    program.exporting.ask()
    again = program.window.findChildren(ExportDialog)[-1]
    assert "Segmentation" not in [button.text() for button in again.views.buttons()]
    again.reject()


def test_the_bundled_photo_model_shows_norms_and_likeness_on_the_photo(
    open_program: Opener, qtbot: QtBot
) -> None:
    cat = Path(__file__).resolve().parents[2] / "assets" / "images" / "cat.jpg"
    program = open_program(replace(START, image=str(cat)))
    box = program.window.source.overlay.layers
    assert [box.itemData(i) for i in range(box.count())] == [
        "", "last_hidden_state#cosine", "last_hidden_state#norm",
    ]  # fmt: skip
    record = program.controller.bench.record
    assert record is not None
    vectors = record.outputs["last_hidden_state"][0].astype(np.float64)
    program.controller.change(overlay="last_hidden_state#cosine", pinned=40, hovered=None)
    lengths = np.linalg.norm(vectors, axis=1)
    cosines = vectors[1:] @ vectors[40] / lengths[1:] / lengths[40]
    layer = program.window.source.photo.canvas._layer
    assert layer is not None
    assert layer.values == pytest.approx(cosines.reshape(16, 16), abs=1e-6)
    with qtbot.waitSignal(program.controller.record_changed, timeout=PATIENCE):
        program.controller.set_text("the cat")
    assert not box.isVisible()


def test_a_run_of_a_model_that_was_replaced_meanwhile_is_not_shown(
    program: Program, qtbot: QtBot
) -> None:
    bench = program.controller.bench
    shown = bench.record
    assert bench.model is not None
    other = open_model(ZOO / "bert")
    feed = replace(Feed.of(bench), base=other, model=other)
    program.controller._on_ran(0, Ran(feed, other.run_text("the cat")))
    assert bench.record is shown


def test_outputs_are_of_the_record_on_screen(
    open_program: Opener, qtbot: QtBot, segmenter: Path
) -> None:
    cat = Path(__file__).resolve().parents[2] / "assets" / "images" / "cat.jpg"
    program = open_program(replace(START, model=str(segmenter), image=str(cat)))
    found = program.controller.bench.outputs[0]
    record = program.controller.bench.record
    assert isinstance(found, PhotoMap)
    assert record is not None
    assert np.shares_memory(found.values, record.outputs["logits"])
