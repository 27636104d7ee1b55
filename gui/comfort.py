"""What makes the window easier to use: its size, stillness, and going about by keyboard."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from gui.focus_marker import FocusMarker
from gui.player import allow_motion, moves
from gui.spoken import give_roles
from gui.tab_order import is_stop, stops_in
from gui.zoom import USUAL, next_zoom, stored_zoom, use_zoom, zoom

if TYPE_CHECKING:
    from gui.app import Program


class Comfort(QObject):
    """Sets what the preferences ask for when it is made, before the window is."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._program = program
        use_zoom(stored_zoom(program.preferences.zoom))
        allow_motion({"on": True, "off": False}.get(program.preferences.motion))
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101  # a window needs one
        self.marker = FocusMarker(app, self)
        give_roles()

    def zoom(self, step: int) -> None:
        """Show everything one step larger (1) or smaller (-1), or as usual (0); remember it."""
        program = self._program
        use_zoom(next_zoom(step) if step else USUAL)
        program.remember(replace(program.preferences, zoom=str(zoom())))
        program.use_theme(program.window.theme.name)
        program.retranslate()

    def toggle_motion(self) -> None:
        """Let things move by themselves, or keep all still; remember it."""
        program, wanted = self._program, not moves()
        allow_motion(wanted)
        program.remember(replace(program.preferences, motion="on" if wanted else "off"))

    # -- areas

    def go_on(self, step: int) -> None:
        """Give the keyboard to the next area of the window (1), or the one before (-1)."""
        areas = self.areas()
        here = QApplication.focusWidget()
        inside = [place for place, area in enumerate(areas) if _holds(area, here)]
        start = inside[-1] if inside else (-1 if step > 0 else 0)
        for turn in range(1, len(areas) + 1):
            wanted = first_stop(areas[(start + step * turn) % len(areas)])
            if wanted is not None:
                wanted.setFocus(
                    Qt.FocusReason.TabFocusReason if step > 0 else Qt.FocusReason.BacktabFocusReason
                )
                return

    def areas(self) -> list[QWidget]:
        """Return the areas that are shown, in the order of reading."""
        window = self._program.window
        lessons = self._program.teaching.panel
        parts = [window.top, window.input, window.choice, window.source, window.map, window.side]
        shown = [*parts, *([lessons] if lessons is not None else [])]
        return [part for part in shown if part.isVisible()]


def first_stop(area: QWidget) -> QWidget | None:
    """Return where Tab would first stop inside ``area``."""
    if is_stop(area):
        return area
    return next(iter(stops_in(area)), None)


def _holds(area: QWidget, part: QWidget | None) -> bool:
    return part is not None and (part is area or area.isAncestorOf(part))
