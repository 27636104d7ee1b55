"""What a run will take, told from the layers of an earlier one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.config import ConfigFile
from models.costs import cost_of, shapes_by_config, shapes_of
from tests.helpers.records import layer


def test_kept_bytes_grow_with_the_tokens_and_the_rest_with_their_square() -> None:
    shapes = shapes_of([layer(i, heads=3, tokens=10, size=8, seed=i) for i in range(2)])
    same, larger = cost_of(shapes, 10), cost_of(shapes, 30)
    assert same.kept == 2 * 3 * (3 * 10 * 8) * 4
    assert larger.kept == 3 * same.kept
    assert same.working == 4 * (3 * 10 * 10) * 4
    assert larger.working == 9 * same.working
    assert same.checking == 2 * 2 * (3 * 10 * 10) * 4
    assert larger.run == larger.kept + larger.working


def test_the_largest_layer_decides_what_is_alive_at_once() -> None:
    shapes = shapes_of(
        [layer(0, heads=2, tokens=6, size=4, seed=0), layer(1, heads=8, tokens=6, size=4, seed=1)]
    )
    assert cost_of(shapes, 6).working == 4 * 8 * 36 * 4


def test_windows_count_by_the_tokens_they_hold() -> None:
    windowed = replace(
        layer(0, heads=4, tokens=9, size=8, seed=0), windows=np.arange(18).reshape(2, 9)
    )
    cost = cost_of(shapes_of([windowed]), 18)
    assert cost.kept == 3 * (4 * 9 * 8) * 4
    assert cost.working == pytest.approx(4 * (4 * 9 * 9) * 4)


def test_without_layers_nothing_is_known() -> None:
    assert cost_of((), 1000).run == 0


def test_before_any_run_the_config_tells_what_the_first_run_confirms() -> None:
    said = shapes_by_config(ConfigFile({"hidden_size": 24, "num_attention_heads": 3}), layers=2)
    ran = shapes_of([layer(i, heads=3, tokens=10, size=8, seed=i) for i in range(2)])
    assert cost_of(said, 500) == cost_of(ran, 500)


@pytest.mark.parametrize("values", [{}, {"hidden_size": 24}, {"hidden_size": "x", "n_heads": 2}])
def test_a_config_that_does_not_say_tells_nothing(values: dict[str, object]) -> None:
    assert shapes_by_config(ConfigFile(values), layers=2) == ()
