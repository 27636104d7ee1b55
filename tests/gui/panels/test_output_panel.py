"""The output panel, told outputs and used with mouse and clipboard."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from gui.panels.output.bodies import percent
from gui.panels.output.layers import choices, layer_of
from gui.panels.output.map_body import MapBody
from gui.panels.output.text_bodies import AnswerBody, GuessesBody, LabelsBody
from gui.panels.output.vector_bodies import StatesBody
from gui.panels.output_panel import OutputPanel
from gui.state import Shown, ViewState, resolve
from gui.theme import DARK
from gui.views.bar_list import LINE, BarList
from models import i18n
from models.api import open_model
from models.encoded import PatchGrid
from models.outputs import Output, PhotoMap, TokenStates, read_outputs
from models.outputs.labels import ClassLabels
from models.outputs.layered import COSINE, NORM
from models.record import Record
from tests.helpers.records import image_record, text_record
from tests.helpers.tiny_heads import at_first, one_number, per_token, save_text
from tests.helpers.tiny_tokenizers import word_piece
from tests.helpers.zoo import ZOO

PINNED = ViewState(layer=0, heads=(0,), pinned=2)


@pytest.fixture
def panel(qtbot: QtBot) -> OutputPanel:
    widget = OutputPanel()
    qtbot.addWidget(widget)
    widget.resize(440, 800)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def ids(tmp_path: Path) -> dict[str, int]:
    return word_piece(tmp_path / "vocabulary").get_vocab()


def ran(folder: Path, text: str, pair: str | None = None) -> tuple[Record, tuple[Output, ...]]:
    model = open_model(folder)
    record = model.run_text(text, pair)
    return record, read_outputs(record, model)


def tell(
    panel: OutputPanel, record: Record, outputs: tuple[Output, ...], state: ViewState = PINNED
) -> Shown:
    shown = resolve(state, record)
    panel.set_outputs(outputs)
    panel.set_shown(shown)
    return shown


def states_of(record: Record, size: int = 4) -> TokenStates:
    count = len(record.tokens)
    numbers = np.random.default_rng(1).normal(size=(count, size)).astype(np.float32)
    return TokenStates(
        name="last_hidden_state", shape=(1, count, size), dtype="float32", states=numbers,
        tokens=record.tokens,
    )  # fmt: skip


def segmentation(record: Record) -> PhotoMap:
    """Three classes over the photo of ``record``: the third takes half, the first a quarter."""
    values = np.zeros((3, 4, 4), dtype=np.float32)
    values[2, :2], values[0, 2], values[1, 3] = 2, 2, 2
    grid = record.encoded.grid
    assert grid is not None
    return PhotoMap(
        name="logits", shape=(1, 3, 4, 4), dtype="float32", values=values, style="classes",
        labels=ClassLabels(("sky", "cat", "roof")), grid=PatchGrid(4, 4, grid.box),
    )  # fmt: skip


def settled(panel: OutputPanel) -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


# -- what is shown


def test_before_anything_ran_it_says_what_will_be_here(panel: OutputPanel) -> None:
    panel.set_outputs(())
    assert panel.cards == []
    assert panel.empty.isVisible()


def test_there_is_a_card_per_output_with_name_type_and_shape(panel: OutputPanel) -> None:
    record, outputs = ran(ZOO / "bert_seqcls", "the cat")
    tell(panel, record, outputs)
    (card,) = panel.cards
    assert card.title.text() == "Classes"
    assert card.facts.text() == "logits · float32 1×3"
    assert "softmax" in card.remark.text()
    drawn = card.body.findChildren(BarList)[0].bars
    shares = [bar.share for bar in drawn]
    assert shares == sorted(shares, reverse=True)
    assert sum(share or 0 for share in shares) == pytest.approx(1)


def test_cards_are_made_only_when_they_are_seen(qtbot: QtBot) -> None:
    widget = OutputPanel()
    qtbot.addWidget(widget)
    record, outputs = ran(ZOO / "bert_seqcls", "the cat")
    widget.set_outputs(outputs)
    widget.set_shown(resolve(PINNED, record))
    assert widget.cards == []
    widget.show()
    assert len(widget.cards) == 1


def test_a_model_without_a_record_leaves_nothing_on_screen(panel: OutputPanel) -> None:
    record, outputs = ran(ZOO / "bert_seqcls", "the cat")
    tell(panel, record, outputs)
    panel.set_shown(None)
    assert panel.cards == []


def test_ten_classes_are_shown_and_all_when_asked(
    panel: OutputPanel, tmp_path: Path, ids: dict[str, int]
) -> None:
    table = np.tile(np.arange(25, dtype=np.float32), (len(ids), 1))
    record, outputs = ran(save_text(tmp_path / "m", {"logits": at_first(table)}), "the cat")
    tell(panel, record, outputs)
    body = panel.cards[0].body
    drawn, more = body.findChildren(BarList)[0], body.findChildren(QPushButton)[0]
    assert [bar.label for bar in drawn.bars][:2] == ["class 24", "class 23"]
    assert len(drawn.bars) == 10
    more.click()
    assert len(drawn.bars) == 25
    more.click()
    assert len(drawn.bars) == 10


def test_a_contradiction_is_shown_in_the_colour_of_warnings(
    panel: OutputPanel, tmp_path: Path, ids: dict[str, int]
) -> None:
    config = {"id2label": {"0": "a", "1": "b"}}
    heads = {"logits": at_first(np.zeros((len(ids), 3), dtype=np.float32))}
    record, outputs = ran(save_text(tmp_path / "m", heads, config=config), "the cat")
    panel.set_theme(DARK)
    tell(panel, record, outputs)
    (warning,) = panel.cards[0].warnings
    assert "names 2 classes, but the model gives 3" in warning.text()
    assert DARK.warning in warning.styleSheet()


def test_each_mask_has_its_sentence_and_its_guesses(panel: OutputPanel) -> None:
    record, outputs = ran(ZOO / "bert_mlm", "the <b> [MASK] on [MASK]")
    tell(panel, record, outputs)
    body = panel.cards[0].body
    assert isinstance(body, GuessesBody)
    assert [len(drawn.bars) for drawn in body.lists] == [5, 5]
    said = [label.text() for label in body.findChildren(QLabel)]
    assert any("&lt;b&gt;" in text and ">[MASK]</span> on [MASK]" in text for text in said)


def test_the_pinned_token_is_ranked_but_not_called_a_guess(panel: OutputPanel) -> None:
    record, outputs = ran(ZOO / "bert_mlm", "the cat [MASK]")
    tell(panel, record, outputs)
    body = panel.cards[0].body
    assert isinstance(body, GuessesBody)
    assert "“c”" in body.pinned_note.text()
    assert "no guess" in body.pinned_note.text()
    assert body.pinned_note.isVisible()
    mask = body.output.positions[0]
    panel.set_shown(resolve(replace(PINNED, pinned=mask), record))
    assert not body.pinned_note.isVisible()


def test_a_click_on_a_name_or_an_answer_pins_its_first_token(
    panel: OutputPanel, tmp_path: Path, ids: dict[str, int], qtbot: QtBot
) -> None:
    labels = np.zeros((len(ids), 3), dtype=np.float32)
    labels[:, 0], labels[ids["gato"], 1], labels[ids["te"], 2] = 1, 3, 3
    heads = {
        "logits": per_token(labels),
        "start": one_number(np.eye(len(ids), dtype=np.float32)[ids["gato"]] * 9),
        "end": one_number(np.eye(len(ids), dtype=np.float32)[ids["te"]] * 9),
    }
    config = {"id2label": {"0": "O", "1": "B-X", "2": "I-X"}}
    record, outputs = ran(save_text(tmp_path / "m", heads, config=config), "the gato te")
    tell(panel, record, outputs)
    for body in (panel.cards[0].body, panel.cards[1].body):
        assert isinstance(body, LabelsBody | AnswerBody)
        assert body.list.bars[0].label == "gato te"
        with qtbot.waitSignal(panel.token_clicked) as caught:
            qtbot.mouseClick(body.list, Qt.MouseButton.LeftButton, pos=QPoint(20, LINE // 2))
        assert caught.args == [2]


def test_few_norms_are_bars_and_many_a_strip(panel: OutputPanel) -> None:
    record = text_record()
    tell(panel, record, (states_of(record),))
    body = panel.cards[0].body
    assert isinstance(body, StatesBody)
    assert body.norms.list is not None
    assert [bar.label for bar in body.norms.list.bars] == [t.label for t in record.tokens]
    assert not body.norm_button.isVisible()  # there is no photo to show them on
    picture = image_record()
    tell(panel, picture, (states_of(picture),))
    body = panel.cards[0].body
    assert isinstance(body, StatesBody)
    assert body.norms.strip is not None
    norms = states_of(picture).norms
    assert body.norms.strip.limits == pytest.approx((norms.min(), norms.max()))


def test_cosines_follow_the_token_that_is_shown(panel: OutputPanel) -> None:
    record = text_record()
    states = states_of(record)
    tell(panel, record, (states,))
    body = panel.cards[0].body
    assert isinstance(body, StatesBody)
    assert body.cosines.list is not None
    assert body.cosines.list.bars[2].number == "1"
    panel.set_shown(resolve(replace(PINNED, hovered=4), record))
    assert body.cosines.list.bars[4].number == "1"
    panel.set_shown(resolve(replace(PINNED, pinned=None), record))
    assert not body.cosines.isVisible()


def test_copying_puts_the_whole_table_on_the_clipboard(panel: OutputPanel, qtbot: QtBot) -> None:
    record, outputs = ran(ZOO / "bert_seqcls", "the cat")
    tell(panel, record, outputs)
    qtbot.mouseClick(panel.cards[0].copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == outputs[0].table().text()
    assert panel.said.text() == "Copied 3 lines."


def test_another_language_says_everything_again(panel: OutputPanel) -> None:
    record, outputs = ran(ZOO / "bert_seqcls", "the cat")
    tell(panel, record, outputs)
    i18n.set_language("pt_BR")
    panel.retranslate()
    settled(panel)
    assert panel.cards[0].title.text() != ""
    assert panel.cards[0].copy.text() == i18n.tr("Copy")
    assert len(panel.cards) == 1


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.0, "0.0%"), (1.0, "100.0%"), (0.5, "50.0%"), (1e-9, "<0.1%"),
        (0.99999, ">99.9%"), (0.9994, "99.9%"), (math.pi / 10, "31.4%"),
    ],
)  # fmt: skip
def test_only_what_is_0_or_1_is_written_so(probability: float, said: str) -> None:
    assert percent(probability) == said


# -- what lies over the photo


def test_a_class_is_laid_over_the_photo_alone_and_then_all_again(
    panel: OutputPanel, qtbot: QtBot
) -> None:
    record = image_record()
    tell(panel, record, (segmentation(record),))
    body = panel.cards[0].body
    assert isinstance(body, MapBody)
    assert [bar.label for bar in body.list.bars] == ["roof", "sky", "cat"]
    asked: list[tuple[str, object]] = []
    panel.layer_asked.connect(lambda name, channel: asked.append((name, channel)))
    middle = QPoint(30, LINE // 2)
    qtbot.mouseClick(body.show_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(body.list, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseClick(body.list, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseClick(body.show_button, Qt.MouseButton.LeftButton)
    assert asked == [("logits", None), ("logits", 2), ("logits", None), ("", None)]


def test_every_map_and_every_vector_per_patch_can_lie_over_the_photo() -> None:
    record = image_record()
    outputs = (segmentation(record), states_of(record))
    keys = [choice.key for choice in choices(outputs, record.encoded)]
    assert keys == ["logits", "last_hidden_state" + COSINE, "last_hidden_state" + NORM]
    assert choices((states_of(text_record()),), text_record().encoded) == ()


def test_layers_hold_the_numbers_of_the_outputs() -> None:
    record = image_record()
    states = states_of(record)
    outputs = (segmentation(record), states)
    norm = layer_of(outputs, record.encoded, key=states.name + NORM, channel=None, token=None)
    cosine = layer_of(outputs, record.encoded, key=states.name + COSINE, channel=None, token=3)
    assert norm is not None
    assert cosine is not None
    wanted = np.linalg.norm(states.states[1:].astype(np.float64), axis=1).reshape(4, 4)
    assert norm.values == pytest.approx(wanted, rel=1e-6)
    assert cosine.values[0, 2] == pytest.approx(1)
    assert cosine.high == 1
    every = layer_of(outputs, record.encoded, key="logits", channel=None, token=None)
    assert every is not None
    assert every.values.tolist() == [[2] * 4, [2] * 4, [0] * 4, [1] * 4]
    assert list(every.names) == ["sky", "cat", "roof"]
    assert every.colours is not None
    assert len({tuple(colour) for colour in every.colours.tolist()}) == 3
    roof = layer_of(outputs, record.encoded, key="logits", channel=2, token=None)
    assert roof is not None
    assert roof.values[0, 0] == pytest.approx(math.exp(2) / (math.exp(2) + 2))


def test_what_does_not_exist_lays_nothing_over_the_photo() -> None:
    record = image_record()
    outputs = (segmentation(record), states_of(record))
    for key in ("", "gone", "last_hidden_state" + COSINE):
        assert layer_of(outputs, record.encoded, key=key, channel=None, token=None) is None
    other = layer_of(outputs, record.encoded, key="logits", channel=99, token=None)
    assert other is not None
    assert other.colours is not None  # a class of another model: all classes again


def test_many_masks_are_counted_and_not_all_drawn(panel: OutputPanel) -> None:
    record, outputs = ran(ZOO / "bert_mlm", "[MASK] " * 25)
    tell(panel, record, outputs)
    body = panel.cards[0].body
    assert isinstance(body, GuessesBody)
    assert (len(body.output.positions), len(body.lists)) == (25, 20)
    said = [label.text() for label in body.findChildren(QLabel)]
    assert "… and 5 more masks" in said
    panel.copy(outputs[0])
    assert panel.said.text() == "Copied 2,500 lines."
