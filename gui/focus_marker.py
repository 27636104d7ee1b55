"""One ring for every control that has the keyboard, in every window; drawn views have their own.

A style sheet can recolour a control that has the keyboard, which is not seen where the control is
filled already, or is a table, a tab or a slider. The ring lies around the control, on the ground
between controls, and stands out from that ground by 3:1 (WCAG 2.2, 1.4.11 and 2.4.13).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFocusFrame,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from gui.event_filters import alive, while_whole
from gui.sight import seen_part, up_to
from gui.theme import RADIUS

_MARGIN: Final = 3
_WIDTH: Final = 2.0
_FIELDS: Final = (QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox)
_MOVED: Final = {
    QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide,
    QEvent.Type.LayoutRequest, QEvent.Type.KeyRelease, QEvent.Type.Wheel,
}  # fmt: skip
_KEYS: Final = {QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride}


class FocusMarker(QObject):
    """Marks what has the keyboard while the person works by keys, as ``:focus-visible`` does."""

    def __init__(self, app: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keyboard = False
        self._target: QWidget | None = None
        self._rings: list[_Ring] = []  # one for each window that was ever marked
        app.focusChanged.connect(self._on_focus)

    def _on_focus(self) -> None:
        """Mark what has the keyboard now.

        The signal's own widgets are not taken: the one that lost the keyboard may be half gone,
        and Python would keep a handle of a thing that Qt destroys in this moment.
        """
        new = QApplication.focusWidget()
        if self._target is not None and alive(self._target):
            self._target.removeEventFilter(self)
            self._show(None)
        self._target = new
        if new is None:
            return
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._keyboard = False
        new.installEventFilter(self)
        self._show(new)

    @while_whole
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note how the person works; every event goes on to the control."""
        if watched is self._target:
            if event.type() in _KEYS:
                self._work(keyboard=True)
            elif event.type() == QEvent.Type.MouseButtonPress:
                self._work(keyboard=False)
        return super().eventFilter(watched, event)

    def _work(self, *, keyboard: bool) -> None:
        if keyboard != self._keyboard:
            self._keyboard = keyboard
            self._show(self._target)

    def _show(self, target: QWidget | None) -> None:
        """Mark ``target``; None takes the ring away from what it marks now."""
        around = self._target if target is None else target
        if around is None or not alive(around):
            return
        window = around.window()
        frame = self._ring_of(window)
        wanted = target if self._keyboard and target is not None and _is_marked(target) else None
        if frame is None and wanted is not None:
            frame = _Ring(window)
            self._rings.append(frame)
        if frame is not None:
            frame.mark(wanted)

    def _ring_of(self, window: QWidget) -> _Ring | None:
        """Return the ring of a window, without asking the window for its children.

        The keyboard leaves a control while Qt takes its window down: half of the children are gone
        then, and looking through them ends the process.
        """
        self._rings = [ring for ring in self._rings if alive(ring)]
        return next((ring for ring in self._rings if ring.over is window), None)


class _Ring(QFocusFrame):
    """Lies over one window around ``target``; screen readers pass over it by its class."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.over = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._watched: list[QWidget] = []
        self.target: QWidget | None = None
        self.hide()

    def mark(self, target: QWidget | None) -> None:
        """Lie around ``target`` and follow it; None is seen nowhere."""
        for widget in self._watched:
            if alive(widget):
                widget.removeEventFilter(self)
        self.target, self._watched = target, list(up_to(target, self.over))
        for widget in self._watched:
            widget.installEventFilter(self)
        self.follow()

    @while_whole
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the control when it, or what holds it, moves."""
        if event.type() in _MOVED:
            self.follow()
        return bool(QWidget.eventFilter(self, watched, event))

    def follow(self) -> None:
        """Lie where the control is seen now."""
        target, window = self.target, self.over
        if target is None or not alive(target, window) or not target.isVisibleTo(window):
            self.hide()
            return
        room = seen_part(_part_of(target), target, window)
        if room.isEmpty():
            self.hide()
            return
        self.setGeometry(room.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN) & window.rect())
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ring in the accent of the theme in force."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = self.window().palette().color(QPalette.ColorRole.Accent)
        painter.setPen(QPen(accent, _WIDTH))
        inset = _WIDTH / 2
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), RADIUS, RADIUS
        )
        painter.end()


def _is_marked(target: QWidget) -> bool:
    """Whether ``target`` neither draws a ring of its own nor is a field, whose border tells it."""
    own = getattr(target, "ring", None) is not None
    return not own and not isinstance(target, _FIELDS)


def _part_of(target: QWidget) -> QRect:
    """Return what of ``target`` the keys act on: the chosen tab, the current item, or all."""
    if isinstance(target, QTabBar):
        return target.tabRect(target.currentIndex()) & target.rect()
    if isinstance(target, QAbstractItemView):
        item = target.visualRect(target.currentIndex()) & target.viewport().rect()
        if not item.isEmpty():
            return item.translated(target.viewport().pos())
    return target.rect()
