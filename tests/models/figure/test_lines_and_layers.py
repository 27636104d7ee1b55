"""Figures of lines and of layers: what they draw, refuse, and carry."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from models.counting import Asked
from models.errors import InputError
from models.figure import FigureRequest, draw, lay_out, png_bytes, propose_name
from models.figure.page import Canvas, Cells, Photo
from models.figure.strokes import Strokes
from models.flow.measured import Measurer
from models.lazy_matrices import LazyMatrices
from models.links import MOST_TOKENS
from tests.helpers.figures import matrix_record, photo_record, text_record


def _strokes(found: object) -> list[Strokes]:
    return [item for item in found.items if isinstance(item, Strokes) and len(item.starts) > 1]  # type: ignore[attr-defined]


def test_every_head_has_a_line_per_weight_as_strong_as_the_weight() -> None:
    random = np.random.default_rng(5)
    weights = random.dirichlet(np.ones(4), size=(2, 4)).astype(np.float32)
    page = lay_out(matrix_record(weights), FigureRequest("lines", 0))
    heads = _strokes(page)
    assert len(heads) == 2
    for head, found in enumerate(heads):
        expected = (weights[head] / weights.max()).ravel()
        assert np.allclose(found.opacities, expected[expected >= 0.5 / 255], atol=1e-6)
        assert np.allclose(found.widths, 1 + 3 * found.opacities)


def test_with_a_token_only_its_lines_are_drawn() -> None:
    weights = np.full((1, 4, 4), 0.25, dtype=np.float32)
    page = lay_out(matrix_record(weights), FigureRequest("lines", 0, token=2))
    (found,) = _strokes(page)
    assert len(found.starts) == 4
    assert len(set(found.starts.tolist())) == 1


def test_a_photo_has_no_lines_and_a_long_text_needs_a_token() -> None:
    with pytest.raises(InputError, match="photo"):
        lay_out(photo_record(3), FigureRequest("lines", 0))
    long = text_record([f"w{i}" for i in range(MOST_TOKENS)])
    with pytest.raises(InputError, match="one token at a time"):
        lay_out(long, FigureRequest("lines", 0))
    assert _strokes(lay_out(long, FigureRequest("lines", 0, token=1)))


def test_a_text_too_long_for_a_page_of_lines_is_refused_before_it_is_drawn() -> None:
    fits, too_long = (text_record([f"w{i}" for i in range(n)]) for n in (598, 1200))
    assert _strokes(lay_out(fits, FigureRequest("lines", 0, token=1)))
    with pytest.raises(InputError, match=r"600 tokens, and this input has 1,202"):
        lay_out(too_long, FigureRequest("lines", 0, token=1))


def test_a_level_line_covers_its_width_and_crossing_lines_multiply() -> None:
    canvas = Canvas(Image.new("RGB", (40, 30), "#ffffff"), 1.0)
    at, wide, half = np.full(2, 15, np.float32), np.full(2, 4, np.float32), np.full(2, 0.5)
    Strokes(0.0, 40.0, at, at, wide, half.astype(np.float32), "#000000").draw(canvas)
    column = np.asarray(canvas.image)[:, 20, 0]
    assert [int(x) for x in column[12:18]] == [255, 64, 64, 64, 64, 255]


def test_the_strip_holds_the_token_s_row_of_every_layer() -> None:
    record = text_record(["um", "dois", "três"], padding=1)
    page = lay_out(record, FigureRequest("layers", 0, token=2, heads=(1,)))
    cells = next(item for item in page.items if isinstance(item, Cells))
    expected = np.stack([layer.row(2)[1, :5] for layer in record.layers])
    assert np.allclose(cells.values, expected, atol=1e-7)


def test_a_photo_has_a_map_per_layer_ending_at_its_own_largest_patch() -> None:
    record = photo_record(3)
    page = lay_out(record, FigureRequest("layers", 0, token=4))
    maps = [item for item in page.items if isinstance(item, Photo)]
    assert len(maps) == len(record.layers)
    for layer, item in zip(record.layers, maps, strict=True):
        row = layer.row(4).mean(axis=0)
        assert item.paint.high == 1.0
        np.testing.assert_allclose(item.row, row / row[1:].max(), rtol=1e-5)


@pytest.mark.parametrize("view", ["lines", "layers"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_words_leave_the_page_and_the_file_says_what_it_is(view: str, theme: str) -> None:
    record = text_record(["palavra" * 6, "ou", "outra"])
    request = FigureRequest(view, 1, token=2, theme=theme)  # type: ignore[arg-type]
    page = lay_out(record, request)
    for words in page.words():
        left, top, right, bottom = words.box
        assert 0 <= left <= right <= page.width
        assert 0 <= top <= bottom <= page.height
    assert png_bytes(draw(record, request), record, request)[:4] == b"\x89PNG"
    assert propose_name(record, request).endswith(f"{view}.png")


@pytest.mark.parametrize("view", ["lines", "layers", "atlas"])
def test_what_counts_is_drawn_and_named_and_needs_to_be_measured(view: str) -> None:
    record = text_record(["um", "ou", "outra"])
    request = FigureRequest(view, 1, token=2, measure="value")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="not measured"):
        lay_out(record, request)
    asked: list[Asked] = []
    measurer = Measurer(record)

    def compute(one: Asked) -> np.ndarray:
        asked.append(one)
        return measurer.matrix(one)

    known = replace(record, measured=LazyMatrices({}, compute))
    words = " ".join(words.text for words in lay_out(known, request).words())
    assert "value-weighted" in words
    layers = {one.layer for one in asked}
    assert layers == ({1} if view == "lines" else set(range(len(record.layers))))
    alone = {one.heads for one in asked} >= {(head,) for head in range(record.layers[0].heads)}
    assert alone == (view != "layers")


def test_a_figure_without_special_tokens_needs_no_second_run() -> None:
    record = text_record(["um", "ou", "outra"])
    words = lay_out(record, FigureRequest("lines", 1, token=2, hide_special=True)).words()
    assert any("special tokens hidden" in one.text for one in words)


def test_a_measure_without_heads_is_not_drawn_head_by_head() -> None:
    with pytest.raises(InputError, match="no single heads"):
        lay_out(text_record(["um"]), FigureRequest("atlas", 1, measure="rollout"))
