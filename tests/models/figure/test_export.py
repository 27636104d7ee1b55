"""The PNG says what it is, lands whole or not at all, and has a name any system takes."""

from __future__ import annotations

import errno
import io
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.errors import ExportError
from models.figure import FigureRequest, draw, png_bytes, propose_name, save
from models.record import Record
from models.version import VERSION
from tests.helpers.figures import matrix_record, photo_record, provenance, text_record

REQUEST = FigureRequest("row", 0, heads=(2,), token=2)


@pytest.fixture
def record() -> Record:
    return text_record(["O", "gato", "está", "no", "telhado"], pair=["Ele", "mia", "😀"])


@pytest.fixture
def image() -> Image.Image:
    return Image.new("RGB", (8, 8), "white")


def inside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def read_back(data: bytes) -> dict:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        return picture.info


def test_the_text_fields_read_back(record: Record) -> None:
    info = read_back(png_bytes(draw(record, REQUEST), record, REQUEST))
    assert info["Title"] == "Attention from “gato” (token 2) · L1 · H3 · 11 tokens"
    assert info["Software"] == f"Mirante {VERSION}"
    assert info["Model"] == "multilingual-e5-small"
    assert info["SHA-256"] == "ab" * 32
    assert info["Layer"] == "1"
    assert info["Head"] == "3"
    assert info["Token"] == "2: gato"  # noqa: S105  # no password: a word piece
    assert info["Input"] == "O gato está no telhado\nEle mia 😀"
    assert info["Provider"] == "CPUExecutionProvider"
    assert float(info["Difference"]) == 3.6e-7


def test_one_json_field_holds_everything(record: Record) -> None:
    info = read_back(png_bytes(draw(record, REQUEST), record, REQUEST))
    stored = json.loads(info["mirante"])
    assert stored["layer"] == 1
    assert stored["heads"] == [3]
    assert stored["token"] == 2
    assert stored["pair"] == "Ele mia 😀"
    assert stored["provenance"]["differences"] == [3.6e-7, None]


def test_how_long_the_run_took_does_not_change_the_file(record: Record, image: Image.Image) -> None:
    slower = replace(record, provenance=replace(record.provenance, milliseconds=99.0))
    assert png_bytes(image, record, REQUEST) == png_bytes(image, slower, REQUEST)


def test_the_mean_of_heads_is_named(record: Record, image: Image.Image) -> None:
    every, two = replace(REQUEST, heads=()), replace(REQUEST, heads=(0, 3))
    assert read_back(png_bytes(image, record, every))["Head"] == "mean"
    assert read_back(png_bytes(image, record, two))["Head"] == "mean of 1, 4"


def test_a_photo_is_named_and_a_layer_without_a_check_claims_none(image: Image.Image) -> None:
    info = read_back(png_bytes(image, photo_record(2), FigureRequest("overlay", 1)))
    assert info["Input"] == "cat.jpg"
    assert not info["Difference"]


def test_a_figure_is_as_wide_as_a_page_at_every_scale(record: Record) -> None:
    for scale in (1.0, 2.0, 4.0):
        request = replace(REQUEST, scale=scale)
        picture = draw(record, request)
        dots = read_back(png_bytes(picture, record, request))["dpi"][0]
        assert picture.width / dots * 25.4 == pytest.approx(162.56, abs=0.1)


def test_zero_bytes_and_lone_surrogates_in_a_text_do_not_break_the_file(image: Image.Image) -> None:
    record = text_record(["a\0b", "c\ud83d"])
    info = read_back(png_bytes(image, record, FigureRequest("heatmap", 0)))
    assert info["Input"] == "ab c?"


def test_saving_writes_the_same_bytes_and_leaves_nothing_beside(
    record: Record, image: Image.Image, tmp_path: Path
) -> None:
    target = tmp_path / "figure.PNG"
    save(image, record, REQUEST, target)
    assert target.read_bytes() == png_bytes(image, record, REQUEST)
    assert inside(tmp_path) == ["figure.PNG"]


