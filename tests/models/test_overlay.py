"""The overlay lies exactly on the patches and says nothing the row does not say."""

from __future__ import annotations

import numpy as np
import pytest

from models.colour import paint, table
from models.encoded import PatchGrid, Token
from models.overlay import (
    Paint,
    Patches,
    overlay_rgba,
    overlay_table,
    patch_rgba,
    patch_values,
    scaled_grid,
)


def patch_tokens(rows: int, columns: int) -> tuple[Token, ...]:
    """CLS, then every patch row by row."""
    patches = (
        Token(text="", label=f"r{r + 1} c{c + 1}", kind="patch", cell=(r, c))
        for r in range(rows)
        for c in range(columns)
    )
    return (Token(text="[CLS]", label="CLS", kind="special"), *patches)


def drawn(
    row: list[float], grid: PatchGrid, size: tuple[int, int], **changes: object
) -> np.ndarray:
    options: dict[str, object] = {
        "low": 0.0,
        "high": 1.0,
        "colour_map": "viridis",
        "opacity": 1.0,
        "smooth": False,
    }
    tokens = patch_tokens(grid.rows, grid.columns)
    return overlay_rgba(
        np.array(row, dtype=np.float32),
        tokens,
        grid,
        photo_size=size,
        paint=Paint(**(options | changes)),
    )


def test_each_weight_lands_on_its_own_patch() -> None:
    grid = PatchGrid(rows=2, columns=3, box=(0, 0, 3, 2))
    values = patch_values(np.arange(7, dtype=np.float32), patch_tokens(2, 3), grid)
    assert values.tolist() == [[1, 2, 3], [4, 5, 6]]


def test_a_patch_without_a_token_is_unknown_not_zero() -> None:
    grid = PatchGrid(rows=2, columns=2, box=(0, 0, 2, 2))
    tokens = patch_tokens(2, 2)[:-1]
    values = patch_values(np.ones(4, dtype=np.float32), tokens, grid)
    assert np.isnan(values[1, 1])
    assert not np.isnan(values[:1]).any()


def test_a_row_about_other_tokens_is_refused() -> None:
    grid = PatchGrid(rows=2, columns=2, box=(0, 0, 2, 2))
    with pytest.raises(ValueError, match="4 weights over 5 tokens"):
        patch_values(np.ones(4, dtype=np.float32), patch_tokens(2, 2), grid)


def test_pixels_take_the_colour_of_the_patch_their_centre_lies_in() -> None:
    grid = PatchGrid(rows=1, columns=2, box=(1.0, 1.0, 5.0, 3.0))
    picture = drawn([0.0, 0.25, 0.75], grid, (6, 4))
    colours = paint(np.array([0.25, 0.75], dtype=np.float32), name="viridis")
    assert picture.shape == (4, 6, 4)
    assert (picture[1:3, 1:3, :3] == colours[0]).all()
    assert (picture[1:3, 3:5, :3] == colours[1]).all()
    assert (picture[1:3, 1:5, 3] == 255).all()


def test_pixels_outside_the_box_are_transparent() -> None:
    grid = PatchGrid(rows=1, columns=1, box=(2.0, 1.0, 4.0, 3.0))
    picture = drawn([0.0, 1.0], grid, (6, 4))
    seen = picture[..., 3] > 0
    expected = np.zeros((4, 6), dtype=bool)
    expected[1:3, 2:4] = True
    assert (seen == expected).all()


def test_a_box_reaching_beyond_the_photo_is_cut_at_the_photo() -> None:
    grid = PatchGrid(rows=2, columns=2, box=(-4.0, 0.0, 8.0, 12.0))
    picture = drawn([0.0, 0.1, 0.9, 0.3, 0.6], grid, (8, 8))
    colours = paint(np.array([0.1, 0.9, 0.3, 0.6], dtype=np.float32), name="viridis")
    assert (picture[0, 0, :3] == colours[0]).all()
    assert (picture[0, 2, :3] == colours[1]).all()
    assert (picture[6, 1, :3] == colours[2]).all()
    assert (picture[6, 2, :3] == colours[3]).all()


