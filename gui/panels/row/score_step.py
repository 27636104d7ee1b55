"""Scores and weights: each line reads from left to right as the computation runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from gui.numbers import fixed
from gui.panels.row.drawing import GAP, RIGHT, Columns, columns, draw_bar
from gui.panels.row.facts import RowFacts
from gui.panels.row.key_list import Heading, KeyList
from gui.panels.row.link import Part
from gui.panels.row.text import FAR, cell, decimals_for, exact, weight_text
from gui.zoom import stretched
from models.attention import Float
from models.i18n import tr

SCORE = "−000.00"
FAR_SCORE = "−3.4e+38"  # what a mask adds
WEIGHT = "0.00000"
BAR_NARROWEST = 44.0
LABEL_TIGHT = 66.0
SUM_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Item:
    """One column of numbers in the list of scores; ``values`` [M]."""

    name: str
    heading: str
    values: Float

    @property
    def weight(self) -> bool:
        """Whether it stands after the bar."""
        return self.name in {"weight", "mean_weight"}

    @property
    def sample(self) -> str:
        """A text as wide as the column's numbers get."""
        if self.weight:
            return WEIGHT
        return FAR_SCORE if bool(np.any(np.abs(self.values) >= FAR)) else SCORE

    def text(self, key: int, *, decimals: int) -> str:
        """Return the key's number as the column shows it."""
        value = float(self.values[key])
        return weight_text(value) if self.weight else cell(value, decimals=decimals)


def scale_text(facts: RowFacts) -> str:
    """Return the scale as the formula writes it: ``÷ √32``, or ``× 0.25`` when unusual."""
    if facts.usual_scale:
        return f"÷ √{len(facts.parts.query)}"
    return f"× {exact(facts.parts.scale)}"


def sum_text(facts: RowFacts) -> str:
    """Return the sum of the row's weights, with the digits that float32 rounding leaves."""
    return "Σ α = " + fixed(facts.parts.total, digits=SUM_DIGITS)


def score_items(facts: RowFacts) -> list[Item]:
    """Return every column before and after the bar, in reading order."""
    parts = facts.parts
    items = [
        Item("dot", "q · k", parts.dots),
        Item("scaled", scale_text(facts), parts.scaled),
    ]
    if facts.has_bias and parts.bias is not None:
        items.append(Item("bias", "+ b", parts.bias))
        items.append(Item("score", tr("score"), parts.scores))
    items.append(Item("weight", tr("weight α"), parts.weights))
    if facts.mean is not None:
        items.append(Item("mean_weight", tr("mean"), facts.mean))
    return items


