"""A widget that lies over another without moving it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect
from PySide6.QtWidgets import QWidget

from gui.event_filters import while_whole
from gui.messages import MessageStack
from gui.sight import up_to
from gui.theme import SPACE
from gui.zoom import scaled

_WIDEST: Final = 760  # logical pixels: a line of text that can be read at a glance
_LEAST: Final = 120  # logical pixels of height that a sentence may need


class FloatingMessages(QObject):
    """Keeps ``stack`` at the foot of ``over``, in the middle, as tall as its sentences.

    ``over`` never moves for it, so that a click meant for something below still lands there. At
    its foot stand readings, at its head the tabs and choices that a person may want at once.
    ``inside`` is what the stack is drawn in, ``over``'s parent unless told: what of ``over`` is
    scrolled out of it counts for nothing.
    """

    def __init__(
        self, stack: MessageStack, *, over: QWidget, inside: QWidget | None = None
    ) -> None:
        super().__init__(over)
        home = inside or over.parentWidget()
        assert home is not None  # noqa: S101  # a window lies over nothing
        self._stack, self._over, self._inside = stack, over, home
        stack.setParent(home)  # a splitter would make room for it
        stack.changed.connect(self.place)
        for around in (*up_to(over, home), home):
            around.installEventFilter(self)
        self.place()

    def place(self) -> None:
        """Put the stack where it belongs; hide it while it has nothing to say."""
        strips = self._stack.strips
        self._stack.setVisible(bool(strips))
        if not strips:
            return
        seen = self._seen()
        width = min(_WIDEST, max(seen.width() - 2 * SPACE, 1))
        for strip in strips:
            strip.show()  # only what is shown is measured
        layout = self._stack.layout()
        assert layout is not None  # noqa: S101  # the stack lays its strips out
        layout.activate()
        height = max(layout.totalHeightForWidth(width), layout.totalSizeHint().height())
        left = seen.x() + (seen.width() - width) // 2
        top = max(seen.y() + seen.height() - SPACE - height, 0)
        self._stack.setGeometry(left, top, width, height)
        self._stack.raise_()

    def _seen(self) -> QRect:
        """Return what of ``over`` is seen; all around it where too little is."""
        corner = self._over.mapTo(self._inside, QPoint(0, 0))
        seen = QRect(corner, self._over.size()) & self._inside.rect()
        return seen if seen.height() >= scaled(_LEAST) else self._inside.rect()

    @while_whole
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what lies below."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Move}:
            self.place()
        return super().eventFilter(watched, event)
