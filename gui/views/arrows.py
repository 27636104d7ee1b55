"""Where the arrow keys lead in views of rows and columns."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

ARROWS: Final = MappingProxyType(  # rows down, columns to the right
    {
        Qt.Key.Key_Left: (0, -1),
        Qt.Key.Key_Right: (0, 1),
        Qt.Key.Key_Up: (-1, 0),
        Qt.Key.Key_Down: (1, 0),
    }
)


def plain_step(event: QKeyEvent) -> tuple[int, int] | None:
    """Return the step of an arrow that is pressed alone; None for every other key."""
    if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return None
    return ARROWS.get(Qt.Key(event.key()))
