"""The scale that was chosen holds in every view, and its limits are written there."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QFont
from pytestqt.qtbot import QtBot

from gui.numbers import short
from gui.panels.layers_page import LayersPage
from gui.panels.lines_page import LinesPage
from gui.state import ViewState, resolve
from gui.theme import LIGHT
from gui.views.compare_map import CompareMap
from gui.views.layer_strip import LayerStrip
from gui.views.lines_painter import LinesPainter
from gui.views.lines_scale import LinesScale
from models.colour import DEFAULT, DIVERGING, table
from models.links import Links
from models.scales import MAP_LIMITS, Look, MapLimits, Scale
from tests.gui.panels.test_layers_page import _Flows
from tests.helpers.records import text_record


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ("view", [[1.0, 0.01, 1e-4], [0.1, 0.001, 0.0]]),
        ("row", [[1.0, 0.01, 1e-4], [1.0, 0.01, 0.0]]),
        ("log", [[1.0, 0.5, 0.0], [0.75, 0.25, 0.0]]),
    ],
)
def test_lines_are_as_strong_as_the_scale_says(
    limits: MapLimits, expected: list[list[float]]
) -> None:
    weights = np.array([[[0.5, 0.005, 5e-5], [0.05, 5e-4, 0.0]]], np.float32)
    links = Links((0,), (0, 1, 2), weights, np.ones((2, 3), np.bool_))
    drawing = LinesPainter(LIGHT, QFont(), links=links, high=0.5, seen=(0, 100), limits=limits)
    found = [drawing._shares(weights[0, row]) for row in range(2)]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_the_tip_of_the_samples_follows_the_scale(qtbot: QtBot) -> None:
    scale = LinesScale()
    qtbot.addWidget(scale)
    scale.retranslate()
    for high, limits in ((0.5, "view"), (0.25, "view"), (0.25, "log"), (1.0, "fixed")):
        scale.set_high(high, limits=limits)  # type: ignore[arg-type]
        told = Scale(0.0, high, limits, chosen=limits == "fixed")  # type: ignore[arg-type]
        assert told.said(lambda value: short(value, digits=2)) in scale.toolTip()


def test_the_samples_of_lines_say_what_they_are_worth(qtbot: QtBot) -> None:
    scale = LinesScale()
    qtbot.addWidget(scale)
    scale.set_high(0.5, limits="log")
    assert scale._texts() == [short(x, digits=2) for x in (0.5e-3, 0.5e-2, 0.5)]
    scale.set_high(0.5)
    assert scale._texts() == [short(x, digits=2) for x in (0.125, 0.25, 0.5)]
    scale.set_high(0.5, limits="row")
    assert scale._texts()[-1] == "row max"


@pytest.mark.parametrize("limits", MAP_LIMITS)
def test_the_page_of_lines_shows_the_choice_that_is_in_force(
    qtbot: QtBot, limits: MapLimits
) -> None:
    page = LinesPage()
    qtbot.addWidget(page)
    page.set_shown(resolve(ViewState(pinned=2, map_limits=limits), text_record()))
    assert page.limits.currentData() == limits
    page.close_lanes()


def _pixel(view: LayerStrip | CompareMap, row: float, column: float) -> QColor:
    area = view.area()
    x, y = area.left() + column * area.width(), area.top() + row * area.height()
    return view.grab().toImage().pixelColor(round(x), round(y))


def test_the_strip_of_layers_is_coloured_by_powers_of_10(qtbot: QtBot) -> None:
    record = text_record(layers=2)
    path = np.full((2, len(record.tokens)), 0.005, np.float32)
    path[0, 0] = 0.5
    view = LayerStrip()
    qtbot.addWidget(view)
    view.resize(600, 300)
    places = range(len(record.tokens))
    for limits, place in (("view", 255 * 0.01), ("log", 255 * 0.5)):
        view.set_path(
            path, record.tokens, places, high=0.5, colour_map=DEFAULT,
            limits=limits,  # type: ignore[arg-type]
        )  # fmt: skip
        found = _pixel(view, 0.75, 0.5)
        wanted = table(DEFAULT)[round(place)].astype(int)
        assert np.abs(np.array(found.getRgb()[:3]) - wanted).max() <= 4


def test_the_legend_of_layers_says_that_they_are_logarithmic(qtbot: QtBot) -> None:
    page = LayersPage(_Flows())  # type: ignore[arg-type]
    qtbot.addWidget(page)
    page.set_shown(resolve(ViewState(pinned=2, row_limits="log"), text_record()))
    assert "logarithmic" in page.legend.accessibleName()
    assert "≤" in page.legend.marks[0]
    page.set_shown(resolve(ViewState(pinned=2), text_record()))
    assert "linear" in page.legend.accessibleName()
    assert "≤" not in page.legend.marks[0]
    page.close_lanes()


def test_a_side_follows_the_scale_and_a_difference_stays_even_around_0(qtbot: QtBot) -> None:
    view = CompareMap()
    qtbot.addWidget(view)
    view.resize(300, 340)
    values = np.array([[0.5, 0.005], [0.005, 0.005]], np.float32)
    view.set_values(values, ("a", "b"), (0, 1), look=Look(0.0, 0.5, "log", colour_map=DEFAULT))
    wanted = table(DEFAULT)[round(255 * 0.5)].astype(int)
    found = np.array(_pixel(view, 0.75, 0.75).getRgb()[:3])
    assert np.abs(found - wanted).max() <= 4
    assert "logarithmic" in view.toolTip()
    apart = Look(-0.5, 0.5, "log", colour_map=DIVERGING)
    np.testing.assert_allclose(apart.shares(np.float32([-0.5, 0, 0.25])), [0, 0.5, 0.75])
    assert apart.marks(short) == (short(-0.5), "0", short(0.5))
    assert apart.kind == "linear"
