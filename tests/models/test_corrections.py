"""What a person may correct, as JSON and as typed in one line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models.corrections import NONE, Corrections, corrections_of, read_field, write_field
from models.errors import InputError
from models.sizes import read_size, write_size

EVERYTHING: dict[str, Any] = {
    "patch_size": 14,
    "special_before": ["CLS", "R1"],
    "special_after": [],
    "image_size": {"height": 336, "width": 448},
    "mean": [0.5, 0.25, 0.125],
    "std": [0.5],
    "interpolation": "bicubic",
    "tokenizer": "elsewhere/tokenizer.json",
    "token_limit": 128,
    "lower_case": False,
}


def test_every_field_survives_json() -> None:
    read = corrections_of(EVERYTHING)
    assert read.image_size == (336, 448)
    assert read.special_after == ()
    assert read.lower_case is False
    assert json.loads(json.dumps(read.as_json())) == EVERYTHING
    assert corrections_of(read.as_json()) == read
    assert read.names == tuple(EVERYTHING)


def test_no_corrections_are_false_and_even_an_empty_list_is_one() -> None:
    assert not NONE
    assert not corrections_of({"mean": None})
    assert Corrections(special_before=())
    assert Corrections(lower_case=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("patch_size", 0),
        ("patch_size", 1025),
        ("patch_size", [14, 14]),
        ("patch_size", 14.5),
        ("image_size", {"height": 224}),
        ("image_size", 9000),
        ("special_before", "CLS"),
        ("special_before", ["CLS", ""]),
        ("special_after", [1]),
        ("special_after", ["x" * 41]),
        ("mean", [0.5, 0.5]),
        ("mean", [float("nan")]),
        ("mean", []),
        ("std", [0.5, 0, 0.5]),
        ("std", "wide"),
        ("interpolation", 3),
        ("interpolation", "cubic"),
        ("tokenizer", ""),
        ("tokenizer", "a\0b"),
        ("token_limit", 0),
        ("token_limit", "many"),
        ("lower_case", 1),
    ],
)
def test_nonsense_is_refused_by_the_name_of_its_field(name: str, value: object) -> None:
    with pytest.raises(InputError) as caught:
        corrections_of({name: value})
    assert name in str(caught.value)
    assert "for example" in str(caught.value)


def test_an_unknown_field_is_refused_and_the_known_ones_named() -> None:
    with pytest.raises(InputError, match="“patchsize” to correct") as caught:
        corrections_of({"patchsize": 14})
    assert "patch_size, special_before" in str(caught.value)


def test_files_that_are_passed_on_tell_no_folders() -> None:
    for path in ("/home/ana/models/tokenizer.json", "C:\\models\\tokenizer.json"):
        assert Corrections(tokenizer=path).as_facts() == {"tokenizer": "tokenizer.json"}


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("patch_size", " 14 ", (14, 14)),
        ("patch_size", "16x14", (14, 16)),
        ("image_size", "640×448 px", (448, 640)),
        ("special_before", "CLS, R1 R2", ("CLS", "R1", "R2")),
        ("special_after", "", ()),
        ("mean", "0.485 0.456 0.406", (0.485, 0.456, 0.406)),
        ("mean", "0.485, 0.456, 0.406", (0.485, 0.456, 0.406)),
        ("mean", "0.485,0.456,0.406", (0.485, 0.456, 0.406)),
        ("mean", "0,485; 0,456; 0,406", (0.485, 0.456, 0.406)),
        ("mean", "0,5", (0.5,)),
        ("std", "1 1 1", (1.0, 1.0, 1.0)),
        ("interpolation", "nearest", "nearest"),
        ("token_limit", "512", 512),
        ("lower_case", "false", False),
    ],
)
def test_a_typed_line_is_understood(name: str, written: str, value: object) -> None:
    assert read_field(name, written) == value


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("patch_size", "big"),
        ("image_size", "448x"),
        ("image_size", "0"),
        ("mean", "0,5,0,5"),
        ("mean", ""),
        ("std", "0.5 -1 0.5"),
        ("token_limit", "1e9"),
        ("lower_case", "perhaps"),
    ],
)
def test_a_typed_line_that_makes_no_sense_is_refused(name: str, written: str) -> None:
    with pytest.raises(InputError):
        read_field(name, written)


def test_values_are_written_as_they_may_be_typed() -> None:
    for name, value in corrections_of(EVERYTHING).as_json().items():
        shown = write_field(getattr(corrections_of(EVERYTHING), name))
        again = Corrections(**{name: read_field(name, shown)})
        assert again.as_json() == {name: value}
    assert write_field(None) == ""


def test_sizes_are_written_width_first() -> None:
    assert write_size((448, 448)) == "448"
    assert write_size((448, 640)) == "640×448"
    assert read_size("640 x 448") == (448, 640)
    for wrong in ("", "-3", "12345678", "4x5x6", "٣"):
        with pytest.raises(InputError, match="is no size"):
            read_size(wrong)
