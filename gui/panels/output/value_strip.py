"""Many numbers as one strip of colours, with what the colours are worth below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.panels.row.drawing import diverging
from gui.panels.row.text import brief
from gui.theme import LIGHT, SPACE, Theme
from gui.views.words import tabular
from gui.zoom import scaled
from models import colour
from models.attention import Float

_CELL: Final = 18
_SCALE: Final = 16
_WIDEST: Final = 40  # logical pixels of one cell


class ValueStrip(QWidget):
    """Draws ``values`` in lines of cells; speaks in clicked cells.

    ``centred``: colours run from −limit over a quiet 0 to +limit. Otherwise they run from the
    lowest to the highest number.
    """

    clicked = Signal(int)

    def __init__(
        self, parent: QWidget | None = None, *, centred: bool = False, per_line: int = 0
    ) -> None:
        super().__init__(parent)
        self._values: Float = np.zeros(0, dtype=np.float32)
        self._limits = (0.0, 1.0)
        self._centred, self._per_line = centred, per_line
        self._tip: Callable[[int], str] = str
        self._marked: int | None = None
        self._theme = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    # -- facts

    def set_values(
        self,
        values: Float | NDArray[np.float64],
        *,
        tip: Callable[[int], str],
        limits: tuple[float, float] | None = None,
    ) -> None:
        """Show ``values`` [N]; ``tip`` names one of them. Not finite ones are left blank."""
        self._values, self._tip = values.astype(np.float32), tip
        finite = self._values[np.isfinite(self._values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        if self._centred:
            high = max(abs(low), abs(high))
            low = -high
        self._limits = limits or (low, high)
        self.updateGeometry()
        self.update()

    def mark(self, cell: int | None) -> None:
        """Outline one cell."""
        if cell != self._marked:
            self._marked = cell
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self.update()

    @property
    def limits(self) -> tuple[float, float]:
        """Where the colours begin and end."""
        return self._limits

    # -- layout

    @property
    def _lines(self) -> int:
        count = len(self._values)
        return max(-(-count // (self._per_line or max(count, 1))), 1)

    def sizeHint(self) -> QSize:
        """As tall as its lines and the scale."""
        return QSize(320, self._lines * (scaled(_CELL) + 1) + scaled(_SCALE) + 4)

    def minimumSizeHint(self) -> QSize:
        """Any width."""
        return QSize(120, self.sizeHint().height())

    def _rect(self, line: int) -> QRectF:
        """Return where a full line of cells is drawn."""
        full = min(self._per_line or len(self._values), max(len(self._values), 1))
        width = min(self.width(), full * _WIDEST)
        return QRectF(0, line * (scaled(_CELL) + 1), width, scaled(_CELL))

    def cell_rect(self, cell: int) -> QRectF:
        """Return where a cell is drawn."""
        per_line = self._per_line or len(self._values)
        row = self._rect(cell // per_line)
        width = row.width() / min(per_line, len(self._values))
        return QRectF((cell % per_line) * width, row.top(), width, row.height())

    def cell_at(self, point: QPointF) -> int | None:
        """Return the cell under a point."""
        count = len(self._values)
        per_line = self._per_line or count
        line = int(point.y() // (scaled(_CELL) + 1))
        if not count or not 0 <= line < self._lines:
            return None
        row = self._rect(line)
        place = int(point.x() * min(per_line, count) // row.width())
        cell = line * per_line + place
        return cell if 0 <= place < min(per_line, count) and cell < count else None

    # -- drawing

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the cells, the mark and the scale."""
        painter = QPainter(self)
        if len(self._values):
            self._draw_cells(painter)
            if self._marked is not None and self._marked < len(self._values):
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(QColor(self._theme.accent), 2))
                rect = self.cell_rect(self._marked)
                least = max(3.0 - rect.width(), 0.0) / 2
                painter.drawRect(rect.adjusted(-least, 0.5, least, -0.5))
            self._draw_scale(painter)
        painter.end()

    def _draw_cells(self, painter: QPainter) -> None:
        pixels, per_line = self._pixels(), self._per_line or len(self._values)
        ratio = self.devicePixelRatioF()
        for line in range(self._lines):
            cells = np.ascontiguousarray(pixels[line * per_line : (line + 1) * per_line])
            count = len(cells)
            image = QImage(cells.data, count, 1, 4 * count, QImage.Format.Format_RGBA8888)
            rect = self._rect(line)
            rect.setWidth(rect.width() * count / min(per_line, len(self._values)))
            crowded = rect.width() * ratio < count
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, crowded)
            painter.drawImage(rect, image)

    def _pixels(self) -> NDArray[np.uint8]:
        low, high = self._limits
        low, high = (low, high) if high > low else (low - 1.0, low + 1.0)
        known = np.isfinite(self._values)
        places = colour.indices(np.where(known, self._values, low), low=low, high=high)
        table = diverging(self._theme.name) if self._centred else colour.table(colour.DEFAULT)
        pixels = np.zeros((len(places), 4), dtype=np.uint8)
        pixels[:, :3], pixels[:, 3] = table[places], 255 * known
        return pixels

    def _draw_scale(self, painter: QPainter) -> None:
        painter.setFont(tabular(self.font(), scale=0.85))
        painter.setPen(QColor(self._theme.muted))
        low, high = (brief(limit) for limit in self._limits)
        metrics = painter.fontMetrics()
        bottom = QRectF(0, self.height() - scaled(_SCALE), self.width(), scaled(_SCALE))
        left = metrics.horizontalAdvance(low) + SPACE
        bar = QRectF(left, bottom.center().y() - 3, 96, 6)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(bottom, int(flags), low)
        painter.drawText(bottom.adjusted(bar.right() + SPACE, 0, 0, 0), int(flags), high)
        table = diverging(self._theme.name) if self._centred else colour.table(colour.DEFAULT)
        ramp = np.ascontiguousarray(table)
        image = QImage(ramp.data, len(ramp), 1, 3 * len(ramp), QImage.Format.Format_RGB888)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, image)

    # -- Qt overrides

    def event(self, event: QEvent) -> bool:
        """Answer tool tips with the exact number."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.cell_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if cell is None else self._tip(cell), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Click a cell."""
        cell = self.cell_at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(cell)
