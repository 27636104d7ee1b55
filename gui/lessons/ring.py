"""A still ring around a part of the window, seen in both themes."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.event_filters import alive, while_whole
from gui.sight import areas_around, seen_part, up_to
from gui.theme import LIGHT, RADIUS, Theme

_MARGIN: Final = 3
_WIDTH: Final = 3
_MOVED: Final = {
    QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide,
    QEvent.Type.LayoutRequest,
}  # fmt: skip


class Ring(QWidget):
    """Lies over the window, lets every click through, and follows the part it marks."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._home = window
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("")
        self._theme: Theme = LIGHT
        self._watched: list[QWidget] = []
        self.target: QWidget | None = None
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self._theme = theme
        self.update()

    def mark(self, target: QWidget | None) -> None:
        """Mark ``target``, bringing it into view where it scrolls; None marks nothing."""
        for widget in self._watched:
            if alive(widget):
                widget.removeEventFilter(self)
        over = self._home if target is None else target.window()
        if over is not self.parentWidget():
            self.setParent(over)  # the playground is a window of its own
        self.target, self._watched = target, list(up_to(target, over))
        for widget in self._watched:
            widget.installEventFilter(self)
        self._bring_into_view()
        self._follow()
        QTimer.singleShot(0, self, self._bring_into_view)  # once more when all is laid out

    def _bring_into_view(self) -> None:
        target = self.target
        if target is None or not alive(target):
            return
        for area in areas_around(target):
            inside = area.widget()
            if inside is None:
                continue
            top, tall = target.mapTo(inside, QPoint(0, 0)).y(), target.height()
            area.ensureWidgetVisible(target, 0, 0)
            if tall > area.viewport().height():  # its beginning is what is read first
                area.verticalScrollBar().setValue(top)

    @while_whole
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the part when it, or what holds it, moves."""
        if event.type() in _MOVED:
            self._follow()
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        target, window = self.target, self.parentWidget()
        if target is None or window is None or not (alive(target) and target.isVisibleTo(window)):
            self.hide()
            return
        seen = seen_part(target.rect(), target, window)
        if seen.isEmpty():
            self.hide()
            return
        self.setGeometry(seen.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN) & window.rect())
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ring, with a thin edge on both sides so that it stands out from any colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        for colour, width in ((self._theme.surface, _WIDTH + 1), (self._theme.accent, _WIDTH - 1)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawRoundedRect(box, RADIUS + 2, RADIUS + 2)
        painter.end()
