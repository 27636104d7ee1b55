"""The sign that something may be dropped: a dashed frame that says what would be done with it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui import drops
from gui.event_filters import while_whole
from gui.theme import LIGHT, RADIUS, SPACE, Theme
from gui.views.words import safe_label, tabular
from models.hub.reference import is_address
from models.i18n import tr

_VEIL: Final = 225  # of 255: what lies below is still felt, and the words can be read


class DropTarget(QWidget):
    """Covers ``window`` while something usable is dragged over it; ``dropped`` carries it.

    The window's own drag events are read here; the sign itself is never in the pointer's way.
    """

    dropped = Signal(object)  # Dropped

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window, self._theme, self._words = window, LIGHT, ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self.update()

    @while_whole
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what may be a photo, a model or a sentence."""
        if isinstance(event, QDragEnterEvent):
            if drops.usable(event.mimeData()):
                event.acceptProposedAction()
                self._offer(drop_words(event.mimeData()))
            return True
        if event.type() == QEvent.Type.DragLeave:
            self.hide()
            return True
        if event.type() == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self.hide()
            event.acceptProposedAction()
            self.dropped.emit(drops.read(event.mimeData()))
            return True
        if event.type() == QEvent.Type.Resize:
            self._cover()
        return super().eventFilter(watched, event)

    def _offer(self, words: str) -> None:
        self._words = words
        self.setAccessibleName(words)
        self._cover()
        self.show()
        self.raise_()
        self.update()

    def _cover(self) -> None:
        self.setGeometry(self._window.rect())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a veil, a dashed frame and the words."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            veil = QColor(self._theme.background)
            veil.setAlpha(_VEIL)
            painter.fillRect(self.rect(), veil)
            frame = QRectF(self.rect()).adjusted(*(2 * SPACE * side for side in (1, 1, -1, -1)))
            painter.setPen(QPen(QColor(self._theme.accent), 3, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(frame, 2 * RADIUS, 2 * RADIUS)
            painter.setPen(QColor(self._theme.text))
            painter.setFont(tabular(self.font(), scale=1.6, bold=True))
            inside = frame.adjusted(4 * SPACE, 0, -4 * SPACE, 0)
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(inside, flags, self._words)


def drop_words(mime: QMimeData) -> str:
    """Return what dropping this would do; only its description is read, never the thing itself."""
    files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if files:
        name = safe_label(files[0].name)
        if files[0].suffix.lower() in drops.MODEL_ENDINGS or files[0].is_dir():
            return tr("Drop here to open the model {name}", name=name)
        return tr("Drop here to look at the photo {name}", name=name)
    if mime.hasImage():
        return tr("Drop the picture here")
    if mime.hasText() and not mime.hasUrls() and not is_address(mime.text().strip()):
        return tr("Drop the sentence here")
    return tr("Drop a photo, a model or a sentence")
