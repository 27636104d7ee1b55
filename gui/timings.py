"""Milestones of the start, in seconds since the process began, one JSON line each."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from gui.event_filters import while_whole

_IMPORTED = time.monotonic()


def process_start() -> float:
    """Return when the process began, on the clock of ``time.monotonic``.

    Linux tells exactly; elsewhere it is the moment this module was imported, which is later by
    the start of the interpreter (some hundredths of a second).
    """
    try:
        ticks = int(
            Path("/proc/self/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[19]
        )
        since_boot = ticks / os.sysconf("SC_CLK_TCK")
        return time.monotonic() - (time.clock_gettime(time.CLOCK_BOOTTIME) - since_boot)
    except (OSError, ValueError, IndexError, AttributeError):
        return _IMPORTED


class Timings:
    """Prints each milestone once, when asked to print at all."""

    def __init__(self, *, printed: bool) -> None:
        self._printed = printed
        self._began = process_start()
        self.reached: dict[str, float] = {}

    def note(self, milestone: str) -> None:
        """Note that ``milestone`` was reached now."""
        if milestone in self.reached:
            return
        self.reached[milestone] = seconds = round(time.monotonic() - self._began, 4)
        if self._printed:
            sys.stdout.write(json.dumps({"milestone": milestone, "seconds": seconds}) + "\n")
            sys.stdout.flush()


class OncePainted(QObject):
    """Calls ``then`` once, right after ``widget`` was painted."""

    def __init__(self, widget: QWidget, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._then = then
        self._widget = widget
        widget.installEventFilter(self)
        widget.update()

    @while_whole
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the paint, let it happen, then call."""
        if event.type() == QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            QTimer.singleShot(0, self._finish)
        return super().eventFilter(watched, event)

    def _finish(self) -> None:
        self._then()
        self.deleteLater()
