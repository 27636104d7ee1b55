"""What the window shows, as the facts that a lesson's conditions and live numbers are about."""

from __future__ import annotations

from collections.abc import Mapping

from gui.labs.state import Kind, Outcome
from gui.lessons.tabs import experiments, tab_in_front
from gui.main_window import MainWindow
from models.lessons.experiments import movement
from models.lessons.lesson import Fact, Scene
from models.lessons.live import Live
from models.lessons.naming import label
from models.record import Record


def facts_of(window: MainWindow, playground: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return every fact there is; what does not exist now is None."""
    do = window.controller
    shown, bench = do.shown, do.bench
    tab = experiments(window)
    lab = None if tab is None else tab.lab
    found: dict[str, Fact] = {
        "modality": bench.modality,
        "model": bench.reference,
        "text": bench.text if bench.modality == "text" else None,
        "pair": bool(bench.pair) if bench.modality == "text" else None,
        "photo": bench.photo_name if bench.modality == "image" else None,
        "tab": tab_in_front(window),
        "experiment": None if lab is None else lab.state.bench,
        "steps": "table" if window.row.tabs.currentIndex() else "steps",
        **_ran(window),
        **playground,
    }
    if shown is None or bench.record is None:
        return found
    state, tokens = shown.state, shown.record.tokens
    head: Fact = "several" if len(shown.heads) > 1 else float(shown.heads[0] + 1)
    if bench.modality == "image":
        found["photo"] = shown.record.encoded.photo_name
    else:
        found["text"] = shown.record.encoded.text
    return {
        **found,
        "layer": float(state.layer + 1),
        "head": "mean" if shown.all_heads else head,
        "token": None if state.pinned is None else label(tokens[state.pinned]),
        "key": None if state.key is None else label(tokens[state.key]),
        "page": state.page,
        "colours": state.colour_map,
        "opacity": state.opacity,
    }


def live_in(window: MainWindow, scene: Scene, kept: Mapping[str, Record]) -> Live | None:
    """Return what live numbers are taken from; None before the first record."""
    do = window.controller
    shown = do.shown
    if shown is None:
        return None
    others = {
        name: record
        for name in ("text", "image")
        if (record := do.bench_of(name).record) is not None
    }
    return Live(
        record=shown.record,
        scene=scene,
        layer=shown.state.layer,
        heads=() if shown.all_heads else shown.heads,
        pinned=shown.state.pinned,
        kept=kept,
        others=others,
        moved=lambda kind: _moved(window, kind),
    )


def _ran(window: MainWindow) -> dict[str, Fact]:
    """Return which experiments were made as things are chosen now; training, if it is on."""
    kinds: tuple[Kind, ...] = ("training", "arrow", "search")
    made = {kind: _outcome(window, kind) for kind in kinds}
    return {f"ran.{kind}": found is not None and not _idle(found) for kind, found in made.items()}


def _idle(made: Outcome) -> bool:
    dropout = made.recipe.dropout
    return dropout is not None and dropout.attention == 0 == dropout.hidden


def _outcome(window: MainWindow, kind: Kind) -> Outcome | None:
    tab = experiments(window)
    lab = None if tab is None else tab.lab
    return None if lab is None or lab.stale(kind) else lab.outcome(kind)


def _moved(window: MainWindow, kind: str) -> float | None:
    known: dict[str, Kind] = {"training": "training", "arrow": "arrow", "search": "search"}
    made = _outcome(window, known[kind]) if kind in known else None
    return None if made is None or _idle(made) else movement(made.result, made.studied)
