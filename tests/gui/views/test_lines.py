"""Lines, by pointer and keyboard."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from gui.panels.lines_page import LinesPage
from gui.state import ViewState, resolve
from gui.theme import DARK, LIGHT, Theme
from gui.views.lines import LinesView
from gui.views.words import exact
from models.counting import Direction
from models.links import MOST_TOKENS, links_of
from models.record import Record
from tests.helpers.long_records import long_record
from tests.helpers.records import image_record, text_record
from tests.helpers.view_inputs import move_to


@pytest.fixture
def record() -> Record:
    return text_record(heads=3)


@pytest.fixture
def view(qtbot: QtBot, record: Record) -> LinesView:
    view = LinesView()
    qtbot.addWidget(view)
    view.resize(700, 360)
    links = links_of(record.layers[0], record.encoded, range(3))
    view.set_links(links, record.tokens, high=links.high)
    view.show()
    qtbot.waitExposed(view)
    return view


def _point(view: LinesView, side: str, place: int) -> QPoint:
    at = view.places
    assert at is not None
    return QPoint(round(at.left - 12 if side == "query" else at.right + 12), round(at.y(place)))


def test_pointing_at_a_query_asks_for_its_row_and_leaving_ends_it(
    view: LinesView, qtbot: QtBot
) -> None:
    told: list[int | None] = []
    view.query_hovered.connect(told.append)
    move_to(view.viewport(), _point(view, "query", 2))
    move_to(view.viewport(), _point(view, "query", 3))
    at = view.places
    assert at is not None
    move_to(view.viewport(), QPoint(round((at.left + at.right) / 2), round(at.y(3))))
    assert told == [2, 3, None]


def test_a_click_pins_a_query_or_marks_a_key(view: LinesView, qtbot: QtBot) -> None:
    button = Qt.MouseButton.LeftButton
    with qtbot.waitSignal(view.query_clicked) as query:
        qtbot.mouseClick(view.viewport(), button, pos=_point(view, "query", 4))
    with qtbot.waitSignal(view.key_clicked) as key:
        qtbot.mouseClick(view.viewport(), button, pos=_point(view, "key", 1))
    assert (query.args, key.args) == ([4], [1])


@pytest.mark.parametrize(
    ("key", "step"),
    [
        (Qt.Key.Key_Down, [1, 0]),
        (Qt.Key.Key_Up, [-1, 0]),
        (Qt.Key.Key_Right, [0, 1]),
        (Qt.Key.Key_Left, [0, -1]),
    ],
)
def test_arrows_step_query_and_key(
    view: LinesView, qtbot: QtBot, key: Qt.Key, step: list[int]
) -> None:
    with qtbot.waitSignal(view.stepped) as told:
        qtbot.keyClick(view, key)
    assert told.args == step


def test_the_tip_of_a_key_lists_the_exact_weight_of_every_head(
    view: LinesView, record: Record
) -> None:
    view.set_selection(query=2, key=None, pinned=2)
    said = view.tip(_point(view, "key", 5))
    row = record.layers[0].row(2)
    assert [line.split()[-1] for line in said.splitlines()[1:]] == [
        exact(float(row[head, 5])) for head in range(3)
    ]


def test_only_the_lines_of_the_shown_query_are_painted(view: LinesView) -> None:
    at = view.places
    assert at is not None
    view.set_selection(query=0, key=None, pinned=0)
    pixels = _ink(view, round(at.left) + 4)
    near = pixels[: round(at.y(0) + at.pitch)]
    far = pixels[round(at.y(2)) :]
    assert near.any()
    assert not far.any()


def test_the_pinned_word_stays_in_sight_when_the_view_gets_smaller(
    view: LinesView, record: Record, qtbot: QtBot
) -> None:
    view.set_selection(query=7, key=None, pinned=7)
    assert view.verticalScrollBar().value() == 0
    view.resize(700, 120)
    at = view.places
    assert at is not None
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 0)
    seen = at.y(7) - view.verticalScrollBar().value()
    assert 0 < seen < view.viewport().height()


def test_all_lines_are_painted_when_no_word_is_chosen(view: LinesView, qtbot: QtBot) -> None:
    at = view.places
    assert at is not None
    view.viewport().update()
    qtbot.waitUntil(lambda: view.finished)
    pixels = _ink(view, round(at.left) + 4)
    for place in range(at.count):
        assert pixels[round(at.y(place)) - 6 : round(at.y(place)) + 6].any()


def test_lines_are_finished_only_once_those_of_the_word_in_question_were_drawn(
    view: LinesView, qtbot: QtBot
) -> None:
    for query in (1, 2):
        view.set_selection(query=query, key=None, pinned=query)
        assert not view.finished
        view.viewport().update()
        qtbot.waitUntil(lambda: view.finished)


def _ink(view: LinesView, column: int) -> np.ndarray:
    """Which pixels of a column differ from the paper."""
    view.viewport().grab()
    while not view.finished:
        view.viewport().grab()
    image = view.viewport().grab().toImage()
    ratio = image.width() / view.viewport().width()
    paper = image.pixel(0, image.height() // 2)
    return np.array([image.pixel(round(column * ratio), y) != paper for y in range(image.height())])


def test_a_click_in_the_legend_draws_a_head_or_not_and_ctrl_click_it_alone(
    qtbot: QtBot, record: Record
) -> None:
    page = LinesPage()
    qtbot.addWidget(page)
    page.resize(700, 400)
    page.set_shown(resolve(ViewState(pinned=2), record))
    page.show()
    told: list[tuple[int, ...]] = []
    page.legend.heads_picked.connect(told.append)
    button, at = Qt.MouseButton.LeftButton, page.legend.cell_rect(1).center()
    qtbot.mouseClick(page.legend, button, pos=at)
    qtbot.mouseClick(page.legend, button, Qt.KeyboardModifier.ControlModifier, at)
    page.set_shown(resolve(ViewState(heads=(1,)), record))
    qtbot.mouseClick(page.legend, button, pos=at)
    assert told == [(0, 2), (1,), ()]


def test_a_photo_gets_a_sentence_in_place_of_lines(qtbot: QtBot) -> None:
    page = LinesPage()
    qtbot.addWidget(page)
    page.set_shown(resolve(ViewState(), image_record()))
    page.show()
    assert not page.view.isVisible()
    assert "17 tokens" in page.notice.text()


def test_a_long_text_says_that_one_word_s_lines_are_drawn(qtbot: QtBot) -> None:
    record = text_record(tuple(f"w{i}" for i in range(MOST_TOKENS + 1)))
    page = LinesPage()
    qtbot.addWidget(page)
    page.set_shown(resolve(ViewState(layer=0, pinned=7), record))
    page.show()
    assert str(MOST_TOKENS) in page.notice.text()
    links = page.view._links
    assert links is not None
    assert np.allclose(links.weights[:, 7], record.layers[0].row(7), atol=1e-7)
    assert np.flatnonzero(links.drawn.any(axis=1)).tolist() == [7]


def test_the_lines_to_one_of_many_words_are_computed_off_the_window_s_thread(
    qtbot: QtBot,
) -> None:
    record = long_record(600, heads=4, size=8)
    page = LinesPage()
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.source.ready):
        page.set_shown(resolve(ViewState(layer=0, pinned=7, direction="to"), record))
        assert page.source.busy
        assert page.view._links is None
    page.close_lanes()
    links = page.view._links
    assert links is not None
    assert np.allclose(links.weights[:, :, 7], record.layers[0].column(7), atol=1e-7)
    assert np.flatnonzero(links.drawn.any(axis=0)).tolist() == [7]


@pytest.mark.parametrize("direction", ["from", "to"])
def test_the_word_that_is_pinned_is_brought_into_sight(qtbot: QtBot, direction: Direction) -> None:
    record = text_record(tuple(f"w{i}" for i in range(MOST_TOKENS + 1)))
    page = LinesPage()
    qtbot.addWidget(page)
    page.resize(700, 400)
    page.show()
    page.set_shown(resolve(ViewState(layer=0, pinned=50, direction=direction), record))
    at, bar = page.view.places, page.view.verticalScrollBar()
    assert at is not None
    assert 0 <= at.y(50) - bar.value() <= page.view.viewport().height()


def test_out_of_sight_nothing_is_kept(qtbot: QtBot, record: Record) -> None:
    page = LinesPage()
    qtbot.addWidget(page)
    page.set_shown(resolve(ViewState(), record))
    page.set_active(active=False)
    assert page._links is None


def _finished(view: LinesView) -> QImage:
    view.grab()
    while not view.finished:
        view.grab()
    return view.grab().toImage()


def test_words_that_are_kept_look_as_if_drawn_anew(
    view: LinesView, qtbot: QtBot, record: Record
) -> None:
    links = links_of(record.layers[0], record.encoded, range(3))

    def afresh(theme: Theme, **selection: int | None) -> QImage:
        new = LinesView()
        qtbot.addWidget(new)
        new.resize(view.size())
        new.setFont(view.font())
        new.set_theme(theme)
        new.set_links(links, record.tokens, high=links.high)
        new.set_selection(**selection)
        new.show()
        return _finished(new)

    view.clearFocus()
    seen = []
    for selection in (
        {"query": 2, "key": None, "pinned": 2},
        {"query": 4, "key": 1, "pinned": 2},
        {"query": None, "key": None, "pinned": None},
    ):
        view.set_selection(**selection)
        seen.append(_finished(view))
        assert seen[-1] == afresh(LIGHT, **selection)
    assert seen[0] != seen[1]
    last = {"query": 3, "key": None, "pinned": 3}
    view.set_selection(**last)
    view.set_theme(DARK)
    assert _finished(view) == afresh(DARK, **last)
    view.resize(560, 300)
    assert _finished(view) == afresh(DARK, **last)
    font = view.font()
    font.setPointSizeF(font.pointSizeF() * 1.25)
    view.setFont(font)
    assert _finished(view) == afresh(DARK, **last)


def test_the_titles_of_kept_words_follow_the_language(
    view: LinesView, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _finished(view)
    with monkeypatch.context() as other:
        other.setattr("gui.views.lines_canvas.tr", lambda words, **_values: words.upper())
        view.retranslate()
        assert _finished(view) != before
    view.retranslate()
    assert _finished(view) == before