@pytest.mark.parametrize("smooth", [False, True])
def test_a_fractional_edge_follows_the_pixel_centre(*, smooth: bool) -> None:
    grid = PatchGrid(rows=1, columns=1, box=(0.4, 0.6, 3.4, 3.6))
    seen = drawn([0.0, 1.0], grid, (5, 5), smooth=smooth)[..., 3] > 0
    assert seen.any(axis=0).tolist() == [True, True, True, False, False]
    assert seen.any(axis=1).tolist() == [False, True, True, True, False]


def test_smoothing_meets_the_patch_at_its_centre_and_the_mean_at_the_seam() -> None:
    grid = PatchGrid(rows=1, columns=2, box=(0, 0, 20, 10))
    picture = drawn([0.0, 0.0, 1.0], grid, (20, 10), smooth=True, colour_map="grey")
    ramp = table("grey")
    assert (picture[:, :5, :3] == ramp[0]).all()
    assert (picture[:, 15:, :3] == ramp[255]).all()
    seam = picture[5, 9:11, :3].astype(int).mean(axis=0)
    assert np.abs(seam - (ramp[127].astype(int) + ramp[128]) / 2).max() <= 1


def test_smoothing_never_leaves_the_range_of_the_patches() -> None:
    rng = np.random.default_rng(1)
    row = rng.uniform(0.3, 0.6, size=17).astype(np.float32)
    grid = PatchGrid(rows=4, columns=4, box=(0, 0, 64, 64))
    picture = drawn(row.tolist(), grid, (64, 64), smooth=True, colour_map="grey")
    allowed = table("grey")[:, 0][
        int(np.floor(row[1:].min() * 255)) : int(np.ceil(row[1:].max() * 255)) + 1
    ]
    assert np.isin(picture[..., 0], allowed).all()


def test_smoothing_one_patch_is_that_patch() -> None:
    grid = PatchGrid(rows=1, columns=1, box=(0, 0, 4, 4))
    assert (drawn([0, 0.5], grid, (4, 4), smooth=True) == drawn([0, 0.5], grid, (4, 4))).all()


@pytest.mark.parametrize("smooth", [False, True])
def test_nan_is_a_hole_that_does_not_spread(*, smooth: bool) -> None:
    grid = PatchGrid(rows=1, columns=3, box=(0, 0, 12, 4))
    picture = drawn([0.0, 0.5, float("nan"), 0.5], grid, (12, 4), smooth=smooth)
    assert (picture[:, 4:8, 3] == 0).all()
    half = paint(np.array(0.5, dtype=np.float32), name="viridis")
    assert (picture[:, :4, :3] == half).all()
    assert (picture[:, 8:, :3] == half).all()


def test_opacity_runs_from_nothing_to_everything() -> None:
    assert (overlay_table("viridis", opacity=0.0)[:, 3] == 0).all()
    assert (overlay_table("viridis", opacity=1.0)[:, 3] == 255).all()
    half = overlay_table("viridis", opacity=0.5)[:, 3].astype(int)
    assert (half[0], half[255]) == (64, 128)
    assert (np.diff(half) >= 0).all()


def test_colours_are_those_of_the_colour_map() -> None:
    values = np.array([[0.0, 0.2], [0.4, 9.0]], dtype=np.float32)
    painted = patch_rgba(values, low=0.0, high=0.4, colour_map="magma", opacity=1.0)
    assert (painted[..., :3] == paint(values, name="magma", low=0.0, high=0.4)).all()


def test_a_grid_scaled_with_its_photo_paints_the_same_patches() -> None:
    grid = PatchGrid(rows=2, columns=2, box=(2, 1, 10, 9))
    row = [0.0, 0.1, 0.4, 0.7, 1.0]
    small = drawn(row, grid, (12, 10))
    large = drawn(row, scaled_grid(grid, across=3, down=3), (36, 30))
    assert (large[1::3, 1::3] == small).all()


def test_patches_found_once_place_every_row_as_one_by_one() -> None:
    grid = PatchGrid(rows=3, columns=4, box=(0, 0, 40, 30))
    tokens = patch_tokens(3, 4)
    patches = Patches.of(tokens, grid)
    for row in np.random.default_rng(3).random((4, len(tokens))).astype(np.float32):
        wanted = np.full((3, 4), np.nan, np.float32)
        for weight, token in zip(row, tokens, strict=True):
            if token.cell is not None:
                wanted[token.cell] = weight
        np.testing.assert_array_equal(patches.values(row), wanted)
    with pytest.raises(ValueError, match="a row of 2 weights"):
        patches.values(np.ones(2, np.float32))
