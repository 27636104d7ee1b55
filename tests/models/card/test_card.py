"""The card of opened models: what stands there, in both languages, hostile names included."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from models.api import Model, open_model
from models.card import Card, card_of
from models.card import words as card_words
from models.corrections import Corrections
from models.graph.block import Rejected
from models.i18n import set_language
from models.record import Record
from tests.helpers import tiny_tokenizers
from tests.helpers.tiny_models import save_image_model, save_text_model, write_json
from tests.helpers.zoo import ZOO


def ran(model: Model) -> Record:
    record = model.run(model.sample())
    model.verify(record.encoded)
    return record


def card(path: Path) -> Card:
    model = open_model(path)
    return card_of(model, ran(model))


def rows(found: Card) -> dict[str, str]:
    return {row.label: row.value for section in found.sections for row in section.rows}


def text_folder(folder: Path, **options: Any) -> Path:
    tiny_tokenizers.word_piece(folder)
    save_text_model(folder / "model.onnx", rows=120, **options)
    return folder


# -- what stands there


def test_the_bundled_text_model() -> None:
    found = card(Path("text"))
    said = rows(found)
    assert said["Attention"] == "12 layers, each with 12 heads of size 32"
    assert said["Scale"] == "0.1768 = 1/√32, on the scores (Div)"
    assert said["Mask"] == "added to the scores (Add)"
    assert said["Position bias"] == "none"
    assert said["Attends"] == "all to all"
    assert said["Check"].startswith("12 of 12 layers compared with onnxruntime")
    assert said["Special tokens"] == "<s>, </s>"
    assert said["Token limit"] == "at most 512"
    assert said["Inputs"].splitlines()[0] == "input_ids: int64 [batch, seq]"
    assert said["Licence"] == "MIT"
    assert len(said["SHA-256"]) == 64
    assert said["Runs on"].startswith("CPUExecutionProvider (")
    assert found.missing == ()
    assert [line.cells()[:3] for line in found.layers][11] == ("L12", "12", "32")


def test_the_bundled_vision_model() -> None:
    said = rows(card(Path("vision")))
    assert said["Tokens now"] == "257"
    assert said["Special tokens"] == "CLS"
    assert said["Patches"] == "16 rows × 16 columns, in a picture of 224×224 pixels"
    assert said["Size of the picture"] == "224 px; any multiple of the patch size"
    assert said["Preparation"].splitlines() == [
        "shorter side to 256 (bicubic)",
        "cut the middle 224",
        "values × 1/255",
        "mean 0.485 0.456 0.406, standard deviation 0.229 0.224 0.225",
        "as in preprocessor_config.json",
    ]
    assert said["Precision"].startswith("int8 (98%), float16 (2.4%)")


def test_layers_that_differ_are_told_apart() -> None:
    said = rows(card(ZOO / "swin"))
    assert said["Heads per layer"].splitlines() == [
        "L1–L2: 2 heads of size 8",
        "L3: 4 heads of size 8",
    ]
    assert said["Attends"].splitlines() == ["L1–L2: in 4 windows of 16", "L3: all to all"]


def test_a_fixed_mask_that_hides_nothing_says_so() -> None:
    found = card(ZOO / "vit/onnx/model_dyn18_sdpa.onnx")
    assert {line.mask for line in found.layers} == {"a fixed one that hides nothing"}


def test_before_anything_ran_only_the_file_speaks(tmp_path: Path) -> None:
    model = open_model(text_folder(tmp_path))
    found = card_of(model, None, hashed=False)
    said = rows(found)
    assert said["Attention"] == "1 layer"
    assert said["Check"] == "not made yet"
    assert said["Scale"] == "on the scores (Div)"
    assert said["SHA-256"] == "not computed yet"
    assert not model.sha256_known
    assert found.layers[0].cells()[3] == ""


def test_labels_corrections_and_others_are_listed(tmp_path: Path) -> None:
    folder = text_folder(tmp_path)
    shutil.copy(folder / "model.onnx", folder / "model_fp16.onnx")
    write_json(folder, "config.json", {"id2label": {str(i): f"class {i}" for i in range(9)}})
    model = open_model(folder).corrected(Corrections(token_limit=8, lower_case=False))
    said = rows(card_of(model, ran(model)))
    assert said["Labels"] == "class 0, class 1, class 2, class 3, class 4, class 5, … (9)"
    assert said["Corrected by you"] == "token limit, lower case"
    assert said["Token limit"] == "at most 8"
    assert said["Lower case"] == "letters stay as they are"
    assert said["Also here"] == "model_fp16.onnx"


def test_config_against_graph_is_a_notice(tmp_path: Path) -> None:
    folder = text_folder(tmp_path)
    write_json(folder, "config.json", {"num_attention_heads": 12, "num_hidden_layers": 1})
    assert "config.json says 12 heads, the graph has 2; it was believed." in card(folder).notices


def test_odd_configs_speak_of_no_contradiction(tmp_path: Path) -> None:
    path = save_image_model(tmp_path / "model.onnx", height=32, width=32)
    write_json(tmp_path, "config.json", {"num_heads": [3, 6], "depths": [1], "num_layers": 4})
    assert not any("config.json" in notice for notice in card(path).notices[1:])


def test_rejected_softmaxes_are_named_with_the_reason(tmp_path: Path) -> None:
    model = open_model(text_folder(tmp_path))
    model.tapped.rejected = (Rejected("/head/Softmax", "it is not fed by a product"),)
    (row,) = card_of(model, ran(model)).rejected
    assert (row.label, row.value) == ("/head/Softmax", "it is not fed by a product")


# -- as text


def test_the_text_holds_every_row_and_every_layer() -> None:
    found = card(ZOO / "swin")
    text = found.text()
    for label, value in rows(found).items():
        assert label in text
        assert value.splitlines()[-1] in text
    assert text.count("\t") == 8 * 4
    assert "\t" not in found.text(layers=False)
    assert "optimum-cli export onnx" in text


def test_the_card_speaks_portuguese_where_it_was_translated() -> None:
    model = open_model("text")
    record = ran(model)
    set_language("pt_BR")
    assert rows(card_of(model, record))["Escala"].startswith("0,1768 = 1/√32")


def test_names_of_tensors_stay_as_they_are(tmp_path: Path) -> None:
    path = save_text_model(tmp_path / "m.onnx", more=[("<b>bold</b> {x}", 1, ("a", 1))])
    model = onnx.load(path)
    model.producer_name = "<script>alert(1)</script>"
    path.write_bytes(model.SerializeToString())
    said = rows(card_of(open_model(path), None))
    assert "<b>bold</b> {x}: float32 [a, 1]" in said["Inputs"]
    assert "<script>alert(1)</script>" in said["Made by"]


# -- words


def test_differences_are_rounded_up_and_never_hidden() -> None:
    assert card_words.difference(2.61e-6) == "2.7×10⁻⁶"
    assert card_words.difference(0.0) == "0"
    assert card_words.difference(None) == "not compared"
    assert card_words.difference(math.nan) == "not a number"
    assert card_words.worst_of([1e-6, None, math.nan, 2.0]) is not None
    assert math.isnan(card_words.worst_of([1e-6, math.nan, 2.0]) or 0)
    assert card_words.worst_of([None]) is None


def test_layers_read_as_ranges() -> None:
    assert card_words.ranges([0, 1, 2, 6, 8, 9]) == "L1–L3, L7, L9–L10"
    assert card_words.ranges([]) == ""
    assert card_words.grouped(["a", "a", "b", "a"]) == "L1–L2, L4: a\nL3: b"
    assert card_words.grouped(["a", "a"]) == "a"


def test_scales_of_single_heads_are_a_range(tmp_path: Path) -> None:
    model = open_model(text_folder(tmp_path))
    record = ran(model)
    layer = replace(record.layers[0], scale=np.array([0.25, 0.5], dtype=np.float32))
    found = card_of(model, replace(record, layers=(layer,)))
    assert found.layers[0].scale == "0.25 … 0.5, on the scores (Div)"


@pytest.mark.parametrize("value", [1.0, 0.3])
def test_a_scale_that_is_not_one_over_root_d_is_only_a_number(tmp_path: Path, value: float) -> None:
    model = open_model(text_folder(tmp_path))
    record = ran(model)
    layer = replace(record.layers[0], scale=np.full(2, value, dtype=np.float32))
    found = card_of(model, replace(record, layers=(layer,)))
    assert found.layers[0].scale == f"{value:g}, on the scores (Div)"
