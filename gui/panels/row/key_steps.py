"""The query and the keys: q beside every k, number by number, and their products."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QMouseEvent, QPainter

from gui.panels.row.canvas import Canvas
from gui.panels.row.drawing import (
    LEFT,
    RIGHT,
    Columns,
    columns,
    draw_scale,
    draw_strip,
    strip_image,
)
from gui.panels.row.facts import RowFacts, largest
from gui.panels.row.key_list import Heading, KeyList
from gui.panels.row.link import Part, Pointed
from gui.panels.row.text import cell, decimals_for
from models.i18n import tr

NUMBER = "−000.00"  # as wide as the numbers of one column get


class QueryCanvas(Canvas):
    """The query's strip, standing over the keys' so that dimensions line up, and the scale."""

    part: ClassVar[Part] = "query"

    def height_needed(self) -> int:
        """A taller line and the scale."""
        return round(self.line_height * 1.4 + self.line_height)

    def _columns(self) -> Columns:
        return columns(self.width(), label=self.label_width, numbers=(self.advance(NUMBER),))

    def draw(self, painter: QPainter, facts: RowFacts) -> None:
        """Draw the label, the strip and the scale."""
        where, theme = self._columns(), self.link.theme
        tall = self.line_height * 1.4
        tokens = facts.shown.record.tokens
        label = QRectF(0, 0, where.label[1], tall)
        self.draw_label(
            painter, label, label=facts.query_label, token=tokens[facts.position], strong=True
        )
        strip = QRectF(where.middle[0], 1, where.middle[1], tall - 2)
        image = strip_image(facts.parts.query[None], limit=facts.key_limit, theme=self.link.theme)
        draw_strip(painter, image, line=0, rect=strip)
        painter.fillRect(QRectF(0, 2, 3, tall - 4), QColor(theme.query))
        self.draw_dimension(painter, strip, size=len(facts.parts.query))
        painter.setFont(self.small_font)
        below = QRectF(where.middle[0], tall, where.middle[1], self.line_height)
        draw_scale(painter, below, limit=facts.key_limit, theme=theme)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at the dimension under the pointer."""
        facts = self.link.facts
        if facts is not None:
            size = len(facts.parts.query)
            found = self._columns().dimension_at(event.position().x(), size=size)
            self.link.point(None if found is None else Pointed("query", None, found))


class KeyCanvas(KeyList):
    """Every key as a strip on the query's scale, q·k beside it, and one product in close-up."""

    part: ClassVar[Part] = "key"

    def line_columns(self, facts: RowFacts) -> Columns:
        """Label, strip, q·k."""
        del facts
        return columns(self.inner_width, label=self.label_width, numbers=(self.advance(NUMBER),))

    def dimensions(self, facts: RowFacts) -> int:
        """d."""
        return len(facts.parts.query)

    @property
    def extra_height(self) -> float:
        """The close-up: a caption and a strip."""
        return 2 * self.line_height + 6

    def headings(self, facts: RowFacts, *, columns: Columns) -> list[Heading]:
        """Name the key in its colour, and the product."""
        del facts
        theme = self.link.theme
        return [
            Heading("key", tr("key k"), *columns.middle, theme.key, centred=True),
            Heading("dot", "q · k", *columns.numbers[0], theme.muted),
        ]

    def draw_lines(self, painter: QPainter, facts: RowFacts, *, columns: Columns) -> None:
        """Draw strips and products of the visible keys, and the close-up."""
        visible = self.link.visible()
        parts, theme = facts.parts, self.link.theme
        image = strip_image(parts.keys[visible], limit=facts.key_limit, theme=self.link.theme)
        decimals = decimals_for(parts.dots)
        for line, key in self.lines_to_draw():
            rect = self.line_rect(line)
            strip = QRectF(columns.middle[0], rect.top() + 1, columns.middle[1], rect.height() - 2)
            draw_strip(painter, image, line=line, rect=strip)
            painter.setPen(QColor(theme.text))
            left, wide = columns.numbers[0]
            number = QRectF(left, rect.top(), wide, rect.height())
            painter.drawText(number, RIGHT, cell(parts.dots[key], decimals=decimals))
        block = QRectF(
            columns.middle[0],
            self.heading_height,
            columns.middle[1],
            self.lines_bottom - self.heading_height,
        )
        self.draw_dimension(painter, block, size=len(parts.query))
        self._draw_close_up(painter, facts, columns=columns, decimals=decimals)

    def _draw_close_up(
        self, painter: QPainter, facts: RowFacts, *, columns: Columns, decimals: int
    ) -> None:
        key, tall = self.link.close_up, self.line_height
        top = self.height() - tall
        if key is None or self.exposed.bottom() < top - tall:  # scrolled out of sight
            return
        parts, theme = facts.parts, self.link.theme
        product = parts.query * parts.keys[key]
        painter.setPen(QColor(theme.muted))
        painter.setFont(self.small_font)
        caption = tr("q × k of “{token}”, number by number", token=facts.name(key))
        room = self.inner_width - 10
        caption = self.link.fitter.fit(caption, width=room, metrics=self.metrics)
        painter.drawText(QRectF(5, top - tall, room, tall), LEFT, caption)
        painter.setFont(self.text_font)
        painter.drawText(QRectF(5, top, columns.label[1], tall), LEFT, "q × k")
        strip = QRectF(columns.middle[0], top + 1, columns.middle[1], tall - 2)
        image = strip_image(product[None], limit=largest(product), theme=self.link.theme)
        draw_strip(painter, image, line=0, rect=strip)
        self.draw_dimension(painter, strip, size=len(product))
        painter.setPen(QColor(theme.text))
        left, wide = columns.numbers[0]
        text = "Σ " + cell(parts.dots[key], decimals=decimals)
        painter.drawText(QRectF(left - 16, top, wide + 16, tall), RIGHT, text)
