"""Curves over one horizontal axis: errors that shrink, outputs that fade."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.numbers import short
from gui.theme import LIGHT, SPACE, Theme
from gui.views.words import tabular
from models.i18n import tr

Numbers = NDArray[np.float64]
_HEIGHT: Final = 168
_BELOW: Final = 34
_MOST_POINTS: Final = 600
_FLAT: Final = 0.4
_DASHES: Final = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
    Qt.PenStyle.DashDotDotLine,
)
_KEY: Final = 26  # the length of a line's sample in the legend
_LOOKS: Final = len(_DASHES)
_SHAPES: Final = (  # corners of markers; none for those that are round
    (),
    ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    ((0.0, -1.1), (1.1, 0.9), (-1.1, 0.9)),
    ((0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)),
    (),
)
_MARK: Final = 4.2  # half the width of a marker
_MARKS: Final = 5  # markers on a line
_ALIKE: Final = 1e-6  # curves nearer than this have the same numbers


@dataclass(frozen=True, eq=False)
class Line:
    """One curve: ``x`` and ``y`` [n]. ``look`` tells lines apart by colour, dashes and markers."""

    name: str
    x: Numbers
    y: Numbers
    look: int = 0


def told(lines: Sequence[Line], place: int) -> str:
    """Return a line's name, and which line before it has the same numbers."""
    one = lines[place]
    for other in lines[:place]:
        if one.x.shape == other.x.shape and np.allclose(one.y, other.y, rtol=0, atol=_ALIKE):
            return tr("{name} (same as {other})", name=one.name, other=other.name)
    return one.name


