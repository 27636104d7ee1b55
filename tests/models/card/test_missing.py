"""What a model lacks: each thing with what is there instead and the command that mends it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.api import Model, open_model
from models.card import layer_lines, missing_from
from models.card.missing import export_command, hub_name
from models.corrections import Corrections
from tests.helpers import tiny_tokenizers
from tests.helpers.tiny_models import (
    save_folded_model,
    save_image_model,
    save_text_model,
    write_json,
)


def found(model: Model, **changes: object) -> list[str]:
    record = model.run(model.sample())
    model.verify(record.encoded)
    lines = tuple(replace(line, **changes) for line in layer_lines(model, record))  # type: ignore[arg-type]
    return [missing.text() for missing in missing_from(model, record, lines)]


def text_model(folder: Path, **options: object) -> Model:
    tiny_tokenizers.word_piece(folder)
    return open_model(save_text_model(folder / "model.onnx", rows=120, **options))  # type: ignore[arg-type]


def test_a_complete_model_lacks_nothing(tmp_path: Path) -> None:
    assert found(text_model(tmp_path)) == []


def test_a_tokenizer_that_is_not_there(tmp_path: Path) -> None:
    save_text_model(tmp_path / "model.onnx")
    write_json(tmp_path, "config.json", {"_name_or_path": "ana/tiny-bert"})
    (said,) = found(open_model(tmp_path))
    assert "Looked for tokenizer.json, vocab.txt or vocab.json beside “model.onnx”." in said
    assert "The folder holds: config.json, model.onnx." in said
    files = "tokenizer.json tokenizer_config.json special_tokens_map.json"
    command = f"hf download ana/tiny-bert {files} --local-dir {tmp_path}"
    assert said.splitlines()[-1].strip() == command


def test_a_tokenizer_that_is_broken_says_how(tmp_path: Path) -> None:
    save_text_model(tmp_path / "model.onnx")
    (tmp_path / "tokenizer.json").touch()
    (said,) = found(open_model(tmp_path))
    assert "The tokenizer tokenizer.json is empty." in said


def test_folders_with_spaces_are_quoted(tmp_path: Path) -> None:
    folder = tmp_path / "my models"
    save_text_model(folder / "model.onnx")
    (said,) = found(open_model(folder))
    assert f'--local-dir "{folder}"' in said


def test_a_photo_model_without_preparation(tmp_path: Path) -> None:
    path = save_image_model(tmp_path / "model.onnx", patch=32)
    (said,) = found(open_model(path))
    assert "Looked for preprocessor_config.json" in said
    assert "hf download ORG/NAME preprocessor_config.json" in said
    corrected = open_model(path).corrected(Corrections(mean=(0.5,), std=(0.5,)))
    assert found(corrected) == []


def test_patches_without_a_place(tmp_path: Path) -> None:
    write_json(tmp_path, "preprocessor_config.json", {"size": 24})
    save_folded_model(tmp_path / "model.onnx", patch=4, side=24, tokens=12)
    model = open_model(tmp_path)
    record = model.run(model.sample())
    texts = [m.text() for m in missing_from(model, record, layer_lines(model, record))]
    assert any("There are 48 tokens whose place in the photo is unknown." in t for t in texts)


def test_layers_that_the_config_promises(tmp_path: Path) -> None:
    model = text_model(tmp_path)
    write_json(
        tmp_path,
        "config.json",
        {"num_hidden_layers": 3, "architectures": ["BertForMaskedLM"], "_name_or_path": "a/b"},
    )
    (said,) = found(open_model(model.files.onnx))
    assert "config.json promises attention in 3 layers." in said
    assert "It was found in 1; 0 softmaxes" in said
    assert "optimum-cli export onnx --model a/b --task fill-mask b-onnx/" in said


@pytest.mark.parametrize(("value", "shown"), [(0.25, "0.25"), (float("nan"), "not a number")])
def test_a_check_that_failed(tmp_path: Path, value: float, shown: str) -> None:
    (said,) = found(text_model(tmp_path), difference=value)
    assert f"In L1 ours differ from them by up to {shown}" in said


def test_weights_that_had_to_be_taken_as_they_are(tmp_path: Path) -> None:
    (said,) = found(text_model(tmp_path), direct=True)
    assert "In L1 something else is done to them" in said
    assert "optimum-cli export onnx" in said


def test_fixed_sizes(tmp_path: Path) -> None:
    (said,) = found(text_model(tmp_path / "t", length=9))
    assert "The file takes exactly 9 tokens; shorter texts are padded." in said
    write_json(tmp_path, "preprocessor_config.json", {"size": 32})
    (said,) = found(open_model(save_image_model(tmp_path / "m.onnx", height=32, width=32)))
    assert "The file takes pictures of one size only." in said


def test_the_name_on_the_hub_is_guessed_from_the_files_alone(tmp_path: Path) -> None:
    model = text_model(tmp_path)
    assert hub_name(model) == "ORG/NAME"
    for written, name in (
        ("a/b", "a/b"),
        ("/home/ana/run 7", "ORG/NAME"),
        ("a/b; rm -rf", "ORG/NAME"),
    ):
        write_json(tmp_path, "config.json", {"_name_or_path": written})
        assert hub_name(open_model(model.files.onnx)) == name
    snapshot = tmp_path / "models--ana--tiny" / "snapshots" / "0f" / "onnx"
    save_text_model(snapshot / "model_fp16.onnx")
    assert hub_name(open_model(snapshot / "model_fp16.onnx")) == "ana/tiny"
    assert export_command(model).endswith("--task feature-extraction NAME-onnx/")