class ScoreCanvas(KeyList):
    """A line per key: q·k, scaled, bias, and the weight that softmax makes of it, as a bar."""

    part: ClassVar[Part] = "score"

    def dimensions(self, facts: RowFacts) -> int:
        """No cells: the middle is a bar."""
        del facts
        return 0

    @property
    def extra_height(self) -> float:
        """The sum of the row."""
        return self.line_height + 4

    def _items(self, facts: RowFacts) -> list[Item]:
        return self._plan(facts)[1]

    def _plan(self, facts: RowFacts) -> tuple[float, list[Item]]:
        """Return the label's width and the columns that leave room for a bar.

        What is left out first is shown elsewhere too: q·k in the step above, the score in the
        formula, and at last the mean, which stays as a mark on the bar.
        """
        every = score_items(facts)
        names = ("dot", "score", "mean_weight")
        leaner = [[item for item in every if item.name not in names[:n]] for n in range(4)]
        label, tight = self.label_width, min(self.label_width, stretched(LABEL_TIGHT))
        plans = [*((label, kept) for kept in leaner[:3]), (tight, leaner[2]), (tight, leaner[3])]
        for width, kept in plans:
            taken = width + GAP + sum(self._width(item) + GAP for item in kept)
            if self.inner_width - taken >= BAR_NARROWEST:
                return width, kept
        return plans[-1]

    def line_columns(self, facts: RowFacts) -> Columns:
        """Label, numbers before the bar, the bar, the weight after it.

        ``numbers`` are in the order of the items, whichever side of the bar.
        """
        label, items = self._plan(facts)
        before = [self._width(item) for item in items if not item.weight]
        after = tuple(self._width(item) for item in items if item.weight)
        left, placed = label + GAP, []
        for width in before:
            placed.append((left, width))
            left += width + GAP
        tail = columns(self.inner_width, label=left - GAP, numbers=after)
        return Columns((0.0, label), tail.middle, (*placed, *tail.numbers))

    def _width(self, item: Item) -> float:
        return max(self.advance(item.sample), self.advance(item.heading) * 0.9)

    def headings(self, facts: RowFacts, *, columns: Columns) -> list[Heading]:
        """Name each column by what it does to the one before."""
        placed = zip(self._items(facts), columns.numbers, strict=True)
        muted = self.link.theme.muted
        return [Heading(item.name, item.heading, *place, muted) for item, place in placed]

    def draw_lines(self, painter: QPainter, facts: RowFacts, *, columns: Columns) -> None:
        """Draw numbers and bars of the visible keys, then of the rest together."""
        theme, items = self.link.theme, self._items(facts)
        decimals = [0 if item.weight else decimals_for(item.values) for item in items]
        full = max(float(np.max(facts.parts.weights, initial=0)), self._mean_top(facts), 1e-9)
        for line, key in self.lines_to_draw():
            rect = self.line_rect(line)
            painter.setPen(QColor(theme.text))
            for item, digits, (left, wide) in zip(items, decimals, columns.numbers, strict=True):
                place = QRectF(left - 6, rect.top(), wide + 6, rect.height())
                painter.drawText(place, RIGHT, item.text(key, decimals=digits))
            self._draw_weight(painter, facts, key=key, rect=rect, columns=columns, full=full)
        if self.link.rest:
            self._draw_rest_sum(painter, facts, columns=columns)
        self._draw_sum(painter, facts, columns=columns)

    def _draw_sum(self, painter: QPainter, facts: RowFacts, *, columns: Columns) -> None:
        theme, top = self.link.theme, self.height() - self.line_height
        items = self._items(facts)
        right = columns.numbers[next(i for i, item in enumerate(items) if item.weight)]
        painter.fillRect(QRectF(0, top - 2, self.inner_width, 1), QColor(theme.border))
        painter.setFont(self.bold_font)
        painter.setPen(QColor(theme.text))
        place = QRectF(5, top, right[0] + right[1] - 5, self.line_height)
        painter.drawText(place, RIGHT, sum_text(facts))
        painter.setFont(self.text_font)

    @staticmethod
    def _mean_top(facts: RowFacts) -> float:
        return 0.0 if facts.mean is None else float(np.max(facts.mean, initial=0))

    def _draw_weight(
        self,
        painter: QPainter,
        facts: RowFacts,
        *,
        key: int,
        rect: QRectF,
        columns: Columns,
        full: float,
    ) -> None:
        theme = self.link.theme
        left, wide = columns.middle
        bar = QRectF(left, rect.top() + 4, wide, rect.height() - 8)
        share = float(facts.parts.weights[key]) / full
        draw_bar(painter, bar, share=share, colour_of=QColor(theme.accent), theme=theme)
        if facts.mean is not None:
            x = left + wide * float(facts.mean[key]) / full
            painter.setPen(QPen(QColor(theme.text), 2))
            painter.drawLine(QPointF(x, bar.top() - 2), QPointF(x, bar.bottom() + 2))

    def _draw_rest_sum(self, painter: QPainter, facts: RowFacts, *, columns: Columns) -> None:
        hidden = self.link.positions()[self.link.lines :]
        painter.setPen(QColor(self.link.theme.muted))
        for item, (left, wide) in zip(self._items(facts), columns.numbers, strict=True):
            if item.weight:
                total = float(item.values[hidden].sum(dtype=np.float64))
                place = QRectF(left - 16, self.lines_bottom, wide + 16, self.line_height)
                painter.drawText(place, RIGHT, "Σ " + weight_text(total))
