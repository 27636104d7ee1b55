"""Brings every page, tab, bench and dialog of the running program to the front, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QEventLoop
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from gui.app import Program
from gui.labs.state import BENCHES, Kind
from gui.messages import Message
from gui.panels.row_panel import TABLE_TAB
from models.compare_other import Other
from models.errors import InputError
from models.settings import HEATMAP, PAGES

IMAGES: Final = Path(__file__).resolve().parent.parent.parent / "assets" / "images"
State = tuple[str, QWidget]  # what it is called in a complaint, and the window to look at
Modality = Literal["text", "image"]
_PATIENCE: Final = 60_000  # milliseconds
_RUNS: Final[dict[str, Kind]] = {
    "dropout": "row_dropout", "heads": "heads", "tokens": "token", "arrow": "arrow",
}  # fmt: skip  # the fifth takes many runs


def until(reached: Callable[[], bool], *, patience: int = _PATIENCE) -> None:
    """Run the event loop until ``reached``; AssertionError after ``patience`` milliseconds."""
    clock = QElapsedTimer()
    clock.start()
    while not reached():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
        assert clock.elapsed() < patience, "the window did not get there"


def settle() -> None:
    """Let every pending layout and paint happen."""
    for _turn in range(6):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def end(*programs: Program) -> None:
    """Close these programs and let Qt destroy them at once."""
    for program in programs:
        program.window.close()
        program.window.deleteLater()
        program.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def every_state(program: Program) -> Iterator[State]:
    """Yield every state of the text, of a photo, and every other window."""
    for modality in ("text", "image"):
        for name, window in of_input(program, modality):
            yield f"{modality}: {name}", window
    yield from windows(program)
    yield from lessons(program)


def of_input(program: Program, modality: Modality) -> Iterator[State]:
    """Yield the pages, tabs and benches with a text or a photo in front."""
    window = program.window
    show_input(program, modality)
    yield from pages(program)
    for tab in range(window.side.count()):
        window.side.setCurrentIndex(tab)
        settle()
        if window.side.currentWidget() is program.labs.page:
            if modality == "text":  # the same controls for a photo
                yield from benches(program)
        else:
            yield f"tab {window.side.tabText(tab)}", window
    window.side.setCurrentIndex(0)
    window.row.tabs.setCurrentIndex(TABLE_TAB)
    settle()
    yield "table", window
    window.row.tabs.setCurrentIndex(0)


def show_input(program: Program, modality: Modality) -> None:
    """Bring the text or the first photo to the front, with one token pinned and one head."""
    do = program.controller
    if modality == "text":
        do.bring_front("text")
    else:
        do.set_photo(IMAGES / "cat.jpg", name="cat.jpg")
    until(lambda: do.bench.modality == modality and do.bench.record is not None)
    until(lambda: not do.busy and do.shown is not None)
    do.change(page=HEATMAP, pinned=2, layer=2, heads=(1,))
    settle()


def pages(program: Program) -> Iterator[State]:
    """Yield every page of the map card, with what it shows there."""
    window, do = program.window, program.controller
    for page in PAGES:
        do.change(page=page)
        settle()
        _fill(program, page)
        yield f"page {page}", window
    do.change(page=HEATMAP)


def _fill(program: Program, page: str) -> None:
    """Wait for what a page computes; the one that compares is given another head first."""
    shown = program.window.map.pages.get(page)
    if page == "compare" and shown is not None:
        shown.choice.set_other(Other("head", number=1))  # type: ignore[attr-defined]
        until(lambda: not shown.source.busy)  # type: ignore[attr-defined]
    if page == "layers" and shown is not None:
        until(lambda: shown.flows.flow is not None)  # type: ignore[attr-defined]
    if page == "heads" and shown is not None:
        until(lambda: bool(shown.atlas.found))  # type: ignore[attr-defined]
        if shown.area.map_seen:  # type: ignore[attr-defined]
            until(lambda: shown.similarity is not None)  # type: ignore[attr-defined]
    settle()


def benches(program: Program) -> Iterator[State]:
    """Yield every bench of the experiments, those that take one run with what came out."""
    lab, panel = program.labs.lab, program.labs.panel
    assert lab is not None
    assert panel is not None
    for bench in dict.fromkeys(BENCHES.values()):
        lab.change(next(k for k, b in BENCHES.items() if b == bench), bench=bench)
        if bench == "arrow":
            program.controller.change(key=1)
            lab.change("arrow", change="hand")
        kind = _RUNS.get(bench)
        if kind is not None:
            until(lambda: lab.state.running is None)
            lab.run(kind)
            until(lambda: lab.state.running is None)
        settle()
        yield f"bench {bench}", program.window


def lessons(program: Program) -> Iterator[State]:
    """Yield the list of lessons, one lesson's step and the things to try."""
    learning, window = program.teaching.learning, program.window
    program.teaching.toggle_lessons()
    settle()
    yield "lessons", window
    learning.open(learning.panel.list.buttons[3].lesson)
    until(lambda: not learning.stage.waiting)
    settle()
    yield "lesson", window
    program.teaching.show_things()
    settle()
    yield "things to try", window
    program.teaching.put_away()


def windows(program: Program) -> Iterator[State]:
    """Yield every other window and dialog, and a message with all its buttons."""
    teaching, window = program.teaching, program.window
    window.messages.show_message(Message.of(InputError("A sentence.", details="More.")))
    settle()
    yield "message", window
    window.messages.dismiss()
    for name, show in (
        ("playground", teaching.open_playground),
        ("glossary", teaching.explain),
        ("welcome", teaching.greet),
        ("shortcuts", program.show_shortcuts),
        ("about", program.about),
        ("open a model", program.opening.ask),
        ("export", program.exporting.ask),
    ):
        yield from _opened(name, show)


def _opened(name: str, show: Callable[[], object]) -> Iterator[State]:
    """Yield the dialog that ``show`` opens, and close it."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = {id(w) for w in app.topLevelWidgets() if w.isVisible()}
    show()
    settle()
    found = [
        w
        for w in app.topLevelWidgets()
        if isinstance(w, QDialog) and w.isVisible() and id(w) not in before
    ]
    assert len(found) == 1, (name, found)
    if name == "playground":  # a screen of 1280 × 800, which the platform's own may be less than
        found[0].resize(1200, 740)
        settle()
    yield name, found[0]
    found[0].close()
    settle()
