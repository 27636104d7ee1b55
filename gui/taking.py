"""From something dropped or pasted to an intent of the controller."""

from __future__ import annotations

from pathlib import Path

from gui.controller import Controller
from gui.drops import Dropped
from gui.messages import Message
from models.i18n import mark, tr


def take(dropped: Dropped, controller: Controller) -> None:
    """Open, run or show what was dropped, or say what can be dropped."""
    if dropped.kind == "model" and dropped.path is not None:
        _open(dropped.path, controller)
    elif dropped.kind == "lesson" and dropped.path is not None:
        controller.lesson_asked.emit(dropped.path)
    elif dropped.kind == "hub":
        # Named, not looked up: nothing is asked of the network without the person's word.
        controller.model_asked.emit(dropped.text, False)  # the signal's shape
    elif dropped.kind == "photo":
        name = dropped.path.name if dropped.path else tr("pasted picture")
        controller.set_photo(dropped.path or dropped.data, name=name)
    elif dropped.kind == "text":
        controller.set_text(dropped.text, None)
    else:
        text = mark("There is no photo, model or sentence in that.")
        hint = mark("Save the picture to a file first, then drop the file.")
        controller.message.emit(Message(text, hint if dropped.remote else "", kind="warning"))
    if dropped.ignored:
        text = mark("Took the first file and left out {count} more.")
        controller.message.emit(Message(text, values={"count": dropped.ignored}))


def _open(path: Path, controller: Controller) -> None:
    """Open a file; of a folder, let the person choose where it holds several models."""
    if path.is_dir():
        controller.model_asked.emit(str(path), True)  # the signal's shape
    else:
        controller.open_model(path)
