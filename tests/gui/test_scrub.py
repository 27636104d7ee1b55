"""The slider to scrub with and the button to play with."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from gui.scrub import PlayButton, ScrubSlider

LAYERS = 12


@pytest.fixture
def slider(qtbot: QtBot) -> ScrubSlider:
    slider = ScrubSlider()
    qtbot.addWidget(slider)
    slider.resize(200, 24)
    slider.setRange(1, LAYERS)
    slider.show()
    return slider


def test_pressing_in_the_groove_goes_there_and_dragging_goes_on_from_there(
    qtbot: QtBot, slider: ScrubSlider
) -> None:
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(slider, left, pos=QPoint(100, 12))
    assert slider.value() in {6, 7}
    seen: list[int] = []
    slider.valueChanged.connect(seen.append)
    for x in range(100, 200, 4):
        qtbot.mouseMove(slider, QPoint(x, 12))
    qtbot.mouseMove(slider, QPoint(400, 12))
    assert slider.value() == LAYERS
    assert len(seen) >= LAYERS // 2 - 1
    qtbot.mouseMove(slider, QPoint(0, 12))
    assert slider.value() == 1
    qtbot.mouseRelease(slider, left, pos=QPoint(0, 12))
    qtbot.mouseMove(slider, QPoint(150, 12))
    assert slider.value() == 1


def test_the_button_draws_a_triangle_or_two_bars(qtbot: QtBot) -> None:
    button = PlayButton()
    qtbot.addWidget(button)
    button.resize(34, 28)
    button.show()

    def columns() -> int:
        """Return how many separate dark runs the middle row has."""
        image = button.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
        row = rows[image.height() // 2, 4 : image.width() - 4].astype(int)
        dark = np.abs(row - row[0]) > 60
        return int(np.count_nonzero(np.diff(dark.astype(int)) == 1))

    assert columns() == 1
    button.show_playing(playing=True)
    assert button.playing
    assert columns() == 2
