"""Two small maps of a photo's patches beside each other, each on its own scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.numbers import short
from gui.theme import LIGHT, SPACE, Theme
from gui.views.words import tabular
from models.attention import Float
from models.colour import DEFAULT, indices, table
from models.i18n import tr

_TITLE: Final = 20
_SCALE: Final = 22
_LARGEST: Final = 280


@dataclass(frozen=True, eq=False)
class PatchMap:
    """One map: ``values`` [rows, columns], NaN where nothing is known."""

    name: str
    values: Float


class PatchMaps(QWidget):
    """Draws the maps, pinned patch outlined; speaks in clicked cells (row, column)."""

    clicked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._maps: tuple[PatchMap, ...] = ()
        self._marked: tuple[int, int] | None = None
        self._colour_map = DEFAULT
        self._theme = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_maps(
        self, maps: tuple[PatchMap, ...], *, marked: tuple[int, int] | None, colour_map: str
    ) -> None:
        """Show these maps of one size."""
        self._maps, self._marked, self._colour_map = maps, marked, colour_map
        said = (f"{x.name}: {short(_low(x))} … {short(_high(x))}" for x in maps)
        self.setAccessibleName(tr("Maps of the patches"))
        self.setAccessibleDescription("; ".join(said))
        self.updateGeometry()
        self.update()

    @property
    def maps(self) -> tuple[PatchMap, ...]:
        """The maps that are shown."""
        return self._maps

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self.update()

    # -- layout

    def sizeHint(self) -> QSize:
        """As tall as maps and scales in the width there is."""
        return QSize(360, self._height())

    def minimumSizeHint(self) -> QSize:
        """Any width at which patches can be told apart."""
        return QSize(200, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for the height that goes with another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _height(self) -> int:
        if not self._maps:
            return 0
        rows, columns = self._maps[0].values.shape
        return int(self._width(self.width()) * rows / columns) + _TITLE + _SCALE + 4

    def _width(self, width: int) -> float:
        share = (width - SPACE * (len(self._maps) - 1)) / max(len(self._maps), 1)
        return min(share, _LARGEST)

    def area(self, place: int) -> QRectF:
        """Return where a map is drawn."""
        rows, columns = self._maps[place].values.shape
        wide = self._width(self.width())
        return QRectF(place * (wide + SPACE), _TITLE, wide, wide * rows / columns)

    # -- drawing

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw every map under its name and over its scale."""
        painter = QPainter(self)
        for place, one in enumerate(self._maps):
            self._draw(painter, self.area(place), one)
        painter.end()

    def _draw(self, painter: QPainter, area: QRectF, one: PatchMap) -> None:
        theme = self._theme
        painter.setFont(tabular(self.font(), scale=0.9))
        painter.setPen(QColor(theme.text))
        title = QRectF(area.left(), 0, area.width(), _TITLE)
        name = painter.fontMetrics().elidedText(
            one.name, Qt.TextElideMode.ElideRight, int(area.width())
        )
        painter.drawText(title, int(Qt.AlignmentFlag.AlignVCenter), name)
        low, high = _low(one), _high(one)
        known = np.isfinite(one.values)
        colours = table(self._colour_map)[
            indices(np.where(known, one.values, low).astype(np.float32), low=low, high=high)
        ]
        pixels = np.zeros((*one.values.shape, 4), np.uint8)
        pixels[..., :3], pixels[..., 3] = colours, 255 * known
        rows, columns = one.values.shape
        image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
        painter.fillRect(area, QColor(theme.raised))
        painter.drawImage(area, image)
        self._draw_mark(painter, area, one)
        self._draw_scale(painter, area, low, high)

    def _draw_mark(self, painter: QPainter, area: QRectF, one: PatchMap) -> None:
        if self._marked is None:
            return
        rows, columns = one.values.shape
        wide, tall = area.width() / columns, area.height() / rows
        row, column = self._marked
        rect = QRectF(area.left() + column * wide, area.top() + row * tall, wide, tall)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((self._theme.surface, 4.0), (self._theme.accent, 2.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawRect(rect)

    def _draw_scale(self, painter: QPainter, area: QRectF, low: float, high: float) -> None:
        ramp = np.ascontiguousarray(table(self._colour_map))
        image = QImage(ramp.data, len(ramp), 1, 3 * len(ramp), QImage.Format.Format_RGB888)
        metrics = painter.fontMetrics()
        first, last = short(low), short(high)
        middle = area.bottom() + _SCALE / 2 + 2
        left = area.left() + metrics.horizontalAdvance(first) + 6
        right = area.right() - metrics.horizontalAdvance(last) - 6
        painter.drawImage(QRectF(left, middle - 4, max(right - left, 1), 8), image)
        painter.setPen(QColor(self._theme.muted))
        line = QRectF(area.left(), middle - 9, area.width(), 18)
        painter.drawText(
            line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), first
        )
        painter.drawText(
            line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), last
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Click a patch."""
        cell = self.cell_at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(*cell)

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the patch under a point, on either map."""
        for place, one in enumerate(self._maps):
            area = self.area(place)
            if area.contains(point):
                rows, columns = one.values.shape
                row = int((point.y() - area.top()) / area.height() * rows)
                column = int((point.x() - area.left()) / area.width() * columns)
                return min(row, rows - 1), min(column, columns - 1)
        return None


def _low(one: PatchMap) -> float:
    known = one.values[np.isfinite(one.values)]
    return min(0.0, float(known.min())) if known.size else 0.0


def _high(one: PatchMap) -> float:
    known = one.values[np.isfinite(one.values)]
    return float(known.max()) if known.size else 1.0
