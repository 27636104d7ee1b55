"""The whole program, on the bundled models, offscreen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.app import Program
from models import api
from models.encoded import Notice
from models.library import bundled_models, resolve
from models.providers.options import CPU
from models.runtime import Cancel, RuntimeOptions
from models.settings import Start
from models.tapped import TappedModel
from tests.helpers.states import end

START = replace(Start(), language="en", theme="light")
Opener = Callable[..., Program]


@pytest.fixture(scope="session", autouse=True)
def _bundled_files_are_loaded_once() -> Iterator[None]:
    """Give every program its own model of a bundled file, and all of them one loaded session.

    Loading takes a second of two cores, which each of a hundred programs would spend.
    """
    bundled = {resolve(name).onnx for name, _ in bundled_models()}
    loaded: dict[tuple[Path, str], tuple[TappedModel, Notice | None]] = {}
    load = api.open_somewhere

    def once(
        path: Path, *, options: RuntimeOptions, cancel: Cancel | None
    ) -> tuple[TappedModel, Notice | None]:
        if path not in bundled or options.provider != CPU:
            return load(path, options=options, cancel=cancel)
        key = (path, repr(options))
        if key not in loaded:
            loaded[key] = load(path, options=options, cancel=cancel)
        return loaded[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "open_somewhere", once)
        yield


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
    end(*programs)


@pytest.fixture
def program(open_program: Opener) -> Program:
    """Return the program with the first sentence on screen."""
    return open_program()