class CurveView(QWidget):
    """Draws lines with axes and a legend; both axes logarithmic if asked."""

    def __init__(self, parent: QWidget | None = None, *, logarithmic: bool = False) -> None:
        super().__init__(parent)
        self._lines: tuple[Line, ...] = ()
        self._told: list[str] = []
        self._names = ("", "")
        self._log = logarithmic
        self._theme = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    # -- facts

    def set_lines(self, lines: Sequence[Line], *, across: str, up: str) -> None:
        """Show these lines; ``across`` and ``up`` name the axes."""
        self._lines, self._names = tuple(lines), (across, up)
        self._told = [told(lines, i) for i in range(len(lines))]
        said = (
            f"{name}: {short(float(x.y[0]))} … {short(float(x.y[-1]))}"
            for x, name in zip(lines, self._told, strict=True)
        )
        self.setAccessibleName(f"{up} / {across}")
        self.setAccessibleDescription("; ".join(said))
        self.updateGeometry()
        self.update()

    @property
    def legend(self) -> tuple[str, ...]:
        """What the legend says of each line."""
        return tuple(self._told)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that are shown."""
        return self._lines

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self.update()

    # -- layout

    def sizeHint(self) -> QSize:
        """As tall as a legible plot and its legend."""
        return QSize(320, _HEIGHT + self._legend_rows(max(self.width(), 240)) * 18)

    def minimumSizeHint(self) -> QSize:
        """Any width at which a curve can be seen."""
        return QSize(200, self.sizeHint().height())

    def _legend_rows(self, width: int) -> int:
        return len({round(place.y()) for place in self._legend(float(width))}) if self._lines else 0

    def _legend(self, width: float) -> list[QPointF]:
        """Return where each name of the legend begins."""
        metrics = QFontMetricsF(tabular(self.font(), scale=0.9))
        places, x, y = [], 0.0, 0.0
        for name in self._told:
            wide = _KEY + 6 + metrics.horizontalAdvance(name) + 2 * SPACE
            if x > 0 and x + wide > width:
                x, y = 0.0, y + 18
            places.append(QPointF(x, y))
            x += wide
        return places

    # -- drawing

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw axes, lines and legend."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._lines:
            painter.setFont(tabular(self.font(), scale=0.85))
            legend = self._legend_rows(self.width()) * 18
            bounds = self._bounds()
            labels = [self._tick(bounds[1]), self._tick(bounds[3])]
            left = max(painter.fontMetrics().horizontalAdvance(x) for x in labels) + 6
            area = QRectF(left, 20, self.width() - left - 6, self.height() - 20 - _BELOW - legend)
            self._draw_axes(painter, area, bounds)
            for line in self._lines:
                self._draw_line(painter, line, area, bounds)
            self._draw_legend(painter, self.height() - legend + 4)
        painter.end()

    def _bounds(self) -> tuple[float, float, float, float]:
        """Return left, bottom, right, top, in what is drawn: logarithms where asked."""
        xs = np.concatenate([self._scaled(line.x) for line in self._lines])
        ys = np.concatenate([self._scaled(line.y) for line in self._lines])
        xs, ys = xs[np.isfinite(xs)], ys[np.isfinite(ys)]
        if not xs.size or not ys.size:
            return 0.0, 0.0, 1.0, 1.0
        low, high = float(ys.min()), float(ys.max())
        if not self._log:  # from 0 to 1, or closer where that would flatten every curve
            high = max(1.0, high)
            low = math.floor(20 * low) / 20 if low > _FLAT else min(0.0, low)
        right = float(xs.max())
        left = float(xs.min())
        return left, low, right if right > left else left + 1, high if high > low else low + 1

    def _scaled(self, values: Numbers) -> Numbers:
        if not self._log:
            return values
        with np.errstate(divide="ignore"):
            return np.asarray(np.log10(np.where(values > 0, values, np.nan)))

    def _tick(self, value: float) -> str:
        return short(10**value if self._log else value, digits=2)

    def _draw_axes(
        self, painter: QPainter, area: QRectF, bounds: tuple[float, float, float, float]
    ) -> None:
        theme, flags = self._theme, Qt.AlignmentFlag
        painter.setPen(QPen(QColor(theme.border), 1))
        for share in (0.0, 0.5, 1.0):
            y = area.bottom() - share * area.height()
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setPen(QColor(theme.muted))
        for share in (0.0, 1.0):
            value = bounds[1] + share * (bounds[3] - bounds[1])
            y = area.bottom() - share * area.height()
            room = QRectF(0, y - 8, area.left() - 4, 16)
            painter.drawText(room, int(flags.AlignRight | flags.AlignVCenter), self._tick(value))
        below = QRectF(area.left(), area.bottom() + 3, area.width(), 16)
        painter.drawText(below, int(flags.AlignLeft), self._tick(bounds[0]))
        painter.drawText(below, int(flags.AlignRight), self._tick(bounds[2]))
        painter.drawText(below, int(flags.AlignHCenter), self._names[0])
        above = QRectF(0, 0, self.width(), 16)
        painter.drawText(above, int(flags.AlignLeft), self._names[1])

    def _draw_line(
        self,
        painter: QPainter,
        line: Line,
        area: QRectF,
        bounds: tuple[float, float, float, float],
    ) -> None:
        left, low, right, high = bounds
        xs, ys = self._scaled(line.x), self._scaled(line.y)
        chosen = np.arange(len(xs))
        if len(xs) > _MOST_POINTS:
            steps = np.linspace(float(xs[0]), float(xs[-1]), _MOST_POINTS)
            chosen = np.unique(np.searchsorted(xs, steps).clip(0, len(xs) - 1))
        points = [
            QPointF(
                area.left() + (float(xs[i]) - left) / (right - left) * area.width(),
                area.bottom() - (float(ys[i]) - low) / (high - low) * area.height(),
            )
            for i in chosen
            if math.isfinite(float(xs[i])) and math.isfinite(float(ys[i]))
        ]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._pen(line.look))
        painter.drawPolyline(QPolygonF(points))
        for place in self.markers(points, line.look):
            self._draw_marker(painter, place, line.look)

    def markers(self, points: Sequence[QPointF], look: int) -> list[QPointF]:
        """Return where a line's markers stand: every look has places of its own.

        So curves that coincide show all their markers, one after another.
        """
        if len(points) < 2:  # noqa: PLR2004  # nothing to stand on
            return list(points)
        xs, ys = [point.x() for point in points], [point.y() for point in points]
        shares = (np.arange(_MARKS) + (look % _LOOKS + 0.5) / _LOOKS) / _MARKS
        wanted = xs[0] + shares * (xs[-1] - xs[0])
        found = zip(wanted, np.interp(wanted, xs, ys), strict=True)
        return [QPointF(float(x), float(y)) for x, y in found]

    def _draw_marker(self, painter: QPainter, place: QPointF, look: int) -> None:
        """Draw the shape of a look: disc, square, triangle, diamond, ring."""
        painter.save()
        colour = self._pen(look).color()
        ring = look % _LOOKS == _LOOKS - 1
        painter.setPen(QPen(colour if ring else QColor(self._theme.surface), 1.5 if ring else 1))
        painter.setBrush(QColor(self._theme.surface) if ring else colour)
        corners = _SHAPES[look % _LOOKS]
        if corners:
            shape = (place + QPointF(*corner) * _MARK for corner in corners)
            painter.drawPolygon(QPolygonF(list(shape)))
        else:
            painter.drawEllipse(place, _MARK, _MARK)
        painter.restore()

    def _pen(self, look: int) -> QPen:
        theme = self._theme
        colours = (theme.query, theme.key, theme.value, theme.warning, theme.muted)
        pen = QPen(QColor(colours[look % len(colours)]), 2)
        pen.setStyle(_DASHES[look % len(_DASHES)])
        return pen

    def _draw_legend(self, painter: QPainter, top: float) -> None:
        painter.setFont(tabular(self.font(), scale=0.9))
        places = self._legend(float(self.width()))
        for line, name, place in zip(self._lines, self._told, places, strict=True):
            y = top + place.y() + 7
            painter.setPen(self._pen(line.look))
            painter.drawLine(QPointF(place.x(), y), QPointF(place.x() + _KEY, y))
            self._draw_marker(painter, QPointF(place.x() + _KEY / 2, y), line.look)
            painter.setPen(QColor(self._theme.text))
            room = QRectF(place.x() + _KEY + 6, y - 9, self.width() - place.x() - _KEY - 6, 18)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), name)
