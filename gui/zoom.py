"""How large the whole interface is: one factor for fonts, the style sheet and drawn views."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

ZOOMS: Final = (80, 90, 100, 110, 125, 150, 175, 200)  # per cent
USUAL: Final = 100
_OWN: Final = "share_of_font"  # a widget's property: its own size, as a share of the usual
_LENGTH: Final = re.compile(r"\b(\d+)px")
_HAIR: Final = 2  # pixels: borders and rings up to this width stay as they are


class _Now:
    """The zoom in force: one value for the whole process, as the application has one font."""

    percent: int = USUAL


def zoom() -> int:
    """Return the per cent in force."""
    return _Now.percent


def scaled(pixels: float) -> int:
    """Return a length of the design, in logical pixels, at the zoom in force."""
    return round(pixels * _Now.percent / USUAL)


def stretched(pixels: float) -> float:
    """Return a length that need not be whole pixels, at the zoom in force."""
    return pixels * _Now.percent / USUAL


def scaled_sheet(sheet: str) -> str:
    """Return a style sheet with its lengths at the zoom in force; thin borders stay thin."""

    def length(found: re.Match[str]) -> str:
        pixels = int(found[1])
        return f"{pixels if pixels <= _HAIR else scaled(pixels)}px"

    return sheet if zoom() == USUAL else _LENGTH.sub(length, sheet)


def stored_zoom(stored: str) -> int:
    """Return a remembered zoom; anything but one that is offered is the usual."""
    wanted = int(stored) if stored.isdecimal() else USUAL
    return wanted if wanted in ZOOMS else USUAL


def next_zoom(step: int) -> int:
    """Return the zoom one step larger (1) or smaller (-1) than the one in force."""
    place = ZOOMS.index(zoom()) + step
    return ZOOMS[min(max(place, 0), len(ZOOMS) - 1)]


def use_zoom(percent: int) -> None:
    """Write everything at this size: the application's font first, every other one follows."""
    app = QApplication.instance()
    if not isinstance(app, QApplication) or percent == zoom():
        return
    for part in app.allWidgets():
        if part.testAttribute(Qt.WidgetAttribute.WA_SetFont) and part.property(_OWN) is None:
            part.setProperty(_OWN, part.font().pointSizeF() / app.font().pointSizeF())
    font = QFont(app.font())
    font.setPointSizeF(font.pointSizeF() * percent / zoom())
    _Now.percent = percent
    app.setFont(font)


def keep_own_fonts() -> None:
    """Give the parts with a size of their own that share of the font in force.

    A style sheet that is set again brings back the size that they were made with.
    """
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    for part in app.allWidgets():
        share = part.property(_OWN)
        if isinstance(share, float) and share > 0:
            font = QFont(part.font())
            font.setPointSizeF(app.font().pointSizeF() * share)
            part.setFont(font)
