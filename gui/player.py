"""Plays through numbered steps: one after another until the last, then stops by itself."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QProgressBar, QStyle

PACE: Final = 800  # milliseconds a step is seen


class Player(QObject):
    """Asks for steps with ``step_asked(number)``; ``playing_changed`` tells when it runs.

    Where the desktop asks for no animation, ``toggle`` goes one step on and nothing moves alone.
    """

    step_asked = Signal(int)
    playing_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._count, self._at = 0, 0
        self._timer = QTimer(self)
        self._timer.setInterval(PACE)
        self._timer.timeout.connect(self._go_on)

    @property
    def playing(self) -> bool:
        """Whether steps follow by themselves."""
        return self._timer.isActive()

    def set_place(self, at: int, *, count: int) -> None:
        """Say which step of how many is shown, counted from 0."""
        self._at, self._count = at, count
        if self.playing and at >= count - 1:
            self.stop()

    def toggle(self) -> None:
        """Play from here, from the first step when this is the last; or stop."""
        if self.playing:
            self.stop()
            return
        if self._count < 2:  # noqa: PLR2004  # one step alone cannot be played
            return
        if moves():
            self._timer.start()
            self.playing_changed.emit(True)
        self.step_asked.emit(0 if self._at >= self._count - 1 else self._at + 1)

    def stop(self) -> None:
        """Stay where it is."""
        if self.playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def _go_on(self) -> None:
        self.step_asked.emit(min(self._at + 1, self._count - 1))


class _Wish:
    """What the person chose; None follows the desktop. One value for the whole process."""

    motion: bool | None = None


def allow_motion(wish: bool | None) -> None:  # noqa: FBT001  # one switch with three states
    """Let things move by themselves or not, whatever the desktop says; None follows it."""
    _Wish.motion = wish


def moves() -> bool:
    """Whether things may move by themselves."""
    if _Wish.motion is not None:
        return _Wish.motion
    style = QApplication.style()
    return style is None or style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0


def show_busy(bar: QProgressBar) -> None:
    """Let ``bar`` say that something is done nobody knows how long: moving, or still and full."""
    if moves():
        bar.setRange(0, 0)
    else:
        bar.setRange(0, 1)
        bar.setValue(1)
