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


def test_what_takes_long_is_said_and_how_to_end_it_until_it_ends(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.set_busy(True)
    assert line.waiting.text() == ""  # most runs end before one could read it
    line.late.timeout.emit()
    assert "Esc" in line.waiting.text()
    line.set_busy(True)  # another lane
    assert "Esc" in line.waiting.text()
    line.set_busy(False)
    assert line.waiting.text() == ""
    line.set_busy(True)
    line.set_busy(False)
    assert not line.late.isActive()
