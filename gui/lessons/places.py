"""The names by which lessons and help speak of parts of the window.

This table is the one place that knows where a part is; a part that is moved is moved here.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.main_window import MainWindow

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


def place(window: MainWindow, name: str) -> QWidget | None:
    """Return the part called ``name``; None when there is none."""
    found: object = window if name in _WAYS else None
    for step in _WAYS.get(name, ()):
        if isinstance(step, int):
            found = found[step] if isinstance(found, (list, tuple)) and len(found) > step else None
        else:
            found = getattr(found, step, None)
    return found if isinstance(found, QWidget) else None


def place_of(window: MainWindow, part: QObject | None) -> str:
    """Return the name of the smallest known part that holds ``part``; nothing outside of all."""
    around: dict[int, str] = {}
    for name in _WAYS:
        widget = place(window, name)
        if widget is not None:
            around.setdefault(id(widget), name)
    while part is not None:
        if id(part) in around:
            return around[id(part)]
        part = part.parent()
    return ""
