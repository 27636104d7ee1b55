"""A map over the photo in place of the row, and back."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gui.views.photo_layer import MapLayer
from gui.views.photo_view import PhotoView
from models.colour import paint
from models.encoded import PatchGrid
from tests.helpers.view_inputs import patches, row_of

GREEN = (30, 160, 60)
PATCHES = PatchGrid(rows=4, columns=4, box=(50.0, 0.0, 150.0, 100.0))
FINE = PatchGrid(rows=2, columns=3, box=(50.0, 0.0, 150.0, 100.0))
CLASSES = np.array([[0, 1, 0], [1, 0, 1]])
COLOURS = np.array([[200, 10, 10], [10, 10, 200]], dtype=np.uint8)


@pytest.fixture
def view(qtbot: QtBot) -> PhotoView:
    """A green photo, twice as wide as tall, whose middle square the model saw."""
    widget = PhotoView()
    qtbot.addWidget(widget)
    widget.resize(620, 320)
    widget.set_photo(Image.new("RGB", (200, 100), GREEN))
    widget.set_tokens(patches(4, 4), PATCHES)
    widget.set_overlay(opacity=1.0, smooth=False)
    widget.show()
    return widget


def place(view: PhotoView, grid: PatchGrid, cell: tuple[int, int]) -> QPoint:
    placement = view.canvas.placement()
    assert placement is not None
    return placement.rect(grid.cell_box(*cell)).center().toPoint() + QPoint(3, 5)


def colour(view: PhotoView, grid: PatchGrid, cell: tuple[int, int]) -> tuple[int, ...]:
    pixel = view.canvas.grab().toImage().pixel(place(view, grid, cell))
    return QColor(pixel).getRgb()[:3]


def test_each_place_takes_the_colour_of_its_value(view: PhotoView) -> None:
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    view.set_colour_map("viridis")
    view.set_layer(MapLayer(values, FINE, low=0.0, high=5.0))
    wanted = paint(values, name="viridis", low=0.0, high=5.0)
    for cell in np.ndindex(2, 3):
        assert colour(view, FINE, cell) == tuple(int(c) for c in wanted[cell])


def test_classes_take_their_own_colours_and_nothing_lies_between(view: PhotoView) -> None:
    view.set_overlay(opacity=1.0, smooth=True)
    view.set_layer(MapLayer(CLASSES, FINE, colours=COLOURS, names=("cup", "spoon")))
    for cell in np.ndindex(2, 3):
        assert colour(view, FINE, cell) == tuple(int(c) for c in COLOURS[CLASSES[cell]])


def test_without_a_map_the_row_is_back(view: PhotoView) -> None:
    view.set_row(row_of(17, largest=6), low=0.0, high=0.5)
    row = colour(view, PATCHES, (1, 1))
    view.set_layer(MapLayer(np.zeros((2, 3), dtype=np.float32), FINE))
    assert colour(view, PATCHES, (1, 1)) != row
    view.set_row(row_of(17, largest=6), low=0.0, high=0.5)
    assert colour(view, PATCHES, (1, 1)) != row  # another row does not push the map away
    view.set_layer(None)
    assert colour(view, PATCHES, (1, 1)) == row


def test_a_new_input_takes_the_map_away(view: PhotoView) -> None:
    view.set_layer(MapLayer(CLASSES, FINE, colours=COLOURS, names=("cup", "spoon")))
    view.set_tokens(patches(4, 4), PATCHES)
    assert colour(view, FINE, (0, 0)) == GREEN


def test_a_map_needs_no_patches(view: PhotoView) -> None:
    view.set_tokens([], None)
    view.set_layer(MapLayer(CLASSES, FINE, colours=COLOURS, names=("cup", "spoon")))
    assert colour(view, FINE, (0, 1)) == (10, 10, 200)


def test_the_tool_tip_says_the_value_or_the_class(
    view: PhotoView, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_more: said.append(text))
    view.set_layer(MapLayer(np.full((2, 3), 0.25, dtype=np.float32), FINE))
    at = place(view, FINE, (1, 2))
    QApplication.sendEvent(view.canvas, QHelpEvent(QEvent.Type.ToolTip, at, at))
    view.set_layer(MapLayer(CLASSES, FINE, colours=COLOURS, names=("cup", "spoon")))
    at = place(view, FINE, (0, 1))
    QApplication.sendEvent(view.canvas, QHelpEvent(QEvent.Type.ToolTip, at, at))
    assert said == ["map 0.25000", "spoon"]