def test_saving_behind_a_link_replaces_the_file_and_keeps_the_link(
    record: Record, image: Image.Image, tmp_path: Path
) -> None:
    target, link = tmp_path / "real.png", tmp_path / "link.png"
    target.write_bytes(b"old")
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("links need a privilege here")
    save(image, record, REQUEST, link)
    assert link.is_symlink()
    assert target.read_bytes() == png_bytes(image, record, REQUEST)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "is full"),
        (errno.EROFS, "may not be written"),
        (errno.EACCES, "may not be written"),
        (errno.EIO, "could not be saved"),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failed_save_keeps_the_old_file_and_says_why(
    *,
    record: Record,
    image: Image.Image,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    number: int,
    sentence: str,
) -> None:
    target = tmp_path / "figure.png"
    target.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(ExportError, match=sentence):
        save(image, record, REQUEST, target)
    assert target.read_bytes() == b"old"
    assert inside(tmp_path) == ["figure.png"]


def test_a_read_only_file_is_not_replaced(
    record: Record, image: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "figure.png"
    target.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anything
    with pytest.raises(ExportError, match="may not be written"):
        save(image, record, REQUEST, target)
    assert target.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing/figure.png", "There is no folder"),
        ("file/figure.png", "There is no folder"),
        ("folder.png", "is a folder"),
        ("x" * 300 + ".png", "cannot be the name"),
        ("a\0b.png", "cannot be the name"),
        ("figure.jpg", "does not end in .png"),
        ("figure", "does not end in .png"),
    ],
)
def test_a_bad_name_is_refused_with_a_sentence(
    record: Record, image: Image.Image, tmp_path: Path, name: str, sentence: str
) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(ExportError, match=sentence):
        save(image, record, REQUEST, str(tmp_path / name))
    assert inside(tmp_path) == ["file", "folder.png"]


def name_of(label: str, model: str = "multilingual-e5-small", **wanted: object) -> str:
    record = matrix_record(np.ones((1, 1, 1), dtype=np.float32), labels=[label])
    record = replace(record, provenance=provenance(model))
    return propose_name(record, FigureRequest("row", 0, **wanted))


def test_a_name_says_model_layer_head_token_and_view(record: Record) -> None:
    expected = "mirante_multilingual-e5-small_L1_H3_gato_row.png"
    assert propose_name(record, REQUEST) == expected
    everything = FigureRequest("heatmap", 1)
    assert propose_name(record, everything) == "mirante_multilingual-e5-small_L2_mean_heatmap.png"
    some = FigureRequest("heatmap", 1, heads=(0, 3))
    assert propose_name(record, some) == "mirante_multilingual-e5-small_L2_H1-H4_heatmap.png"


@pytest.mark.parametrize(
    ("label", "part"),
    [
        ("está", "esta"),
        ("r3 c7", "r3-c7"),
        ("</s>", "s"),
        ("../../etc/passwd", "etc-passwd"),
        ("😀", "token0"),
        ("日本語", "token0"),
        ("...", "token0"),
        ("", "token0"),
        ("a" * 300, "a" * 20),
        ('<>:"/\\|?*', "token0"),
        ("\n", "token0"),
    ],
)
def test_a_token_in_a_name_is_harmless(label: str, part: str) -> None:
    assert name_of(label) == f"mirante_multilingual-e5-small_L1_H1_{part}_row.png"


@pytest.mark.parametrize(
    "model", ["CON", "org/name", "..", "C:\\models\\x.onnx", "é" * 200, "模型"]
)
def test_a_name_is_short_ascii_and_never_reserved(model: str) -> None:
    name = name_of("aux", model)
    assert name.isascii()
    assert len(name) <= 100
    assert not set(name) & set('<>:"/\\|?* \0')
    assert name.startswith("mirante_")
    assert Path(name).name == name
