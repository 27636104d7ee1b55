"""What can be corrected, with where each value is from."""

from __future__ import annotations

from pathlib import Path

from models.api import Model, open_model
from models.card.fields import Field, fields_of
from models.corrections import Corrections, read_field
from tests.helpers import tiny_tokenizers
from tests.helpers.tiny_models import (
    save_folded_model,
    save_image_model,
    save_text_model,
    write_json,
)


def fields(model: Model) -> dict[str, Field]:
    return {field.name: field for field in fields_of(model, model.run(model.sample()))}


def seeing(folder: Path, **options: int) -> Model:
    return open_model(save_image_model(folder / "model.onnx", **options))


def test_a_photo_model_that_tells_nothing(tmp_path: Path) -> None:
    found = fields(seeing(tmp_path, before=2, after=1))
    names = ["patch_size", "special_before", "special_after", "image_size"]
    assert list(found) == [*names, "mean", "std", "interpolation"]
    assert (found["patch_size"].value, found["patch_size"].origin) == ("4", "cut so by the graph")
    assert found["special_before"].value == "CLS R1 R2"
    assert found["special_before"].own == "CLS"
    assert found["special_before"].origin == "assumed"
    assert found["image_size"].value == "224"
    assert found["mean"].origin == "assumed"
    assert found["interpolation"].choices[:2] == ("nearest", "lanczos")


def test_files_and_guesses_are_told_apart(tmp_path: Path) -> None:
    write_json(tmp_path, "preprocessor_config.json", {"size": 24, "image_mean": [0.1, 0.2, 0.3]})
    write_json(tmp_path, "config.json", {"model_type": "vit"})
    model = open_model(save_folded_model(tmp_path / "model.onnx", patch=4, side=24, tokens=1))
    found = fields(model)
    assert found["patch_size"].origin == "guessed from the number of tokens"
    assert found["special_before"].origin == "as config.json says"
    assert found["mean"].value == "0.1 0.2 0.3"
    assert found["mean"].origin == "as in preprocessor_config.json"
    assert "image_size" not in found


def test_a_correction_shows_what_it_replaces(tmp_path: Path) -> None:
    said = Corrections(mean=(0.5,), image_size=(32, 32), special_before=("A",), special_after=())
    found = fields(seeing(tmp_path).corrected(said))
    for name, value in (("mean", "0.5"), ("image_size", "32"), ("special_before", "A")):
        assert found[name].corrected
        assert found[name].value == value
        assert found[name].origin.startswith("corrected by you; otherwise: ")
    assert found["image_size"].own == "224"
    assert not found["std"].corrected
    assert found["special_after"].origin == "corrected by you; otherwise: nothing"


def test_a_text_model(tmp_path: Path) -> None:
    tiny_tokenizers.word_piece(tmp_path)
    model = open_model(save_text_model(tmp_path / "model.onnx", rows=120))
    found = fields(model)
    assert found["tokenizer"].value == str(tmp_path / "tokenizer.json")
    assert found["token_limit"].value == "512"
    assert (found["lower_case"].value, found["lower_case"].choices) == ("true", ("true", "false"))
    corrected = fields(model.corrected(Corrections(lower_case=False, token_limit=9)))
    assert (corrected["lower_case"].value, corrected["lower_case"].own) == ("false", "true")
    assert (corrected["token_limit"].value, corrected["token_limit"].own) == ("9", "512")


def test_without_a_tokenizer_only_that_can_be_corrected(tmp_path: Path) -> None:
    found = fields(open_model(save_text_model(tmp_path / "model.onnx")))
    assert list(found) == ["tokenizer"]
    assert found["tokenizer"].value == ""
    assert found["tokenizer"].origin == "there is none beside the model"


def test_every_value_may_be_typed_as_it_is_shown(tmp_path: Path) -> None:
    for field in fields(seeing(tmp_path)).values():
        read_field(field.name, field.value)
