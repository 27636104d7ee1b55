"""The figure of a comparison: two sides in one scale, and a difference around 0."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.colour import DIVERGING, paint
from models.compare import Side, compare
from models.compare_photos import Placed
from models.errors import InputError
from models.figure import FigureRequest, draw, lay_out, png_bytes, propose_name
from models.figure.beside import Beside
from models.figure.page import Cells, Frame, Page, Photo
from models.figure.style import PALETTES
from models.figure.words import number
from models.photo_place import Place
from models.record import Record
from tests.helpers.figures import (
    check_words,
    gradient_photo,
    matrix_record,
    photo_record,
    text_record,
)

RANDOM = np.random.default_rng(3)
ONE, OTHER = (RANDOM.dirichlet(np.ones(4), (2, 4)).astype(np.float32) for _ in "ab")


def record(weights: np.ndarray, *labels: str) -> Record:
    return matrix_record(weights, labels=labels)


def asked(a: Record, b: Record, **changes: object) -> FigureRequest:
    found = compare(Side(a, 0, (0,)), Side(b, 0, (1,)))
    beside = Beside(found, ("here", "there"))
    return replace(FigureRequest("compare", 0, (0,), beside=beside), **changes)  # type: ignore[arg-type]


def maps(page: Page) -> list[Cells]:
    """Return what is drawn as a matrix: A, B and their difference, without the bars."""
    return [x for x in page.items if isinstance(x, Cells) and len(x.values) > 1]


def texts(page: Page) -> str:
    return "\n".join(word.text for word in page.words())


def test_both_sides_share_one_scale_and_the_difference_is_symmetric_about_0() -> None:
    a, b = record(ONE, "w", "x", "y", "z"), record(OTHER, "w", "x", "y", "z")
    page = lay_out(a, asked(a, b))
    one, other, apart = maps(page)
    high = max(ONE[0].max(), OTHER[1].max())
    np.testing.assert_allclose(one.values, ONE[0] / high, atol=1e-6)
    np.testing.assert_allclose(other.values, OTHER[1] / high, atol=1e-6)
    difference = ONE[0] - OTHER[1]
    limit = np.abs(difference).max()
    np.testing.assert_allclose(apart.values, (difference + limit) / (2 * limit), atol=1e-6)
    said = texts(page).split("\n")
    assert said.count(number(float(high))) == 2
    assert number(float(limit)) in said
    assert f"−{number(float(limit))}" in said


def test_a_cell_of_the_difference_has_the_colour_of_its_number() -> None:
    a, b = record(ONE, "w", "x", "y", "z"), record(OTHER, "w", "x", "y", "z")
    request = asked(a, b, scale=1.0)
    box = maps(lay_out(a, request))[2].box
    side = (box[2] - box[0]) / 4
    picture = draw(a, request)
    difference = ONE[0] - OTHER[1]
    limit = float(np.abs(difference).max())
    for row, column in ((0, 0), (1, 3), (3, 2)):
        found = picture.getpixel(
            (round(box[0] + (column + 0.5) * side), round(box[1] + (row + 0.5) * side))
        )
        values = difference[row : row + 1, column]
        wanted = paint(values, name=DIVERGING, low=-limit, high=limit)[0]
        assert np.abs(np.array(found, int) - wanted.astype(int)).max() <= 3


def test_a_logarithmic_scale_says_so_and_leaves_the_difference_even() -> None:
    a, b = record(ONE, "w", "x", "y", "z"), record(OTHER, "w", "x", "y", "z")
    usual, page = lay_out(a, asked(a, b)), lay_out(a, asked(a, b, limits="log"))
    assert texts(page).count("≤ ") == 2
    assert not np.allclose(maps(page)[0].values, maps(usual)[0].values)
    np.testing.assert_array_equal(maps(page)[2].values, maps(usual)[2].values)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ("view", "Colours of A and B: linear, from 0 to "),
        ("row", "Colours of A and B: linear, in each row from 0 to its own largest."),
        ("log", "Colours of A and B: logarithmic, from "),
    ],
)
def test_the_scales_are_named_with_their_middle_and_that_of_the_difference_apart(
    limits: str, said: str
) -> None:
    a, b = record(ONE, "w", "x", "y", "z"), record(OTHER, "w", "x", "y", "z")
    page = lay_out(a, asked(a, b, limits=limits))
    lines = texts(page).split("\n")
    apart = next(line for line in lines if line.startswith("Colours of A − B: "))
    assert any(line.startswith(said) for line in lines)
    assert "linear" in apart
    assert "around 0" in apart
    assert "A − B · linear" in lines
    high = float(max(ONE[0].max(), OTHER[1].max()))
    middle = {"view": number(high / 2), "row": "½ row max", "log": number(high / 100)}[limits]
    assert lines.count(middle) == 2
    assert lines.count("0") >= 1  # the middle of the difference


def test_sides_that_are_alike_are_said_to_be() -> None:
    a, b = record(ONE, "w", "x", "y", "z"), record(ONE[::-1].copy(), "w", "x", "y", "z")
    said = texts(lay_out(a, asked(a, b)))
    assert "A − B is 0 everywhere" in said
    assert "largest |A − B|" not in said


def test_photos_of_which_the_model_sees_no_common_part_are_not_said_to_be_alike() -> None:
    a = photo_record(4)
    request = asked(a, photo_record(4), token=3, key=7)
    assert request.beside is not None
    found = request.beside.comparison
    empty = np.zeros((0, 0), np.float32)
    placed = Placed(Place((0.0, 0.0, 4.0, 4.0), 0.95), True, (), unseen=True)
    apart = replace(found, pairs=(), difference=empty, placed=placed)
    said = texts(lay_out(a, replace(request, beside=replace(request.beside, comparison=apart))))
    assert "No patch shows what is in both" in said.replace("\n", " ")
    assert "A − B is 0" not in said


def test_both_sides_have_axes_by_name_and_a_source_each() -> None:
    a, b = record(ONE, "w", "x", "y", "z"), record(OTHER, "w", "x", "y", "z")
    lines = texts(lay_out(a, asked(a, b))).split("\n")
    assert lines.count("query") == 3
    assert lines.count("key") == 3
    starts = [line[:3] for line in lines]
    assert starts.index("A: ") < starts.index("B: ")
    for name, side in (("A: ", a), ("B: ", b)):
        source = [line for line in lines if line.startswith(name + side.provenance.model)]
        assert len(source) == 1
        assert "onnxruntime" in source[0]


def test_words_without_a_match_are_named_and_have_no_difference() -> None:
    a, b = record(ONE, "w", "left", "y", "z"), record(OTHER, "w", "right", "y", "z")
    page = lay_out(a, asked(a, b))
    assert maps(page)[2].values.shape == (3, 3)
    assert "Only in A: left" in texts(page)
    assert "Only in B: right" in texts(page)


def test_the_png_names_both_sides() -> None:
    a = record(ONE, "w", "x", "y", "z")
    b = replace(a, provenance=replace(a.provenance, model="the int8 one", sha256="cd" * 32))
    request = asked(a, b)
    written = png_bytes(draw(a, request), a, request)
    fields = Image.open(io.BytesIO(written)).text  # type: ignore[attr-defined]
    facts = json.loads(fields["Compared with"])
    assert fields["Model"] == a.provenance.model
    assert (facts["model"], facts["sha256"]) == ("the int8 one", "cd" * 32)
    assert (facts["layer"], facts["heads"], facts["text"]) == (1, [2], "w x y z")
    assert "the int8 one" in fields["Title"]
    assert propose_name(a, request).endswith("_compare.png")


def test_a_photo_has_a_row_over_each_and_a_difference_by_patch() -> None:
    a, b = photo_record(4), photo_record(4)
    page = lay_out(a, asked(a, b, token=6))
    (apart,) = maps(page)
    assert apart.values.shape == (4, 4)
    assert "r2 c2" in texts(page)


@pytest.mark.parametrize("count", [3, 30, 200])
def test_every_word_of_the_figure_stays_on_its_page(count: int) -> None:
    long = text_record([f"palavra{i}" for i in range(count)])
    check_words(lay_out(long, asked(long, long)))


def test_without_a_second_side_nothing_is_drawn() -> None:
    a = record(ONE, "w", "x", "y", "z")
    with pytest.raises(InputError, match="nothing to compare"):
        lay_out(a, FigureRequest("compare", 0))


@pytest.mark.parametrize("written", ["text=a bank of the city", "a bank of the city"])
def test_a_script_draws_the_same_figure_from_both_forms_of_a_text(
    tmp_path: Path, written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from main import main  # noqa: PLC0415  # the command as it is called

    target = tmp_path / "out.png"
    where = Path(__file__).resolve().parents[2] / "zoo" / "bert" / "onnx" / "model.onnx"
    given = ["figure", str(where), "--text", "the bank of the river", "--view", "compare"]
    given += ["--layer", "1", "--head", "2", "--out", str(target)]
    assert main([*given, "--with", written]) == 0
    facts = json.loads(Image.open(target).text["Compared with"])  # type: ignore[attr-defined]
    assert facts["text"] == "a bank of the city"
    for refused, why in (
        ("text= ", "does not say what to compare with"),
        ("head=99", "head"),
        ("photo=cat.jpg", "a photo cannot stand beside"),
    ):
        capsys.readouterr()
        assert main([*given, "--with", refused]) == 2
        assert why in capsys.readouterr().err


def test_a_value_alone_is_a_photo_s_file_beside_a_photo(tmp_path: Path) -> None:
    from main import main  # noqa: PLC0415  # the command as it is called

    target, photo = tmp_path / "out.png", tmp_path / "other.png"
    model = Path(__file__).resolve().parents[2] / "zoo" / "vit" / "onnx" / "model.onnx"
    here = tmp_path / "here.png"
    gradient_photo(32, 32).save(here)
    gradient_photo(32, 32).rotate(180).save(photo)
    given = ["figure", str(model), "--image", str(here), "--view", "compare", "--layer", "1"]
    given += ["--head", "2", "--out", str(target), "--with"]
    facts = []
    for written in (str(photo), f"photo={photo}"):
        assert main([*given, written]) == 0
        facts.append(json.loads(Image.open(target).text["Compared with"]))  # type: ignore[attr-defined]
    assert facts[0] == facts[1]
    assert facts[0]["photo"] == "other.png"
    assert main([*given, "text=a cat"]) == 2
    assert main([*given, str(tmp_path / "missing.png")]) == 2


def test_a_key_is_outlined_on_both_photos() -> None:
    a = photo_record(4)
    request = asked(a, photo_record(4), token=3, key=7)
    without = lay_out(a, replace(request, key=None))
    page = lay_out(a, request)
    key = PALETTES["light"].key
    drawn = [x.inside for x in page.items if isinstance(x, Frame) and x.colour == key]
    assert len(drawn) == 3
    assert not [x for x in without.items if isinstance(x, Frame) and x.colour == key]


def test_few_words_stand_in_a_row_of_three_and_many_have_maps_as_wide_as_half_a_page() -> None:
    a, b = record(ONE, "w", "x", "y", "z"), record(OTHER, "w", "x", "y", "z")
    page = lay_out(a, asked(a, b))
    boxes = [cells.box for cells in maps(page)]
    assert len({box[1] for box in boxes}) == 1
    assert all(box[2] - box[0] >= 0.2 * page.width for box in boxes)
    assert page.height <= 0.7 * page.width
    long = text_record([f"palavra{i}" for i in range(30)])
    boxes = [cells.box for cells in maps(lay_out(long, asked(long, long)))]
    assert boxes[0][1] == boxes[1][1] < boxes[2][1]
    assert all(box[2] - box[0] >= 0.3 * page.width for box in boxes)


def test_photos_that_are_compared_stand_in_a_row() -> None:
    a = photo_record(4)
    page = lay_out(a, asked(a, photo_record(4), token=6))
    photos = [x.box for x in page.items if isinstance(x, Photo)]
    (apart,) = maps(page)
    assert len(photos) == 2
    assert {box[1] for box in photos} == {apart.box[1]}
    assert all(box[2] - box[0] >= 0.25 * page.width for box in (*photos, apart.box))
