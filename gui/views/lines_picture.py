"""All lines as one picture that grows over several frames, so that pointing stays fluid."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from gui.views.lines_layout import LinesLayout
from gui.views.lines_painter import LinesPainter

_FRAME: Final = 8  # milliseconds of drawing before the next event has its turn


class LinesPicture:
    """Keeps what was drawn for ``surface`` and repaints it while lines are missing."""

    def __init__(self, surface: QWidget) -> None:
        self._surface = surface
        self._kept: QPixmap | None = None
        self._left: Iterator[tuple[int, int]] = iter(())  # queries and heads still to be drawn
        self.finished = True

    def forget(self) -> None:
        """Draw anew when asked next."""
        self._kept, self._left, self.finished = None, iter(()), True

    def drawn(self, drawing: LinesPainter, layout: LinesLayout, *, offset: int) -> QPixmap:
        """Return the picture, as far as it goes, scrolled down by ``offset``."""
        if self._kept is None:
            ratio = self._surface.devicePixelRatioF()
            self._kept = QPixmap(self._surface.size() * ratio)
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(Qt.GlobalColor.transparent)
            self._left, self.finished = product(range(layout.count), range(drawing.heads)), False
        if not self.finished:
            self._draw_more(self._kept, drawing, layout, offset)
        return self._kept

    def _draw_more(
        self, kept: QPixmap, drawing: LinesPainter, layout: LinesLayout, offset: int
    ) -> None:
        painter, clock = QPainter(kept), QElapsedTimer()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(0, -offset)
        clock.start()
        for row, number in self._left:
            drawing.row(painter, layout, number=number, row=row)
            if clock.elapsed() >= _FRAME:
                QTimer.singleShot(0, self._surface, self._surface.update)
                break
        else:
            self.finished = True
        painter.end()
