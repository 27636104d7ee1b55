"""What is drawn over the atlas: names of layers and heads, bars with numbers, frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isnan

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from gui.numbers import short
from gui.theme import SPACE, Theme
from gui.views.atlas_layout import GAP, NUMBER, STRIP, AtlasLayout, Box, Head
from gui.views.words import brief
from gui.zoom import stretched
from models import colour


@dataclass(frozen=True, eq=False)
class Bars:
    """What is written under every head: ``values`` by head, the bars ending at ``high``."""

    values: Mapping[Head, float]
    high: float

    def number(self, head: Head) -> str:
        """Return a head's number, a dash where there is none."""
        value = self.values.get(head, float("nan"))
        if isnan(value):
            return "–"
        return brief(value) if self.high <= 1 else short(value)

    def largest_first(self) -> list[Head]:
        """Return the heads in order, those without a number last."""
        return sorted(self.values, key=lambda head: (-_or_last(self.values[head]), head))

    def share(self, head: Head) -> float:
        """Return how far the head's bar reaches, from 0 to 1."""
        value = self.values.get(head, float("nan"))
        return 0.0 if isnan(value) else min(max(value / (self.high or 1.0), 0.0), 1.0)


def _or_last(value: float) -> float:
    return -inf if isnan(value) else value


def draw_names(
    painter: QPainter,
    atlas: AtlasLayout,
    theme: Theme,
    *,
    heads: Sequence[int],
    ends: Mapping[int, float],
) -> None:
    """Name the columns H1, H2 … and the rows L1, L2 …; every second where they would touch.

    ``ends`` says where the colours of each layer end, written below its name where that fits.
    """
    painter.setPen(QColor(theme.muted))
    metrics = QFontMetricsF(painter.font())
    pitch, tall = atlas.width + GAP, atlas.height + atlas.below + GAP
    across = 1 if metrics.horizontalAdvance("H88") < pitch else 2
    for head in range(0, max(heads, default=0), across):
        x = atlas.left + head * pitch
        place = QRectF(x - pitch, 0, atlas.width + 2 * pitch, atlas.top - 1)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, f"H{head + 1}")
    down = 1 if metrics.height() <= tall else 2
    for layer in range(0, len(heads), down):
        y = atlas.top + layer * tall
        place = QRectF(0, y - tall, atlas.left - SPACE / 2, atlas.height + 2 * tall)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        two = layer in ends and 2 * metrics.height() <= tall
        painter.drawText(place, flags, f"L{layer + 1}" + (f"\n{brief(ends[layer])}" if two else ""))


def draw_below(
    painter: QPainter,
    atlas: AtlasLayout,
    theme: Theme,
    index: int,
    *,
    bars: Bars | None,
    short_names: bool | None,
    colour_map: str = colour.DEFAULT,
) -> None:
    """Draw the bar and the number of one head, and its name where the order needs it.

    A bar is as long as its number and of its colour, so that likeness is seen across the page.

    ``short_names`` asks for the short name (12·3) or the long one (L12 H3), None for no name.
    """
    x, y, width, height = atlas.box(index)
    head, floor = atlas.order[index], y + height + 2
    if bars is not None:
        bar = QRectF(x, floor, width, STRIP - 2)
        painter.fillRect(bar, QColor(theme.raised))
        bar.setWidth(width * bars.share(head))
        painter.fillRect(bar, shade_of(bars.share(head), colour_map))
        painter.setPen(QPen(QColor(theme.muted), 0.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)  # the ends of a colour map vanish in one theme or the other
        painter.setPen(QColor(theme.text))
        place = QRectF(x - GAP / 2, floor + STRIP - 2, width + GAP, stretched(NUMBER))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, bars.number(head))
        floor += STRIP + stretched(NUMBER) - 2
    if short_names is not None:
        painter.setPen(QColor(theme.muted))
        place = QRectF(x - GAP / 2, floor - 1, width + GAP, painter.fontMetrics().height())
        layer, number = head[0] + 1, head[1] + 1
        name = f"{layer}·{number}" if short_names else f"L{layer} H{number}"
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, name)


def shade_of(share: float, colour_map: str) -> QColor:
    """Return the colour of a share from 0 to 1."""
    red, green, blue = (int(part) for part in colour.table(colour_map)[round(255 * share)])
    return QColor(red, green, blue)


def frame(painter: QPainter, box: Box, shade: str, *, width: float, apart: float = 0.0) -> None:
    """Draw a line around a thumbnail, in the gap and never over it, ``apart`` from it."""
    pen = QPen(QColor(shade), width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    away = apart + width / 2
    painter.drawRect(QRectF(*box).adjusted(-away, -away, away, away))


def cursor(painter: QPainter, box: Box, theme: Theme) -> None:
    """Draw where the keys are: two lines inside a thumbnail, one light and one dark.

    One of them stands out by 3:1 from whatever colours the thumbnail has, and from a frame.
    """
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for inset, shade in ((1.0, theme.text), (3.0, theme.surface)):
        pen = QPen(QColor(shade), 2)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(QRectF(*box).adjusted(inset, inset, -inset, -inset))
