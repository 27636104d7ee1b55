"""The labels of the queries and the keys beside the matrix: readable at any zoom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import Final, Literal

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gui.theme import LIGHT, SPACE, Theme
from gui.views.axis_labels import labelled, regular_places
from gui.views.matrix_window import MatrixWindow
from gui.views.words import safe_label, tabular
from gui.zoom import scaled

TITLE: Final = 16  # pixels across the title of an axis
_LONGEST: Final = 104  # pixels of the longest label
_LEAST: Final = 44  # of what any label may take
_TICK: Final = 4
_USUAL: Final = 0.88  # of the font
_SMALL: Final = 0.72  # where that lets every label be written
_BETWEEN: Final = 3  # pixels kept free between two labels


class _Lettering:
    """A font in its plain and its strong weight, and the measures of the wider."""

    def __init__(self, font: QFont, scale: float) -> None:
        self.plain = tabular(font, scale=scale)
        self.strong = tabular(font, scale=scale, bold=True)
        self.metrics = QFontMetricsF(self.strong)
        self.height = self.metrics.height()
        self._widths: dict[str, float] = {}

    def width(self, text: str) -> float:
        """Return how wide ``text`` is written, measured once."""
        if text not in self._widths:
            self._widths[text] = self.metrics.horizontalAdvance(text)
        return self._widths[text]

    def forget(self) -> None:
        """Let go of what was measured: other labels come."""
        self._widths.clear()


class TokenAxis(pg.GraphicsWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """The labels of the queries (down the left side) or of the keys (along the top)."""

    def __init__(self, side: Literal["left", "top"]) -> None:
        super().__init__()
        self._side = side
        self._labels: list[str] = []
        self._starts: Sequence[int] = ()
        self._cut: dict[int, str] = {}
        self._title, self._titled = "", True
        self._forced: tuple[int | None, int | None] = (None, None)
        self._window: MatrixWindow | None = None
        self._places: tuple[float, list[int]] = (0.0, [])
        self._most = inf
        self.set_look(LIGHT, QFont())
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_look(self, theme: Theme, font: QFont) -> None:
        """Use these colours and this font."""
        self._theme = theme
        self._usual, self._small = _Lettering(font, _USUAL), _Lettering(font, _SMALL)
        self._metrics = self._usual.metrics
        self.set_labels(self._labels, self._starts, raw=False)

    def set_title(self, title: str) -> None:
        """Say what the axis counts."""
        self._title = title
        self.update()

    def set_labels(self, labels: Sequence[str], starts: Sequence[int], *, raw: bool = True) -> None:
        """Show these labels; where they crowd, those of ``starts`` come first."""
        self._labels = [safe_label(label) for label in labels] if raw else list(labels)
        self._starts = starts
        self._cut = {}
        self._places = (0.0, [])
        for letters in (self._usual, self._small):
            letters.forget()
        widest = max(map(self._metrics.horizontalAdvance, set(self._labels)), default=0.0)
        self._natural = widest
        self._widest = min(widest, self._longest())
        self.update()

    def set_most(self, pixels: float) -> None:
        """Cut labels that are longer than this, so that the matrix keeps most of the room."""
        if pixels != self._most:
            self._most, self._cut = pixels, {}
            self._places = (0.0, [])
            self._widest = min(self._natural, self._longest())
            self.update()

    def _longest(self) -> float:
        return min(float(scaled(_LONGEST)), max(self._most, float(scaled(_LEAST))))

    def set_marks(self, selected: int | None, pointed: int | None) -> None:
        """Label these whatever the crowd."""
        if (selected, pointed) != self._forced:
            self._forced = (selected, pointed)
            self.update()

    def set_window(self, window: MatrixWindow) -> None:
        """Follow the view of the matrix."""
        self._window = window
        self.update()

    def set_titled(self, *, titled: bool) -> None:
        """Say what the axis counts, or leave the room to the matrix."""
        self._titled = titled

    @property
    def thickness(self) -> float:
        """How many pixels labels and title take beside the matrix."""
        labels = max(self._widest, self._metrics.height()) + _TICK + SPACE / 2
        return labels + (scaled(TITLE) if self._titled else 0)

    def placed(self) -> list[tuple[int, QRectF]]:
        """Return (position, rectangle) of every label that is drawn, in this item's pixels."""
        window = self._window
        if window is None or not self._labels:
            return []
        left, top, right, bottom = window.box
        first, last = (top, bottom) if self._side == "left" else (left, right)
        flat = self._flat(window)
        letters = self._letters(window)
        gap = self._need(flat=flat) / window.scale if letters is self._usual else 1.0
        if self._places[0] != gap:
            self._places = gap, regular_places(len(self._labels), self._starts, gap=gap)
        forced = [place for place in self._forced if place is not None]
        places = labelled(self._places[1], forced, first=max(first, 0), last=last, gap=gap)
        middles = ((place, (place + 0.5 - first) * window.scale) for place in places)
        return [
            (p, self._rect(p, m, letters, flat=flat)) for p, m in middles if p < len(self._labels)
        ]

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        """Draw the title, the labels and their ticks."""
        window = self._window
        if window is None or not self._labels:
            return
        flat, letters = self._flat(window), self._letters(window)
        placed = self.placed()
        painter.setFont(letters.plain)
        painter.setPen(QColor(self._theme.muted))
        for place, rect in placed:
            if place not in self._forced:
                self._draw_label(painter, self._text(place), rect, flat=flat)
        painter.setFont(letters.strong)
        for place, rect in placed:
            if place in self._forced:
                selected = place == self._forced[0]
                painter.setPen(QColor(self._own_colour() if selected else self._theme.text))
                self._draw_label(painter, self._text(place), rect, flat=flat)
        painter.setPen(QColor(self._theme.border))
        painter.drawLines(self._ticks(rect for _place, rect in placed))
        if self._titled:
            self._draw_title(painter, window)

    def _own_colour(self) -> str:
        return self._theme.query if self._side == "left" else self._theme.key

    def _flat(self, window: MatrixWindow) -> bool:
        """Whether labels are written straight: always at the side, on top where all fit."""
        return self._side == "left" or self._widest + 2 * _BETWEEN <= window.scale

    def _letters(self, window: MatrixWindow) -> _Lettering:
        """Return small letters where only they let every label be written."""
        least, usual = self._small.metrics.height() + 1, self._metrics.height() + 1
        return self._small if least <= window.scale < usual else self._usual

    def _need(self, *, flat: bool) -> float:
        along = self._side == "top" and flat
        return (self._widest + 2 * _BETWEEN) if along else self._metrics.height() + 1

    def _text(self, place: int) -> str:
        if place not in self._cut:
            room, side = self._longest() + 1.0, Qt.TextElideMode.ElideRight
            self._cut[place] = self._metrics.elidedText(self._labels[place], side, room)
        return self._cut[place]

    def _rect(self, place: int, middle: float, letters: _Lettering, *, flat: bool) -> QRectF:
        width, height = letters.width(self._text(place)), letters.height
        size = self.size()
        if self._side == "left":
            right = size.width() - _TICK - SPACE / 2
            return QRectF(right - width, middle - height / 2, width, height)
        bottom = size.height() - _TICK - SPACE / 4
        if flat:
            return QRectF(middle - width / 2, bottom - height, width, height)
        return QRectF(middle - height / 2, bottom - width, height, width)

    def _ticks(self, labels: Iterable[QRectF]) -> list[QLineF]:
        size, middles = self.size(), (label.center() for label in labels)
        wide, tall = size.width(), size.height()
        if self._side == "left":
            return [QLineF(wide - _TICK, at.y(), wide - 1, at.y()) for at in middles]
        return [QLineF(at.x(), tall - _TICK, at.x(), tall - 1) for at in middles]

    def _draw_label(self, painter: QPainter, text: str, rect: QRectF, *, flat: bool) -> None:
        if flat:
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
            return
        painter.save()
        painter.translate(rect.center())
        painter.rotate(-90)
        turned = QRectF(-rect.height() / 2, -rect.width() / 2, rect.height(), rect.width())
        painter.drawText(turned, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

    def _draw_title(self, painter: QPainter, window: MatrixWindow) -> None:
        left, top, right, bottom = window.drawn
        painter.setFont(self._usual.strong)
        painter.setPen(QColor(self._own_colour()))
        if self._side == "top":
            place = QRectF(left, 0, right - left, scaled(TITLE))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._title)
            return
        painter.save()
        painter.translate(QPointF(scaled(TITLE) / 2, (top + bottom) / 2))
        painter.rotate(-90)
        place = QRectF(-(bottom - top) / 2, -scaled(TITLE) / 2, bottom - top, scaled(TITLE))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._title)
        painter.restore()
