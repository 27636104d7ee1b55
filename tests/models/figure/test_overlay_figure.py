"""The overlay's photo is untouched outside what the model saw and painted exactly inside."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from models.errors import InputError
from models.figure import FigureRequest, draw, lay_out
from models.figure.page import Frame, Photo
from models.overlay import Paint, overlay_rgba, scaled_grid
from models.record import Record
from tests.helpers.figures import gradient_photo, photo_record, text_record


def photo_pixels(record: Record, request: FigureRequest) -> tuple[np.ndarray, Photo]:
    (photo,) = [i for i in lay_out(record, request).items if isinstance(i, Photo)]
    left, top, right, bottom = (round(edge * request.scale) for edge in photo.box)
    return np.asarray(draw(record, request))[top:bottom, left:right], photo


@pytest.mark.parametrize("smooth", [False, True])
@pytest.mark.parametrize("size", [(320, 240), (150, 400)])
def test_every_pixel_is_the_photo_under_the_overlay_that_the_window_paints(
    *, size: tuple[int, int], smooth: bool
) -> None:
    record = photo_record(4, photo=gradient_photo(*size))
    request = FigureRequest("overlay", 0, heads=(0,), token=0, smooth=smooth, opacity=0.6)
    found, _item = photo_pixels(record, request)
    height, width = found.shape[:2]
    shown = record.encoded.photo.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    row = record.layers[0].row(0)[0]
    grid = scaled_grid(record.encoded.grid, across=width / size[0], down=height / size[1])
    over = overlay_rgba(
        row,
        record.tokens,
        grid,
        photo_size=(width, height),
        paint=Paint(0.0, float(row[1:].max()), "cividis", opacity=0.6, smooth=smooth),
    )
    both = Image.alpha_composite(shown.convert("RGBA"), Image.fromarray(over)).convert("RGB")
    assert np.array_equal(found, np.asarray(both))
    outside = over[..., 3] == 0
    assert outside.any()
    assert np.array_equal(found[outside], np.asarray(shown)[outside])


def test_the_largest_patch_is_the_upper_limit_even_where_cls_has_more() -> None:
    record = photo_record(4)
    _, item = photo_pixels(record, FigureRequest("overlay", 0, heads=(1,), token=0))
    assert item.paint.high == record.layers[0].row(0)[1][1:].max()


def test_the_querys_patch_is_outlined_where_it_lies() -> None:
    record = photo_record(4, photo=gradient_photo(200, 200))
    page = lay_out(record, FigureRequest("overlay", 0, token=1 + 4 * 2 + 3))
    (photo,) = [item for item in page.items if isinstance(item, Photo)]
    outlines = [i for i in page.items if isinstance(i, Frame) and i.colour == "#ffffff"]
    assert len(outlines) == 1
    left, top, right, _bottom = photo.box
    side = (right - left) / 4
    assert outlines[0].inside == pytest.approx(
        (left + 3 * side, top + 2 * side, left + 4 * side, top + 3 * side)
    )


def test_a_special_token_outlines_nothing() -> None:
    page = lay_out(photo_record(4), FigureRequest("overlay", 0, token=0))
    assert not [i for i in page.items if isinstance(i, Frame) and i.colour == "#ffffff"]


def test_the_special_tokens_share_is_stated() -> None:
    record = photo_record(5, registers=2)
    row = record.layers[0].row(7)[2]
    page = lay_out(record, FigureRequest("overlay", 0, heads=(2,), token=7))
    texts = [words.text for words in page.words()]
    for share in (row[0], row[1], row[2], row[3:].sum()):
        assert (f"{share:.3f}" if share >= 0.0005 else "<0.001") in texts


def test_a_text_has_no_overlay() -> None:
    with pytest.raises(InputError, match="needs a photo"):
        lay_out(text_record(["um"]), FigureRequest("overlay", 0))


def test_a_logarithmic_overlay_is_painted_by_powers_of_ten_and_its_bar_says_so() -> None:
    record = photo_record(4)
    request = FigureRequest("overlay", 0, heads=(0,), token=0, limits="log")
    _found, item = photo_pixels(record, request)
    row = record.layers[0].row(0)[0]
    high = float(row[1:].max())
    expected = np.clip(1 + np.log10(np.maximum(row[1:], 1e-30) / high) / 4, 0, 1)
    assert item.row[1:] == pytest.approx(expected, abs=1e-5)
    assert (item.paint.low, item.paint.high) == (0.0, 1.0)
    texts = [words.text for words in lay_out(record, request).words()]
    assert any(text.startswith("≤ ") for text in texts)
