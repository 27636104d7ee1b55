"""Lines as one picture that grows over several frames, so that pointing stays fluid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from gui.views.lines_layout import LinesLayout
from gui.views.lines_painter import LinesPainter
from gui.views.lines_strokes import Batch

_FIRST: Final = 3  # milliseconds of drawing in the frame in which everything else changes too
_FRAME: Final = 8  # in the frames after it, which have nothing else to draw
Focus = tuple[int | None, int | None]  # the places of the query and the key


class LinesPicture:
    """Keeps what was drawn for ``surface`` and repaints it while lines are missing.

    It holds the lines of one query or one key, or all of them.
    """

    def __init__(self, surface: QWidget) -> None:
        self._surface = surface
        self._kept: QPixmap | None = None
        self._focus: Focus = (None, None)
        self._left: Iterator[Batch] = iter(())  # what is still to be drawn
        self._room = _FIRST
        self._whole = False

    def forget(self) -> None:
        """Draw anew when asked next."""
        self._kept, self._left, self._whole = None, iter(()), False

    def finished(self, focus: Focus) -> bool:
        """Whether all lines of ``focus`` have been drawn, and are what is kept."""
        return self._kept is not None and focus == self._focus and self._whole

    def drawn(
        self, drawing: LinesPainter, layout: LinesLayout, *, offset: int, focus: Focus
    ) -> QPixmap:
        """Return the picture, as far as it goes, scrolled down by ``offset``."""
        if self._kept is None or focus != self._focus:
            ratio = self._surface.devicePixelRatioF()
            self._kept = QPixmap(self._surface.size() * ratio)
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(Qt.GlobalColor.transparent)
            self._focus, self._whole, self._room = focus, False, _FIRST
            query, key = focus
            self._left = drawing.batches(layout, query=query, key=key, pixel=1.0 / ratio)
        if not self._whole:
            self._draw_more(self._kept, offset)
        return self._kept

    def _draw_more(self, kept: QPixmap, offset: int) -> None:
        painter, clock = QPainter(kept), QElapsedTimer()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(0, -offset)
        clock.start()
        for batch in self._left:
            batch.draw(painter)
            if clock.elapsed() >= self._room:
                self._room = _FRAME
                QTimer.singleShot(0, self._surface, self._surface.update)
                break
        else:
            self._whole = True
        painter.end()
