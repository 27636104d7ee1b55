"""Which models a list of files holds, what belongs to each, which is chosen, what is said."""

from __future__ import annotations

import pytest

from models.errors import ModelFileError
from models.hub.variants import StoredFile, Variant, pick, variants_of
from models.i18n import set_language


def listed(*paths: str) -> tuple[Variant, ...]:
    return variants_of(StoredFile(path, 10) for path in paths)


def names(*paths: str) -> list[str]:
    return [variant.name for variant in listed(*paths)]


def test_transformers_js_suffixes_in_the_order_of_choice() -> None:
    suffixes = ["_bnb4", "_q4f16", "_q4", "_uint8", "_int8", "_quantized", "_fp16", ""]
    found = names(*(f"onnx/model{suffix}.onnx" for suffix in suffixes))
    assert found == ["model", "fp16", "quantized", "int8", "uint8", "q4", "q4f16", "bnb4"]


def test_sentence_transformers_suffixes_are_known_with_their_processor() -> None:
    found = listed(
        "onnx/model.onnx",
        "onnx/model_O3.onnx",
        "onnx/model_qint8_arm64.onnx",
        "onnx/model_qint8_avx512_vnni.onnx",
        "onnx/model_quint8_avx2.onnx",
    )
    assert [v.name for v in found][:2] == ["model", "O3"]
    said = {v.name: v.explanation for v in found}
    assert "ARM64" in said["qint8_arm64"]
    assert "AVX-512" in said["qint8_avx512_vnni"]
    assert "AVX2" in said["quint8_avx2"]


def test_every_variant_is_explained_in_a_sentence() -> None:
    for variant in listed("model.onnx", "model_fp16.onnx", "model_weird.onnx", "text_model.onnx"):
        assert variant.explanation.endswith(".")
        assert "{" not in variant.explanation


def test_an_unknown_quantised_suffix_is_still_called_quantised() -> None:
    (variant,) = listed("model_quantized_special.onnx")
    assert "8 bits" in variant.explanation


def test_external_data_of_every_naming_belongs_to_its_own_model_and_counts() -> None:
    first, second = listed(
        "onnx/model.onnx",
        "onnx/model.onnx_data",
        "onnx/model.onnx_data_1",
        "onnx/model.onnx.data",
        "onnx/model_fp16.onnx",
        "onnx/model_fp16.onnx_data",
    )
    assert [f.path for f in first.files] == [
        "onnx/model.onnx.data",
        "onnx/model.onnx_data",
        "onnx/model.onnx_data_1",
        "onnx/model.onnx",
    ]
    assert first.bytes == 40
    assert second.bytes == 20


def test_small_files_come_first_the_model_last_and_nothing_else_comes_along() -> None:
    (variant,) = listed(
        "onnx/model.onnx",
        "config.json",
        "tokenizer.json",
        "vocab.txt",
        "README.md",
        "LICENSE",
        "pytorch_model.bin",
        "model.safetensors",
        "deep/README.md",
    )
    assert [f.path for f in variant.files] == [
        "config.json",
        "tokenizer.json",
        "README.md",
        "LICENSE",
        "onnx/model.onnx",
    ]


def test_older_tokenizers_come_along_where_there_is_no_tokenizer_json() -> None:
    (variant,) = listed("model.onnx", "vocab.txt", "merges.txt")
    assert [f.path for f in variant.files] == ["vocab.txt", "merges.txt", "model.onnx"]


def test_the_nearer_of_two_small_files_is_taken() -> None:
    (variant,) = listed("onnx/model.onnx", "config.json", "onnx/config.json")
    assert [f.path for f in variant.files] == ["onnx/config.json", "onnx/model.onnx"]


def test_pieces_of_larger_models_come_after_whole_ones_and_say_so() -> None:
    found = listed(
        "onnx/decoder_model_merged_quantized.onnx",
        "onnx/decoder_model.onnx",
        "onnx/encoder_model.onnx",
        "onnx/bert.onnx",
    )
    assert [v.name for v in found] == [
        "bert",
        "encoder_model",
        "decoder_model",
        "decoder_model_merged_quantized",
    ]
    assert [v.part for v in found] == [False, True, True, True]
    assert "encoder" in found[1].explanation
    assert "two branches" in found[3].explanation
    assert "8 bits" in found[3].explanation


def test_the_two_halves_of_clip_keep_their_suffixes_apart() -> None:
    found = names("vision_model_fp16.onnx", "text_model.onnx", "text_model_fp16.onnx")
    assert found == ["text_model", "text_model_fp16", "vision_model_fp16"]


def test_the_same_name_in_two_folders_is_told_apart() -> None:
    assert names("model.onnx", "onnx/model.onnx") == ["model", "onnx/model"]


def test_hidden_files_are_no_models() -> None:
    assert names("._model.onnx", "b.onnx") == ["b"]


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("", "onnx/model.onnx"),
        ("model", "onnx/model.onnx"),
        ("fp32", "onnx/model.onnx"),
        ("fp16", "onnx/model_fp16.onnx"),
        ("FP16", "onnx/model_fp16.onnx"),
        ("q8", "onnx/model_quantized.onnx"),
        ("model_quantized", "onnx/model_quantized.onnx"),
        ("model_fp16.onnx", "onnx/model_fp16.onnx"),
        ("onnx/model_fp16.onnx", "onnx/model_fp16.onnx"),
    ],
)
def test_a_variant_is_found_by_every_name_people_give_it(wanted: str, path: str) -> None:
    found = listed("onnx/model.onnx", "onnx/model_fp16.onnx", "onnx/model_quantized.onnx")
    assert pick(found, wanted, title="org/name").path == path


def test_a_variant_that_is_not_there_names_those_that_are() -> None:
    found = listed("onnx/model.onnx", "onnx/model_fp16.onnx")
    with pytest.raises(ModelFileError) as caught:
        pick(found, "q4", title="org/name")
    assert str(caught.value) == "“org/name” has no variant named “q4”. There are: model, fp16."


def test_what_is_here_and_what_is_missing_is_counted_in_bytes() -> None:
    (variant,) = variants_of(
        [StoredFile("model.onnx", 100, here=40), StoredFile("config.json", 5, here=5)]
    )
    assert (variant.bytes, variant.missing_bytes) == (105, 60)
    assert variant.started
    assert not variant.cached


def test_the_explanation_follows_the_language() -> None:
    (variant,) = listed("model.onnx")
    english = variant.explanation
    set_language("pt_BR")
    assert variant.explanation  # translated where the catalogue has it, never empty
    set_language("en")
    assert variant.explanation == english
