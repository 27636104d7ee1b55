"""The sentence as chips: told facts, drawn; touched, it speaks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gui.theme import DARK, LIGHT, SPACE
from gui.views.chip_sizes import NORMAL, ROOMY
from gui.views.token_chips import TokenChips
from models.colour import paint
from models.encoded import Token
from tests.helpers.view_inputs import move_to, row_of, sentence, special, words


@pytest.fixture
def chips(qtbot: QtBot) -> TokenChips:
    widget = TokenChips(compact=True)
    qtbot.addWidget(widget)
    widget.resize(700, 120)
    widget.set_tokens(sentence())
    widget.show()
    return widget


def picture(widget: TokenChips) -> QImage:
    return widget.viewport().grab().toImage()


def colour_at(widget: TokenChips, position: int, dx: int = 4, dy: int = 4) -> str:
    rect = widget.chip_rect(position)
    assert rect is not None
    return QColor(picture(widget).pixel(rect.left() + dx, rect.top() + dy)).name()


def bar_length(widget: TokenChips, position: int, colour: str) -> int:
    """How many pixels of a bar's middle line have the colour."""
    rect = widget.chip_rect(position)
    assert rect is not None
    y = rect.top() + NORMAL.bar_top + NORMAL.bar_height // 2
    image = picture(widget)
    across = range(rect.left(), rect.right() + 1)
    return sum(QColor(image.pixel(x, y)).name() == colour for x in across)


def test_padding_has_no_chip(chips: TokenChips) -> None:
    assert chips.chip_rect(9) is None
    assert all(chips.chip_rect(i) is not None for i in range(9))


def test_pieces_of_a_word_touch_and_words_do_not(chips: TokenChips) -> None:
    rects = [chips.chip_rect(i) for i in range(9)]
    touching = [a.right() + 1 == b.left() for a, b in pairwise(rects)]
    assert touching == [False, False, False, False, False, True, True, False]


def test_a_click_says_which_token(chips: TokenChips, qtbot: QtBot) -> None:
    for position in range(9):
        rect = chips.chip_rect(position)
        with qtbot.waitSignal(chips.token_clicked) as caught:
            qtbot.mouseClick(chips.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
        assert caught.args == [position]


def test_the_bar_under_a_chip_can_be_clicked_too(chips: TokenChips, qtbot: QtBot) -> None:
    below = chips.chip_rect(2).center() + QPoint(0, NORMAL.number_top)
    with qtbot.waitSignal(chips.token_clicked) as caught:
        qtbot.mouseClick(chips.viewport(), Qt.MouseButton.LeftButton, pos=below)
    assert caught.args == [2]


def test_a_click_beside_every_chip_says_nothing(chips: TokenChips, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(chips.token_clicked):
        qtbot.mouseClick(chips.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(690, 5))
        rect = chips.chip_rect(2)
        qtbot.mouseClick(chips.viewport(), Qt.MouseButton.RightButton, pos=rect.center())


def test_hover_says_each_token_once_and_none_at_the_end(chips: TokenChips) -> None:
    said: list[object] = []
    chips.token_hovered.connect(said.append)
    move_to(chips.viewport(), chips.chip_rect(1).center())
    move_to(chips.viewport(), chips.chip_rect(1).center() + QPoint(1, 0))
    move_to(chips.viewport(), chips.chip_rect(2).center())
    QApplication.sendEvent(chips.viewport(), QEvent(QEvent.Type.Leave))
    assert said == [1, 2, None]


@pytest.mark.parametrize(
    ("key", "modifier", "step"),
    [
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 1),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, -1),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier, 3),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier, -1),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, -5),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 3),
    ],
)
def test_keys_step_from_the_pinned_token(
    chips: TokenChips, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier, step: int
) -> None:
    chips.set_selection(pinned=5, hovered=None, key=None)
    with qtbot.waitSignal(chips.token_stepped) as caught:
        qtbot.keyClick(chips, key, modifier)
    assert caught.args == [step]


def test_a_key_at_the_end_says_nothing(chips: TokenChips, qtbot: QtBot) -> None:
    chips.set_selection(pinned=8, hovered=None, key=None)
    with qtbot.assertNotEmitted(chips.token_stepped):
        qtbot.keyClick(chips, Qt.Key.Key_Right)


