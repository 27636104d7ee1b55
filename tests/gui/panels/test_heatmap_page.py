"""The heatmap's page says nothing of a map that is no longer shown."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.figures import request_for
from gui.matrix import matrix
from gui.panels.heatmap_page import HeatmapPage
from gui.state import ViewState, resolve
from models.figure import lay_out
from models.scales import MapLimits
from tests.helpers.records import text_record


@pytest.fixture
def page(qtbot: QtBot) -> HeatmapPage:
    page = HeatmapPage()
    qtbot.addWidget(page)
    page.build_view()
    shown = resolve(ViewState(), text_record())
    page.set_shown(shown)
    page.set_matrix(matrix(shown.layer, shown.heads))
    assert "(" in page.limits.itemText(0)  # the number of this map
    return page


def test_the_limit_of_a_map_goes_with_its_input(page: HeatmapPage) -> None:
    page.set_shown(None)
    assert page.limits.itemText(0) == "0 – largest of this map"


def test_the_limit_of_a_map_goes_while_the_next_is_computed(page: HeatmapPage) -> None:
    page.set_shown(resolve(ViewState(), text_record()))
    assert page.limits.itemText(0) == "0 – largest of this map"


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ("view", "Colours: linear, from 0 to "),
        ("fixed", "Colours: linear, fixed from 0 to 1."),
        ("row", "Colours: linear, in each row from 0 to its own largest."),
        ("log", "Colours: logarithmic, from "),
    ],
)
def test_the_bar_of_colours_says_how_they_run_in_the_words_of_the_figure(
    page: HeatmapPage, limits: MapLimits, said: str
) -> None:
    shown = resolve(ViewState(map_limits=limits), text_record())
    page.set_shown(shown)
    page.set_matrix(matrix(shown.layer, shown.heads))
    assert page.view is not None
    words = page.view.canvas.scale_bar.toolTip()
    assert words.startswith(said)
    if limits == "fixed":
        request = request_for(shown, "heatmap")
        assert words in {line.text for line in lay_out(shown.record, request).words()}
