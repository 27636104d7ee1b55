"""The model card as a panel: what it shows, what can be copied, what can be corrected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import onnx
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui.panels.model.field_line import FieldLine
from gui.panels.model_card import ModelCard
from gui.theme import DARK
from models.api import Model, open_model
from models.corrections import NONE, Corrections
from models.graph.block import Rejected
from models.i18n import set_language
from models.record import Record
from tests.helpers import tiny_tokenizers
from tests.helpers.tiny_models import save_image_model, save_text_model, write_json


def ran(model: Model) -> Record:
    record = model.run(model.sample())
    model.verify(record.encoded)
    return record


def seeing(folder: Path, **options: int) -> Model:
    return open_model(save_image_model(folder / "model.onnx", patch=16, **options))


def reading(folder: Path, **options: object) -> Model:
    tiny_tokenizers.word_piece(folder)
    return open_model(save_text_model(folder / "model.onnx", rows=120, **options))  # type: ignore[arg-type]


@pytest.fixture
def card(qtbot: QtBot) -> Iterator[ModelCard]:
    made = ModelCard()
    qtbot.addWidget(made)
    made.resize(440, 700)
    made.show()
    yield made
    made.hide()


def line(card: ModelCard, name: str) -> FieldLine:
    return next(x for x in card.form.lines if x.field.name == name)


def click(card: ModelCard, widget: QWidget, qtbot: QtBot) -> None:
    """Click where a person could: scrolled into sight."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    card.page.ensureWidgetVisible(widget)
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def type_into(card: ModelCard, name: str, words: str, qtbot: QtBot) -> None:
    edit = line(card, name).edit
    assert edit is not None
    edit.selectAll()
    qtbot.keyClick(edit, Qt.Key.Key_Delete)
    qtbot.keyClicks(edit, words)


# -- what it shows


def test_nothing_open_is_said(card: ModelCard) -> None:
    assert card.empty.isVisible()
    assert not card.page.isVisible()
    card.copy()
    assert card.said.isHidden()


def test_sections_layers_and_form_are_there(card: ModelCard, tmp_path: Path) -> None:
    model = reading(tmp_path)
    card.set_facts(model, ran(model))
    text = card.facts.toPlainText()
    for part in ("Attention", "1 layer with 2 heads of size 4", "added to the scores (Add)"):
        assert part in text
    shown = card.layers.layers
    assert shown.rowCount() == 1
    assert shown.data(shown.index(0, 0)) == "L1"
    assert [x.field.name for x in card.form.lines] == ["tokenizer", "token_limit", "lower_case"]
    assert card.missing == []
    assert card.rejected.isHidden()


def test_what_is_missing_stands_first_with_a_command_to_copy(
    card: ModelCard, tmp_path: Path, qtbot: QtBot
) -> None:
    model = open_model(save_text_model(tmp_path / "model.onnx"))
    card.set_facts(model, ran(model))
    (box,) = card.missing
    assert box.isVisible()
    assert "hf download ORG/NAME tokenizer.json" in box.command.text()
    click(card, box.copy, qtbot)
    assert QGuiApplication.clipboard().text() == box.missing.command


def test_a_hidden_card_is_written_when_it_is_seen(qtbot: QtBot, tmp_path: Path) -> None:
    made = ModelCard()
    qtbot.addWidget(made)
    model = seeing(tmp_path)
    made.set_facts(model, None)
    assert made.card is None
    made.show()
    assert made.card is not None
    made.hide()


def test_it_speaks_the_language_in_force(card: ModelCard, tmp_path: Path) -> None:
    model = reading(tmp_path)
    card.set_facts(model, ran(model))
    set_language("pt_BR")
    card.retranslate()
    assert "Escala" in card.facts.toPlainText()
    header = card.layers.layers.headerData(1, Qt.Orientation.Horizontal)
    assert header == "Cabeças"


def test_the_theme_reaches_every_part(card: ModelCard, tmp_path: Path) -> None:
    model = open_model(save_text_model(tmp_path / "model.onnx"))
    card.set_facts(model, ran(model))
    card.set_theme(DARK)
    assert DARK.warning in card.missing[0].styleSheet()
    label = card.facts.document().begin().begin().fragment().charFormat()  # type: ignore[attr-defined]
    assert label.foreground().color().name() == DARK.text


def test_long_names_never_widen_the_page(card: ModelCard, tmp_path: Path) -> None:
    model = reading(tmp_path / ("folder" * 30))
    card.set_facts(model, ran(model))
    inside = card.page.widget()
    assert inside is not None
    assert inside.width() <= card.page.viewport().width()
    assert card.facts.height() >= card.facts.document().size().height() - 1


def test_hostile_names_are_shown_as_they_are(card: ModelCard, tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)><b>"
    path = save_text_model(tmp_path / "m.onnx", more=[(evil, 1, ("a", 1))])
    file = onnx.load(path)
    file.producer_name = evil
    path.write_bytes(file.SerializeToString())
    write_json(tmp_path, "config.json", {"model_type": evil, "id2label": {"0": evil}})
    model = open_model(path)
    model.tapped.rejected = (Rejected(evil, evil),)
    card.set_facts(model, None)
    assert card.facts.toPlainText().count(evil) >= 4
    assert card.rejected.toPlainText().count(evil) == 2
    plain = {Qt.TextFormat.PlainText}
    assert {x.textFormat() for box in card.missing for x in box.findChildren(QLabel)} <= plain


# -- copying


def test_the_whole_card_is_copied_as_text(card: ModelCard, tmp_path: Path, qtbot: QtBot) -> None:
    model = reading(tmp_path)
    card.set_facts(model, ran(model))
    click(card, card.copy_button, qtbot)
    assert card.card is not None
    assert QGuiApplication.clipboard().text() == card.card.text()
    assert model.sha256 in QGuiApplication.clipboard().text()
    assert card.said.isVisible()


