"""Corrections applied to opened models: what is fed and what the tokens are called changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tokenizers import Tokenizer, normalizers

from models import api
from models.api import Model, open_model
from models.corrections import NONE, Corrections
from models.encoded import Array, Encoded
from models.errors import InputError, TokenizerError
from models.runtime import Cancel
from tests.helpers import tiny_tokenizers
from tests.helpers.tiny_models import save_folded_model, save_image_model, save_text_model


def sentences(notices: Sequence[Any]) -> list[str]:
    return [notice.message.format(**notice.values) for notice in notices]


def vision(folder: Path, **options: Any) -> Model:
    return open_model(save_image_model(folder / "model.onnx", **options))


def text(folder: Path, **options: Any) -> Model:
    tiny_tokenizers.word_piece(folder)
    return open_model(save_text_model(folder / "model.onnx", rows=120, **options))


def photo(side: int = 40) -> Image.Image:
    y, x = np.mgrid[0:side, 0:side]
    return Image.fromarray(np.stack([x * 5, y * 5, x + y], axis=-1).astype(np.uint8))


def pixels(encoded: Encoded) -> np.ndarray:
    return encoded.feeds["pixel_values"][0]


def labels(model: Model, **size: Any) -> list[str]:
    return [token.label for token in model.run_image(photo(), **size).tokens if token.special]


# -- vision


def test_mean_and_deviation_change_the_pixels_and_nothing_else(tmp_path: Path) -> None:
    model = vision(tmp_path)
    corrected = model.corrected(Corrections(mean=(0.5,), std=(0.25, 0.5, 1.0)))
    raw = pixels(model.corrected(Corrections(mean=(0.0,), std=(1.0,))).encode_image(photo()))
    made = pixels(corrected.encode_image(photo()))
    spread = np.array([0.25, 0.5, 1.0])[:, None, None]
    np.testing.assert_allclose(made, (raw - 0.5) / spread, atol=1e-6)
    assert model.corrections == NONE
    assert corrected.tapped is model.tapped


def test_the_interpolation_can_be_corrected(tmp_path: Path) -> None:
    model = vision(tmp_path).corrected(
        Corrections(mean=(0.0,), std=(1.0,), interpolation="nearest")
    )
    small = model.encode_image(photo(400), size=8)
    seen = set(np.rint(pixels(small) * 255).astype(int)[0].ravel().tolist())
    assert seen <= set(np.asarray(photo(400))[..., 0].ravel().tolist())
    assert len(seen) <= 8


def test_the_corrected_size_of_the_picture_is_the_usual_one(tmp_path: Path) -> None:
    model = vision(tmp_path).corrected(Corrections(image_size=(16, 24)))
    record = model.run_image(photo())
    assert pixels(record.encoded).shape == (3, 16, 24)
    assert record.encoded.grid is not None
    assert (record.encoded.grid.rows, record.encoded.grid.columns) == (4, 6)
    assert pixels(model.encode_image(photo(), size=8)).shape == (3, 8, 8)


@pytest.mark.parametrize(("size", "nearest"), [((15, 16), "16"), ((7, 21), "20×8"), ((1, 1), "4")])
def test_a_size_that_makes_no_whole_patches_is_refused_with_the_nearest(
    tmp_path: Path, size: tuple[int, int], nearest: str
) -> None:
    with pytest.raises(InputError, match=f"nearest size that does is {nearest}"):
        vision(tmp_path).corrected(Corrections(image_size=size))


def test_a_graph_of_one_size_refuses_another(tmp_path: Path) -> None:
    model = vision(tmp_path, height=32, width=32)
    with pytest.raises(InputError, match="takes pictures of 32 pixels only, not of 64"):
        model.corrected(Corrections(image_size=(64, 64)))
    with pytest.raises(InputError, match="not of 32×64"):
        model.encode_image(photo(), size=(64, 32))
    assert pixels(model.encode_image(photo(), size=32)).shape == (3, 32, 32)


def test_special_tokens_are_called_as_the_person_says(tmp_path: Path) -> None:
    model = vision(tmp_path, before=3, after=1)
    assert labels(model, size=8) == ["CLS", "R1", "R2", "R3"]
    names = Corrections(special_before=("CLS", "DIST", "REG"), special_after=("END",))
    record = model.corrected(names).run_image(photo(), size=8)
    assert [t.label for t in record.tokens if t.special] == ["CLS", "DIST", "REG", "END"]
    assert record.tokens[-1].label == "END"
    assert record.tokens[3].cell == (0, 0)
    assert sentences(record.encoded.notices) == []


def test_a_wrong_number_of_special_tokens_is_told_and_the_graph_wins(tmp_path: Path) -> None:
    model = vision(tmp_path, before=2).corrected(Corrections(special_before=("A", "B", "C")))
    record = model.run_image(photo(), size=8)
    assert [t.label for t in record.tokens if t.special] == ["A", "B"]
    assert sentences(record.encoded.notices) == [
        "The corrections name 3 tokens besides the patches, but there are 2."
    ]


@pytest.mark.parametrize(
    "said",
    [
        Corrections(patch_size=(4, 4)),
        Corrections(special_before=tuple(f"S{i}" for i in range(12))),
    ],
)
def test_a_correction_places_the_patches_that_the_graph_does_not_tell(
    tmp_path: Path, said: Corrections
) -> None:
    model = open_model(save_folded_model(tmp_path / "model.onnx", patch=4, side=24, tokens=12))
    assert model.run_image(photo()).encoded.grid is None
    record = model.corrected(said).run_image(photo())
    assert record.encoded.grid is not None
    assert (record.encoded.grid.rows, record.encoded.grid.columns) == (6, 6)
    assert [token.cell for token in record.tokens[11:14]] == [None, (0, 0), (0, 1)]
    assert sentences(record.encoded.notices) == []


def test_a_patch_size_that_cannot_be_is_told_and_the_graph_wins(tmp_path: Path) -> None:
    model = vision(tmp_path, patch=8).corrected(Corrections(patch_size=(4, 4)))
    record = model.run_image(photo(), size=64)
    assert record.encoded.grid is not None
    assert record.encoded.grid.rows == 8
    (sentence,) = sentences(record.encoded.notices)
    assert "Patches of 4 pixels, as corrected, do not make the 65 tokens" in sentence
    assert model.image_encoder.patch == (8, 8)


def test_what_was_corrected_is_no_longer_assumed(tmp_path: Path) -> None:
    model = vision(tmp_path)
    assert len(sentences(model.notices)) == 1
    half = model.corrected(Corrections(mean=(0.5,)))
    assert "The standard deviation was assumed" in " ".join(sentences(half.notices))
    assert "The mean was assumed" not in " ".join(sentences(half.notices))
    whole = Corrections(mean=(0.5,), std=(0.5,), image_size=(32, 32))
    assert sentences(model.corrected(whole).notices) == []


def test_corrections_are_written_into_the_record(tmp_path: Path) -> None:
    record = vision(tmp_path).corrected(Corrections(mean=(0.5,))).run_image(photo(), size=8)
    assert '"corrections": {"mean": [0.5]}' in record.provenance.as_json()
    plain = vision(tmp_path).run_image(photo(), size=8)
    assert '"corrections"' not in plain.provenance.as_json()


def test_a_check_too_large_for_memory_is_made_on_the_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = vision(tmp_path)
    small, large = (model.run_image(photo(), size=size) for size in (64, 96))
    fed: list[tuple[int, ...]] = []

    def verify(feeds: Mapping[str, Array], *, cancel: Cancel | None) -> tuple[float]:
        fed.append(feeds["pixel_values"].shape)
        return (1e-7 * len(fed),)

    monkeypatch.setattr(model.tapped, "verify", verify)
    own = model.verified(small).provenance
    monkeypatch.setattr(api, "MOST_TO_CHECK", 1000)
    stood_in = model.verified(large).provenance
    assert fed == [(1, 3, 64, 64), (1, 3, 224, 224)]
    assert (own.checked_on, own.differences) == ("input", (1e-7,))
    assert (stood_in.checked_on, stood_in.differences) == ("sample", (2e-7,))
    assert '"checked_on": "sample"' in stood_in.as_json()


# -- text


def test_another_tokenizer_reads_the_text(tmp_path: Path) -> None:
    model = text(tmp_path / "model")
    tiny_tokenizers.word_ends(tmp_path / "other")
    path = str(tmp_path / "other" / "tokenizer.json")
    record = model.corrected(Corrections(tokenizer=path)).run_text("the cat")
    assert "[CLS]" not in [token.text for token in record.tokens]
    assert model.run_text("the cat").tokens[0].text == "[CLS]"


def test_a_tokenizer_may_have_any_name(tmp_path: Path) -> None:
    model = text(tmp_path / "model")
    moved = tmp_path / "model" / "tokenizer.json"
    moved = moved.rename(tmp_path / "words of mine.json")
    with pytest.raises(TokenizerError):
        open_model(tmp_path / "model").encode_text("the cat")
    assert model.corrected(Corrections(tokenizer=str(moved))).run_text("the cat").tokens


@pytest.mark.parametrize("name", ["missing.json", "a folder", "empty.json"])
def test_a_tokenizer_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "a folder").mkdir()
    (tmp_path / "empty.json").touch()
    with pytest.raises(TokenizerError, match=name):
        text(tmp_path / "model").corrected(Corrections(tokenizer=str(tmp_path / name)))


def test_the_token_limit_cuts_earlier(tmp_path: Path) -> None:
    model = text(tmp_path).corrected(Corrections(token_limit=4))
    record = model.run_text("the cat sat no gato")
    assert [token.text for token in record.tokens] == ["[CLS]", "the", "cat", "[SEP]"]


def test_a_graph_of_fixed_length_refuses_a_larger_limit(tmp_path: Path) -> None:
    model = text(tmp_path, length=8)
    with pytest.raises(InputError, match="takes 8 tokens, so 9 do not fit"):
        model.corrected(Corrections(token_limit=9))
    assert len(model.corrected(Corrections(token_limit=5)).run_text("the cat").tokens) == 8


def test_lower_casing_is_switched_where_the_tokenizer_has_a_switch(tmp_path: Path) -> None:
    model = text(tmp_path)
    assert model.run_text("The").tokens[1].text == "the"
    assert model.corrected(Corrections(lower_case=False)).run_text("The").tokens[1].text == "[UNK]"
    path = tmp_path / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.save(str(path))
    with pytest.raises(TokenizerError, match="no switch for lower-casing"):
        model.corrected(Corrections(lower_case=False))


def test_open_model_takes_corrections_too(tmp_path: Path) -> None:
    text(tmp_path)
    model = open_model(tmp_path, corrections=Corrections(token_limit=4))
    assert model.text_encoder.limit == 4
    assert model.corrected(NONE).text_encoder.limit == 512
