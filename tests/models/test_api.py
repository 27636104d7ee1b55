"""Opening models and running them from Python, on the bundled models and on tiny ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from models.api import Model, open_model
from models.errors import (
    CancelledError,
    InputError,
    ModelFileError,
    NoAttentionError,
    TokenizerError,
)
from models.record import Record
from models.runtime import Cancel
from tests.helpers import tiny_tokenizers
from tests.helpers.tiny_models import (
    HEADS,
    HIDDEN,
    INT,
    Graph,
    save_image_model,
    save_text_model,
    write_json,
)


def sentences(notices: Sequence[Any]) -> list[str]:
    return [notice.message.format(**notice.values) for notice in notices]


def text_model(folder: Path, **options: Any) -> Path:
    tiny_tokenizers.word_piece(folder)
    return save_text_model(folder / "model.onnx", rows=120, **options)


@pytest.fixture(scope="module")
def text() -> Model:
    return open_model("text")


@pytest.fixture(scope="module")
def vision() -> Model:
    return open_model("vision")


# -- the bundled models


def test_ten_lines_of_python_show_the_attention_of_a_sentence(text: Model) -> None:
    record = text.run_text("O gato está no telhado")
    assert [token.label for token in record.tokens][5:7] == ["te", "lhado"]
    assert len(record.layers) == 12
    layer = record.layers[0]
    assert layer.query.shape == layer.key.shape == layer.value.shape == (12, 8, 32)
    assert layer.weights().shape == (12, 8, 8)
    assert layer.weights(head=0).shape == (8, 8)
    assert layer.row(6).shape == (12, 8)
    assert layer.vector().shape == (12, 8, 32)
    assert record.outputs["last_hidden_state"].shape == (1, 8, 384)


def test_known_facts_of_the_bundled_text_model_hold(text: Model) -> None:
    """Row “lhado”, mean of the heads: measured when the model was made, to two places."""
    record = text.run_text("O gato está no telhado")
    mean = [layer.row(6).mean(axis=0) for layer in record.layers]
    first = [0.18, 0.06, 0.08, 0.13, 0.06, 0.13, 0.07, 0.29]
    last = [0.22, 0.06, 0.26, 0.05, 0.03, 0.08, 0.07, 0.22]
    np.testing.assert_allclose(mean[0], first, atol=0.01)
    np.testing.assert_allclose(mean[11], last, atol=0.01)


def test_a_photo_has_a_token_per_patch_and_one_for_the_whole(vision: Model) -> None:
    photo = Path(__file__).resolve().parents[2] / "assets" / "images" / "cat.jpg"
    record = vision.run_image(photo)
    assert len(record.tokens) == 257
    assert [t.label for t in record.tokens if t.special] == ["CLS"]
    grid = record.encoded.grid
    assert (grid.rows, grid.columns) == (16, 16)
    # 451×300 → 384×256, cut to 224: margins of 80 and 16 resized pixels.
    assert grid.box == pytest.approx(
        (80 * 451 / 384, 16 * 300 / 256, 304 * 451 / 384, 240 * 300 / 256)
    )
    assert record.encoded.photo_name == "cat.jpg"
    assert record.encoded.photo.size == (451, 300)
    for layer in record.layers:
        np.testing.assert_allclose(layer.weights().sum(axis=-1), 1, atol=1e-5)


def test_any_size_of_whole_patches_runs(vision: Model) -> None:
    photo = Image.new("RGB", (90, 70), "teal")
    record = vision.run(vision.encode_image(photo, size=(42, 70)))
    assert len(record.tokens) == 1 + 3 * 5
    assert (record.encoded.grid.rows, record.encoded.grid.columns) == (3, 5)


@pytest.mark.parametrize("name", ["text", "vision"])
def test_both_bundled_models_match_the_runtime(name: str, request: pytest.FixtureRequest) -> None:
    model: Model = request.getfixturevalue(name)
    differences = model.verify()
    assert model.checked
    assert all(difference is not None and difference < 1e-5 for difference in differences)
    record = model.run(model.sample(), layers=[0])
    assert record.provenance.checked_on == "input"
    assert record.provenance.differences == differences
    assert record.provenance.largest_difference == max(differences)


def test_a_record_says_where_its_numbers_come_from(text: Model) -> None:
    origin = text.run_text("gato").provenance
    assert origin.model == "multilingual-e5-small"
    assert origin.provider == "CPUExecutionProvider"
    assert origin.sha256 == "0b4d6032bbfac62f71872a9c5a345d4cef76be3ea1186aa4f134bf0902251898"
    assert origin.milliseconds > 0


def test_some_layers_can_be_asked_for(text: Model) -> None:
    encoded = text.encode_text("O gato")
    record = text.run(encoded, layers=[0, 11])
    assert [layer.index for layer in record.layers] == [0, 11]
    whole = text.run(encoded)
    np.testing.assert_array_equal(record.layers[1].query, whole.layers[11].query)


# -- what a model is told by


def test_a_text_model_is_told_by_its_inputs(tmp_path: Path) -> None:
    text_model(tmp_path)
    write_json(tmp_path, "config.json", {"model_type": "bert"})
    model = open_model(tmp_path)
    assert (model.modality, model.family, model.name) == ("text", "bert", tmp_path.name)
    with pytest.raises(InputError, match="takes no photo"):
        model.run_image(Image.new("RGB", (8, 8)))


def test_a_vision_model_is_told_by_its_inputs_whatever_their_name(tmp_path: Path) -> None:
    save_image_model(tmp_path / "m.onnx", name="input.1", height=16, width=16)
    model = open_model(tmp_path / "m.onnx")
    assert model.modality == "image"
    with pytest.raises(InputError, match="takes no text"):
        model.run_text("gato")


def test_a_model_of_both_runs_on_raw_inputs_only(tmp_path: Path) -> None:
    save_text_model(tmp_path / "m.onnx", more=[("pixel_values", 1, ("batch", 3, 8, 8))])
    model = open_model(tmp_path / "m.onnx")
    assert model.modality == "other"
    with pytest.raises(InputError, match="--feeds"):
        model.run_text("gato")
    feeds = {
        "input_ids": np.array([[1, 2, 3]]),
        "attention_mask": np.ones((1, 3), int),
        "pixel_values": np.zeros((1, 3, 8, 8)),
    }
    assert len(model.run_feeds(feeds).tokens) == 3


# -- tokens follow the attention


@pytest.mark.parametrize(("before", "after"), [(0, 0), (1, 0), (2, 0), (5, 0)])
def test_special_tokens_of_an_image_are_counted_by_the_run(
    tmp_path: Path, before: int, after: int
) -> None:
    save_image_model(tmp_path / "m.onnx", before=before, after=after, height=16, width=24)
    record = open_model(tmp_path / "m.onnx").run_image(Image.new("RGB", (30, 20), "red"))
    assert len(record.tokens) == before + 24 + after
    assert record.tokens[before].cell == (0, 0)
    assert record.tokens[before + 23].cell == (3, 5)
    assert all(token.special for token in record.tokens[:before])


def test_detection_tokens_stand_after_the_patches(tmp_path: Path) -> None:
    save_image_model(tmp_path / "model.onnx", before=1, after=3, height=8, width=8)
    write_json(tmp_path, "config.json", {"model_type": "yolos", "num_detection_tokens": 3})
    record = open_model(tmp_path).run_image(Image.new("RGB", (8, 8)))
    assert [t.label for t in record.tokens if t.special] == ["CLS", "D1", "D2", "D3"]
    assert record.tokens[4].cell == (1, 1)


def test_the_graph_is_believed_before_the_config(tmp_path: Path) -> None:
    save_image_model(tmp_path / "model.onnx", patch=4, height=16, width=16)
    write_json(tmp_path, "config.json", {"model_type": "vit", "patch_size": 8})
    model = open_model(tmp_path)
    assert len(model.run_image(Image.new("RGB", (16, 16))).tokens) == 17
    assert any("config.json says patches of 8" in s for s in sentences(model.notices))


def test_the_first_run_teaches_the_second(tmp_path: Path) -> None:
    save_image_model(tmp_path / "m.onnx", before=3, height=16, width=16)
    model = open_model(tmp_path / "m.onnx")
    photo = Image.new("RGB", (16, 16))
    assert len(model.encode_image(photo).tokens) == 17
    model.run_image(photo)
    assert len(model.encode_image(photo).tokens) == 19


# -- raw inputs


def test_feeds_give_the_same_record_as_the_text(tmp_path: Path) -> None:
    model = open_model(text_model(tmp_path))
    said = model.run_text("gato telhado")
    fed = model.run_feeds(said.encoded.feeds)
    assert [t.label for t in fed.tokens] == [t.label for t in said.tokens]
    np.testing.assert_array_equal(fed.layers[0].weights(), said.layers[0].weights())


def test_feeds_without_a_tokenizer_show_numbers(tmp_path: Path) -> None:
    model = open_model(save_text_model(tmp_path / "m.onnx", mask=False))
    record = model.run_feeds({"input_ids": np.array([[4, 7]])})
    assert [t.label for t in record.tokens] == ["#4", "#7"]
    with pytest.raises(TokenizerError, match=r"tokenizer\.json"):
        model.run_text("gato")


def test_a_fed_picture_is_placed_in_its_own_pixels(tmp_path: Path) -> None:
    model = open_model(save_image_model(tmp_path / "m.onnx", height=8, width=12))
    record = model.run_feeds({"pixel_values": np.zeros((1, 3, 8, 12))})
    assert record.encoded.photo is None
    assert record.encoded.grid.box == (0, 0, 12, 8)


@pytest.mark.parametrize(
    ("feeds", "word"),
    [
        ({}, "input_ids, attention_mask” is missing"),
        ({"input_ids": [[1]]}, "“attention_mask” is missing"),
        ({"input_ids": [[1]], "attention_mask": [[1]], "more": [[1]]}, "no input “more”"),
        ({"input_ids": [1], "attention_mask": [[1]]}, "shape 1, but the model takes 1×?"),
        ({"input_ids": [[1], [2]], "attention_mask": [[1], [1]]}, "has the shape 2×1"),
        ({"input_ids": [[1.5]], "attention_mask": [[1]]}, "float64 numbers"),
        ({"input_ids": [["a"]], "attention_mask": [[1]]}, "numbers, but the model takes int64"),
        ({"input_ids": [[120]], "attention_mask": [[1]]}, "knows tokens 0 to 119"),
        ({"input_ids": [[-1]], "attention_mask": [[1]]}, "holds the number -1"),
    ],
)
def test_feeds_that_do_not_fit_are_refused(
    tmp_path: Path, feeds: dict[str, Any], word: str
) -> None:
    model = open_model(text_model(tmp_path))
    with pytest.raises(InputError) as caught:
        model.run_feeds({name: np.array(value) for name, value in feeds.items()})
    assert word in str(caught.value)


def test_whole_numbers_of_another_width_are_converted(tmp_path: Path) -> None:
    model = open_model(text_model(tmp_path))
    feeds = {name: np.array([[1, 2]], dtype=np.int16) for name in ("input_ids", "attention_mask")}
    assert len(model.run_feeds(feeds).tokens) == 2


# -- fixed shapes


def test_a_fixed_batch_is_filled_and_only_one_row_is_kept(tmp_path: Path) -> None:
    model = open_model(text_model(tmp_path, batch=3, length=6))
    record = model.run_text("gato no")
    assert [t.kind for t in record.tokens] == ["special", "text", "text", "special"] + [
        "padding"
    ] * 2
    assert record.layers[0].query.shape == (HEADS, 6, HIDDEN // HEADS)
    assert record.outputs["last_hidden_state"].shape == (1, 6, HIDDEN)
    assert record.layers[0].weights()[..., 4:].max() == 0


def test_padding_changes_nothing_under_a_mask(tmp_path: Path) -> None:
    free = open_model(text_model(tmp_path / "free")).run_text("gato no")
    fixed = open_model(text_model(tmp_path / "fixed", length=9)).run_text("gato no")
    np.testing.assert_allclose(
        fixed.layers[0].weights()[:, :4, :4], free.layers[0].weights(), atol=1e-6
    )


def test_a_model_without_a_tokenizer_is_still_checked(tmp_path: Path) -> None:
    model = open_model(save_text_model(tmp_path / "m.onnx"))
    (difference,) = model.verify()
    assert difference is not None
    assert difference < 1e-5


# -- refused, cancelled


def test_a_model_without_attention_is_refused(tmp_path: Path) -> None:
    graph = Graph()
    hidden = graph.add("Gather", graph.weight(9, HIDDEN), "input_ids")
    graph.save(tmp_path / "m.onnx", hidden, [("input_ids", INT, ("b", "n"))])
    with pytest.raises(NoAttentionError):
        open_model(tmp_path / "m.onnx")


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(ModelFileError, match="Git LFS pointer"):
        open_model(tmp_path / "m.onnx")


def test_a_cancelled_run_raises_and_the_model_still_works(tmp_path: Path) -> None:
    model = open_model(text_model(tmp_path))
    stopped = Cancel()
    stopped.cancel()
    with pytest.raises(CancelledError):
        model.run(model.encode_text("gato"), cancel=stopped)
    assert isinstance(model.run_text("gato"), Record)


def test_a_file_that_vanishes_does_not_disturb_an_open_model(tmp_path: Path) -> None:
    path = text_model(tmp_path)
    model = open_model(path)
    path.unlink()
    assert len(model.run_text("gato").provenance.sha256) == 64
    assert model.verify()
