"""Heads as points of a flat map: what looks alike lies close together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from gui.spoken import describe
from gui.theme import LIGHT, Theme
from gui.views.atlas_drawing import Bars, shade_of
from gui.views.atlas_layout import Head
from gui.views.pointed_heads import PointedHeads
from gui.views.words import tabular
from gui.zoom import stretched
from models import colour
from models.i18n import tr
from models.measures.similarity import Similarity

_RADIUS: Final = 8.5
_DIRECTIONS: Final = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}


class HeadMap(PointedHeads):
    """A point per head with its layer's number in it; a click picks the head."""

    heads_picked = Signal(int, tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._map = LIGHT, colour.DEFAULT
        self._found: Similarity | None = None
        self.bars: Bars | None = None  # that colour the points, None while layers do
        self._shown: dict[Head, int] = {}
        self._selected: tuple[int, tuple[int, ...]] = (-1, ())
        self._chosen: frozenset[Head] = frozenset()
        self.current: Head | None = None
        self.setMinimumSize(160, 140)

    # -- facts

    def set_similarity(self, found: Similarity | None) -> None:
        """Show these heads; None shows nothing yet."""
        self._found, self._pointed = found, None
        self._shown = {} if found is None else {head: i for i, head in enumerate(found.heads)}
        self.current = found.heads[0] if found is not None and found.heads else None
        self.update()

    def set_bars(self, bars: Bars | None) -> None:
        """Colour every head by its number; None by its layer."""
        self.bars = bars
        self.update()

    def set_colour_map(self, name: str) -> None:
        """Colour the points along this map: by number, or the first layer darkest."""
        self._map = name
        self.update()

    def set_selected(
        self, layer: int, heads: Sequence[int], chosen: frozenset[Head] | None = None
    ) -> None:
        """Ring the heads that are shown elsewhere, and others that are ``chosen`` with them."""
        self._selected = (layer, tuple(heads))
        here = frozenset((layer, head) for head in heads)
        self._chosen = here if chosen is None else chosen
        if heads and (layer, heads[0]) in self._shown and not self.hasFocus():
            self.current = (layer, heads[0])
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self.update()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("Heads by how alike their rows are"))
        self._describe()

    # -- where points lie

    def places(self) -> list[QPointF]:
        """Return where every head's point lies, both axes on one scale."""
        if self._found is None or not len(self._found.points):
            return []
        points = self._found.points
        low, high = points.min(axis=0), points.max(axis=0)
        room = np.array([self.width(), self.height()]) - 4 * stretched(_RADIUS)
        spans = np.maximum(high - low, 1e-9)
        scale = float((room / spans).min())
        middle = (low + high) / 2
        centre = np.array([self.width(), self.height()]) / 2
        placed = centre + (points - middle) * scale * np.array([1.0, -1.0])
        return [QPointF(x, y) for x, y in placed]

    def head_at(self, x: float, y: float) -> Head | None:
        """Return the head whose point is nearest, within its radius."""
        if self._found is None:
            return None
        best, far = None, stretched(_RADIUS) + 2
        for head, place in zip(self._found.heads, self.places(), strict=True):
            away = float(np.hypot(place.x() - x, place.y() - y))
            if away < far:
                best, far = head, away
        return best

    # -- drawing

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw every point, the chosen and pointed ones last."""
        if self._found is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(tabular(self.font(), scale=0.75))
        places = self.places()
        chosen = self._chosen
        special = chosen | {h for h in (self._pointed, self._ringed()) if h is not None}
        for head in sorted(self._found.heads, key=lambda h: h in special):
            self._draw_point(painter, head, places[self._shown[head]], chosen=head in chosen)
        painter.end()

    def _ringed(self) -> Head | None:
        return self.current if self.ring.visible else None

    def _draw_point(self, painter: QPainter, head: Head, place: QPointF, *, chosen: bool) -> None:
        assert self._found is not None  # noqa: S101  # paintEvent saw to it
        shade = self.shade(head)
        red, green, blue = shade.red(), shade.green(), shade.blue()
        light = 0.299 * red + 0.587 * green + 0.114 * blue > 140  # noqa: PLR2004  # of 255
        painter.setBrush(shade)
        pen = QPen(
            QColor(self._theme.accent if chosen else self._theme.surface), 3 if chosen else 1
        )
        if head == self._pointed:
            pen = QPen(QColor(self._theme.text), 2)
        painter.setPen(pen)
        radius = stretched(_RADIUS) + (2 if chosen else 0)
        painter.drawEllipse(place, radius, radius)
        if head == self._ringed():
            self._draw_cursor(painter, place, radius)
        painter.setPen(QColor("#101418" if light else "#ffffff"))
        box = QRectF(place.x() - radius, place.y() - radius, 2 * radius, 2 * radius)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(head[0] + 1))

    def shade(self, head: Head) -> QColor:
        """Return the colour of a head's point: of its number, else of its layer."""
        if self.bars is not None:
            return shade_of(self.bars.share(head), self._map)
        heads = self._found.heads if self._found is not None else (head,)
        last = max(layer for layer, _ in heads) or 1
        return shade_of((30 + 225 * head[0] // (last + 1)) / 255, self._map)

    def _draw_cursor(self, painter: QPainter, place: QPointF, radius: float) -> None:
        """Draw a ring around the point where the keys are, set off from what lies below."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for away, shade in ((3.0, self._theme.surface), (5.0, self._theme.text)):
            painter.setPen(QPen(QColor(shade), 2))
            painter.drawEllipse(place, radius + away, radius + away)

    def sizeHint(self) -> QSize:
        """Return a useful size."""
        return QSize(360, 300)

    # -- picking

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the head under the pointer."""
        head = self.head_at(event.position().x(), event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and head is not None:
            self.current = head
            self.heads_picked.emit(head[0], (head[1],))
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the nearest point in an arrow's direction; Enter or space picks it."""
        key = Qt.Key(event.key())
        if key in _DIRECTIONS and self.current is not None:
            self.current = self._towards(*_DIRECTIONS[key])
            self._describe()
            self.update()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and self.current:
            self.heads_picked.emit(self.current[0], (self.current[1],))
        else:
            super().keyPressEvent(event)

    def _towards(self, x: float, y: float) -> Head:
        """Return the nearest head within 60° of a direction, the same where there is none."""
        assert self._found is not None  # noqa: S101  # there is a current head
        assert self.current is not None  # noqa: S101
        places = self.places()
        here, best, far = places[self._shown[self.current]], self.current, float("inf")
        for head, place in zip(self._found.heads, places, strict=True):
            across, down = place.x() - here.x(), place.y() - here.y()
            away, along = float(np.hypot(across, down)), across * x + down * y
            if away > 0 and along >= away / 2 and away < far:
                best, far = head, away
        return best

    def _describe(self) -> None:
        words = "" if self.current is None else self._tips(self.current).replace("\n", ", ")
        describe(self, words)
