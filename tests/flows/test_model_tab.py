"""Sizes and corrections in the running window, on the bundled models."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QThread
from pytestqt.qtbot import QtBot

from gui.app import Program
from gui.feeding import Feed
from models import offers
from models.corrections import NONE, Corrections
from models.record import Record
from models.remembered import recall, remember
from models.runtime import Cancel
from tests.flows.conftest import START, Opener
from tests.helpers import tiny_tokenizers
from tests.helpers.tiny_models import save_image_model, save_text_model

CAT = Path(__file__).resolve().parent.parent.parent / "assets" / "images" / "cat.jpg"


def record_of(program: Program) -> Record:
    record = program.controller.bench.record
    assert record is not None
    return record


@pytest.fixture
def looking(open_program: Opener) -> Program:
    return open_program(replace(START, image=str(CAT)))


@pytest.fixture
def tiny(open_program: Opener, tmp_path: Path) -> Program:
    path = save_image_model(tmp_path / "tiny" / "model.onnx", patch=16, before=2)
    return open_program(replace(START, model=str(path), image=str(CAT)))


def store(program: Program) -> Path:
    path = program.controller.corrections_path
    assert path is not None
    return path


# -- the tab


def test_clicking_the_models_name_shows_its_card(program: Program, qtbot: QtBot) -> None:
    qtbot.mouseClick(program.window.status.model, Qt.MouseButton.LeftButton)
    card = program.model_tab.card
    assert program.window.side.currentWidget() is card
    assert card.isVisible()
    assert "12 layers, each with 12 heads of size 32" in card.facts.toPlainText()
    model = program.controller.bench.model
    assert model is not None
    qtbot.waitUntil(lambda: model.checked, timeout=60_000)
    qtbot.waitUntil(lambda: "12 of 12 layers compared" in card.facts.toPlainText(), timeout=60_000)
    qtbot.waitUntil(lambda: model.sha256 in card.facts.toPlainText(), timeout=60_000)


def test_the_card_follows_the_bench_in_front(looking: Program, qtbot: QtBot) -> None:
    looking.model_tab.show()
    card = looking.model_tab.card
    assert card.title.text() == "DINOv2 ViT-S/14"
    with qtbot.waitSignal(looking.controller.record_changed, timeout=60_000):
        looking.controller.set_text("O gato")
    assert card.title.text().startswith("multilingual-e5-small")


# -- sizes


def test_more_pixels_make_more_patches_and_the_pin_stays_in_place(
    looking: Program, qtbot: QtBot
) -> None:
    do, box = looking.controller, looking.window.source.pixels
    assert box.currentText() == "224 px · 16×16 patches"
    before = record_of(looking)
    pinned = next(i for i, t in enumerate(before.tokens) if t.cell == (5, 9))
    do.change(pinned=pinned)
    index = next(i for i in range(box.count()) if box.itemText(i).startswith("448 px"))
    with qtbot.waitSignal(do.record_changed, timeout=90_000):
        box.activated.emit(index)
    record = record_of(looking)
    assert len(record.tokens) == 32 * 32 + 1
    assert box.currentText() == "448 px · 32×32 patches"
    shown = do.shown
    assert shown is not None
    assert shown.token is not None
    cell = record.tokens[shown.token].cell
    assert cell == (11, 19)  # around the middle of the old (5, 9)
    old, new = before.encoded.grid, record.encoded.grid
    assert old is not None
    assert new is not None
    np.testing.assert_allclose(new.box, old.box, atol=2.0)
    # A new photo is run at the size that was chosen.
    with qtbot.waitSignal(do.record_changed, timeout=90_000):
        do.set_photo(CAT.with_name("coffee.jpg"), name="coffee.jpg")
    assert len(record_of(looking).tokens) == 32 * 32 + 1


def test_a_typed_size_that_cannot_be_leaves_everything(looking: Program, qtbot: QtBot) -> None:
    before = record_of(looking)
    edit = looking.window.source.pixels.lineEdit()
    assert edit is not None
    edit.selectAll()
    qtbot.keyClicks(edit, "225")
    with qtbot.waitSignal(looking.controller.message) as told:
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert told.args is not None
    assert "The nearest size that does is 224." in told.args[0].sentence
    assert record_of(looking) is before
    assert edit.text() == "224 px · 16×16 patches"


def test_a_large_run_is_asked_for_first(
    tiny: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "LARGE", 1000)
    source, before = tiny.window.source, record_of(tiny)
    source.pixels.activated.emit(1)
    assert source.question.isVisible()
    assert "21×21" not in source.pixels.currentText() or record_of(tiny) is before
    qtbot.mouseClick(source.question.stay, Qt.MouseButton.LeftButton)
    assert source.pixels.currentText() == "224 px · 14×14 patches"
    assert record_of(tiny) is before
    source.pixels.activated.emit(1)
    with qtbot.waitSignal(tiny.controller.record_changed, timeout=60_000):
        qtbot.mouseClick(source.question.go, Qt.MouseButton.LeftButton)
    assert source.question.isHidden()
    assert source.pixels.currentText() == "336 px · 21×21 patches"


def test_text_has_no_size(program: Program) -> None:
    assert program.window.source.pixels.isHidden()
    assert program.window.source.pixels_label.isHidden()


def test_going_back_to_the_usual_size_is_no_choice_any_more(tiny: Program, qtbot: QtBot) -> None:
    box = tiny.window.source.pixels
    for index, size in ((1, (336, 336)), (0, None)):
        with qtbot.waitSignal(tiny.controller.record_changed, timeout=60_000):
            box.activated.emit(index)
        assert tiny.controller.bench.size == size


# -- corrections


def test_a_correction_runs_is_remembered_and_comes_back(
    tiny: Program, open_program: Opener, qtbot: QtBot
) -> None:
    do, card = tiny.controller, tiny.model_tab.card
    tiny.model_tab.show()
    line = next(x for x in card.form.lines if x.field.name == "special_before")
    assert line.edit is not None
    line.edit.selectAll()
    qtbot.keyClicks(line.edit, "GLOBAL LOCAL")
    with qtbot.waitSignal(do.record_changed, timeout=60_000):
        card.form.apply.click()
    assert [t.label for t in record_of(tiny).tokens[:3]] == ["GLOBAL", "LOCAL", "r0 c0"]
    assert "Corrected by you" in card.facts.toPlainText()
    model = do.bench.model
    assert model is not None
    said = Corrections(special_before=("GLOBAL", "LOCAL"))
    assert recall(store(tiny), model.sha256) == said
    # Another start of the program on the same file has it at once …
    again = open_program(replace(START, model=str(model.files.onnx), image=str(CAT)))
    assert [t.label for t in record_of(again).tokens[:2]] == ["GLOBAL", "LOCAL"]
    # … until the file's own are wanted again.
    again.model_tab.show()
    with qtbot.waitSignal(again.controller.record_changed, timeout=60_000):
        again.model_tab.card.form.reset.click()
    assert [t.label for t in record_of(again).tokens[:2]] == ["CLS", "R1"]
    assert recall(store(again), model.sha256) == NONE


def test_a_correction_that_cannot_run_changes_nothing(tiny: Program, qtbot: QtBot) -> None:
    before, model = record_of(tiny), tiny.controller.bench.model
    with qtbot.waitSignal(tiny.controller.message, timeout=60_000) as told:
        tiny.controller.correct(Corrections(image_size=(100, 100)))
    assert told.args is not None
    assert told.args[0].kind == "error"
    assert tiny.controller.bench.model is model
    assert record_of(tiny) is before
    assert not store(tiny).exists()


def test_a_correction_keeps_layer_heads_and_pin(looking: Program, qtbot: QtBot) -> None:
    do = looking.controller
    do.change(layer=3, heads=(2,), pinned=40)
    with qtbot.waitSignal(do.record_changed, timeout=60_000):
        do.correct(Corrections(mean=(0.5,), std=(0.5,)))
    shown = do.shown
    assert shown is not None
    assert (shown.state.layer, shown.heads, shown.token) == (3, (2,), 40)


def test_a_photo_that_came_meanwhile_is_run_as_corrected(tiny: Program, qtbot: QtBot) -> None:
    do = tiny.controller
    do.correct(Corrections(special_before=("A", "B")))
    do.set_photo(CAT.with_name("rocket.jpg"), name="rocket.jpg")

    def arrived() -> bool:
        record = do.bench.record
        return (
            record is not None
            and record.encoded.photo_name == "rocket.jpg"
            and record.tokens[0].label == "A"
        )

    qtbot.waitUntil(arrived, timeout=60_000)


def test_remembered_corrections_that_no_longer_fit_are_told_and_left_out(
    open_program: Opener, tmp_path: Path
) -> None:
    path = save_image_model(tmp_path / "tiny" / "model.onnx", patch=16, height=32, width=32)
    start = replace(START, model=str(path), image=str(CAT))
    first = open_program(start)
    model = first.controller.bench.model
    assert model is not None
    remember(store(first), model.sha256, Corrections(image_size=(64, 64)), model="tiny")
    again = open_program(start)
    assert len(record_of(again).tokens) == 5
    sentences = [strip.message.sentence for strip in again.window.messages.strips]
    assert any("takes pictures of 32 pixels only" in sentence for sentence in sentences)


def test_a_tokenizer_that_was_missing_can_be_chosen(
    open_program: Opener, tmp_path: Path, qtbot: QtBot
) -> None:
    program = open_program()
    path = save_text_model(tmp_path / "mute" / "model.onnx", rows=120)
    tiny_tokenizers.word_piece(tmp_path / "other")
    with qtbot.waitSignal(program.controller.model_ready, timeout=60_000):
        program.controller.open_model(str(path))
    qtbot.waitUntil(lambda: not program.controller.busy, timeout=60_000)
    assert program.controller.bench.record is None
    program.model_tab.show()
    card = program.model_tab.card
    assert "Looked for tokenizer.json" in card.missing[0].missing.text()
    (line,) = card.form.lines
    assert line.edit is not None
    qtbot.keyClicks(line.edit, str(tmp_path / "other" / "tokenizer.json"))
    with qtbot.waitSignal(program.controller.record_changed, timeout=60_000):
        card.form.apply.click()
    assert [token.text for token in record_of(program).tokens][:2] == ["[CLS]", "o"]
    assert card.missing == []


def test_cancelling_a_size_shows_the_one_in_force(
    tiny: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = threading.Event()

    def waiting(_feed: Feed, cancel: Cancel) -> None:
        started.set()
        while not cancel.cancelled:
            QThread.msleep(1)
        cancel.check()

    monkeypatch.setattr(Feed, "tried", waiting)
    box, before = tiny.window.source.pixels, record_of(tiny)
    box.setCurrentIndex(1)
    box.activated.emit(1)
    qtbot.waitUntil(started.is_set)
    tiny.controller.escape()
    assert box.currentText() == "224 px · 14×14 patches"
    assert record_of(tiny) is before


def test_the_file_of_corrections_is_kept_beside_the_preferences(tiny: Program) -> None:
    assert store(tiny).name == "corrections.json"
    model = tiny.controller.bench.model
    assert model is not None
    remember(store(tiny), model.sha256, Corrections(mean=(0.5,)), model=model.title)
    stored = json.loads(store(tiny).read_text())
    assert stored["models"][model.sha256]["model"] == model.title
