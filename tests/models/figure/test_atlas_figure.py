"""The atlas as a figure: every head, one scale, the colours of the colour map."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.api import open_model
from models.colour import paint
from models.commands.program import REFUSED, run
from models.errors import InputError
from models.figure import FigureRequest, draw, lay_out
from models.figure.export import propose_name
from models.figure.page import Cells, Frame, Page
from models.figure.request import fit
from models.figure.script import marked
from tests.helpers.figures import photo_record, text_record
from tests.helpers.zoo import ZOO


def heads_of(page: Page) -> list[Cells]:
    """Return the thumbnails, not the colour bar."""
    return [i for i in page.items if isinstance(i, Cells) and i.values.shape[1] > 1]


def test_every_head_of_every_layer_is_drawn_through_the_same_limits() -> None:
    record = text_record(["um", "dois", "três"])
    request = FigureRequest("atlas", 0, scale=1.0)
    drawn = heads_of(lay_out(record, request))
    assert len(drawn) == 8
    largest = max(float(layer.weights().max()) for layer in record.layers)
    assert {round(cells.high, 5) for cells in drawn} == {round(largest, 5)}
    np.testing.assert_allclose(drawn[6].values, record.layers[1].weights(2), atol=1e-6)
    picture = np.asarray(draw(record, request))
    left, top, _, _ = drawn[6].box
    wanted = paint(drawn[6].values[:1, :1], low=0.0, high=largest)[0, 0]
    assert (picture[round(top) + 3, round(left) + 3] == wanted).all()


def test_heads_lie_apart_and_inside_the_page() -> None:
    for record in (text_record(["um"] * 9, heads=16), photo_record(6)):
        page = lay_out(record, FigureRequest("atlas", 0))
        boxes = [cells.box for cells in heads_of(page)]
        assert all(b[0] >= 0 and b[2] <= page.width and b[3] <= page.height for b in boxes)
        for i, a in enumerate(boxes):
            for b in boxes[i + 1 :]:
                assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_the_heads_asked_for_are_framed() -> None:
    record = text_record(["um", "dois"])
    plain = [i for i in lay_out(record, FigureRequest("atlas", 1)).items if isinstance(i, Frame)]
    framed = lay_out(record, FigureRequest("atlas", 1, heads=(0, 3)))
    assert len([i for i in framed.items if isinstance(i, Frame)]) == len(plain) + 2


def test_a_set_over_layers_is_framed_and_named() -> None:
    record = text_record(["um", "dois"])
    page = lay_out(record, FigureRequest("atlas", 0, marked=((0, 1), (1, 3))))
    boxes = [cells.box for cells in heads_of(page)]
    framed = {i.inside for i in page.items if isinstance(i, Frame)}
    assert {boxes[1], boxes[7]} <= framed
    assert not {boxes[0], boxes[3], boxes[5]} & framed
    assert "Framed: L1 H2, L2 H4." in {word.text for word in page.words()}
    with pytest.raises(InputError, match="no head 9"):
        lay_out(record, FigureRequest("atlas", 0, marked=((0, 8),)))


def test_marked_heads_are_written_with_their_layers() -> None:
    assert marked("L2H4, l1h2") == ((0, 1), (1, 3))
    assert marked(None) == ()
    for wrong in ("H3", "L2", "2,3", "L0H1"):
        with pytest.raises(InputError):
            marked(wrong)


def test_the_atlas_by_powers_of_ten_names_its_scale() -> None:
    page = lay_out(text_record(["um", "dois"]), FigureRequest("atlas", 0, limits="log"))
    assert all(cells.high == 1.0 for cells in heads_of(page))
    assert any(w.text.startswith("Colours: logarithmic, from ") for w in page.words())


def test_photos_show_maps_of_the_token_and_say_so() -> None:
    record = photo_record(4)
    page = lay_out(record, FigureRequest("atlas", 0, token=3))
    grid = record.encoded.grid
    assert grid is not None
    assert heads_of(page)[0].values.shape == (grid.rows, grid.columns)
    assert any("Every map shows" in words.text for words in page.words())


def test_on_photos_each_layer_has_its_own_written_limit_unless_one_is_given() -> None:
    record = photo_record(4)
    page = lay_out(record, FigureRequest("atlas", 0))
    ends = sorted({cells.high for cells in heads_of(page)})
    assert len(ends) == len(record.layers)
    largest = max(float(layer.row(0)[:, 1:].max()) for layer in record.layers)
    assert ends[-1] == pytest.approx(largest, abs=1e-5)
    texts = [words.text for words in page.words()]
    assert all(f"{end:.3g}"[:4] in " ".join(texts) for end in ends)
    fixed = lay_out(record, FigureRequest("atlas", 0, high=1.0))
    assert {cells.high for cells in heads_of(fixed)} == {1.0}


def test_layers_of_other_positions_are_drawn_too() -> None:
    model = open_model(ZOO / "swin")
    record = model.run(model.sample())
    assert len(heads_of(lay_out(record, FigureRequest("atlas", 0)))) >= len(record.layers)


def test_the_file_s_fields_say_all_heads_and_its_name_too() -> None:
    record = text_record(["um", "dois"])
    request = FigureRequest("atlas", 0)
    assert fit(record, request).request.view == "atlas"
    assert propose_name(record, request) == "mirante_multilingual-e5-small_every-head_atlas.png"


def test_the_command_needs_no_layer_for_the_atlas_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "atlas.png"
    asked = ["figure", str(ZOO / "bert"), "--text", "the cat", "--out", str(out)]
    assert run([*asked, "--view", "atlas"]) == 0
    with Image.open(out) as image:
        assert image.info["Head"] == "all"
        assert json.loads(image.info["mirante"])["view"] == "atlas"
    assert run([*asked, "--view", "heatmap"]) == REFUSED
    assert "needs --layer" in capsys.readouterr().err
