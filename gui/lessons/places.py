"""The names by which lessons and help speak of parts of the window.

This table is the one place that knows where a part is; a part that is moved is moved here.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from gui.main_window import MainWindow

PLAYGROUND: Final = "playground"  # the name of its window, among those of the program's

# name: the way to it from the window, attribute by attribute; a number counts in a list
_WAYS: Final[dict[str, tuple[str | int, ...]]] = {
    "sentence": ("input", "sentence"),
    "pair": ("input", "pair_button"),
    "samples": ("input", "samples", 0),
    "photo": ("source", "photo"),
    "model": ("top", "model_button"),
    "layers": ("choice", "layers"),
    "heads": ("choice", "heads"),
    "tokens": ("source",),
    "map": ("map",),
    "row": ("row",),
    "query": ("row", "steps", "cards", 0),
    "keys": ("row", "steps", "cards", 1),
    "scores": ("row", "steps", "cards", 2),
    "values": ("row", "steps", "cards", 3),
    "vector": ("row", "steps", "cards", 4),
    "tabs": ("side",),
    "output": ("output",),
    "export": ("top", "export_button"),
    "learn": ("top", "learn_button"),
}
# the same in the playground, once it was opened
_IN_PLAYGROUND: Final[dict[str, tuple[str | int, ...]]] = {
    "temperature": ("controls", "lines", "temperature"),
    "mask": ("controls", "lines", "mask"),
    "dropout": ("controls", "lines", "dropout"),
    "draw": ("controls", "lines", "draw"),
    "numbers": ("tables", "query"),
}


def place(window: MainWindow, name: str) -> QWidget | None:
    """Return the part called ``name``, of the window or its playground; None when there is none."""
    if name in _IN_PLAYGROUND:
        return _walk(window.findChild(QDialog, PLAYGROUND), _IN_PLAYGROUND[name])
    return _walk(window if name in _WAYS else None, _WAYS.get(name, ()))


def _walk(found: object, way: tuple[str | int, ...]) -> QWidget | None:
    for step in way:
        if isinstance(step, int):
            found = found[step] if isinstance(found, (list, tuple)) and len(found) > step else None
        elif isinstance(found, dict):
            found = found.get(step)
        else:
            found = getattr(found, step, None)
    return found if isinstance(found, QWidget) else None


def place_of(window: MainWindow, part: QObject | None) -> str:
    """Return the name of the smallest known part that holds ``part``; nothing outside of all."""
    around: dict[int, str] = {}
    for name in (*_WAYS, *_IN_PLAYGROUND):
        widget = place(window, name)
        if widget is not None:
            around.setdefault(id(widget), name)
    while part is not None:
        if id(part) in around:
            return around[id(part)]
        part = part.parent()
    return ""
