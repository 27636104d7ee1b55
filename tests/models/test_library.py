"""From names, files and folders to models; and small JSON files that cannot be trusted."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from models.config import read_config
from models.errors import ModelFileError
from models.library import BUNDLED, bundled_models, names_a_model, resolve
from tests.helpers.tiny_models import write_json


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


# -- what a person may name


@pytest.mark.parametrize("name", [*BUNDLED, "text", "vision"])
def test_bundled_models_are_found_by_name_and_alias(name: str) -> None:
    files = resolve(name)
    assert files.onnx.is_file()
    assert files.bundled
    assert files.reference in BUNDLED
    assert files.licence in {"MIT", "Apache-2.0"}
    assert files.session == {"session.disable_quant_qdq": "1"}
    assert files.notices == ()


def test_bundled_models_carry_licence_and_notice_and_a_title() -> None:
    for name, title in bundled_models():
        folder = resolve(name).folder
        assert (folder / "LICENSE").read_text("utf-8").strip()
        assert "What was changed" in (folder / "NOTICE").read_text("utf-8")
        assert title != name


def test_a_file_is_taken_as_it_is(tmp_path: Path) -> None:
    touch(tmp_path, "my model ç.onnx", "other.onnx")
    files = resolve(tmp_path / "my model ç.onnx")
    assert files.name == "my model ç"
    assert files.others == ()
    assert not files.bundled
    assert files.reference == str(tmp_path / "my model ç.onnx")


@pytest.mark.parametrize(
    ("inside", "chosen"),
    [
        (["model_fp16.onnx", "model.onnx", "model_quantized.onnx"], "model.onnx"),
        (["model_quantized.onnx", "model_fp16.onnx", "model_q4.onnx"], "model_fp16.onnx"),
        (["model_O4.onnx", "model_quantized.onnx"], "model_quantized.onnx"),
        (["decoder_model.onnx", "whatever.onnx"], "whatever.onnx"),
        (["onnx/model_int8.onnx", "onnx/model.onnx"], "onnx/model.onnx"),
        (["onnx/model.onnx", "model.onnx"], "model.onnx"),
        (["._model.onnx", "b.onnx"], "b.onnx"),
    ],
)
def test_the_best_of_a_folders_models_is_chosen(
    tmp_path: Path, inside: list[str], chosen: str
) -> None:
    touch(tmp_path, *inside)
    files = resolve(tmp_path)
    assert files.onnx == tmp_path / chosen
    visible = [name for name in inside if not name.startswith(".")]
    assert len(files.others) == len(visible) - 1
    assert len(files.notices) == (1 if len(visible) > 1 else 0)


def test_the_notice_names_what_was_chosen_and_the_others(tmp_path: Path) -> None:
    touch(tmp_path, "model.onnx", "model_fp16.onnx")
    (notice,) = resolve(tmp_path).notices
    assert notice.message.format(**notice.values) == (
        "The folder holds several models; model.onnx was opened. The others: model_fp16.onnx."
    )


def test_small_files_are_found_beside_or_one_level_up(tmp_path: Path) -> None:
    touch(tmp_path, "onnx/model.onnx", "tokenizer.json")
    write_json(tmp_path, "config.json", {"model_type": "bert"})
    write_json(tmp_path / "onnx", "tokenizer_config.json", {"model_max_length": 7})
    for model in (tmp_path, tmp_path / "onnx", tmp_path / "onnx" / "model.onnx"):
        files = resolve(model)
        assert files.config.text("model_type") == "bert"
        assert files.tokenizer == tmp_path / "tokenizer.json"
        assert files.tokenizer_config.whole("model_max_length") == 7
        assert files.folder == tmp_path


def test_nothing_is_looked_for_above_another_folder(tmp_path: Path) -> None:
    touch(tmp_path, "sub/model.onnx", "tokenizer.json")
    assert resolve(tmp_path / "sub").tokenizer is None


def test_a_model_in_the_hub_cache_is_named_as_on_the_hub(tmp_path: Path) -> None:
    snapshot = tmp_path / "models--org--tiny-bert" / "snapshots" / "abc123"
    touch(snapshot, "onnx/model.onnx", "onnx/model_q4.onnx")
    assert resolve(snapshot).name == "org/tiny-bert"
    assert resolve(snapshot / "onnx" / "model_q4.onnx").name == "org/tiny-bert/model_q4"


def test_processor_config_json_is_read_where_the_older_file_is_missing(tmp_path: Path) -> None:
    touch(tmp_path, "model.onnx")
    write_json(tmp_path, "processor_config.json", {"image_processor": {"size": 48}})
    assert resolve(tmp_path).processor.whole("size") == 48


def test_only_harmless_settings_reach_the_runtime(tmp_path: Path) -> None:
    touch(tmp_path, "model.onnx")
    wanted = {"session.disable_quant_qdq": 1, "ep.context_file_path": "/elsewhere"}
    write_json(tmp_path, "mirante.json", {"session": wanted})
    assert resolve(tmp_path).session == {"session.disable_quant_qdq": "1"}


def test_words_that_name_a_model_are_told_from_sentences(tmp_path: Path) -> None:
    assert names_a_model("text")
    assert names_a_model("any/where.onnx")
    assert names_a_model(str(tmp_path))
    assert not names_a_model("O gato está no telhado")
    assert not names_a_model("a\0b")


# -- what is refused


def test_an_unknown_name_lists_the_bundled_models() -> None:
    with pytest.raises(ModelFileError) as caught:
        resolve("bert-base")
    assert "“bert-base”" in str(caught.value)
    assert "multilingual-e5-small, dinov2-small" in str(caught.value)


@pytest.mark.parametrize("name", ["a\0b", "~nobody-has-this-name/x", "x" * 5000])
def test_impossible_paths_are_refused(name: str) -> None:
    with pytest.raises(ModelFileError):
        resolve(name)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"There is no \.onnx file in the folder"):
        resolve(tmp_path)


def test_a_folder_of_pytorch_weights_is_told_how_to_export(tmp_path: Path) -> None:
    touch(tmp_path, "model.safetensors")
    with pytest.raises(ModelFileError) as caught:
        resolve(tmp_path)
    assert "model.safetensors" in str(caught.value)
    assert "optimum-cli export onnx" in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="no FIFOs there")
def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "model.onnx")
    with pytest.raises(ModelFileError, match="device or a pipe"):
        resolve(tmp_path / "model.onnx")
    with pytest.raises(ModelFileError, match=r"There is no \.onnx file"):
        resolve(tmp_path)


# -- small files that cannot be trusted


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1, 2]",
        b'"text"',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"<!DOCTYPE html>",
        b" " * 5_000_001,
    ],
    ids=["empty", "cut", "array", "string", "bytes", "deep", "html", "huge"],
)
def test_a_broken_config_becomes_an_empty_one_with_a_notice(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.json").write_bytes(content)
    config = read_config(tmp_path / "config.json")
    assert not config
    assert [notice.values for notice in config.notices] == [{"file": "config.json"}]


def test_a_missing_config_is_empty_and_silent(tmp_path: Path) -> None:
    config = read_config(tmp_path / "config.json")
    assert not config
    assert config.notices == ()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12", 12),
        ('"12"', 12),
        ("12.0", 12),
        ("12.5", None),
        ("-1", None),
        ("true", None),
        ("NaN", None),
        ("1e400", None),
        ('"many"', None),
        ("[12]", None),
        ("null", None),
    ],
)
def test_numbers_are_read_however_they_are_written(
    tmp_path: Path, written: str, read: int | None
) -> None:
    path = tmp_path / "config.json"
    path.write_text(f'{{"layers": {written}}}', encoding="utf-8")
    assert read_config(path).whole("layers") == read


def test_a_rejected_field_is_noticed_once(tmp_path: Path) -> None:
    write_json(tmp_path, "config.json", {"layers": -3})
    config = read_config(tmp_path / "config.json")
    assert config.whole("layers", low=1) is None
    assert config.whole("layers", low=1) is None
    (notice,) = config.notices
    assert notice.message.format(**notice.values) == (
        "“layers” in config.json makes no sense (-3); a default was used instead."
    )


def test_a_long_value_is_shortened_in_the_notice(tmp_path: Path) -> None:
    write_json(tmp_path, "config.json", {"layers": "x" * 1000})
    config = read_config(tmp_path / "config.json")
    config.whole("layers")
    assert len(str(config.notices[0].values["value"])) <= 40


def test_added_tokens_are_read_by_their_content(tmp_path: Path) -> None:
    text = json.dumps({"pad_token": {"content": "<pad>", "lstrip": False}, "unk_token": None})
    (tmp_path / "c.json").write_text("\ufeff" + text, encoding="utf-8")
    config = read_config(tmp_path / "c.json")
    assert config.text("pad_token") == "<pad>"
    assert config.text("unk_token") is None