def test_the_widget_changes_nothing_by_itself(chips: TokenChips, qtbot: QtBot) -> None:
    chips.set_selection(pinned=2, hovered=None, key=None)
    before = chips.accessibleDescription()
    qtbot.mouseClick(chips.viewport(), Qt.MouseButton.LeftButton, pos=chips.chip_rect(4).center())
    qtbot.keyClick(chips, Qt.Key.Key_Right)
    assert chips.accessibleDescription() == before


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_pinned_hovered_and_plain_chips_differ(chips: TokenChips, theme: object) -> None:
    chips.set_theme(theme)
    chips.set_selection(pinned=2, hovered=3, key=None)
    assert colour_at(chips, 2) == theme.accent
    assert colour_at(chips, 3) == theme.accent_soft
    assert colour_at(chips, 4) == theme.raised
    assert colour_at(chips, 0) == theme.surface  # special: outlined, not filled


def test_the_key_has_a_ring_and_keeps_its_fill(chips: TokenChips) -> None:
    chips.set_selection(pinned=2, hovered=None, key=4)
    assert colour_at(chips, 4, dx=12, dy=1) == LIGHT.key
    assert colour_at(chips, 4, dx=8, dy=6) == LIGHT.raised


def test_a_released_token_is_plain_again(chips: TokenChips) -> None:
    chips.set_selection(pinned=2, hovered=None, key=None)
    chips.set_selection(pinned=None, hovered=None, key=None)
    assert colour_at(chips, 2) == LIGHT.raised


def test_bars_are_as_long_as_their_share_of_the_limit(chips: TokenChips) -> None:
    chips.set_colour_map(None)
    row = np.zeros(10, dtype=np.float32)
    row[[1, 2, 6]] = 0.4, 0.2, 0.1
    chips.set_row(row, high=0.4)
    inner = [bar_length(chips, i, LIGHT.accent) for i in (1, 2, 6, 3)]
    assert inner[0] == pytest.approx(NORMAL.bar, abs=2)
    assert inner[1] == pytest.approx(NORMAL.bar / 2, abs=2)
    assert inner[2] == pytest.approx(NORMAL.bar / 4, abs=2)
    assert inner[3] == 0


def test_bars_take_the_colour_of_their_weight(chips: TokenChips) -> None:
    row = row_of(10, largest=2)
    chips.set_colour_map("magma")
    chips.set_row(row, high=1.0)
    expected = QColor(*(int(c) for c in paint(row[2:3], name="magma")[0])).name()
    assert bar_length(chips, 2, expected) == pytest.approx(NORMAL.bar / 2, abs=2)


def test_a_weight_beyond_the_limit_is_marked_not_hidden(chips: TokenChips) -> None:
    def past_the_end() -> bool:
        rect = chips.chip_rect(5)
        x = rect.left() + (rect.width() + NORMAL.bar) // 2 + 2
        y = rect.top() + NORMAL.bar_top + NORMAL.bar_height // 2
        return QColor(picture(chips).pixel(x, y)).lightness() < 128

    row = row_of(10, largest=5)
    chips.set_row(row, high=0.5)
    assert not past_the_end()
    chips.set_row(row, high=0.25)
    assert past_the_end()


def test_a_logarithmic_bar_is_half_as_long_at_a_hundredth_of_the_largest(
    chips: TokenChips,
) -> None:
    def pixel(share: float) -> QColor:
        rect = chips.chip_rect(5)
        x = rect.left() + (rect.width() - NORMAL.bar) // 2 + round(share * NORMAL.bar)
        y = rect.top() + NORMAL.bar_top + NORMAL.bar_height // 2
        return QColor(picture(chips).pixel(x, y))

    row = np.full(10, 0.5, dtype=np.float32)
    row[5] = 0.005
    chips.set_row(row, high=0.5)
    track = pixel(0.75)
    assert pixel(0.25) == track
    chips.set_row(row, high=0.5, logarithmic=True)
    assert pixel(0.25) != track
    assert pixel(0.75) == track


@pytest.mark.parametrize("high", [0.0, float("nan")])
def test_a_row_of_nan_or_without_limit_is_drawn_without_complaint(
    chips: TokenChips, high: float
) -> None:
    chips.set_row(np.full(10, np.nan, dtype=np.float32), high=1.0)
    picture(chips)
    chips.set_row(np.zeros(10, dtype=np.float32), high=high)
    picture(chips)


def test_no_row_shows_no_bars(chips: TokenChips) -> None:
    blank = picture(chips)
    chips.set_row(row_of(10, largest=2), high=0.5)
    assert picture(chips) != blank
    chips.set_row(None, high=1.0)
    assert picture(chips) == blank


def test_a_row_of_another_sentence_is_not_drawn(chips: TokenChips) -> None:
    blank = picture(chips)
    chips.set_row(row_of(4, largest=2), high=0.5)
    assert picture(chips) == blank


