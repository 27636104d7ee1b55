"""A part of a photo is found in it, and its patches align with what they show."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from models.api import Model, open_model
from models.compare import Side, compare
from models.compare_photos import placed_in
from models.photo_place import correlations, place_of

PHOTOS = Path(__file__).resolve().parents[2] / "assets" / "images"
BOX = (90, 60, 270, 240)  # of the cat


@cache
def photo(name: str) -> Image.Image:
    return Image.open(PHOTOS / f"{name}.jpg").convert("RGB")


@cache
def model() -> Model:
    return open_model("dinov2-small")


def test_correlations_are_those_of_every_window() -> None:
    random = np.random.default_rng(5)
    field, small = random.random((9, 11)), random.random((4, 3))
    wanted = [
        [np.corrcoef(field[y : y + 4, x : x + 3].ravel(), small.ravel())[0, 1] for x in range(9)]
        for y in range(6)
    ]
    np.testing.assert_allclose(correlations(field, small), wanted, atol=1e-9)
    assert not correlations(field, np.ones((4, 3))).any()


@pytest.mark.parametrize("width", [120, 300])
def test_a_part_is_found_at_any_size_and_brightness(width: int) -> None:
    part = ImageEnhance.Brightness(photo("cat").crop(BOX).resize((width, width))).enhance(0.6)
    found = place_of(part, photo("cat"))
    assert found is not None
    np.testing.assert_allclose(found.box, BOX, atol=0.01 * photo("cat").width)
    assert found.score > 0.95


def test_other_photos_and_the_whole_itself_are_no_parts() -> None:
    assert place_of(photo("coffee"), photo("cat")) is None
    assert place_of(photo("cat"), photo("coffee")) is None
    assert place_of(photo("cat"), photo("cat")) is None
    assert place_of(ImageEnhance.Contrast(photo("cat")).enhance(1.5), photo("cat")) is None


@pytest.mark.parametrize("swapped", [False, True])
def test_patches_pair_with_those_that_show_the_same(*, swapped: bool) -> None:
    whole = model().encode_image(photo("cat"))
    part = model().encode_image(photo("cat").crop(BOX))
    found = placed_in(part, whole) if swapped else placed_in(whole, part)
    assert found is not None
    assert found.b_in_a is not swapped
    pairs = [pair[::-1] for pair in found.pairs] if swapped else list(found.pairs)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert (0, 0) in pairs  # CLS
    assert whole.grid is not None
    assert part.grid is not None
    far = []
    for i, j in pairs[1:]:
        ours, theirs = whole.tokens[i].cell, part.tokens[j].cell
        assert ours is not None
        assert theirs is not None
        one, other = whole.grid.cell_box(*ours), part.grid.cell_box(*theirs)
        other = (other[0] + BOX[0], other[1] + BOX[1], other[2] + BOX[0], other[3] + BOX[1])
        far.append(max(abs(one[k] + one[k + 2] - other[k] - other[k + 2]) / 2 for k in (0, 1)))
    width = (whole.grid.box[2] - whole.grid.box[0]) / whole.grid.columns
    assert max(far) <= width / 2 + 4
    assert len(pairs) > 30


def test_an_edited_photo_aligns_by_the_grid_and_a_part_by_its_place() -> None:
    size = (70, 70)
    runs = [
        model().run(model().encode_image(x, size=size))
        for x in (
            photo("cat"),
            ImageEnhance.Color(photo("cat")).enhance(0.2),
            photo("cat").crop(BOX),
        )
    ]
    whole = Side(runs[0], 3)
    edited = compare(whole, Side(runs[1], 3))
    assert edited.placed is None
    assert edited.pairs == tuple((i, i) for i in range(len(runs[0].tokens)))
    part = compare(whole, Side(runs[2], 3))
    assert part.placed is not None
    assert 1 < len(part.pairs) < len(runs[0].tokens)
    i, j = part.pairs[-1]
    wanted = (
        runs[0].layers[3].mean_weights(range(6))[i, i]
        - runs[2].layers[3].mean_weights(range(6))[j, j]
    )
    assert part.difference[-1, -1] == pytest.approx(wanted, abs=1e-6)


def test_a_part_that_the_model_does_not_see_in_the_whole_is_told() -> None:
    """DINOv2 sees the middle of a wide photo; the part is its left end."""
    wide = Image.new("RGB", (900, 300))
    wide.paste(photo("cat").resize((300, 300)), (0, 0))
    wide.paste(photo("coffee").resize((600, 300)), (300, 0))
    whole = model().encode_image(wide)
    far, near = (
        placed_in(whole, model().encode_image(wide.crop((left, 20, left + 240, 260))))
        for left in (10, 330)
    )
    assert far is not None
    assert far.unseen
    assert near is not None
    assert not near.unseen
