"""The whole program, on the bundled models, offscreen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from gui.app import Program
from models.settings import Start

START = replace(Start(), language="en", theme="light")
Opener = Callable[..., Program]


@pytest.fixture
def open_program(qtbot: QtBot, tmp_path: Path) -> Iterator[Opener]:
    """Return a function that starts the program and waits until its first record is shown."""
    programs: list[Program] = []

    def opened(start: Start = START) -> Program:
        program = Program(start, stored=tmp_path / "preferences.json")
        programs.append(program)
        with qtbot.waitSignal(program.controller.record_changed, timeout=60_000):
            program.show()
        qtbot.waitUntil(lambda: program.window.map.view is not None, timeout=60_000)
        qtbot.waitUntil(lambda: not program.controller.busy, timeout=60_000)
        return program

    yield opened
    for program in programs:
        program.window.close()
        program.window.deleteLater()
        program.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def program(open_program: Opener) -> Program:
    """Return the program with the first sentence on screen."""
    return open_program()
