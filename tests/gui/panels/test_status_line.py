"""The line at the foot of the window."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.panels.status_line import StatusLine
from models.record import Provenance


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [(77.04, "77.0 ms"), (999.9, "999.9 ms"), (1000.0, "1.0 s"), (17_483.4, "17.5 s")],
)
def test_a_long_run_is_told_in_seconds(qtbot: QtBot, milliseconds: float, said: str) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.set_facts(Provenance("", "", "CPU", milliseconds, ()), size="")
    assert line.time.text() == said
