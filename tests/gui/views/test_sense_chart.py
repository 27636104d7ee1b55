"""The curves of a word's senses: exact numbers under the pointer, a layer by click and by keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from gui.views.sense_chart import SenseChart
from gui.zoom import use_zoom
from models.compare_senses import Curves, Of, bundled_senses
from tests.helpers.view_inputs import move_to

LEFT = Qt.MouseButton.LeftButton


def curves(*, of: Of = "states", steps: int = 13) -> Curves:
    """Own sense 0.9, other 0.8 up to 0.84, two sentences 0.95; the first step is one of twelve."""
    same = np.full((2, 6, steps), 0.9, np.float32)
    other = np.broadcast_to(np.linspace(0.8, 0.84, steps, dtype=np.float32), same.shape).copy()
    other[0, 0, 1:] = 0.95
    between = np.full(steps, 0.95, np.float32)
    return Curves(of, bundled_senses()[0], same, other, between, None)


@pytest.fixture
def chart(qtbot: QtBot) -> SenseChart:
    chart = SenseChart()
    qtbot.addWidget(chart)
    chart.resize(700, 300)
    chart.set_curves(curves())
    chart.set_layer(5)
    chart.show()
    return chart


def _place(chart: SenseChart, step: int) -> QPoint:
    area = chart._area()
    return QPoint(round(chart._x(area, step)), round(area.center().y()))


def test_the_step_under_the_pointer_is_told_exactly(chart: SenseChart, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chart.told) as told:
        move_to(chart, _place(chart, 6))
    other = (11 * 0.82 + 0.95) / 12
    assert told.args == [
        f"L6: same sense 0.9000 · other sense {other:.4f} · the two sentences 0.9500 · nearer 11/12"
    ]
    with qtbot.waitSignal(chart.told) as left:
        move_to(chart, QPoint(2, 2))
    assert left.args == [""]


def test_what_explains_the_curves_covers_none_of_them(chart: SenseChart) -> None:
    assert "Ethayarajh" in chart.toolTip()
    move_to(chart, _place(chart, 6))
    assert chart.toolTip() == ""
    move_to(chart, QPoint(2, 2))
    assert "Ethayarajh" in chart.toolTip()


def test_a_click_chooses_the_layer_of_its_step(chart: SenseChart, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chart.layer_picked) as picked:
        qtbot.mouseClick(chart, LEFT, pos=_place(chart, 6))
    assert picked.args == [5]  # from 0: L6
    with qtbot.assertNotEmitted(chart.layer_picked):  # before the first layer there is none
        qtbot.mouseClick(chart, LEFT, pos=_place(chart, 0))
    chart.set_curves(curves(of="vectors", steps=12))
    with qtbot.waitSignal(chart.layer_picked) as first:
        qtbot.mouseClick(chart, LEFT, pos=_place(chart, 0))
    assert first.args == [0]


def test_arrows_step_to_the_next_layer_and_no_further(chart: SenseChart, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chart.layer_picked) as picked:
        qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert picked.args == [6]
    chart.set_layer(11)
    with qtbot.assertNotEmitted(chart.layer_picked):
        qtbot.keyClick(chart, Qt.Key.Key_Right)
    chart.set_layer(0)
    with qtbot.assertNotEmitted(chart.layer_picked):
        qtbot.keyClick(chart, Qt.Key.Key_Left)


def test_words_below_the_curves_have_room_in_a_larger_interface(chart: SenseChart) -> None:
    try:
        use_zoom(200)
        room = chart.height() - chart._area().bottom()
        assert room >= 2 * 0.88 * chart.fontMetrics().height()
    finally:
        use_zoom(100)
