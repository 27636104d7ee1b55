"""What stays chosen when a new record arrives."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image

from gui.settling import default_pin, same_place, settle
from gui.state import ViewState
from models.encoded import PatchGrid, Token
from models.record import Record
from tests.helpers.records import image_record, text_record


def finer(old: Record, *, times: int) -> Record:
    """The same photo in more patches."""
    grid = old.encoded.grid
    assert grid is not None
    new = image_record(rows=grid.rows * times, columns=grid.columns * times)
    encoded = replace(
        new.encoded,
        photo=old.encoded.photo,
        grid=PatchGrid(grid.rows * times, grid.columns * times, grid.box),
    )
    return replace(new, encoded=encoded)


def cell(record: Record, token: int | None) -> tuple[int, int] | None:
    assert token is not None
    return record.tokens[token].cell


@pytest.mark.parametrize("times", [2, 3])
def test_the_pinned_patch_stays_at_its_place_when_there_are_more(times: int) -> None:
    old = image_record(rows=4, columns=4)
    new = finer(old, times=times)
    for token in range(1, 17):
        now = settle(ViewState(pinned=token), old=old, new=new).pinned
        row, column = cell(old, token) or (0, 0)
        found = cell(new, now)
        assert found == (row * times + times // 2, column * times + times // 2)
        # and back: the fine patch lies in the coarse one
        assert settle(ViewState(pinned=now), old=new, new=old).pinned == token


def test_a_special_token_stays_itself_wherever_it_stands() -> None:
    old = image_record(rows=2, columns=2)
    new = finer(old, times=2)
    tokens = (*new.tokens[1:], Token("R", "R1", "special"), new.tokens[0])
    new = replace(new, encoded=replace(new.encoded, tokens=tokens))
    assert settle(ViewState(pinned=0), old=old, new=new).pinned == len(tokens) - 1


def test_a_token_that_is_gone_gives_way_to_the_usual_one() -> None:
    old = image_record(rows=2, columns=2)
    new = finer(old, times=2)
    new = replace(new, encoded=replace(new.encoded, grid=None))
    assert same_place(old.encoded, new.encoded, 3) is None
    assert settle(ViewState(pinned=3), old=old, new=new).pinned == default_pin(new)


def test_patches_outside_the_new_picture_go_to_its_edge() -> None:
    old = image_record(rows=4, columns=4)
    inner = PatchGrid(4, 4, (15.0, 15.0, 25.0, 25.0))
    new = replace(old.encoded, grid=inner)
    assert new.tokens[same_place(old.encoded, new, 1) or 0].cell == (0, 0)
    assert new.tokens[same_place(old.encoded, new, 16) or 0].cell == (3, 3)


def test_another_photo_keeps_the_same_cell_only_on_the_same_grid() -> None:
    old, new = image_record(rows=4, columns=4), image_record(rows=4, columns=4)
    other = replace(new.encoded, photo=Image.new("RGB", (99, 40)), photo_name="other.png")
    new = replace(new, encoded=other)
    assert settle(ViewState(pinned=7), old=old, new=new).pinned == 7
    large = finer(old, times=2)
    large = replace(large, encoded=replace(large.encoded, photo_name="other.png"))
    assert settle(ViewState(pinned=7), old=old, new=large).pinned == default_pin(large)


def test_a_text_keeps_its_pin_where_the_same_token_stands() -> None:
    old = text_record(("<s>", "O", "gato", "</s>"))
    assert settle(ViewState(pinned=2), old=old, new=old).pinned == 2
    new = text_record(("<s>", "O", "cão", "</s>"))
    assert settle(ViewState(pinned=2), old=old, new=new).pinned == default_pin(new)
    assert settle(ViewState(pinned=1), old=old, new=new).pinned == 1
    assert settle(ViewState(pinned=None), old=old, new=new).pinned is None


def test_the_first_record_is_shown_at_its_last_layer() -> None:
    new = text_record(layers=3)
    first = settle(ViewState(), old=None, new=new)
    assert (first.layer, first.pinned) == (2, default_pin(new))
    assert settle(ViewState(layer=1, pinned=2), old=None, new=new).layer == 1
    assert settle(ViewState(pinned=99), old=None, new=new).pinned == default_pin(new)
