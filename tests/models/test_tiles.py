"""Tiles of a large matrix equal the full softmax, and work that is not wanted stops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.errors import CancelledError
from models.record import Layer
from models.runtime import Cancel
from models.tiles import Part, Pooled, Tiles, pool
from models.windowed import spread
from tests.helpers.records import layer

TOKENS = 150


def reference(made: Layer, heads: tuple[int, ...]) -> np.ndarray:
    """Return the full softmax in double precision, mean of ``heads``, from the paper's formula."""
    q, k = made.query.astype(np.float64), made.key.astype(np.float64)
    scores = np.einsum("hnd,hmd->hnm", q, k) * made.scale[:, None, None]
    if made.bias is not None:
        scores = scores + made.bias
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    if made.keep is not None:
        weights = weights * made.keep
    return weights[list(heads)].mean(axis=0)


def masked(made: Layer) -> Layer:
    bias = np.zeros((1, TOKENS, TOKENS), np.float32)
    bias[:, np.triu_indices(TOKENS, 1)[0], np.triu_indices(TOKENS, 1)[1]] = -np.inf
    return replace(made, bias=bias)


def dropped(made: Layer) -> Layer:
    return replace(made, keep=np.arange(TOKENS)[None, None] % 3 != 0)


def direct(made: Layer) -> Layer:
    weights = np.random.default_rng(5).random((4, TOKENS, TOKENS), np.float32)
    return replace(made, direct=weights)


@pytest.fixture
def made() -> Layer:
    """Four heads of 150 tokens."""
    return layer(0, heads=4, tokens=TOKENS, size=16, seed=1)


@pytest.mark.parametrize("change", [lambda x: x, masked, dropped])
@pytest.mark.parametrize("heads", [(2,), (0, 1, 2, 3), (1, 3)])
def test_every_tile_equals_the_full_softmax(
    made: Layer, change: object, heads: tuple[int, ...]
) -> None:
    assert callable(change)
    changed = change(made)
    wanted, tiles = reference(changed, heads), Tiles(changed, heads)
    for rows, columns in (
        (slice(0, 150), slice(0, 150)),
        (slice(7, 9), slice(140, 150)),
        (slice(60, 61), slice(3, 4)),
        (slice(0, 150), slice(20, 30)),
    ):
        np.testing.assert_allclose(tiles.tile(rows, columns), wanted[rows, columns], atol=1e-6)


def test_a_tile_that_is_met_first_needs_no_pass_before(made: Layer) -> None:
    tile = Tiles(made, (0,)).tile(slice(90, 100), slice(10, 20))
    np.testing.assert_allclose(tile, reference(made, (0,))[90:100, 10:20], atol=1e-6)


def test_weights_of_the_runtime_itself_are_taken_as_they_are(made: Layer) -> None:
    changed = direct(made)
    assert changed.direct is not None
    tile = Tiles(changed, (1, 2)).tile(slice(5, 40), slice(60, 90))
    np.testing.assert_allclose(tile, changed.direct[1:3, 5:40, 60:90].mean(axis=0), atol=1e-7)


def test_windows_are_spread_out_like_everywhere_else() -> None:
    windows = np.arange(18).reshape(2, 9)
    whole = spread(replace(layer(0, heads=4, tokens=9, size=8, seed=0), windows=windows))
    tile = Tiles(whole, (1,)).tile(slice(6, 12), slice(3, 15))
    np.testing.assert_array_equal(tile, whole.weights(1)[6:12, 3:15])


def test_a_row_without_any_key_is_zero_as_it_is_in_the_layer(made: Layer) -> None:
    bias = np.zeros((1, TOKENS, 1), np.float32)
    bias[:, 4] = -np.inf
    changed = replace(made, bias=bias)
    tile = Tiles(changed, (0,)).tile(slice(0, 10), slice(0, TOKENS))
    np.testing.assert_allclose(tile, changed.weights(0)[:10], atol=1e-7)
    assert not tile[4].any()


def test_log_sum_exp_is_that_of_the_scores(made: Layer) -> None:
    tiles = Tiles(made, (3,))
    list(tiles.overview(30))
    scores = np.einsum("nd,md->nm", made.query[3], made.key[3]).astype(np.float64) * made.scale[3]
    wanted = np.log(np.exp(scores).sum(axis=1))
    np.testing.assert_allclose(tiles.log_sum_exp[0], wanted, atol=1e-5)


