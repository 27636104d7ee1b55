"""A heatmap too large to be held: exact numbers, finer parts asked for once, view kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from gui.views.heatmap import HeatmapView
from models.tiles import Part, Tiled, Tiles
from tests.helpers.records import layer

TOKENS = 600
LAYER = layer(0, heads=2, tokens=TOKENS, size=8, seed=4)


def tiled() -> Tiled:
    tiles = Tiles(LAYER, (0, 1))
    *_, overview = tiles.overview(60)
    return Tiled(tiles, overview)


@pytest.fixture
def view(qtbot: QtBot) -> HeatmapView:
    """Six hundred tokens, of which only an overview of sixty dots is at hand."""
    widget = HeatmapView()
    qtbot.addWidget(widget)
    widget.resize(500, 400)
    labels = [f"t{i}" for i in range(TOKENS)]
    widget.set_labels(labels, labels)
    widget.set_tiled(tiled(), high=0.1)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def parts_asked(view: HeatmapView) -> list[Part | None]:
    asked: list[Part | None] = []
    view.canvas.part_wanted.connect(asked.append)
    return asked


def test_the_read_out_is_the_exact_weight_however_coarse_the_picture(view: HeatmapView) -> None:
    view.set_selection(123, 456)
    exact = LAYER.row(123).mean(axis=0)[456]
    assert view.canvas.cells_per_dot() >= 10
    assert view.readout.text().endswith(f": {exact:.5f}")


def test_looking_closer_asks_for_the_part_in_view_once(view: HeatmapView) -> None:
    asked = parts_asked(view)
    view.canvas.zoom(8)
    assert len(asked) == 1
    part = asked[0]
    assert part is not None
    window = view.canvas.window_
    assert window is not None
    left, top, right, bottom = window.box
    assert part.left <= max(left, 0)
    assert part.top <= max(top, 0)
    assert part.right >= min(right, TOKENS)
    assert part.bottom >= min(bottom, TOKENS)
    assert part.dot < 10
    view.canvas.box.dragged.emit(QPointF(2, 2))
    assert len(asked) == 1  # a little of what lies beyond the edges was asked for as well


def test_dragging_beyond_it_asks_again(view: HeatmapView) -> None:
    view.canvas.zoom(20)
    asked = parts_asked(view)
    view.canvas.box.dragged.emit(QPointF(-300, 0))
    assert len(asked) == 1
    assert asked[0] is not None


def test_what_is_as_fine_as_the_screen_asks_for_nothing(view: HeatmapView) -> None:
    view.canvas.zoom(20)
    asked = parts_asked(view)
    view.resize(120, 110)
    view.canvas.show_all()
    view.set_tiled(replace(made := tiled(), overview=list(made.tiles.overview(600))[-1]), high=0.1)
    assert asked[-1] is None


def test_a_detail_takes_the_place_of_the_overview_under_it(view: HeatmapView) -> None:
    asked = parts_asked(view)
    view.canvas.zoom(20)
    part = asked[-1]
    assert part is not None
    made = tiled()
    *_, detail = made.tiles.pooled(part)
    before = view.canvas.cells_per_dot()
    view.set_tiled(replace(made, detail=detail), high=0.1)
    assert before == 10
    view.canvas.set_detail(detail)
    assert view.canvas.cells_per_dot() == part.dot


def test_another_head_of_the_same_size_keeps_the_view(view: HeatmapView) -> None:
    view.canvas.zoom(9)
    window = view.canvas.window_
    view.set_tiled(tiled(), high=0.1)
    assert view.canvas.window_ == window


def test_what_is_not_computed_yet_is_left_empty_not_shown_as_zero(view: HeatmapView) -> None:
    first = next(iter(Tiles(LAYER, (0,)).overview(60)))
    half = replace(first, done=300, dots=np.full((60, 60), 0.05, np.float32))
    view.set_tiled(Tiled(Tiles(LAYER, (0,)), half), high=0.1)
    image = view.canvas.pictures.whole.image
    assert image.mapRectToParent(image.boundingRect()).height() == pytest.approx(300)
