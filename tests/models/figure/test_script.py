"""The command draws the window's figure, or says in one sentence why it cannot."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from models.errors import ModelFileError
from models.figure import FigureRequest, command, draw, png_bytes
from models.figure.script import heads
from models.record import Record
from models.runtime import RuntimeOptions
from tests.helpers.figures import photo_record, text_record


class FakeModel:
    """Stands for an opened model: it answers with records made for tests."""

    sha256 = "ab" * 32
    fell_back = None

    def verified(self, record: Record) -> Record:
        """Compare nothing."""
        return record

    def encode_text(self, text: str, pair: str | None) -> Record:
        return text_record(text.split(), pair=(pair or "").split())

    def encode_image(self, image: str, *, size: tuple[int, int] | None) -> Record:
        return photo_record(4 if size is None else size[0], name=str(image))

    def cost(self, tokens: int) -> None:
        """Know nothing of what a run takes."""

    def run(self, encoded: Record) -> Record:
        return encoded


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []

    def open_model(name: str, *, variant: str, options: RuntimeOptions) -> FakeModel:
        if name == "missing":
            raise ModelFileError("There is no model “missing”.")
        names.append(name)
        return FakeModel()

    monkeypatch.setattr("models.commands.opening.open_model", open_model)
    return names


def arguments(out: Path, **changes: Any) -> argparse.Namespace:
    given = {
        "model": "tiny",
        "variant": "",
        "text": "O gato está",
        "pair": None,
        "image": None,
        "view": "row",
        "layer": "2",
        "head": "3",
        "token": 2,
        "scale": 1.0,
        "theme": "light",
        "out": str(out),
    }
    return argparse.Namespace(**(given | changes))


def test_the_command_writes_the_very_bytes_of_the_window(opened: list[str], tmp_path: Path) -> None:
    out = tmp_path / "f.png"
    assert command(arguments(out)) == 0
    request = FigureRequest("row", 1, heads=(2,), token=2, scale=1.0)
    record = text_record(["O", "gato", "está"])
    assert out.read_bytes() == png_bytes(draw(record, request), record, request)
    assert opened == ["tiny"]


def test_a_photo_gives_an_overlay(opened: list[str], tmp_path: Path) -> None:
    out = tmp_path / "f.png"
    assert command(arguments(out, image="dog.png", text=None, view="overlay", head="mean")) == 0
    with Image.open(out) as picture:
        assert picture.text["Input"] == "dog.png"
        assert picture.text["Head"] == "mean"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"model": "missing"}, "There is no model “missing”."),
        ({"layer": "0"}, "“0” is no layer: give a number, counting from 1."),
        ({"layer": "x"}, "“x” is no layer: give a number, counting from 1."),
        ({"layer": "9"}, "There is no layer 9: this model has layers 1 to 2."),
        ({"head": "1,"}, "“” is no head: give a number from 1, several as 1,4, or mean."),
        ({"head": "7"}, "There is no head 7: this layer has heads 1 to 4."),
        ({"token": 50}, "There is no token 50: this input has tokens 0 to 4."),
        ({"view": "overlay"}, "An overlay needs a photo"),
        ({"scale": 9.0}, "The scale must be from 1 to 4, not 9."),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence_and_status_2(
    opened: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, Any],
    sentence: str,
) -> None:
    out = tmp_path / "f.png"
    assert command(arguments(out, **changes)) == 2
    said = capsys.readouterr()
    assert not said.out
    assert said.err.startswith(sentence)
    assert said.err.count("\n") == 1
    assert not out.exists()


def test_a_file_that_cannot_be_written_is_status_2(
    opened: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(arguments(tmp_path / "missing" / "f.png")) == 2
    assert "There is no folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("written", "expected"),
    [("mean", ()), ("3", (2,)), ("1,4", (0, 3)), ("H2", (1,)), (" 1 , h2 ", (0, 1))],
)
def test_heads_are_read_as_people_write_them(written: str, expected: Any) -> None:
    assert heads(written) == expected
