"""A bar that knows no end moves only where things may move."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QProgressBar
from pytestqt.qtbot import QtBot

from gui.player import allow_motion, show_busy


@pytest.fixture(autouse=True)
def _as_usual_after() -> Iterator[None]:
    yield
    allow_motion(None)


@pytest.mark.parametrize(("motion", "maximum"), [(True, 0), (False, 1)])
def test_a_bar_without_end_keeps_still_when_asked(
    qtbot: QtBot, *, motion: bool, maximum: int
) -> None:
    bar = QProgressBar()
    qtbot.addWidget(bar)
    allow_motion(motion)
    show_busy(bar)
    assert bar.maximum() == maximum
    assert bar.value() == maximum or motion
