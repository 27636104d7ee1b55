"""Where the playground stands: beside the words that speak of it, not over them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget

from gui.theme import SPACE

_LEAST: Final = 560  # logical pixels: narrower, the playground shows too little to be worth it


def keep_in_sight(window: QWidget, words: QWidget | None) -> None:
    """Move ``window`` off ``words`` where it lies over them and the screen has room beside."""
    if words is None or not words.isVisible():
        return
    seen = QRect(words.mapToGlobal(QPoint(0, 0)), words.size())
    if window.frameGeometry().intersects(seen):
        window.setGeometry(beside(window.geometry(), seen, window.screen().availableGeometry()))


def beside(now: QRect, words: QRect, screen: QRect) -> QRect:
    """Return a place on the roomier side of ``words``, no wider than ``now``; else ``now``."""
    left, right = words.left() - screen.left(), screen.right() - words.right()
    width = min(now.width(), max(left, right) - 2 * SPACE)
    if width < _LEAST:
        return now
    start = words.right() + SPACE if right >= left else words.left() - SPACE - width
    return QRect(start, now.top(), width, now.height())
