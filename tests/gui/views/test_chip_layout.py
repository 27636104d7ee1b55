"""Chips flow over lines, words stay whole, and a click finds the chip it was on."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt

from gui.views.chip_layout import ChipItem, ChipMetrics, flow
from gui.views.chip_steps import destination, distance
from tests.helpers.view_inputs import sentence

METRICS = ChipMetrics(row=60, gap=6, line_gap=8, caption=20, margin=4)


def chips(
    *widths: int, word: int | None = None, segment: int = 0, start: int = 0
) -> list[ChipItem]:
    shared = None if word is None else (segment, word)
    return [
        ChipItem(position=start + i, width=w, word=shared, segment=segment)
        for i, w in enumerate(widths)
    ]


def test_words_are_apart_and_pieces_touch() -> None:
    items = [*chips(40), *chips(40, 30, word=1, start=1), *chips(50, start=3)]
    (line,) = flow(items, width=400, metrics=METRICS).lines
    assert [chip.x for chip in line.chips] == [4, 50, 90, 126]
    assert [chip.joined_left for chip in line.chips] == [False, False, True, False]
    assert [chip.joined_right for chip in line.chips] == [False, True, False, False]


def test_a_word_moves_whole_to_the_next_line() -> None:
    items = [*chips(60), *chips(40, 40, word=1, start=1)]
    lines = flow(items, width=130, metrics=METRICS).lines
    assert [[chip.position for chip in line.chips] for line in lines] == [[0], [1, 2]]
    assert lines[1].y - lines[0].y == METRICS.row + METRICS.line_gap


def test_a_word_longer_than_a_line_breaks_between_pieces_and_shows_it() -> None:
    lines = flow(chips(50, 50, 50, word=1), width=118, metrics=METRICS).lines
    assert [[chip.position for chip in line.chips] for line in lines] == [[0, 1], [2]]
    assert not lines[0].chips[1].joined_right
    assert not lines[1].chips[0].joined_left


def test_neighbours_without_a_word_are_never_joined() -> None:
    (line,) = flow(chips(40, 40), width=400, metrics=METRICS).lines
    assert not any(chip.joined_left or chip.joined_right for chip in line.chips)


def test_a_second_sentence_begins_on_its_own_line_under_a_caption() -> None:
    items = [*chips(40, 40), *chips(40, segment=1, start=2), *chips(40, start=3)]
    layout = flow(items, width=400, metrics=METRICS)
    assert [[chip.position for chip in line.chips] for line in layout.lines] == [[0, 1], [2, 3]]
    assert [line.caption for line in layout.lines] == [0, 1]
    gap = layout.lines[1].y - (layout.lines[0].y + METRICS.row)
    assert gap == METRICS.line_gap + METRICS.caption


def test_one_sentence_has_no_caption() -> None:
    layout = flow(chips(40, 40), width=400, metrics=METRICS)
    assert [line.caption for line in layout.lines] == [None]


@pytest.mark.parametrize("width", [10, 60, 130, 333, 2000])
def test_no_chip_overlaps_another_or_leaves_a_wide_line(width: int) -> None:
    items = [
        ChipItem(position=i, width=30 + 7 * (i % 9), word=(0, i // 3), segment=i // 40)
        for i in range(100)
    ]
    layout = flow(items, width=width, metrics=METRICS)
    seen = [chip for line in layout.lines for chip in line.chips]
    assert [chip.position for chip in seen] == list(range(100))
    for line in layout.lines:
        for left, right in pairwise(line.chips):
            assert left.x + left.width <= right.x
            assert (left.x + left.width == right.x) == right.joined_left == left.joined_right
        if len(line.chips) > 1:
            last = line.chips[-1]
            assert last.x + last.width <= width - METRICS.margin
    for above, below in pairwise(layout.lines):
        assert below.y >= above.y + METRICS.row


def test_every_chip_is_found_where_it_lies_and_nothing_between() -> None:
    layout = flow([*chips(40, 40), *chips(40, segment=1, start=2)], width=90, metrics=METRICS)
    for line in layout.lines:
        for chip in line.chips:
            assert layout.at(chip.x, chip.y) == chip.position
            assert layout.at(chip.x + chip.width - 1, chip.y + METRICS.row - 1) == chip.position
            assert layout.at(chip.x - 1, chip.y) is None
            assert layout.at(chip.x, chip.y + METRICS.row) is None


def test_lines_in_view_are_all_and_only_those_that_show() -> None:
    layout = flow(chips(*[80] * 50), width=100, metrics=METRICS)
    shown = layout.between(200, 400)
    expected = [line for line in layout.lines if line.y + METRICS.row > 200 and line.y <= 400]
    assert set(expected) <= set(shown)
    assert len(shown) <= len(expected) + 1


def test_8192_tokens_are_placed_without_comparing_each_with_each() -> None:
    """A quadratic layout would need 67 million steps; count what a lookup touches instead."""
    items = [ChipItem(position=i, width=44, word=(0, i // 2)) for i in range(8192)]
    layout = flow(items, width=900, metrics=METRICS)
    assert sum(len(line.chips) for line in layout.lines) == 8192
    assert len(layout.between(10_000, 10_300)) <= 6


def test_nothing_takes_no_room() -> None:
    layout = flow([], width=100, metrics=METRICS)
    assert layout.lines == ()
    assert layout.at(0, 0) is None


ITEMS = [*chips(40), *chips(40, 30, word=1, start=1), *chips(50, 50, start=3)]


def go(key: Qt.Key, pinned: int | None, *, by_word: bool = False, width: int = 130) -> int | None:
    layout = flow(ITEMS, width=width, metrics=METRICS)
    return destination(key, by_word=by_word, items=ITEMS, layout=layout, pinned=pinned)


def test_arrows_go_one_token_and_stop_at_the_ends() -> None:
    assert go(Qt.Key.Key_Right, 0) == 1
    assert go(Qt.Key.Key_Left, 0) == 0
    assert go(Qt.Key.Key_Right, 4) == 4


def test_ctrl_goes_from_word_to_word() -> None:
    assert go(Qt.Key.Key_Right, 1, by_word=True) == 3
    assert go(Qt.Key.Key_Left, 3, by_word=True) == 1
    assert go(Qt.Key.Key_Left, 2, by_word=True) == 0


def test_up_and_down_go_to_the_nearest_chip_of_the_next_line() -> None:
    """Lines: 0 1 2 / 3 4."""
    assert go(Qt.Key.Key_Down, 0, width=135) == 3
    assert go(Qt.Key.Key_Up, 4, width=135) == 1
    assert go(Qt.Key.Key_Down, 4, width=135) == 4


def test_home_and_end_go_to_the_ends() -> None:
    assert go(Qt.Key.Key_Home, 3) == 0
    assert go(Qt.Key.Key_End, None) == 4


def test_without_a_pin_the_first_step_enters_from_its_side() -> None:
    assert go(Qt.Key.Key_Right, None) == 0
    assert go(Qt.Key.Key_Left, None) == 4


def test_other_keys_lead_nowhere() -> None:
    assert go(Qt.Key.Key_A, 0) is None


def test_distance_leaves_padding_out() -> None:
    tokens = [*sentence(), *sentence()]  # padding at 9 and 19
    assert distance(tokens, 8, 10) == 1
    assert distance(tokens, 10, 8) == -1
    assert distance(tokens, None, 0) == 1
    assert distance(tokens, 0, 8) == 8
