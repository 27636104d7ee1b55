"""How long the window takes to be repainted after a click, a hover, a change of layer or head."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from tests.benchmarks.measure import Result

_GOAL: Final = 16.0
_IMAGES: Final = Path(__file__).resolve().parent.parent.parent / "assets" / "images"


def results(*, quick: bool) -> Mapping[str, Result]:
    """Return the 95th percentile, from the intent to the last pixel, of every kind of change."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  # after the platform is chosen

    from gui.app import Program, use_bundled_font  # noqa: PLC0415
    from models.settings import Start  # noqa: PLC0415
    from tests.helpers.pictures import settle, wait  # noqa: PLC0415

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    use_bundled_font(app)
    store = Path(tempfile.mkdtemp()) / "preferences.json"
    program = Program(Start(language="en", theme="light"), stored=store)
    program.show()
    do, window = program.controller, program.window
    wait(lambda: window.map.view is not None)
    times = 20 if quick else 100
    found: dict[str, Result] = {}

    def measure(name: str) -> None:
        settle()
        count = len(do.bench.record.tokens) if do.bench.record else 0
        layers = len(do.bench.record.layers) if do.bench.record else 1
        changes: dict[str, Callable[[int], object]] = {
            "click": lambda i: do.change(pinned=(i * 37 + 1) % count, hovered=None),
            "hover": lambda i: do.hover_token((i * 53 + 2) % count),
            "head": lambda i: do.pick_heads((i % 3,)),
            "layer": lambda i: do.pick_layer(i % layers),
        }
        for kind, change in changes.items():
            taken = _percentile(change, times=times)
            found[f"window.{kind}.{name}"] = Result(taken, "ms", goal=_GOAL)

    do.set_text(" ".join(["casa"] * 48))
    wait(lambda: do.bench.record is not None and len(do.bench.record.tokens) == 50)
    measure("50_tokens")
    do.set_photo(_IMAGES / "cat.jpg", name="cat.jpg")
    wait(lambda: do.bench.modality == "image" and do.bench.record is not None and not do.busy)
    measure("257_tokens")
    window.close()
    return found


def _percentile(change: Callable[[int], object], *, times: int) -> float:
    from PySide6.QtCore import QCoreApplication  # noqa: PLC0415

    taken = []
    for i in range(times):
        begun = time.perf_counter()
        change(i)
        QCoreApplication.processEvents()  # every paint that the change asked for happens here
        taken.append(1000 * (time.perf_counter() - begun))
    return float(np.percentile(taken, 95))
