"""The size of the whole interface."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gui import zoom
from gui.views.bar_list import Bar, BarList
from gui.views.chip_sizes import NORMAL
from gui.views.words import tabular


@pytest.fixture(autouse=True)
def _usual_after() -> Iterator[None]:
    yield
    zoom.use_zoom(zoom.USUAL)


def test_the_application_font_grows_and_comes_back(qapp: QApplication) -> None:
    before = qapp.font().pointSizeF()
    zoom.use_zoom(150)
    assert qapp.font().pointSizeF() == pytest.approx(1.5 * before)
    zoom.use_zoom(80)
    zoom.use_zoom(zoom.USUAL)
    assert qapp.font().pointSizeF() == pytest.approx(before)


def test_a_part_with_a_size_of_its_own_keeps_its_share(qtbot: QtBot) -> None:
    label = QLabel("small")
    qtbot.addWidget(label)
    label.setFont(tabular(label.font(), scale=0.8))
    before = label.font().pointSizeF()
    zoom.use_zoom(200)
    zoom.keep_own_fonts()
    assert label.font().pointSizeF() == pytest.approx(2 * before)


def test_drawn_views_ask_for_more_room(qtbot: QtBot) -> None:
    bars = BarList()
    qtbot.addWidget(bars)
    bars.set_bars([Bar("gato", "0,5", 0.5)])
    before, chip = bars.sizeHint().height(), NORMAL.zoomed.chip
    zoom.use_zoom(150)
    assert bars.sizeHint().height() == 1.5 * before
    assert NORMAL.zoomed.chip == 1.5 * chip
    assert NORMAL.zoomed.font_scale == NORMAL.font_scale


def test_a_style_sheet_grows_but_for_its_thin_borders() -> None:
    zoom.use_zoom(150)
    sheet = "border: 1px solid #123456; padding: 10px 2px; width: 18px"
    assert zoom.scaled_sheet(sheet) == "border: 1px solid #123456; padding: 15px 2px; width: 27px"


def test_steps_end_at_the_smallest_and_the_largest() -> None:
    assert zoom.next_zoom(1) == 110
    zoom.use_zoom(200)
    assert zoom.next_zoom(1) == 200
    zoom.use_zoom(80)
    assert zoom.next_zoom(-1) == 80


@pytest.mark.parametrize(("stored", "used"), [("", 100), ("150", 150), ("151", 100), ("x", 100)])
def test_a_remembered_zoom_is_one_that_is_offered(stored: str, used: int) -> None:
    assert zoom.stored_zoom(stored) == used
