"""Heads, small: every dot is the largest weight under it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.api import open_model
from models.encoded import Encoded, Token
from models.errors import CancelledError
from models.overlay import patch_values
from models.record import Record
from models.runtime import Cancel
from models.thumbnails import matrices, resized, thumbnails
from tests.helpers.records import PROVENANCE, image_record, layer, text_record
from tests.helpers.zoo import ZOO


def long_record(count: int, *, layers: int = 1, heads: int = 2) -> Record:
    tokens = tuple(Token(f"t{i}", f"t{i}", "text", i) for i in range(count))
    made = [layer(i, heads=heads, tokens=count, size=8, seed=i) for i in range(layers)]
    return Record(Encoded("text", {}, tokens), made, {}, PROVENANCE)


def pooled_by_loops(weights: np.ndarray, step: int) -> np.ndarray:
    rows = range(0, weights.shape[0], step)
    return np.array(
        [[weights[i : i + step, j : j + step].max() for j in rows] for i in rows], np.float32
    )


def test_short_texts_are_shown_weight_by_weight() -> None:
    record = text_record()
    found = list(thumbnails(record))
    assert [f.layer for f in found] == [0, 1]
    np.testing.assert_allclose(found[1].dots, record.layers[1].weights(), atol=1e-6)
    assert (found[0].per_dot, found[0].skipped, found[0].cells) == (1, False, (8, 8))


def test_a_dot_is_the_largest_weight_under_it() -> None:
    record = long_record(150)
    found = matrices(record.layers[0], record.encoded, side=64)
    assert (found.per_dot, found.cells) == (3, (150, 150))
    for head in range(2):
        wanted = pooled_by_loops(record.layers[0].weights(head), 3)
        np.testing.assert_allclose(found.dots[head], wanted, atol=1e-6)
    assert found.largest == pytest.approx(record.layers[0].weights().max())


def test_a_rough_picture_shows_one_row_per_dot_and_says_so() -> None:
    record = long_record(150)
    found = matrices(record.layers[0], record.encoded, side=64, most=0)
    assert found.skipped
    weights = record.layers[0].weights(0)[::3]
    wanted = [[row[j : j + 3].max() for j in range(0, 150, 3)] for row in weights]
    np.testing.assert_allclose(found.dots[0], wanted, atol=1e-6)


def test_large_inputs_come_roughly_first_and_in_full_after() -> None:
    record = long_record(900, layers=2, heads=4)
    found = list(thumbnails(record))
    assert [(f.layer, f.skipped) for f in found] == [
        (0, True), (1, True), (0, False), (1, False),
    ]  # fmt: skip
    assert (found[2].dots >= found[0].dots).all()


def test_what_would_take_too_long_rests_on_rows_at_even_steps_and_says_so() -> None:
    record = long_record(900, layers=2, heads=4)
    weights = 4 * 900 * 900
    found = list(thumbnails(record, side=75, most=2 * weights // 4))[-1]  # 12 rows under a dot
    assert (found.per_dot, found.every, found.skipped) == (12, 4, False)
    assert found.weights_of_a_dot == (3 * 12, 144)
    some = record.layers[1].weights(2)[::4]
    wanted = [
        [some[i : i + 3, j : j + 12].max() for j in range(0, 900, 12)] for i in range(0, 225, 3)
    ]
    np.testing.assert_allclose(found.dots[2], wanted, atol=1e-6)
    least = list(thumbnails(record, side=75, most=2))[-1]
    assert least.every == least.per_dot
    whole = list(thumbnails(record, side=75))[-1]
    assert (whole.every, whole.weights_of_a_dot) == (1, (144, 144))


def test_padding_is_left_out() -> None:
    record = text_record()
    tokens = (*record.tokens[:6], replace(record.tokens[6], kind="padding"), record.tokens[7])
    encoded = replace(record.encoded, tokens=tokens)
    found = matrices(record.layers[0], encoded)
    seen = [0, 1, 2, 3, 4, 5, 7]
    wanted = record.layers[0].weights()[:, seen][:, :, seen]
    np.testing.assert_allclose(found.dots, wanted, atol=1e-6)


def test_photos_are_shown_as_maps_of_the_pinned_patch() -> None:
    record = image_record(rows=3, columns=5)
    found = list(thumbnails(record, token=4))
    assert found[0].map
    assert record.encoded.grid is not None
    row = record.layers[1].row(4)[1]
    wanted = patch_values(row, record.tokens, record.encoded.grid)
    np.testing.assert_allclose(found[1].dots[1], wanted, atol=1e-6)
    np.testing.assert_allclose(found[1].largest, record.layers[1].row(4)[:, 1:].max(), atol=1e-6)


def test_layers_of_other_positions_are_shown_as_matrices() -> None:
    model = open_model(ZOO / "swin")
    found = list(thumbnails(model.run(model.sample())))
    assert any(not f.map for f in found)
    assert all(np.isfinite(f.dots).all() or f.map for f in found)


def test_shrinking_keeps_the_largest_and_growing_repeats() -> None:
    dots = np.arange(12, dtype=np.float32).reshape(1, 3, 4)
    assert resized(dots, height=1, width=2).tolist() == [[[9, 11]]]
    assert resized(dots[:, :1, :2], height=2, width=4).tolist() == [[[0, 0, 1, 1], [0, 0, 1, 1]]]


def test_making_thumbnails_can_be_stopped() -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CancelledError):
        next(thumbnails(text_record(), cancel=cancel))
