"""What Python puts on the clipboard is let go while Python still runs."""

from __future__ import annotations

from functools import cache
from typing import Final

from PySide6.QtCore import QMimeData, qAddPostRoutine
from PySide6.QtGui import QGuiApplication

_DESKTOPS: Final = ("xcb", "wayland", "windows", "cocoa")  # their clipboards end with the program


def put(mime: QMimeData) -> None:
    """Put ``mime`` on the clipboard."""
    QGuiApplication.clipboard().setMimeData(mime)
    _let_go_at_the_end()


@cache
def _let_go_at_the_end() -> None:
    """Empty a clipboard that nobody shares before the application goes.

    Without a desktop (offscreen, a bare framebuffer) Qt keeps the contents in a static object,
    which is destroyed after the interpreter: an object made in Python then calls into it, and
    the process ends with SIGSEGV. On a desktop the figure stays there for others.
    """
    if not QGuiApplication.platformName().startswith(_DESKTOPS):
        qAddPostRoutine(_empty)


def _empty() -> None:
    QGuiApplication.clipboard().clear()
