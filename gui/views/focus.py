"""The focus ring: drawn for people at the keyboard, out of the way of people at the mouse."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from gui.event_filters import while_whole

_BY_KEYBOARD: Final = {
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
}


class FocusRing(QObject):
    """Says whether ``widget`` should draw its ring now, and repaints it when that changes.

    The rule is that of ``:focus-visible`` in CSS Selectors 4: focus that came by keyboard, or a
    key pressed since, shows the ring; a press of the mouse hides it.
    """

    def __init__(self, widget: QWidget, *, surface: QWidget | None = None) -> None:
        """Watch ``widget``; ``surface`` is what is drawn on, where that is another (a viewport)."""
        super().__init__(widget)
        self._widget, self._surface = widget, surface or widget
        self._keyboard = False
        for watched in {self._widget, self._surface}:
            watched.installEventFilter(self)

    @property
    def visible(self) -> bool:
        """Whether the ring is to be drawn."""
        return self._keyboard and self._widget.hasFocus()

    @while_whole
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note how the person works; every event goes on to the widget."""
        if watched is self._widget and isinstance(event, QFocusEvent):
            self._set(event.gotFocus() and event.reason() in _BY_KEYBOARD)
        elif event.type() == QEvent.Type.KeyPress:
            self._set(True)
        elif event.type() == QEvent.Type.MouseButtonPress:
            self._set(False)
        return super().eventFilter(watched, event)

    def _set(self, keyboard: bool) -> None:  # noqa: FBT001  # one private switch
        if keyboard != self._keyboard:
            self._keyboard = keyboard
            self._surface.update()
