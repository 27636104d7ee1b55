"""Where the window goes: all of it on the screen, title bar and status line included."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray, QMargins, QRect, QSize
from PySide6.QtWidgets import QMainWindow, QStyle, QWidget

WISHED: Final = QSize(1280, 800)


def fitted(wanted: QRect, *, available: QRect, frame: QMargins, least: QSize) -> QRect:
    """Return ``wanted``, without its ``frame``, moved and shrunk until both are on screen.

    It is never made smaller than ``least``: then its upper left corner stays on screen.
    """
    room = available.marginsRemoved(frame)
    size = wanted.size().boundedTo(room.size()).expandedTo(least)
    left = max(min(wanted.left(), room.left() + room.width() - size.width()), room.left())
    top = max(min(wanted.top(), room.top() + room.height() - size.height()), room.top())
    return QRect(left, top, size.width(), size.height())


def frame_of(window: QWidget) -> QMargins:
    """Return what the desktop draws around a window; its usual title bar before it is known."""
    inner, outer = window.geometry(), window.frameGeometry()
    if window.isVisible():
        return QMargins(
            inner.left() - outer.left(),
            inner.top() - outer.top(),
            outer.right() - inner.right(),
            outer.bottom() - inner.bottom(),
        )
    bar = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight, None, window)
    return QMargins(0, bar, 0, 0)


def keep_on_screen(window: QMainWindow) -> None:
    """Shrink and move a window that reaches beyond its screen; full ones are left alone."""
    screen = window.screen()
    if screen is None or window.isMaximized() or window.isFullScreen():
        return
    place = fitted(
        window.geometry(),
        available=screen.availableGeometry(),
        frame=frame_of(window),
        least=window.minimumSize(),
    )
    if place.size() != window.size():
        window.resize(place.size())
    if window.isVisible() and place.topLeft() != window.geometry().topLeft():
        window.setGeometry(place)


def restore(window: QMainWindow, stored: str) -> None:
    """Give the window the size and place that were ``stored`` (hexadecimal), or the usual size."""
    window.resize(WISHED)
    window.restoreGeometry(QByteArray.fromHex(stored.encode()))
    keep_on_screen(window)