def test_a_screen_reader_hears_the_pin_and_the_largest_weights(chips: TokenChips) -> None:
    row = row_of(10, largest=5)
    chips.set_row(row, high=0.5)
    chips.set_selection(pinned=2, hovered=None, key=None)
    assert chips.accessibleName() == "Tokens"
    said = chips.accessibleDescription()
    assert "Pinned: gato, position 2." in said
    assert "Largest weights: tel 0.50000" in said
    chips.set_selection(pinned=2, hovered=3, key=None)
    assert "Preview: está, position 3." in chips.accessibleDescription()


def test_the_tool_tip_says_spelling_position_and_exact_weight(
    chips: TokenChips, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_more: said.append(text))
    chips.set_row(row_of(10, largest=2), high=0.5)
    at = chips.chip_rect(2).center()
    QApplication.sendEvent(
        chips.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, chips.mapToGlobal(at))
    )
    (tip,) = said
    assert "▁gato" in tip
    assert "position 2" in tip
    assert "0.50000" in tip


def test_markup_in_a_token_stays_text(chips: TokenChips) -> None:
    chips.set_tokens([Token(text="<b>x</b>", label="<b>x</b>")])
    assert "&lt;b&gt;" in chips._tip(0)


def test_a_new_pin_out_of_view_is_scrolled_to_and_a_clicked_one_stays(
    chips: TokenChips, qtbot: QtBot
) -> None:
    chips.set_tokens(words(*["palavra"] * 300))
    chips.set_selection(pinned=250, hovered=None, key=None)
    rect = chips.chip_rect(250)
    assert chips.viewport().rect().contains(rect)
    chips.verticalScrollBar().setValue(4)
    target = chips.token_at(QPoint(60, 4))
    assert target is not None
    qtbot.mouseClick(chips.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 4))
    chips.set_selection(pinned=target, hovered=None, key=None)
    assert chips.verticalScrollBar().value() == 4


@pytest.mark.parametrize("height", [61, 97, 150, 233])
@pytest.mark.parametrize("value", [0, 3, 10_000])
def test_every_line_drawn_is_whole_with_its_bars_and_numbers(
    chips: TokenChips, height: int, value: int
) -> None:
    chips.resize(400, height)
    chips.set_tokens(words(*["palavra"] * 300))
    chips.verticalScrollBar().setValue(value)
    drawn = [chip for line in chips._lines_in_view() for chip in line.chips]
    assert drawn
    assert all(chips.viewport().rect().contains(chips._whole(chip)) for chip in drawn)
    if value == 10_000:
        assert drawn[-1].position == 299
    below = QPoint(60, chips._whole(drawn[-1]).bottom() + SPACE + 4)
    assert chips.token_at(below) is None  # nothing is drawn there


