"""The heatmap's page says nothing of a map that is no longer shown."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.matrix import matrix
from gui.panels.heatmap_page import HeatmapPage
from gui.state import ViewState, resolve
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
