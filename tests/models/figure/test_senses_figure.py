"""The figure of a word's senses: the numbers of the curves, told whole, for window and script."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.compare_senses import Curves, senses_of
from models.errors import InputError
from models.figure import FigureRequest, draw, lay_out, propose_name
from models.figure.curve import Curve, dashes
from models.figure.page import Page, Words
from tests.helpers.figures import check_words, text_record
from tests.helpers.zoo import ZOO

RANDOM = np.random.default_rng(5)
STEPS = 13


def curves(*, pair: bool = True, steps: int = STEPS) -> Curves:
    senses = senses_of("banco")
    assert senses is not None
    same, other = (RANDOM.uniform(0.6, 0.99, (2, 6, steps)).astype(np.float32) for _ in "ab")
    between = RANDOM.uniform(0.6, 0.99, steps).astype(np.float32) if pair else None
    texts = ("Sentei no banco", "Fui ao banco") if pair else None
    return Curves("states", senses, same, other, between, None, texts)


def page_of(found: Curves, **changes: object) -> Page:
    request = replace(FigureRequest("senses", 0, curves=found), **changes)  # type: ignore[arg-type]
    return lay_out(text_record(["um", "banco"]), request)


def heights(page: Page) -> dict[str, float]:
    """Return where each number of the axis stands."""
    numbers = [x for x in page.words() if x.anchor == "end" and x.text[:1] in "01"]
    return {x.text: x.box[1] / 2 + x.box[3] / 2 for x in numbers}


def test_every_point_stands_at_its_cosine_beside_the_axis() -> None:
    found = curves()
    page = page_of(found)
    drawn = [x for x in page.items if isinstance(x, Curve) and len(x.points) == STEPS]
    wanted = [found.same.mean(axis=(0, 1)), found.other.mean(axis=(0, 1)), found.between]
    marks = sorted((float(text), y) for text, y in heights(page).items())
    (low, bottom), (high, top) = marks[0], marks[-1]
    for curve, values in zip(drawn, wanted, strict=True):
        assert values is not None
        read = [low + (bottom - y) / (bottom - top) * (high - low) for _x, y in curve.points]
        np.testing.assert_allclose(read, values, atol=2e-3)


def test_curves_are_told_apart_without_colour() -> None:
    drawn = [x for x in page_of(curves()).items if isinstance(x, Curve)]
    assert len({(x.dash, x.mark) for x in drawn}) == 3


def test_it_says_model_sentences_axes_what_the_cosines_are_of_and_the_source() -> None:
    said = "\n".join(word.text for word in page_of(curves()).words())
    for words in (
        text_record(["um", "banco"]).provenance.model, "Sentei no banco", "Fui ao banco",
        "12 bundled sentences",
        "cosine", "layer", "Cosine of the hidden state of “banco”", "Ethayarajh 2019",
        "same sense", "other sense", "the two sentences", "L12", "12 sentences",
    ):  # fmt: skip
        assert words in said


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("pair", "steps"), [(True, 13), (False, 3), (True, 49)])
def test_no_words_touch_or_leave_the_page(theme: str, steps: int, pair: bool) -> None:  # noqa: FBT001  # a parameter
    check_words(page_of(curves(pair=pair, steps=steps), theme=theme))


def test_without_curves_it_is_refused_and_its_name_has_the_word() -> None:
    with pytest.raises(InputError, match="No word was followed"):
        lay_out(text_record(["um", "banco"]), FigureRequest("senses", 0))
    name = propose_name(text_record(["um", "banco"]), FigureRequest("senses", 0, curves=curves()))
    assert name.endswith("_banco_senses.png")


def test_dashes_go_on_round_corners() -> None:
    parts = dashes(((0.0, 0.0), (6.0, 0.0), (6.0, 6.0)), dash=4.0)
    assert parts == [((0.0, 0.0), (4.0, 0.0)), ((6.0, 2.0), (6.0, 6.0))]
    assert dashes(((0.0, 0.0), (6.0, 0.0)), dash=0) == [((0.0, 0.0), (6.0, 0.0))]


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_curve_is_drawn_where_it_says(scale: float) -> None:
    picture = draw(
        text_record(["um", "banco"]), FigureRequest("senses", 0, curves=curves(), scale=scale)
    )
    page = page_of(curves())
    assert picture.size == (round(page.width * scale), round(page.height * scale))
    one = Page(40, 40, "#ffffff", (Curve(((5.0, 20.0), (35.0, 20.0)), "#ff0000"),))
    drawn = one.draw(scale=scale)
    assert drawn.getpixel((round(20 * scale), round(20 * scale))) == (255, 0, 0)
    assert drawn.getpixel((round(20 * scale), round(30 * scale))) == (255, 255, 255)
    assert isinstance(page.words()[0], Words)


def test_a_script_draws_it_with_its_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from main import main  # noqa: PLC0415  # the command as it is called

    target = tmp_path / "out.png"
    given = ["figure", str(ZOO / "bert" / "onnx" / "model.onnx"), "--view", "senses"]
    given += ["--out", str(target)]
    text = ["--text", "the bank of the river"]
    assert main([*given, *text, "--with", "a bank loan"]) == 0
    picture = Image.open(target)
    facts = json.loads(picture.text["Senses"])  # type: ignore[attr-defined]
    assert facts["word"] == "bank"
    assert facts["pair"] == ["the bank of the river", "a bank loan"]
    assert len(facts["same_sense"]) == len(facts["steps"])
    capsys.readouterr()
    assert (
        main(["compare", given[1], *text, "--with", "a bank loan", "--word", "bank", "--json"]) == 0
    )
    told = json.loads(capsys.readouterr().out)
    np.testing.assert_allclose(facts["same_sense"], told["senses"]["same_sense"], atol=1e-5)
    np.testing.assert_allclose(facts["two_sentences"], told["cosine"], atol=1e-5)
    for refused, why in (
        ([*text, "--word", "zebra"], "There are no bundled sentences for “zebra”"),
        (["--text", "cats"], "None of the words"),
        ([*text, "--with", "cats"], "is not in “cats”"),
        ([*text, "--with", "layer=1"], "another sentence"),
    ):
        assert main([*given, *refused]) == 2
        assert why in capsys.readouterr().err
