"""The values: what each key's token has to give, and how much of it is taken."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from gui.panels.row.drawing import (
    RIGHT,
    Columns,
    columns,
    draw_scale,
    draw_strip,
    strip_image,
)
from gui.panels.row.facts import RowFacts
from gui.panels.row.key_list import Heading, KeyList
from gui.panels.row.link import Part
from gui.panels.row.text import cell, decimals_for, weight_text
from models.i18n import tr

NUMBER = "00.0000"


class ValueCanvas(KeyList):
    """Every value as a strip, its weight, and weight × |v|: how much it brings."""

    part: ClassVar[Part] = "value"

    def line_columns(self, facts: RowFacts) -> Columns:
        """Label, strip, weight, weight × |v|."""
        del facts
        width = self.advance(NUMBER)
        return columns(self.inner_width, label=self.label_width, numbers=(width, width))

    def dimensions(self, facts: RowFacts) -> int:
        """dv."""
        return int(facts.parts.values.shape[1])

    @property
    def extra_height(self) -> float:
        """The colour scale."""
        return self.line_height

    def headings(self, facts: RowFacts, *, columns: Columns) -> list[Heading]:
        """Name the value in its colour, the weight, and what it takes."""
        del facts
        theme, (weight, norm) = self.link.theme, columns.numbers
        return [
            Heading("value", tr("value v"), *columns.middle, theme.value, centred=True),
            Heading("weight", "α", *weight, theme.muted),
            Heading("weighted_norm", "α · |v|", *norm, theme.muted),
        ]

    def draw_lines(self, painter: QPainter, facts: RowFacts, *, columns: Columns) -> None:
        """Draw strips and numbers of the visible keys, then the colour scale."""
        visible, theme = self.link.visible(), self.link.theme
        image = strip_image(
            facts.parts.values[visible], limit=facts.value_limit, theme=self.link.theme
        )
        decimals = decimals_for(facts.contributions)
        for line, key in self.lines_to_draw():
            rect = self.line_rect(line)
            strip = QRectF(columns.middle[0], rect.top() + 1, columns.middle[1], rect.height() - 2)
            draw_strip(painter, image, line=line, rect=strip)
            painter.setPen(QColor(theme.text))
            texts = (
                weight_text(facts.parts.weights[key]),
                cell(facts.contributions[key], decimals=decimals),
            )
            for text, (left, wide) in zip(texts, columns.numbers, strict=True):
                painter.drawText(QRectF(left - 6, rect.top(), wide + 6, rect.height()), RIGHT, text)
        left, wide = columns.middle
        tall = self.lines_bottom - self.heading_height
        block = QRectF(left, self.heading_height, wide, tall)
        self.draw_dimension(painter, block, size=self.dimensions(facts))
        painter.setFont(self.small_font)
        scale = QRectF(left, self.height() - self.line_height, wide, self.line_height)
        draw_scale(painter, scale, limit=facts.value_limit, theme=theme)
        painter.setFont(self.text_font)
