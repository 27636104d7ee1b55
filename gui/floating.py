"""A widget that lies over another without moving it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from gui.event_filters import while_whole
from gui.messages import MessageStack
from gui.theme import SPACE

_WIDEST: Final = 760  # logical pixels: a line of text that can be read at a glance


class FloatingMessages(QObject):
    """Keeps ``stack`` at the top of ``over``, in the middle, as tall as its sentences.

    ``over`` never moves for it, so that a click meant for something below still lands there.
    """

    def __init__(self, stack: MessageStack, *, over: QWidget) -> None:
        super().__init__(over)
        self._stack, self._over = stack, over
        stack.setParent(over.parentWidget())  # a splitter would make room for it
        stack.changed.connect(self.place)
        over.installEventFilter(self)
        self.place()

    def place(self) -> None:
        """Put the stack where it belongs; hide it while it has nothing to say."""
        strips = self._stack.strips
        self._stack.setVisible(bool(strips))
        if not strips:
            return
        room = max(self._over.width() - 2 * SPACE, 1)
        width = min(_WIDEST, room)
        for strip in strips:
            strip.show()  # only what is shown is measured
        layout = self._stack.layout()
        assert layout is not None  # noqa: S101  # the stack lays its strips out
        layout.activate()
        height = max(layout.totalHeightForWidth(width), layout.totalSizeHint().height())
        left = self._over.x() + (self._over.width() - width) // 2
        self._stack.setGeometry(left, self._over.y() + SPACE, width, height)
        self._stack.raise_()

    @while_whole
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what lies below."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Move}:
            self.place()
        return super().eventFilter(watched, event)
