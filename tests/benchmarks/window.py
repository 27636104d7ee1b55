"""How long the window takes to be repainted after a click, a hover, a change of layer or head."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.benchmarks.frames import GOAL, painted
from tests.benchmarks.measure import Result, milliseconds
from tests.helpers.long_records import long_record

if TYPE_CHECKING:
    from gui.app import Program

_IMAGES: Final = Path(__file__).resolve().parent.parent.parent / "assets" / "images"
_LONG: Final = 8192
_LONG_GOAL: Final = 50.0


def results(*, quick: bool) -> Mapping[str, Result]:
    """Return the 95th percentiles of every kind of change, at 50 to 8,192 tokens."""
    program = _program()
    from tests.helpers.pictures import wait  # noqa: PLC0415  # after the platform is chosen

    do, found, times = program.controller, dict[str, Result](), 20 if quick else 100
    wait(lambda: program.window.map.view is not None and not do.busy)
    for tokens in (50, 512):
        do.set_text(" ".join(["casa"] * (tokens - 2)))
        _until(program, tokens)
        found.update(_changes(program, times=times))
        found.update(_pages(program, times=times))
    do.set_photo(_IMAGES / "cat.jpg", name="cat.jpg")
    _until(program, 257)
    found.update(_changes(program, times=times))
    do.pick_size((518, 518))
    _until(program, 1370)
    found.update(_changes(program, times=times))
    _show_long(program)
    found.update(_changes(program, times=times, goal=_LONG_GOAL))
    found.update(_pages(program, times=times, goal=_LONG_GOAL))
    found.update(_zooms(program, times=times))
    program.window.close()
    return found


def _program() -> Program:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  # after the platform is chosen

    from gui.app import Program  # noqa: PLC0415
    from gui.fonts import use_bundled_font  # noqa: PLC0415
    from models.settings import Start  # noqa: PLC0415

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    use_bundled_font(app)
    store = Path(tempfile.mkdtemp()) / "preferences.json"
    program = Program(Start(language="en", theme="light"), stored=store)
    program.window.resize(1280, 800)
    program.show()
    return program


def _until(program: Program, tokens: int) -> None:
    """Wait until a run of so many tokens is shown, compared and drawn, heatmap included."""
    from tests.helpers.pictures import settle, wait  # noqa: PLC0415  # after the platform is chosen

    do = program.controller
    wait(lambda: do.bench.record is not None and len(do.bench.record.tokens) == tokens)
    wait(lambda: not do.busy and not do.checker.busy)
    wait(lambda: _drawn(program))
    settle()


def _drawn(program: Program) -> bool:
    """Whether the heatmap shows what was asked for, all of it."""
    matrix, shown = program.window.map.heatmap.matrix, program.controller.shown
    if matrix is None or shown is None or not matrix.fits(shown):
        return False
    return matrix.tiled is None or matrix.tiled.overview.complete


def _changes(program: Program, *, times: int, goal: float = GOAL) -> Iterator[tuple[str, Result]]:
    from tests.helpers.pictures import settle, wait  # noqa: PLC0415  # after the platform is chosen

    do = program.controller
    record = do.bench.record
    assert record is not None
    count, layers = len(record.tokens), len(record.layers)
    changes: dict[str, Callable[[int], object]] = {
        "click": lambda i: do.change(pinned=(i * 37 + 1) % count, hovered=None),
        "hover": lambda i: do.hover_token((i * 53 + 2) % count),
        "head": lambda i: do.pick_heads((i % 3,)),
        "layer": lambda i: do.pick_layer(i % layers),
    }
    for kind, change in changes.items():
        yield from painted(f"window.{kind}.{count}_tokens", change, times=times, goal=goal)
        wait(lambda: _drawn(program))
        settle()

    def map_of_a_new_head() -> None:
        program.window.matrices.kept.drop_all("maps")
        do.pick_heads((4,))
        wait(lambda: _drawn(program))

    yield f"window.map_of_a_new_head.{count}_tokens", Result(milliseconds(map_of_a_new_head), "ms")


def _pages(program: Program, *, times: int, goal: float = GOAL) -> Iterator[tuple[str, Result]]:
    """Measure clicks while the lines or the layers are in front, then go back to the heatmap."""
    from tests.helpers.pictures import settle, wait  # noqa: PLC0415  # after the platform is chosen

    do = program.controller
    record = do.bench.record
    assert record is not None
    count = len(record.tokens)

    def click(i: int) -> None:
        do.change(pinned=(i * 37 + 1) % count, hovered=None)

    for page in ("lines", "layers"):
        do.pick_page(page)
        settle()
        wait(lambda: not do.busy)
        yield from painted(f"window.{page}.click.{count}_tokens", click, times=times, goal=goal)
        settle()
    do.pick_page("heatmap")
    settle()


def _show_long(program: Program) -> None:
    """Show a record of 8,192 tokens, as no bundled model makes it: seeded Q, K and V."""
    do = program.controller
    do.bring_front("text")
    bench, record = do.bench, long_record(_LONG, layers=2, heads=12)
    bench.state = replace(bench.state, layer=0, heads=(0,), pinned=3, hovered=None)
    bench.record, bench.outputs = record, ()
    do.record_changed.emit(record)
    do.shown_changed.emit(do.shown)
    _until(program, _LONG)


def _zooms(program: Program, *, times: int) -> Iterator[tuple[str, Result]]:
    """Measure frames while the wheel goes in and out, and while the map is dragged about."""
    from PySide6.QtCore import QPointF  # noqa: PLC0415  # after the platform is chosen

    from tests.helpers.pictures import settle  # noqa: PLC0415

    view = program.window.map.view
    assert view is not None
    box = view.canvas.box

    def zoom(i: int) -> None:
        box.zoomed.emit(1.2 if i // 15 % 2 == 0 else 1 / 1.2, QPointF(90, 60))

    def pan(i: int) -> None:
        step = -7.0 if i // 40 % 2 == 0 else 7.0
        box.dragged.emit(QPointF(step, step))

    yield from painted(f"window.zoom.{_LONG}_tokens", zoom, times=times)
    view.canvas.show_all()
    view.canvas.zoom(12)
    settle()
    yield from painted(f"window.pan.{_LONG}_tokens", pan, times=times)