@pytest.mark.parametrize("height", [62, 70, 90, 200])
def test_a_pair_in_little_room_loses_its_caption_before_its_bars(
    chips: TokenChips, height: int
) -> None:
    pair = [Token(text="a", label="a", segment=i // 40) for i in range(80)]
    chips.resize(400, height)
    chips.set_tokens(pair)
    for token in (0, 45, 79):
        chips.set_selection(pinned=token, hovered=None, key=None)
        chip = chips._layout.line_of(token)[1]
        assert chips.viewport().rect().contains(chips._whole(chip))


@pytest.mark.parametrize("size", [(900, 300), (420, 90), (300, 62)])
def test_the_pinned_token_stays_in_view_when_the_room_changes(
    chips: TokenChips, size: tuple[int, int]
) -> None:
    chips.resize(700, 200)
    chips.set_tokens(words(*["palavra"] * 300))
    chips.set_selection(pinned=299, hovered=None, key=None)
    chips.resize(*size)
    chip = chips._layout.line_of(299)[1]
    assert chips.viewport().rect().contains(chips._whole(chip))


def test_a_notch_of_the_wheel_is_a_line(chips: TokenChips) -> None:
    chips.set_tokens(words(*["palavra"] * 300))
    place = QPointF(20, 20)
    for delta in (-60, -60, -120, 120):
        QApplication.sendEvent(
            chips.viewport(),
            QWheelEvent(
                place,
                chips.mapToGlobal(place),
                QPoint(),
                QPoint(0, delta),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            ),
        )
    assert chips.verticalScrollBar().value() == 1


def test_the_tool_tip_lies_below_the_bar_it_speaks_of(
    chips: TokenChips, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[QPoint] = []
    monkeypatch.setattr(QToolTip, "showText", lambda at, *_more: places.append(at))
    at = chips.chip_rect(2).center()
    QApplication.sendEvent(
        chips.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, chips.mapToGlobal(at))
    )
    chip = chips._layout.line_of(2)[1]
    least = 16  # pixels below the place at which Qt shows a tip, the cursor being in the way
    bottom = chips.viewport().mapToGlobal(chips._whole(chip).bottomLeft()).y()
    assert bottom <= places[0].y() + least <= bottom + least


def test_clicks_hit_the_right_token_after_scrolling(chips: TokenChips, qtbot: QtBot) -> None:
    chips.set_tokens(words(*["palavra"] * 300))
    chips.verticalScrollBar().setValue(7)
    target = next(
        i for i in range(300) if chips.viewport().rect().contains(chips.chip_rect(i).center())
    )
    with qtbot.waitSignal(chips.token_clicked) as caught:
        place = chips.chip_rect(target).center()
        qtbot.mouseClick(chips.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert caught.args == [target]


def test_only_what_is_in_view_is_drawn(chips: TokenChips, monkeypatch: pytest.MonkeyPatch) -> None:
    chips.set_tokens(words(*[["pa", "la", "vra"]] * 2731)[:8192])
    chips.set_row(np.full(8192, 1 / 8192, dtype=np.float32), high=1 / 8192)
    drawn: list[int] = []
    look = chips._look
    monkeypatch.setattr(chips, "_look", lambda chip, **how: (drawn.append(1), look(chip, **how))[1])
    chips._redraw()
    picture(chips)
    assert 0 < len(drawn) < 100


def test_another_row_draws_only_the_marked_chips_again(
    chips: TokenChips, monkeypatch: pytest.MonkeyPatch
) -> None:
    chips.set_selection(pinned=2, hovered=None, key=4)
    picture(chips)
    drawn: list[int] = []
    look = chips._look
    monkeypatch.setattr(chips, "_look", lambda chip, **how: (drawn.append(1), look(chip, **how))[1])
    chips.set_row(row_of(10, largest=1), high=0.5)
    picture(chips)
    assert len(drawn) == 2


def test_few_tokens_are_drawn_roomy_where_there_is_room(qtbot: QtBot) -> None:
    widget = TokenChips()
    qtbot.addWidget(widget)
    widget.resize(900, 200)
    widget.set_tokens(sentence())
    assert widget.chip_rect(0).height() == ROOMY.chip
    widget.resize(900, 70)
    widget.show()
    assert widget.chip_rect(0).height() == NORMAL.chip


def test_a_very_long_label_is_cut_to_the_widest_chip(chips: TokenChips) -> None:
    chips.set_tokens([special("CLS"), Token(text="x" * 5000, label="x" * 5000)])
    assert chips.chip_rect(1).width() <= NORMAL.widest + 1


def test_only_the_asked_positions_are_shown_and_keep_their_numbers(
    chips: TokenChips, qtbot: QtBot
) -> None:
    tokens = sentence()
    chips.set_tokens(tokens, positions=[0, 8, 9])
    assert chips.chip_rect(3) is None
    with qtbot.waitSignal(chips.token_clicked) as caught:
        place = chips.chip_rect(8).center()
        qtbot.mouseClick(chips.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert caught.args == [8]
    chips.set_selection(pinned=0, hovered=None, key=None)
    with qtbot.waitSignal(chips.token_stepped) as caught:
        qtbot.keyClick(chips, Qt.Key.Key_Right)
    assert caught.args == [8]  # eight tokens that are not padding on


def test_it_can_be_reached_by_tab_and_shows_focus(chips: TokenChips, qtbot: QtBot) -> None:
    assert chips.focusPolicy() & Qt.FocusPolicy.TabFocus
    chips.activateWindow()
    chips.clearFocus()
    without = picture(chips)
    chips.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(chips.hasFocus)
    assert picture(chips) != without


def test_more_room_shows_what_stands_before_the_pinned_token_again(chips: TokenChips) -> None:
    chips.resize(420, 62)  # one line, as before the window is laid out
    chips.set_tokens(words(*["palavra"] * 30))
    second = chips._layout.lines[1].chips[0].position
    chips.set_selection(pinned=second, hovered=None, key=None)
    bar = chips.verticalScrollBar()
    assert bar.value() == 1
    chips.resize(420, 150)
    assert bar.maximum() > 1
    assert bar.value() == 0


def test_where_the_person_scrolled_to_stays_when_the_room_changes(chips: TokenChips) -> None:
    chips.resize(420, 150)
    chips.set_tokens(words(*["palavra"] * 60))
    chips.set_selection(pinned=chips._layout.lines[2].chips[0].position, hovered=None, key=None)
    bar = chips.verticalScrollBar()
    bar.setValue(0)
    for _ in range(2):
        bar.triggerAction(QAbstractSlider.SliderAction.SliderSingleStepAdd)
    assert bar.value() == 2
    chips.resize(420, 170)
    assert bar.value() == 2