def test_single_values_can_be_selected_and_copied(card: ModelCard, tmp_path: Path) -> None:
    model = reading(tmp_path)
    card.set_facts(model, ran(model))
    assert card.facts.find(model.sha256)
    card.facts.copy()
    assert QGuiApplication.clipboard().text() == model.sha256


def test_chosen_layers_are_copied_with_the_names_of_columns(
    card: ModelCard, tmp_path: Path, qtbot: QtBot
) -> None:
    model = reading(tmp_path)
    card.set_facts(model, ran(model))
    card.layers.selectRow(0)
    qtbot.keyClick(card.layers, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    first, second = QGuiApplication.clipboard().text().splitlines()
    assert first.split("\t")[:3] == ["Layer", "Heads", "d"]
    assert second.split("\t")[:3] == ["L1", "2", "4"]


# -- correcting


def test_nothing_changed_asks_nothing(card: ModelCard, tmp_path: Path) -> None:
    model = seeing(tmp_path)
    card.set_facts(model, ran(model))
    assert not card.form.apply.isEnabled()
    assert not card.form.reset.isEnabled()


def test_typed_corrections_are_asked_for_together(
    card: ModelCard, tmp_path: Path, qtbot: QtBot
) -> None:
    model = seeing(tmp_path, before=2)
    card.set_facts(model, ran(model))
    type_into(card, "special_before", "GLOBAL, LOCAL", qtbot)
    type_into(card, "mean", "0,5 0,5 0,5", qtbot)
    box = line(card, "interpolation").box
    assert box is not None
    box.setCurrentIndex(box.findData("nearest"))
    with qtbot.waitSignal(card.corrections_asked) as told:
        click(card, card.form.apply, qtbot)
    assert told.args == [
        Corrections(
            special_before=("GLOBAL", "LOCAL"), mean=(0.5, 0.5, 0.5), interpolation="nearest"
        )
    ]


def test_enter_applies_too(card: ModelCard, tmp_path: Path, qtbot: QtBot) -> None:
    model = reading(tmp_path)
    card.set_facts(model, ran(model))
    type_into(card, "token_limit", "12", qtbot)
    edit = line(card, "token_limit").edit
    assert edit is not None
    with qtbot.waitSignal(card.corrections_asked) as told:
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert told.args == [Corrections(token_limit=12)]


def test_nonsense_is_told_at_its_line_and_nothing_is_asked(
    card: ModelCard, tmp_path: Path, qtbot: QtBot
) -> None:
    model = seeing(tmp_path)
    card.set_facts(model, ran(model))
    type_into(card, "std", "-1", qtbot)
    with qtbot.assertNotEmitted(card.corrections_asked):
        click(card, card.form.apply, qtbot)
    assert "makes no sense" in line(card, "std").origin.text()
    type_into(card, "std", "1", qtbot)
    assert line(card, "std").origin.text() == line(card, "std").field.origin


def test_what_is_corrected_stays_and_can_be_left_to_the_files_again(
    card: ModelCard, tmp_path: Path, qtbot: QtBot
) -> None:
    said = Corrections(mean=(0.5,), special_before=("A",), image_size=(32, 32))
    model = seeing(tmp_path).corrected(said)
    card.set_facts(model, ran(model))
    assert line(card, "mean").back.isVisible()
    assert not line(card, "std").back.isVisible()
    type_into(card, "std", "0.25", qtbot)
    with qtbot.waitSignal(card.corrections_asked) as told:
        click(card, line(card, "mean").back, qtbot)
    assert told.args == [Corrections(special_before=("A",), image_size=(32, 32), std=(0.25,))]
    with qtbot.waitSignal(card.corrections_asked) as told:
        click(card, card.form.reset, qtbot)
    assert told.args == [NONE]


def test_typing_the_files_own_value_is_no_correction(
    card: ModelCard, tmp_path: Path, qtbot: QtBot
) -> None:
    model = seeing(tmp_path).corrected(Corrections(image_size=(32, 32)))
    card.set_facts(model, ran(model))
    type_into(card, "image_size", "224", qtbot)
    with qtbot.waitSignal(card.corrections_asked) as told:
        click(card, card.form.apply, qtbot)
    assert told.args == [NONE]


def test_what_is_typed_outlives_a_new_record_of_the_same_model(
    card: ModelCard, tmp_path: Path, qtbot: QtBot
) -> None:
    model = reading(tmp_path)
    card.set_facts(model, ran(model))
    type_into(card, "token_limit", "12", qtbot)
    card.set_facts(model, model.run_text("the cat"))
    assert line(card, "token_limit").text == "12"
    assert card.form.apply.isEnabled()


def test_a_tokenizer_is_chosen_from_a_dialog(
    card: ModelCard, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = open_model(save_text_model(tmp_path / "model.onnx"))
    card.set_facts(model, ran(model))
    tiny_tokenizers.word_piece(tmp_path / "other")
    path = str(tmp_path / "other" / "tokenizer.json")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (path, ""))
    choose = line(card, "tokenizer").choose
    assert choose is not None
    click(card, choose, qtbot)
    with qtbot.waitSignal(card.corrections_asked) as told:
        click(card, card.form.apply, qtbot)
    assert told.args == [Corrections(tokenizer=path)]


def test_every_editor_has_a_name(card: ModelCard, tmp_path: Path) -> None:
    model = seeing(tmp_path)
    card.set_facts(model, ran(model))
    for field in card.form.lines:
        editor = field.box or field.edit
        assert editor is not None
        assert editor.accessibleName()
        assert field.back.accessibleName()