def test_places_left_out_are_no_rows_and_no_columns(made: Layer) -> None:
    places = [0, 1, 2, 5, 9, 100, 149]
    tiles = Tiles(made, (0, 1), places=places)
    wanted = reference(made, (0, 1))[np.ix_(places, places)]
    assert tiles.shape == (7, 7)
    np.testing.assert_allclose(tiles.tile(slice(0, 7), slice(0, 7)), wanted, atol=1e-6)
    np.testing.assert_allclose(tiles.row(4), wanted[4], atol=1e-6)


def test_a_row_is_the_row_of_the_layer(made: Layer) -> None:
    np.testing.assert_array_equal(Tiles(made, (2,)).row(17), made.row(17)[2])
    whole = tuple(range(4))
    np.testing.assert_array_equal(Tiles(made, whole).row(17), made.row(17).mean(axis=0))


@pytest.mark.parametrize("pooling", ["max", "mean"])
def test_an_overview_pools_the_exact_weights(made: Layer, pooling: str) -> None:
    tiles = Tiles(made, (0, 2))
    *_, last = tiles.overview(40, pooling=pooling)  # type: ignore[arg-type]
    wanted = reference(made, (0, 2))
    take = np.max if pooling == "max" else np.mean
    blocks = [
        [take(wanted[i : i + 4, j : j + 4]) for j in range(0, TOKENS, 4)]
        for i in range(0, TOKENS, 4)
    ]
    assert last.part.dot == 4
    assert last.complete
    np.testing.assert_allclose(last.dots, blocks, atol=1e-6)
    assert last.largest == pytest.approx(wanted.max(), abs=1e-6)


def test_a_part_is_refined_from_the_top_and_the_rest_stays_unknown(
    made: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.tiles.CELLS_AT_ONCE", 20 * TOKENS)
    steps: list[Pooled] = []
    for step in Tiles(made, (0,)).pooled(Part(10, 30, 70, 90, 2)):
        steps.append(step)
        known = (step.done - 10) // 2
        assert not np.isnan(step.dots[:known]).any()
        assert np.isnan(step.dots[known:]).all()
    assert len(steps) > 2
    np.testing.assert_allclose(
        steps[-1].dots, pool(reference(made, (0,))[10:70, 30:90].astype(np.float32), 2), atol=1e-6
    )


def test_cancelled_work_stops_at_the_next_block(
    made: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.tiles.CELLS_AT_ONCE", 10 * TOKENS)
    tiles, cancel = Tiles(made, (0,)), Cancel()
    work = tiles.overview(50, cancel=cancel)
    first = next(work)
    cancel.cancel()
    with pytest.raises(CancelledError):
        next(work)
    assert 0 < first.done < TOKENS
    assert np.isnan(tiles.log_sum_exp[0, first.done :]).all()


def test_nothing_of_the_size_of_the_matrix_is_ever_kept(made: Layer) -> None:
    tiles = Tiles(made, (0, 1, 2, 3))
    *_, last = tiles.overview(10)
    assert tiles.nbytes + last.dots.nbytes < TOKENS * TOKENS * 4 / 8


def test_missing_numbers_stay_missing_and_are_told(made: Layer) -> None:
    query = made.query.copy()
    query[0, 8] = np.nan
    *_, last = Tiles(replace(made, query=query), (0,)).overview(TOKENS)
    assert last.missing
    assert np.isnan(last.dots[8]).all()
    assert np.isfinite(last.largest)


def test_one_part_holds_another_that_is_inside_and_not_finer() -> None:
    assert Part(0, 0, 10, 10).holds(Part(2, 3, 5, 6, 4))
    assert not Part(0, 0, 10, 10, 2).holds(Part(2, 3, 5, 6))
    assert not Part(0, 0, 10, 10).holds(Part(2, 3, 5, 11))


def test_a_row_of_one_head_computes_one_head(made: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[tuple[slice, slice]] = []
    original = Layer._weights

    def counted(self: Layer, heads: slice, queries: slice) -> np.ndarray:
        computed.append((heads, queries))
        return original(self, heads, queries)

    monkeypatch.setattr(Layer, "_weights", counted)
    np.testing.assert_allclose(made.mean_row(9, (2,)), reference(made, (2,))[9], atol=1e-6)
    assert computed == [(slice(2, 3), slice(9, 10))]


def test_a_column_is_computed_in_blocks_and_equals_the_matrix(
    made: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = made.weights()[:, :, 11]
    monkeypatch.setattr("models.record._WEIGHTS_AT_ONCE", 4 * TOKENS * 7)
    np.testing.assert_allclose(made.column(11), wanted, atol=1e-7)
