"""The strips of layers and heads: the choice shown at a glance, and changed by every means."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.theme import DARK, LIGHT, Theme
from gui.views.layer_head_bar import LayerHeadBar
from gui.views.number_strip import NumberStrip

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(qtbot: QtBot) -> LayerHeadBar:
    widget = LayerHeadBar()
    qtbot.addWidget(widget)
    widget.set_counts(layers=12, heads=6)
    widget.set_choice(layer=2, heads=())
    widget.resize(1200, 40)
    widget.show()
    return widget


def said(bar: LayerHeadBar) -> list[object]:
    heard: list[object] = []
    bar.layer_picked.connect(heard.append)
    bar.heads_picked.connect(heard.append)
    return heard


def click(
    qtbot: QtBot,
    strip: NumberStrip,
    cell: int,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    qtbot.mouseClick(strip, LEFT, modifier, strip.cell_rect(cell).center())


def turn(strip: NumberStrip, notches: float) -> None:
    place = QPointF(strip.rect().center())
    event = QWheelEvent(
        place,
        strip.mapToGlobal(place),
        QPoint(),
        QPoint(0, int(120 * notches)),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(strip, event)


def test_layers_and_heads_are_counted_from_one(bar: LayerHeadBar) -> None:
    assert bar.layers.labels == tuple(f"L{i}" for i in range(1, 13))
    assert bar.heads.labels == ("mean", *(f"H{i}" for i in range(1, 7)))


def test_the_mean_of_all_is_chosen_and_every_head_takes_part(bar: LayerHeadBar) -> None:
    assert bar.heads.states == ("on", *["part"] * 6)
    assert bar.layers.states.index("on") == 2
    assert bar.layers.states.count("on") == 1


def test_one_head_alone_is_chosen(bar: LayerHeadBar) -> None:
    bar.set_choice(layer=2, heads=(3,))
    assert bar.heads.states == ("off", "off", "off", "off", "on", "off", "off")


def test_several_heads_are_chosen_and_the_mean_takes_part(bar: LayerHeadBar) -> None:
    bar.set_choice(layer=2, heads=(0, 5))
    assert bar.heads.states == ("part", "on", "off", "off", "off", "off", "on")


def test_a_click_on_a_layer_says_it_from_zero(bar: LayerHeadBar, qtbot: QtBot) -> None:
    heard = said(bar)
    click(qtbot, bar.layers, 11)
    assert heard == [11]


def test_a_click_on_a_head_means_that_head_alone(bar: LayerHeadBar, qtbot: QtBot) -> None:
    bar.set_choice(layer=2, heads=(0, 5))
    heard = said(bar)
    click(qtbot, bar.heads, 3)
    click(qtbot, bar.heads, 0)
    assert heard == [(2,), ()]


@pytest.mark.parametrize(
    "modifier", [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier]
)
def test_ctrl_or_shift_click_joins_and_leaves(
    bar: LayerHeadBar, qtbot: QtBot, modifier: Qt.KeyboardModifier
) -> None:
    heard = said(bar)
    click(qtbot, bar.heads, 5, modifier)
    bar.set_choice(layer=2, heads=(4,))
    click(qtbot, bar.heads, 1, modifier)
    bar.set_choice(layer=2, heads=(0, 4))
    click(qtbot, bar.heads, 5, modifier)
    assert heard == [(4,), (0, 4), (0,)]


def test_joining_the_last_head_is_the_mean_of_all(bar: LayerHeadBar, qtbot: QtBot) -> None:
    bar.set_choice(layer=2, heads=(0, 1, 2, 3, 4))
    heard = said(bar)
    click(qtbot, bar.heads, 6, Qt.KeyboardModifier.ControlModifier)
    assert heard == [()]


def test_the_wheel_steps_layers_and_stops_at_the_ends(bar: LayerHeadBar) -> None:
    heard = said(bar)
    turn(bar.layers, -1)
    turn(bar.layers, 1)
    bar.set_choice(layer=0, heads=())
    turn(bar.layers, 1)
    bar.set_choice(layer=11, heads=())
    turn(bar.layers, -1)
    assert heard == [3, 1]


def test_the_wheel_steps_heads_round_through_the_mean(bar: LayerHeadBar) -> None:
    heard = said(bar)
    turn(bar.heads, -1)
    bar.set_choice(layer=2, heads=(5,))
    turn(bar.heads, -1)
    bar.set_choice(layer=2, heads=())
    turn(bar.heads, 1)
    assert heard == [(0,), (), (5,)]


def test_a_fine_wheel_is_added_up(bar: LayerHeadBar) -> None:
    heard = said(bar)
    for _ in range(4):
        turn(bar.layers, -0.25)
    assert heard == [3]


@pytest.mark.parametrize(
    ("key", "layer"),
    [
        (Qt.Key.Key_Right, 3),
        (Qt.Key.Key_Left, 1),
        (Qt.Key.Key_Down, 3),
        (Qt.Key.Key_Up, 1),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 11),
    ],
)
def test_keys_choose_layers(bar: LayerHeadBar, qtbot: QtBot, key: Qt.Key, layer: int) -> None:
    heard = said(bar)
    qtbot.keyClick(bar.layers, key)
    assert heard == [layer]


def test_keys_choose_heads_and_shift_averages_the_next_in(bar: LayerHeadBar, qtbot: QtBot) -> None:
    bar.set_choice(layer=2, heads=(1,))
    heard = said(bar)
    qtbot.keyClick(bar.heads, Qt.Key.Key_Right)
    qtbot.keyClick(bar.heads, Qt.Key.Key_Left)
    qtbot.keyClick(bar.heads, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(bar.heads, Qt.Key.Key_Home)
    qtbot.keyClick(bar.heads, Qt.Key.Key_End)
    assert heard == [(2,), (0,), (1, 2), (), (5,)]


def test_the_bar_changes_nothing_by_itself(bar: LayerHeadBar, qtbot: QtBot) -> None:
    before = bar.layers.states, bar.heads.states
    click(qtbot, bar.layers, 7)
    click(qtbot, bar.heads, 4)
    assert (bar.layers.states, bar.heads.states) == before


@pytest.mark.parametrize(("layers", "heads"), [(1, 1), (6, 12), (24, 16), (48, 32)])
@pytest.mark.parametrize("width", [400, 960, 1280, 1900])
def test_any_model_fits_its_cells_without_overlap(
    qtbot: QtBot, layers: int, heads: int, width: int
) -> None:
    bar = LayerHeadBar()
    qtbot.addWidget(bar)
    bar.set_counts(layers=layers, heads=heads)
    bar.resize(width, bar.heightForWidth(width))
    bar.show()
    for strip, count in ((bar.layers, layers), (bar.heads, heads + 1)):
        rects = [strip.cell_rect(i) for i in range(count)]
        assert all(strip.rect().contains(rect) for rect in rects)
        assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[i + 1 :])
        assert [strip.cell_at(rect.center()) for rect in rects] == list(range(count))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_chosen_cells_are_filled_with_the_accent(bar: LayerHeadBar, theme: Theme) -> None:
    bar.set_theme(theme)
    bar.set_choice(layer=4, heads=(1,))
    for strip, cell in ((bar.layers, 4), (bar.heads, 2)):
        corner = strip.cell_rect(cell).topLeft() + QPoint(4, 4)
        assert QColor(strip.grab().toImage().pixel(corner)).name() == theme.accent


def test_a_screen_reader_hears_the_choice(bar: LayerHeadBar) -> None:
    assert bar.layers.accessibleName() == "Layer"
    assert bar.layers.accessibleDescription() == "Layer 3 of 12"
    assert bar.heads.accessibleDescription() == "Mean of 6 heads"
    bar.set_choice(layer=2, heads=(0, 4))
    assert bar.heads.accessibleDescription() == "Mean of H1, H5"
    bar.set_choice(layer=2, heads=(4,))
    assert bar.heads.accessibleDescription() == "H5"


def test_another_model_keeps_nothing_of_the_last(bar: LayerHeadBar) -> None:
    bar.set_choice(layer=11, heads=(5,))
    bar.set_counts(layers=2, heads=2)
    bar.set_choice(layer=0, heads=())
    assert bar.layers.states == ("on", "off")
    assert bar.heads.states == ("on", "part", "part")


def test_both_strips_are_reached_by_tab(bar: LayerHeadBar) -> None:
    for strip in (bar.layers, bar.heads):
        assert strip.focusPolicy() & Qt.FocusPolicy.TabFocus
