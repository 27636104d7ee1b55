"""The attention vector: weight × value of every key stacked up, dimension by dimension."""

from __future__ import annotations

from typing import ClassVar, Final

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen

from gui.panels.row.canvas import Canvas
from gui.panels.row.drawing import (
    GAP,
    LEFT,
    RIGHT,
    Columns,
    blend,
    columns,
    draw_scale,
    draw_strip,
    strip_image,
)
from gui.panels.row.facts import STRONGEST, RowFacts, largest
from gui.panels.row.link import Part, Pointed
from gui.panels.row.stack import Bars, Stack, lay_out, stack_of
from gui.panels.row.text import brief
from gui.panels.row.value_step import NUMBER
from gui.zoom import stretched
from models.i18n import tr

STACK_HEIGHT: Final = 136.0
LEGEND_LINES: Final = STRONGEST + 3  # the pointed key, the others, the sum
SHADES: Final = (0.0, 0.28, 0.48, 0.64, 0.78)  # of the value colour towards the surface


class VectorCanvas(Canvas):
    """Stacked contributions over the resulting vector's strip, dimensions lined up."""

    part: ClassVar[Part] = "vector"

    def height_needed(self) -> int:
        """The stack, the strip and its scale."""
        return round(stretched(STACK_HEIGHT) + 10 + self.line_height * 2.4)

    def _columns(self) -> Columns:
        legend = 2 * self.advance(NUMBER) + GAP  # the strip lines up with those of the values
        return columns(self.width(), label=self.label_width, numbers=(legend,))

    def _bars(self, facts: RowFacts) -> Bars:
        left, wide = self._columns().middle
        stack = stack_of(facts, pointed=self.link.key)
        return lay_out(stack, area=QRectF(left, 4, wide, stretched(STACK_HEIGHT) - 4))

    # -- drawing

    def draw(self, painter: QPainter, facts: RowFacts) -> None:
        """Draw the stack, its legend and the vector."""
        where, bars = self._columns(), self._bars(facts)
        self._draw_axis(painter, bars)
        self._draw_bars(painter, facts, bars=bars)
        self._draw_legend(painter, facts, stack=bars.stack, columns=where)
        self._draw_vector(painter, facts, columns=where)

    def colours(self, stack: Stack) -> list[QColor]:
        """Return a colour per line: shades of the value colour, accent for the pointed key."""
        theme = self.link.theme
        found = []
        for rank, key in enumerate(stack.keys):
            if key is None:
                found.append(blend(theme.muted, theme.surface, share=0.55))
            elif key == self.link.key:
                found.append(QColor(theme.accent))
            else:
                shade = SHADES[min(rank, STRONGEST - 1)]
                found.append(blend(theme.value, theme.surface, share=shade))
        return found

    def _draw_bars(self, painter: QPainter, facts: RowFacts, *, bars: Bars) -> None:
        theme = self.link.theme
        painter.setPen(Qt.PenStyle.NoPen)
        for line, colour_of in enumerate(self.colours(bars.stack)):
            painter.setBrush(colour_of)
            painter.drawRects(bars.rects(line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.text), 2))
        net = zip(bars.lefts.tolist(), bars.heights_of(facts.parts.vector), strict=True)
        painter.drawLines([QLineF(x, y, x + max(bars.wide - 1, 1), y) for x, y in net])
        painter.setPen(QPen(QColor(theme.muted), 1))
        painter.drawLine(QLineF(bars.area.left(), bars.zero, bars.area.right(), bars.zero))
        self.draw_dimension(painter, bars.area, size=len(bars.lefts))

    def _draw_axis(self, painter: QPainter, bars: Bars) -> None:
        painter.setFont(self.small_font)
        painter.setPen(QColor(self.link.theme.muted))
        up, down = bars.stack.reach
        area, tall, right = bars.area, self.line_height, bars.area.left() - 6
        for value, y in ((up, area.top()), (0.0, bars.zero), (down, area.bottom())):
            crowded = value != 0 and abs(y - bars.zero) < tall
            if not crowded:
                top = min(max(y - tall / 2, 0), area.bottom() - tall)
                painter.drawText(QRectF(0, top, right, tall), RIGHT, brief(value, digits=2))
        painter.setFont(self.text_font)

    def _draw_legend(
        self, painter: QPainter, facts: RowFacts, *, stack: Stack, columns: Columns
    ) -> None:
        theme, (left, wide) = self.link.theme, columns.numbers[0]
        tall = stretched(STACK_HEIGHT) / LEGEND_LINES
        entries = [
            (tr("others") if key is None else facts.name(key), colour_of, key)
            for key, colour_of in zip(stack.keys, self.colours(stack), strict=True)
        ]
        for line, (name, colour_of, key) in enumerate(entries):
            top = line * tall + 2
            painter.fillRect(QRectF(left, top + tall / 2 - 5, 10, 10), colour_of)
            text = self.link.fitter.fit(name, width=wide - 15, metrics=self.metrics)
            strong = key is not None and key == self.link.key
            painter.setPen(QColor(theme.text if strong else theme.muted))
            painter.drawText(QRectF(left + 15, top, wide - 15, tall), LEFT, text)
        top = len(entries) * tall + 2
        painter.fillRect(QRectF(left, top + tall / 2 - 1, 10, 2), QColor(theme.text))
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRectF(left + 15, top, wide - 15, tall), LEFT, tr("sum: z"))

    def _draw_vector(self, painter: QPainter, facts: RowFacts, *, columns: Columns) -> None:
        theme, tall, top = self.link.theme, self.line_height * 1.4, stretched(STACK_HEIGHT) + 10
        vector = facts.parts.vector
        limit = largest(vector)
        strip = QRectF(columns.middle[0], top, columns.middle[1], tall - 2)
        draw_strip(painter, strip_image(vector[None], limit=limit, theme=theme), line=0, rect=strip)
        self.draw_dimension(painter, strip, size=len(vector))
        painter.fillRect(QRectF(0, top + 1, 3, tall - 4), QColor(theme.value))
        painter.setPen(QColor(theme.text))
        painter.drawText(QRectF(6, top, columns.label[1], tall), LEFT, "z")
        left, wide = columns.numbers[0]
        norm = brief(float(np.linalg.norm(vector)), digits=4)
        painter.drawText(QRectF(left, top, wide, tall), RIGHT, f"|z| = {norm}")
        painter.setFont(self.small_font)
        below = QRectF(strip.left(), top + tall, strip.width(), self.line_height)
        draw_scale(painter, below, limit=limit, theme=theme)

    # -- pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at the dimension and the key's bar under the pointer, or at a legend's key."""
        if (facts := self.link.facts) is not None:
            self.link.point(self._pointed_at(facts, event))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a bar or in the legend marks the key."""
        if event.button() == Qt.MouseButton.LeftButton and self.link.key is not None:
            self.link.key_clicked.emit(self.link.key)

    def _pointed_at(self, facts: RowFacts, event: QMouseEvent) -> Pointed | None:
        place, where, bars = event.position(), self._columns(), self._bars(facts)
        dimension = where.dimension_at(place.x(), size=len(facts.parts.vector))
        if dimension is not None:
            key = bars.key_at(place, dimension=dimension)
            return Pointed("vector", key, dimension)
        line = int((place.y() - 2) // (stretched(STACK_HEIGHT) / LEGEND_LINES))
        if place.x() >= where.numbers[0][0] and 0 <= line < len(bars.stack.keys):
            key = bars.stack.keys[line]
            return None if key is None else Pointed("vector", key)
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right walk the dimensions."""
        facts, pointed = self.link.facts, self.link.pointed
        pressed = event.key()
        if facts is None or pressed not in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            super().keyPressEvent(event)
            return
        step = 1 if pressed == Qt.Key.Key_Right else -1
        now = -1 if pointed is None or pointed.dimension is None else pointed.dimension
        next_one = min(max(now + step, 0), len(facts.parts.vector) - 1)
        self.link.point(Pointed("vector", None, next_one))
