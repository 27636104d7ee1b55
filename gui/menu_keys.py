"""Menu shortcuts work while a field has the keyboard; the keys of editing stay the field's.

Qt asks the control with the keyboard first, and a field takes what its desktop calls editing:
Ctrl+E is “end of the line” under X11, and so the menu would never hear of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMainWindow,
)

from gui.event_filters import alive, while_whole

_FIELDS: Final = (QLineEdit, QAbstractSpinBox, QComboBox)
_Standard = QKeySequence.StandardKey
_OWN: Final = (
    _Standard.Copy, _Standard.Cut, _Standard.Paste, _Standard.Undo, _Standard.Redo,
    _Standard.SelectAll, _Standard.Delete, _Standard.Backspace,
    _Standard.MoveToNextWord, _Standard.MoveToPreviousWord,
    _Standard.SelectNextWord, _Standard.SelectPreviousWord,
    _Standard.DeleteStartOfWord, _Standard.DeleteEndOfWord,
)  # fmt: skip  # what a person expects of every field, whatever the menus offer


class MenuKeys(QObject):
    """Lets no field of ``window`` take a key of the menus, but those of editing."""

    def __init__(self, window: QMainWindow, keys: Callable[[], list[QKeySequence]]) -> None:
        super().__init__(window)
        self._window, self._keys = window, keys
        self._field: QObject | None = None
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101  # a window needs one
        app.focusChanged.connect(self._on_focus)

    def _on_focus(self) -> None:
        """Watch the field that has the keyboard now, and no other control."""
        if self._field is not None and alive(self._field):
            self._field.removeEventFilter(self)
        new = QApplication.focusWidget()
        self._field = new if isinstance(new, _FIELDS) and new.window() is self._window else None
        if self._field is not None:
            self._field.installEventFilter(self)

    @while_whole
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the question whether a key is the field's from the field when the menu wants it."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if not self._wanted(event):
            return False
        event.ignore()  # nobody keeps it: Qt goes on to the menu
        return True

    def _wanted(self, event: QKeyEvent) -> bool:
        """Tell whether this key is in a menu and not one of editing."""
        keypad = Qt.KeyboardModifier.KeypadModifier
        pressed = QKeySequence(event.modifiers().value & ~keypad.value | event.key())
        if pressed not in self._keys():
            return False
        return not any(event.matches(own) for own in _OWN)
