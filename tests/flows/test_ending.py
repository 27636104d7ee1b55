"""The program ends with 0 and without a word, whatever it was doing when it was told to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from pytestqt.qtbot import QtBot

from gui.app import Program
from tests.flows.conftest import START

ROOT: Final = Path(__file__).resolve().parents[2]

# The program's own entry, with something done to it after the first record.
CHILD: Final = """
import sys
import main
from gui import app
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

def shown(program, show=app.Program.show):
    def act(_record):
        program.controller.record_changed.disconnect(act)
        QTimer.singleShot(0, lambda: do(program))
    program.controller.record_changed.connect(act)
    show(program)

def do(program):
    {actions}

app.Program.show = shown
sys.exit(main.main(["--language=en"]))
"""

ENDINGS: Final = {
    "a run is on": ("program.controller.set_text('gato ' * 300)", "program.window.close()"),
    "a photo is being opened": (
        "program.controller.set_photo('assets/images/cat.jpg', name='cat.jpg')",
        "QTimer.singleShot(100, program.window.close)",
    ),
    "a figure was copied, by Ctrl+Q": (
        "program.exporting.copy()",
        "QTest.keyClick(program.window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)",
    ),
    "dialogs and windows are open": (
        "program.exporting.ask()",
        "program.about()",
        "program.teaching.open_playground()",
        "program.teaching.toggle_lessons()",
        "QTimer.singleShot(100, program.window.close)",
    ),
    "the experiments and every page were shown": (
        "program.labs.show()",
        "[program.controller.pick_page(page) for page in ('heads', 'lines', 'layers', 'compare')]",
        "QTimer.singleShot(100, program.window.close)",
    ),
}


@pytest.mark.parametrize("actions", ENDINGS.values(), ids=ENDINGS)
def test_the_program_ends_quietly_while(actions: tuple[str, ...], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", CHILD.format(actions="\n    ".join(actions))],
        capture_output=True, text=True, encoding="utf-8", timeout=180, check=False, cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path)},
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line]
    assert (done.returncode, said) == (0, [])


def test_a_window_that_is_closed_before_its_first_row_greets_nobody(
    qtbot: QtBot, tmp_path: Path
) -> None:
    """A greeting that came after the last window was closed kept the process alive."""
    program = Program(START, stored=tmp_path / "preferences.json", welcoming=True)
    qtbot.addWidget(program.window)
    program.controller.record_changed.connect(lambda _record: program.window.close())
    with qtbot.waitSignal(program.controller.record_changed, timeout=60_000):
        program.show()
    program._on_first_row()  # a paint that was already on its way
    assert program.teaching.welcome is None
