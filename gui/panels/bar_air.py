"""The air around what stands in the bars at the top of the window."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout

from gui.theme import SPACE


def leave_air(row: QLayout, *, low: bool = False) -> None:
    """Leave ``row`` its usual room, or less above and below in a window that is ``low``."""
    air = SPACE // 4 if low else SPACE
    row.setContentsMargins(2 * SPACE, air, 2 * SPACE, air)
