"""Labels of an axis never touch, stay put while dragging, and keep what matters."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gui.views.axis_labels import anchors, labelled, regular_places, thinned
from tests.helpers.view_inputs import patches, sentence, words


def test_specials_and_word_starts_come_first() -> None:
    assert anchors(sentence()) == [0, 1, 2, 3, 4, 5, 8, 9]


def test_the_same_word_in_another_sentence_is_another_word() -> None:
    assert anchors([*words("gato"), *words("gato", segment=1)]) == [0, 1]


def test_patches_start_at_each_row() -> None:
    assert anchors(patches(3, 4, registers=1)) == [0, 1, 2, 6, 10]


@pytest.mark.parametrize("gap", [0.5, 1.0, 1.7, 3.0, 12.4, 1000.0])
def test_thinned_places_are_apart_and_begin_with_the_first(gap: float) -> None:
    kept = thinned(range(100), gap=gap)
    assert kept[0] == 0
    assert all(b - a >= gap - 1e-6 for a, b in pairwise(kept))


def test_with_room_for_all_all_are_labelled() -> None:
    assert regular_places(5, [0, 3], gap=0.9) == [0, 1, 2, 3, 4]


def test_without_room_only_the_starts_are_and_then_fewer() -> None:
    starts = [0, 10, 20, 30]
    assert regular_places(40, starts, gap=8) == starts
    assert regular_places(40, starts, gap=15) == [0, 20]
    assert regular_places(40, [], gap=15) == [0, 15, 30]


def test_what_is_forced_is_kept_and_makes_room() -> None:
    shown = labelled(range(0, 100, 10), [33], first=0, last=100, gap=5)
    assert 33 in shown
    assert 30 not in shown
    assert 40 in shown


def test_the_first_forced_wins_over_the_second() -> None:
    assert labelled([], [33, 34], first=0, last=100, gap=5) == [33]


def test_only_what_is_in_view_is_labelled() -> None:
    shown = labelled(range(100), [5, 50], first=40.2, last=60.7, gap=1)
    assert shown == list(range(40, 61))[: len(shown)]
    assert 5 not in shown


def test_dragging_does_not_make_labels_jump() -> None:
    regular = regular_places(1000, [], gap=7.3)
    here = labelled(regular, [], first=100, last=200, gap=7.3)
    there = labelled(regular, [], first=113.7, last=213.7, gap=7.3)
    assert [p for p in here if p >= 114] == [p for p in there if p <= 199]
