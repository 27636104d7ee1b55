"""What holds a part in its window: to follow it, to scroll to it, to know what of it is seen."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractScrollArea, QScrollArea, QWidget


def up_to(part: QWidget | None, window: QWidget) -> Iterator[QWidget]:
    """Yield ``part`` and all that holds it, from the inside out, below ``window``."""
    while part is not None and part is not window:
        yield part
        part = part.parentWidget()


def areas_around(part: QWidget) -> Iterator[QScrollArea]:
    """Yield what ``part`` scrolls in, from the inside out, in its own window."""
    for around in up_to(part, part.window()):
        if around is not part and isinstance(around, QScrollArea):
            yield around


def seen_part(part: QRect, of: QWidget, window: QWidget) -> QRect:
    """Return where ``part`` of a widget is seen in ``window``, without what is scrolled away."""
    seen = part.translated(of.mapTo(window, QPoint(0, 0)))
    for held in up_to(of, window):
        around = held.parentWidget()
        if isinstance(around, QAbstractScrollArea) and held is around.viewport():
            seen &= QRect(held.mapTo(window, QPoint(0, 0)), held.size())
    return seen
