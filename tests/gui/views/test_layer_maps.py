"""The frame of the chosen layer stands free of the words around its small map."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from gui.views.layer_maps import LayerMaps
from models.i18n import set_language
from tests.helpers.figures import photo_record

_AIR = 5  # pixels: the frame takes 2.75 of them


def test_the_frame_of_the_chosen_layer_keeps_off_the_limits_below_it(qtbot: QtBot) -> None:
    set_language("en")
    record = photo_record(4)
    path = np.stack([layer.row(1).mean(axis=0) for layer in record.layers])
    maps = LayerMaps()
    qtbot.addWidget(maps)
    maps.resize(420, 420)
    maps.set_path(path, record.encoded, token=1)
    maps.set_layer(1)
    seen = maps.grab().toImage()
    ratio = seen.devicePixelRatio()
    rect = maps.map_rect(0)
    below = QRect(int(rect.left()), int(np.ceil(rect.bottom())) + 1, int(rect.width()), _AIR - 1)
    ground = QColor(seen.pixel(1, 1))
    found = {
        QColor(seen.pixel(int(x * ratio), int(y * ratio))).name()
        for x in range(below.left(), below.right())
        for y in range(below.top(), below.bottom())
    }
    assert found == {ground.name()}
