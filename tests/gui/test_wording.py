"""Words in place of pieces: what views show, and what their clicks mean."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.looking import Looking
from gui.state import Shown, ViewState, resolve
from gui.wording import Wording, worded, words_of
from models.api import open_model
from models.attention import Float
from models.counting import MEASURES, Asked, Row
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
    assert seen.token is not None
    columns = record.layers[3].weights(1)[:, [first, last]].sum(axis=1)
    row = seen.layer.mean_column(seen.token, seen.heads)
    np.testing.assert_allclose(row, words_in(record.encoded).column(columns), atol=1e-6)


def test_without_the_choice_pieces_are_shown(record: Record) -> None:
    shown = resolve(ViewState(layer=3, words=False), record)
    assert words_of(shown) is None
    assert worded(shown) is shown


def test_other_measures_wait_for_the_row_of_the_word(record: Record) -> None:
    """The row of pieces that is known already must not stand in for that of the word."""
    asked: list[tuple[Asked, Row]] = []

    class Known:
        def row(self, _record: Record, wanted: Asked, row: Row) -> Float | None:
            asked.append((wanted, row))
            return None if wanted.words else np.ones(len(record.tokens), np.float32)

        def ratio(self, *_: object) -> None:
            return None

    place = pieces_of(record, "telhado")[1]
    state = ViewState(layer=3, pinned=place, words=True, measure="output")
    shown = resolve(state, record, Known())
    seen = worded(shown, Known())
    assert not shown.waiting
    assert seen.waiting
    assert seen.ran is record
    word = int(words_in(record.encoded).word_of[place])
    assert asked[-1] == (Asked("output", 3, words=True), Row(word))


@pytest.mark.parametrize("changes", [{}, {"hide_special": True}, {"direction": "to"}])
@pytest.mark.parametrize("measure", MEASURES)
def test_the_window_measures_the_row_of_the_word(
    *, qtbot: QtBot, measure: str, changes: dict[str, object]
) -> None:
    looking, model = Looking(), open_model("multilingual-e5-small")
    bench = looking.bench
    bench.model, bench.record = model, model.run_text("O gato no telhado dorme")
    first = pieces_of(bench.record, "telhado")[0]

    def seen() -> Shown:
        shown = looking.shown
        assert shown is not None
        return worded(shown, looking.measuring)

    try:
        looking.change(layer=2, pinned=first, words=True, measure=measure, **changes)
        qtbot.waitUntil(lambda: not seen().waiting, timeout=20_000)
        found = seen()
        row, wanted = found.row, found.wanted
        assert row is not None
        assert wanted is not None
        measurer = looking.measuring.measurer(bench.record, model)
        matrix = measurer.matrix(found.asked)
        np.testing.assert_allclose(row, wanted.of(matrix), atol=1e-6)
        assert len(row) == len(words_in(bench.record.encoded).words)
    finally:
        looking.measuring.lane.close()


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
