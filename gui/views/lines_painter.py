"""How words, lines and the heads' cells look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from gui.theme import RADIUS, Theme
from gui.views.lines_layout import CELL, NUMBER, TOP, LinesLayout, Side
from gui.views.lines_names import Names
from gui.views.lines_strokes import SEEN, Batch, batches, width_of
from gui.views.words import exact
from gui.zoom import scaled
from models.attention import Float
from models.links import Links, head_colour
from models.scales import MapLimits, painted

_PAD: Final = 6
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Marks:
    """Which places are shown, selected and pinned, and every word."""

    query: int | None
    key: int | None
    pinned: int | None
    names: Names


def stroke(painter: QPainter, line: QLineF, colour: QColor, *, share: float) -> None:
    """Draw one line, as thick as ``share`` of the largest weight, 0 to 1."""
    pixel = 1.0 / painter.device().devicePixelRatioF()
    painter.setPen(QPen(colour, width_of(share, pixel=pixel)))
    painter.drawLine(line)


class LinesPainter:
    """Draws one state of the view; ``high`` is the weight of a line of full strength.

    ``limits`` says how strength grows up to there, as ``models.scales.painted`` does. Nothing is
    drawn above or below ``seen``, the heights that are in view.
    """

    def __init__(
        self,
        theme: Theme,
        font: QFont,
        *,
        links: Links,
        high: float,
        seen: tuple[float, float],
        limits: MapLimits = "view",
    ) -> None:
        self._theme, self._font, self._links = theme, font, links
        self._seen = seen
        self._high, self._limits = high if high > 0 else 1.0, limits
        self._bold = QFont(font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._colours = [QColor(head_colour(head, theme=theme.name)) for head in links.heads]
        if links.together:
            self._colours = [QColor(theme.text)]

    @property
    def heads(self) -> int:
        """How many heads are drawn."""
        return len(self._colours)

    def batches(
        self, at: LinesLayout, *, query: int | None, key: int | None, pixel: float
    ) -> Iterator[Batch]:
        """Yield the links of one query or, without it, of one key; of all without both.

        ``pixel`` is what one pixel of the screen measures.
        """
        if query is None and key is not None:
            for number in range(self.heads):
                yield from self._to_key(at, number, key, pixel)
            return
        for row in range(at.count) if query is None else (query,):
            for number in range(self.heads):
                yield from self._from_query(at, number, row, pixel)

    def _from_query(self, at: LinesLayout, number: int, row: int, pixel: float) -> Iterator[Batch]:
        """Yield the links of one query in the head that stands at ``number``."""
        shares = self._shares(self._links.weights[number, row])  # NaN: none
        keys = np.flatnonzero(self._links.drawn[row] & (shares >= SEEN))
        return self._between(at, number, (np.full(len(keys), row), keys), shares[keys], pixel)

    def _to_key(self, at: LinesLayout, number: int, key: int, pixel: float) -> Iterator[Batch]:
        """Yield the links to one key in the head that stands at ``number``."""
        rows = np.flatnonzero(self._links.drawn[:, key])
        if self._limits == "row":  # each query's own largest is needed
            shares = self._shares(self._links.weights[number, rows])[:, key]
        else:
            shares = self._shares(self._links.weights[number, rows, key])
        return self._between(at, number, (rows, np.full(len(rows), key)), shares, pixel)

    def _between(
        self,
        at: LinesLayout,
        number: int,
        ends: tuple[NDArray[np.intp], NDArray[np.intp]],
        shares: Float,
        pixel: float,
    ) -> Iterator[Batch]:
        """Yield what of the lines from rows to keys, ``ends``, crosses the heights in view."""
        spread = min(1.6, 0.5 * at.pitch / max(self.heads, 1))
        shift = at.y(0) + (number - (self.heads - 1) / 2) * spread
        left, right = (shift + places * at.pitch for places in ends)
        seen = np.maximum(left, right) >= self._seen[0]
        seen &= np.minimum(left, right) <= self._seen[1]
        lines = (left[seen], right[seen])
        return batches(
            self._colours[number], shares[seen], x=(at.left, at.right), y=lines, pixel=pixel
        )

    def _shares(self, weights: Float) -> Float:
        """Return how strong lines of rows [.., keys] are, from 0 to 1."""
        return np.clip(painted(weights, self._limits, high=self._high), 0, 1)

    def _in_view(self, at: LinesLayout) -> range:
        """Return the places that are seen, wholly or in part."""
        first = floor((self._seen[0] - at.y(0)) / at.pitch) - 1
        last = ceil((self._seen[1] - at.y(0)) / at.pitch) + 1
        return range(max(first, 0), min(last + 1, at.count))

    def words(
        self, painter: QPainter, at: LinesLayout, marks: Marks, *, titles: tuple[str, str]
    ) -> None:
        """Draw both columns of words under their ``titles``, nothing marked."""
        theme = self._theme
        painter.setFont(self._bold)
        for side, name, colour in zip(
            ("query", "key"), titles, (theme.query, theme.key), strict=True
        ):
            painter.setPen(QColor(colour))
            rect = _word_rect(at, side, 0)  # type: ignore[arg-type]
            rect = QRectF(
                rect.left() - scaled(NUMBER), 2, rect.width() + 2 * scaled(NUMBER), scaled(TOP) - 6
            )
            if side == "query":
                rect.setRight(at.left)
            else:
                rect.setLeft(at.right)
            flags = Qt.AlignmentFlag.AlignRight if side == "query" else Qt.AlignmentFlag.AlignLeft
            painter.drawText(rect.adjusted(_PAD, 0, -_PAD, 0), flags, name)
        plain = replace(marks, query=None, key=None, pinned=None)
        for place in self._in_view(at):
            self._word(painter, at, "query", place, plain)
            self._word(painter, at, "key", place, plain)

    def clear_marked(self, painter: QPainter, at: LinesLayout, marks: Marks) -> None:
        """Take away the words that are marked: they look otherwise."""
        for side, place in self._marked(marks):
            painter.fillRect(_word_rect(at, side, place), QColor(self._theme.surface))

    def marked_words(self, painter: QPainter, at: LinesLayout, marks: Marks) -> None:
        """Draw the words that are chosen or pinned."""
        for side, place in self._marked(marks):
            self._word(painter, at, side, place, marks)

    def _marked(self, marks: Marks) -> list[tuple[Side, int]]:
        queries = {place for place in (marks.query, marks.pinned) if place is not None}
        found: list[tuple[Side, int]] = [("query", place) for place in sorted(queries)]
        return found if marks.key is None else [*found, ("key", marks.key)]

    def _word(
        self, painter: QPainter, at: LinesLayout, side: Side, place: int, marks: Marks
    ) -> None:
        theme, rect = self._theme, _word_rect(at, side, place)
        chosen = place == (marks.query if side == "query" else marks.key)
        pinned = side == "query" and place == marks.pinned
        ink = theme.muted if marks.names.special[place] else theme.text
        if chosen or pinned:
            ink = theme.on_accent if pinned else theme.query if side == "query" else theme.key
            painter.setPen(QPen(QColor(theme.accent if pinned else ink), 1.2))
            painter.setBrush(QColor(theme.accent) if pinned else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), RADIUS - 2, RADIUS - 2)
        painter.setPen(QColor(ink))
        painter.setFont(self._bold if chosen or pinned else self._font)
        inner = rect.adjusted(_PAD, 0, -_PAD, 0)
        text, width, height = marks.names.written(place, painter.font(), round(inner.width()) + 1)
        left = inner.right() - width if side == "query" else inner.left()
        painter.drawStaticText(QPointF(left, inner.top() + (inner.height() - height) / 2), text)

    def numbers(self, painter: QPainter, at: LinesLayout, marks: Marks, *, font: QFont) -> None:
        """Write the mean weight beside every word of the other side, and each head's as a cell."""
        weights, drawn = self._links.weights, self._links.drawn
        painter.setFont(font)
        if marks.query is not None:
            means = self._links.row(marks.query)
            shares = self._shares(np.nan_to_num(weights[:, marks.query]))
            places = list(filter(drawn[marks.query].__getitem__, self._in_view(at)))
            self._cells(painter, at, places, shares[:, places])
            for place in places:
                rect = QRectF(at.numbers, at.y(place) - at.pitch / 2, scaled(NUMBER), at.pitch)
                self._number(painter, rect, float(means[place]), marked=place == marks.key)
        elif marks.key is not None:
            means = self._links.column(marks.key)
            for place in filter(drawn[:, marks.key].__getitem__, self._in_view(at)):
                left, top = at.before - scaled(NUMBER), at.y(place) - at.pitch / 2
                self._number(
                    painter, QRectF(left, top, scaled(NUMBER), at.pitch), float(means[place])
                )

    def _number(
        self, painter: QPainter, rect: QRectF, weight: float, *, marked: bool = False
    ) -> None:
        painter.setPen(QColor(self._theme.key if marked else self._theme.text))
        painter.drawText(rect, _RIGHT, exact(weight))

    def _cells(
        self, painter: QPainter, at: LinesLayout, places: Sequence[int], shares: Float
    ) -> None:
        """Draw a cell for each head beside the words at ``places``: ``shares`` [heads, places]."""
        pitch, side = scaled(CELL), scaled(CELL) - 2
        tops = [at.y(place) - side / 2 for place in places]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        edges = []
        for number, (colour, strengths) in enumerate(zip(self._colours, shares, strict=True)):
            left = at.cells + number * pitch
            for top, share in zip(tops, strengths.tolist(), strict=True):
                rect = QRectF(left, top, side, side)
                edges.append(rect)
                if share >= SEEN:
                    colour.setAlphaF(share)
                    painter.setBrush(colour)
                    painter.drawRect(rect)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.border), 1))
        painter.drawRects(edges)  # one after the other they take longer than all else here
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    @staticmethod
    def ring(painter: QPainter, theme: Theme, rect: QRect) -> None:
        """Draw the focus ring."""
        painter.setPen(QPen(QColor(theme.accent), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), RADIUS, RADIUS)


def _word_rect(at: LinesLayout, side: Side, place: int) -> QRectF:
    left = at.left - at.label - 2 * _PAD if side == "query" else at.right
    return QRectF(left, at.y(place) - at.pitch / 2, at.label + 2 * _PAD, at.pitch)
