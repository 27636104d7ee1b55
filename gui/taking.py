"""From something dropped or pasted to an intent of the controller."""

from __future__ import annotations

from gui.controller import Controller
from gui.drops import Dropped
from gui.messages import Message
from models.i18n import mark, tr


def take(dropped: Dropped, controller: Controller) -> None:
    """Open, run or show what was dropped, or say what can be dropped."""
    if dropped.kind == "model" and dropped.path is not None:
        controller.open_model(dropped.path)
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
        text = mark("Took the first file; {count} more were left out.")
        controller.message.emit(Message(text, values={"count": dropped.ignored}))
