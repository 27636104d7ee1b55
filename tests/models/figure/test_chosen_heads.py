"""The figure of chosen heads alone: of any layers, large, in one scale, with their tokens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.commands.program import REFUSED, run
from models.errors import InputError
from models.figure import FigureRequest, lay_out
from models.figure.export import propose_name
from models.figure.page import Cells, Page, Photo
from tests.helpers.figures import check_words, photo_record, text_record
from tests.helpers.zoo import ZOO

THREE = ((0, 1), (1, 2), (1, 3))


def asked(**changes: object) -> FigureRequest:
    return replace(FigureRequest("atlas", 0, marked=THREE, alone=True), **changes)  # type: ignore[arg-type]


def texts(page: Page) -> list[str]:
    return [word.text for word in page.words()]


def heads_of(page: Page) -> list[Cells]:
    """Return the matrices, not the colour bar."""
    return [x for x in page.items if isinstance(x, Cells) and x.values.shape[1] > 1]


def test_only_the_chosen_heads_are_drawn_with_their_names_in_one_scale() -> None:
    record = text_record(["um", "dois", "três"])
    page = lay_out(record, asked())
    drawn = heads_of(page)
    assert len(drawn) == len(THREE)
    for cells, (layer, head) in zip(drawn, THREE, strict=True):
        np.testing.assert_allclose(cells.values, record.layers[layer].weights(head), atol=1e-6)
    largest = max(float(record.layers[layer].weights(head).max()) for layer, head in THREE)
    assert {round(cells.high, 5) for cells in drawn} == {round(largest, 5)}
    said = texts(page)
    assert [x for x in said if x.startswith("L") and "H" in x] == ["L1 · H2", "L2 · H3", "L2 · H4"]
    assert "Attention weights of chosen heads" in said
    assert any(x.startswith("2 layers · 3 heads") for x in said)
    assert said.count("dois") >= 2  # a query and a key


def test_heads_are_as_large_as_the_page_allows() -> None:
    record = text_record(["um", "dois", "três"])
    every = lay_out(record, FigureRequest("atlas", 0))
    for count in (1, 2, 3):
        page = lay_out(record, asked(marked=THREE[:count]))
        boxes = [cells.box for cells in heads_of(page)]
        small = heads_of(every)[0].box
        assert all(b[2] - b[0] >= 2 * (small[2] - small[0]) for b in boxes)
        assert all(b[0] >= 0 and b[2] <= page.width and b[3] <= page.height for b in boxes)


@pytest.mark.parametrize("count", [1, 3, 40, 200])
def test_no_word_leaves_the_page_or_touches_another(count: int) -> None:
    record = text_record([f"palavra{i}" for i in range(count)])
    check_words(lay_out(record, asked()))
    check_words(lay_out(record, asked(limits="log", theme="dark")))


def test_on_a_photo_each_head_lies_over_it_and_says_where_its_colours_end() -> None:
    record = photo_record(4)
    page = lay_out(record, asked(token=3))
    maps = [x for x in page.items if isinstance(x, Photo)]
    assert len(maps) == len(THREE)
    row = record.layers[1].row(3)[2]
    cells = [i for i, token in enumerate(record.tokens) if token.cell is not None]
    np.testing.assert_allclose(maps[1].row[cells], row[cells], atol=1e-6)
    assert any(x.startswith("L2 · H3 · 0 – ") for x in texts(page))
    check_words(page)


def test_without_a_chosen_head_it_is_refused() -> None:
    with pytest.raises(InputError, match="No head was chosen"):
        lay_out(text_record(["um"]), asked(marked=()))


def test_a_script_draws_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "heads.png"
    given = ["figure", str(ZOO / "bert" / "onnx" / "model.onnx"), "--text", "the bank"]
    given += ["--view", "atlas", "--alone", "--out", str(target)]
    assert run(given) == REFUSED
    assert "--mark" in capsys.readouterr().err
    assert run([*given, "--mark", "L2H1,L1H2"]) == 0
    assert Image.open(target).text["Head"] == "L1 H2, L2 H1"  # type: ignore[attr-defined]


def test_its_name_says_what_it_is() -> None:
    assert "chosen-heads" in propose_name(text_record(["um"]), asked())
