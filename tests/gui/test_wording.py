"""Words in place of pieces: what views show, and what their clicks mean."""

from __future__ import annotations

import numpy as np
import pytest

from gui.looking import Looking
from gui.state import ViewState, resolve
from gui.wording import Wording, worded, words_of
from models.api import open_model
from models.record import Record
from models.word_merging import words_in
from tests.helpers.records import image_record


@pytest.fixture(scope="module")
def record() -> Record:
    return open_model("multilingual-e5-small").run_text("O gato no telhado dorme")


@pytest.fixture
def looking(qapp: object, record: Record) -> Looking:
    looking = Looking()
    looking.bench.record = record
    looking.change(layer=3, words=True)
    return looking


def pieces_of(record: Record, label: str) -> tuple[int, ...]:
    return next(w.pieces for w in words_in(record.encoded).words if w.label == label)


def test_the_row_of_a_word_is_the_mean_of_its_pieces(record: Record) -> None:
    first, last = pieces_of(record, "telhado")
    seen = worded(resolve(ViewState(layer=3, heads=(1,), pinned=last, words=True), record))
    assert seen.token is not None
    assert seen.record.tokens[seen.token].label == "telhado"
    assert seen.state.pinned == seen.token
    rows = record.layers[3].weights(1)[[first, last]]
    wanted = words_in(record.encoded).row(rows.mean(axis=0))
    assert seen.row is not None
    np.testing.assert_allclose(seen.row, wanted, atol=1e-6)


def test_a_column_sums_over_the_pieces_that_are_looked_at(record: Record) -> None:
    first, last = pieces_of(record, "telhado")
    state = ViewState(layer=3, heads=(1,), pinned=first, words=True, direction="to")
    seen = worded(resolve(state, record))
    columns = record.layers[3].weights(1)[:, [first, last]].sum(axis=1)
    assert seen.row is not None
    np.testing.assert_allclose(seen.row, words_in(record.encoded).column(columns), atol=1e-6)


@pytest.mark.parametrize(
    "changes", [{"words": False}, {"measure": "output"}, {"hide_special": True}]
)
def test_other_choices_stay_with_pieces(record: Record, changes: dict[str, object]) -> None:
    state = ViewState(layer=3, **{"words": True, **changes})  # type: ignore[arg-type]
    shown = resolve(state, record)
    assert words_of(shown) is None
    assert worded(shown) is shown


def test_photos_have_no_words() -> None:
    shown = resolve(ViewState(words=True), image_record())
    assert worded(shown) is shown


def test_a_click_on_a_word_pins_its_first_piece_and_again_releases_it(
    looking: Looking, record: Record
) -> None:
    words, (first, last) = Wording(looking), pieces_of(record, "telhado")
    place = int(words_in(record.encoded).word_of[first])
    words.click_token(place)
    assert looking.bench.state.pinned == first
    looking.change(pinned=last)
    words.click_token(place)
    assert looking.bench.state.pinned is None


def test_steps_go_from_word_to_word(looking: Looking, record: Record) -> None:
    words, (first, last) = Wording(looking), pieces_of(record, "telhado")
    looking.change(pinned=first)
    words.step_token(1)
    assert looking.bench.state.pinned == last + 1
    words.step_token(-1)
    assert looking.bench.state.pinned == first
    words.step_query_key(0, 1)
    assert looking.bench.state.pinned == first
    assert looking.bench.state.key == 1


def test_without_words_everything_is_passed_on_as_it_is(looking: Looking) -> None:
    looking.change(words=False)
    words = Wording(looking)
    words.click_cell(6, 2)
    assert (looking.bench.state.pinned, looking.bench.state.key) == (6, 2)
    words.hover_token(3)
    assert looking.bench.state.hovered == 3
    words.mark_key(2)
    assert looking.bench.state.key is None
