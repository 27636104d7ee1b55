"""What stands on screen after clicks is what the window would draw anew: nothing old is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage, QPixmap
from pytestqt.qtbot import QtBot

from gui.app import Program
from tests.flows.conftest import START, Opener

CAT = Path(__file__).resolve().parent.parent.parent / "assets" / "images" / "cat.jpg"


def pixels(picture: QPixmap) -> np.ndarray:
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return lines[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def differs(program: Program) -> int:
    """Count the pixels on screen that are not as they would be drawn now."""
    for _ in range(5):
        QCoreApplication.processEvents()
    window = program.window
    seen = pixels(window.screen().grabWindow(window.winId()))
    return int((seen != pixels(window.grab())).any(axis=-1).sum())


def drawn(program: Program) -> bool:
    """Whether the page in front shows what is asked for, all of it."""
    shown, card = program.controller.shown, program.window.map
    if program.controller.busy or program.controller.checker.busy or shown is None:
        return False
    if card.front == "lines" and shown.record.encoded.modality == "text":
        return card.pages["lines"].view.finished  # type: ignore[attr-defined]
    if card.front == "layers":
        page = card.pages["layers"]
        return not page.paths.busy and not page.flows.busy  # type: ignore[attr-defined]
    matrix = card.heatmap.matrix
    return card.front != "heatmap" or (matrix is not None and matrix.fits(shown))


@pytest.mark.parametrize("image", [False, True])
def test_clicks_heads_and_layers_leave_nothing_old_on_screen(
    open_program: Opener, qtbot: QtBot, *, image: bool
) -> None:
    program = open_program(replace(START, image=str(CAT)) if image else START)
    do = program.controller
    qtbot.waitUntil(lambda: program.window.map.view is not None, timeout=60_000)
    changes: tuple[Callable[[], object], ...] = (
        lambda: do.change(pinned=2, hovered=None, key=None),
        lambda: do.change(pinned=5, hovered=1, key=3),
        lambda: do.change(hovered=None, key=None),
        lambda: do.pick_heads((1,)),
        lambda: do.pick_heads((0, 2)),
        lambda: do.pick_layer(3),
        lambda: do.change(pinned=1),
    )
    for page in ("heatmap", "lines", "layers"):
        do.pick_page(page)
        for number, change in enumerate(changes):
            change()
            qtbot.waitUntil(lambda: drawn(program), timeout=60_000)
            assert differs(program) == 0, (page, number)
