"""What a screen reader reads in place of a drawn view."""

from __future__ import annotations

import numpy as np

from gui.views.said import TOLD, TokenLabels, cells_said, layers_said, row_said
from tests.helpers.view_inputs import patches


def test_a_row_is_a_sorted_list_with_the_rest_added_up() -> None:
    row = np.array([0.1, 0.5, 0.3, 0.06, 0.04], np.float32)
    said = row_said(row, ["a", "b", "c", "d", "e"], count=2)
    assert said == "b 0.50000; c 0.30000; and 3 others together 0.20000"


def test_a_short_row_is_told_whole_and_a_masked_key_is_not_counted() -> None:
    row = np.array([0.25, np.nan, 0.75], np.float32)
    assert row_said(row, ["a", "b", "c"], count=2) == "c 0.75000; a 0.25000"


def test_every_layer_tells_its_largest_and_the_chosen_one_all() -> None:
    path = np.array([[0.9, 0.1], [0.2, 0.8]], np.float32)
    said = layers_said(path, ["a", "b"], layer=1)
    assert said.startswith("Layer 2: b 0.80000; a 0.20000.")
    assert "L1 a 0.90000; L2 b 0.80000" in said


def test_differences_are_told_by_their_size_with_their_sign() -> None:
    values = np.array([[0.0, -0.5], [0.2, 0.0]], np.float32)
    assert cells_said(values, ["a", "b"]).startswith("Largest: a → b -0.50000; b → a 0.20000")
    assert cells_said(np.eye(9), list("abcdefghi")).count("→") == TOLD


def test_a_layer_without_numbers_is_passed_over() -> None:
    path = np.array([[np.nan, np.nan], [0.2, 0.8], [np.nan, 0.3]], np.float32)
    said = layers_said(path, ["a", "b;c"], layer=None)
    assert said.endswith("L2 b;c 0.80000; L3 b;c 0.30000.")


def test_tokens_are_called_by_their_labels_at_the_positions_that_are_drawn() -> None:
    tokens = patches(2, 2, registers=1)
    every, some = TokenLabels(tokens), TokenLabels(tokens, (3, 1))
    assert every[2] == tokens[2].label
    assert (some[0], some[1]) == (tokens[3].label, tokens[1].label)
