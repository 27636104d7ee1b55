"""Curves that coincide are all seen, and told apart without colour."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from gui.labs.curve_view import CurveView, Line
from gui.theme import DARK, LIGHT, Theme
from models.i18n import set_language


def view_of(qtbot: QtBot, *names: str) -> CurveView:
    set_language("en")
    view = CurveView()
    qtbot.addWidget(view)
    shares = np.linspace(0, 1, 5)
    lines = [Line(name, shares, 1 - shares / 2, look) for look, name in enumerate(names)]
    view.set_lines(lines, across="share covered", up="cosine")
    return view


def test_the_legend_says_which_curves_are_the_same(qtbot: QtBot) -> None:
    view = view_of(qtbot, "attention", "norm-weighted")
    other = Line("random", np.linspace(0, 1, 5), np.linspace(1, 0.2, 5), 4)
    view.set_lines([*view.lines, other], across="share covered", up="cosine")
    assert view.legend == ("attention", "norm-weighted (same as attention)", "random")
    assert "same as attention" in view.accessibleDescription()


def test_markers_of_curves_that_coincide_stand_apart(qtbot: QtBot) -> None:
    view = view_of(qtbot, "attention", "norm-weighted", "rollout", "occlusion", "random")
    points = [QPointF(0, 0), QPointF(50, 20), QPointF(300, 100)]
    every = sorted(place.x() for look in range(5) for place in view.markers(points, look))
    assert min(np.diff(every)) > 10
    assert all(0 < x < 300 for x in every)
    heights = [place.y() for place in view.markers(points, 2)]
    wanted = np.interp([p.x() for p in view.markers(points, 2)], [0, 50, 300], [0, 20, 100])
    assert heights == pytest.approx(list(wanted))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_one_of_five_equal_curves_is_drawn_where_it_can_be_seen(
    qtbot: QtBot, theme: Theme
) -> None:
    view = view_of(qtbot, "attention", "norm-weighted", "rollout", "occlusion", "random")
    view.set_theme(theme)
    view.resize(400, view.sizeHint().height())
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    plot = image.copy(0, 0, image.width(), 134)  # without the legend
    colours = (theme.query, theme.key, theme.value, theme.warning, theme.muted)
    pixels = [plot.pixel(x, y) for y in range(plot.height()) for x in range(plot.width())]
    for colour in colours:
        assert pixels.count(QColor(colour).rgb()) > 20, colour
