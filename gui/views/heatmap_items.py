"""What surrounds the matrix: the colour scale beside it and the marks on it."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gui.numbers import short
from gui.theme import LIGHT, SPACE, Theme
from gui.views.words import tabular
from models.colour import DEFAULT, table

BESIDE: Final = SPACE + 2  # pixels between the matrix and the colour scale


class ColourScale(pg.GraphicsWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """The colour bar, labelled at its ends and its middle."""

    BAR: Final = 10

    def __init__(self) -> None:
        super().__init__()
        self.lying = False  # under the matrix, where there is more room than beside it
        self._wide: float | None = None
        self._low, self._high, self._map = 0.0, 1.0, DEFAULT
        self._beyond, self._missing = (False, False), False
        self._words: tuple[str, str, str] | None = None
        self._theme, self._font = LIGHT, QFont()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_look(self, theme: Theme, font: QFont) -> None:
        """Use these colours and this font."""
        self._theme, self._font = theme, tabular(font, scale=0.88)
        self._wide = None
        self.update()

    @property
    def wide(self) -> float:
        """How many pixels the bar and its numbers take beside the matrix."""
        if self._wide is None:
            metrics = QFontMetricsF(self._font)
            usual = "0" + short(0.1234, digits=4)  # so that maps of one size stay in place
            texts = (usual, *self.labels())
            self._wide = self.BAR + SPACE + max(map(metrics.horizontalAdvance, texts)) + 1
        return self._wide

    @property
    def tall(self) -> float:
        """How many pixels the bar and its numbers take under the matrix."""
        return self.BAR + SPACE / 2 + QFontMetricsF(self._font).height()

    def stand_by(self, drawn: tuple[float, float, float, float], *, corner: QPointF) -> None:
        """Stand under or beside the part that is ``drawn``: its edges in pixels from ``corner``."""
        left, top, right, bottom = drawn
        if self.lying:
            place = QRectF(left, bottom + BESIDE, right - left, self.tall)
        else:
            place = QRectF(right + BESIDE, top, self.wide, min(bottom - top, 30.0 * SPACE))
        self.setGeometry(place.translated(corner))
        self.update()

    def set_scale(
        self,
        *,
        low: float,
        high: float,
        colour_map: str,
        beyond: tuple[bool, bool],
        missing: bool,
    ) -> None:
        """Show these ends.

        ``beyond`` says whether weights lie below and above them, ``missing`` whether some are NaN.
        """
        self._low, self._high, self._map = low, high, colour_map
        self._beyond, self._missing = beyond, missing
        self._wide = None
        self.update()

    def set_words(self, words: tuple[str, str, str] | None) -> None:
        """Write this at the low end, the middle and the high end; None: the numbers."""
        self._words, self._wide = words, None
        self.update()

    def labels(self) -> tuple[str, str, str]:
        """Return what is written at the low end, the middle and the high end."""
        if self._words is not None:
            return self._words
        below, above = self._beyond
        low, high = short(self._low), short(self._high)
        middle = short((self._low + self._high) / 2)
        return (f"≤ {low}" if below else low), middle, (f"≥ {high}" if above else high)

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        """Draw the bar and its three numbers, from the bottom up or from the left."""
        size, metrics = self.size(), QFontMetricsF(self._font)
        high = metrics.height()
        foot = high + SPACE if self._missing else 0
        colours = table(self._map)
        if self.lying:
            bar = QRectF(0.5, 0.5, size.width() - 1 - 2 * foot, self.BAR)
            pixels = np.ascontiguousarray(colours[None])
            image = QImage(pixels.data, 256, 1, 768, QImage.Format.Format_RGB888)
        else:
            bar = QRectF(0.5, 0.5, self.BAR, size.height() - 1 - foot)
            pixels = np.ascontiguousarray(colours[::-1, None])
            image = QImage(pixels.data, 1, 256, 3, QImage.Format.Format_RGB888)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, image)
        painter.setPen(QColor(self._theme.border))
        painter.drawRect(bar)
        painter.setFont(self._font)
        painter.setPen(QColor(self._theme.muted))
        for place, text, flags in self._places(bar, metrics):
            painter.drawText(place, flags | Qt.AlignmentFlag.AlignVCenter, text)
        if self._missing:
            self._draw_missing(painter, bar, high)

    def _places(
        self, bar: QRectF, metrics: QFontMetricsF
    ) -> list[tuple[QRectF, str, Qt.AlignmentFlag]]:
        """Return where the three numbers are written, and to which side."""
        high, labels = metrics.height(), self.labels()
        align = Qt.AlignmentFlag
        if self.lying:
            below = QRectF(bar.left(), bar.bottom() + SPACE / 2, bar.width(), high)
            sides = (align.AlignLeft, align.AlignHCenter, align.AlignRight)
            taken = sum(map(metrics.horizontalAdvance, labels)) + 3 * SPACE
            kept = (0, 1, 2) if taken <= bar.width() else (0, 2)
            return [(below, labels[i], sides[i]) for i in kept]
        middles = (bar.bottom() - high / 2, bar.center().y(), bar.top() + high / 2)
        return [
            (QRectF(bar.right() + SPACE, y - high / 2, self.wide, high), text, align.AlignLeft)
            for y, text in zip(middles, labels, strict=True)
        ]

    def _draw_missing(self, painter: QPainter, bar: QRectF, high: float) -> None:
        """Draw the colour of NaN after the bar, and its name."""
        size = self.size()
        if self.lying:
            swatch = QRectF(bar.right() + SPACE, 0, self.BAR + 1, self.BAR + 1)
            word = QRectF(swatch.left() - SPACE, bar.bottom() + SPACE / 2, 2 * high + SPACE, high)
        else:
            swatch = QRectF(0, size.height() - high / 2 - 6, self.BAR + 1, 12)
            word = QRectF(bar.right() + SPACE, size.height() - high, self.wide, high)
        painter.fillRect(swatch, QColor(self._theme.error))
        painter.drawText(word, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "NaN")


class Marks(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """The selected row and column and the crosshair, in cells."""

    def __init__(self) -> None:
        super().__init__()
        self._bounds = QRectF()
        self._theme = LIGHT
        self._selected: tuple[int | None, int | None] = (None, None)
        self._pointed: tuple[int, int] | None = None

    def set_look(self, theme: Theme) -> None:
        """Use these colours."""
        self._theme = theme
        self.update()

    def set_size(self, rows: int, columns: int) -> None:
        """Span a matrix of this size."""
        self.prepareGeometryChange()
        self._bounds = QRectF(0, 0, columns, rows)

    def set_marks(
        self, selected: tuple[int | None, int | None], pointed: tuple[int, int] | None
    ) -> None:
        """Mark this query and key, and the cell under the pointer."""
        if (selected, pointed) != (self._selected, self._pointed):
            self._selected, self._pointed = selected, pointed
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the whole matrix and the width of a line around it."""
        return self._bounds.adjusted(-1, -1, 1, 1)

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        """Draw every mark with a halo, so that it shows on any colour."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        query, key = self._selected
        rows, columns = self._bounds.height(), self._bounds.width()
        if self._pointed is not None:
            row, column = self._pointed
            self._outline(painter, QRectF(0, row, columns, 1), self._theme.text, 1.0)
            self._outline(painter, QRectF(column, 0, 1, rows), self._theme.text, 1.0)
        if query is not None:
            self._outline(painter, QRectF(0, query, columns, 1), self._theme.query, 1.5)
        if key is not None:
            self._outline(painter, QRectF(key, 0, 1, rows), self._theme.key, 1.5)
        if query is not None and key is not None:
            self._outline(painter, QRectF(key, query, 1, 1), self._theme.accent, 2.5)

    def _outline(self, painter: QPainter, rect: QRectF, colour: str, width: float) -> None:
        """Draw a line around ``rect`` and a halo around the line: no weight is covered.

        Four filled strips in whole pixels each: a stroked rectangle takes ten times as long.
        """
        place = painter.worldTransform().mapRect(rect)
        halo = QColor(self._theme.surface)
        halo.setAlpha(190)
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for ink, inner, outer in ((halo, width, width + 1), (QColor(colour), 0.0, width)):
            for strip in _frame(place, inner, outer):
                painter.fillRect(strip, ink)
        painter.restore()


def _frame(rect: QRectF, inner: float, outer: float) -> tuple[QRectF, ...]:
    """Return what lies between ``inner`` and ``outer`` pixels around ``rect``: four strips."""
    inside = rect.adjusted(-inner, -inner, inner, inner)
    outside = rect.adjusted(-outer, -outer, outer, outer)
    wide, tall = outside.width(), inside.height()
    return (
        QRectF(outside.left(), outside.top(), wide, inside.top() - outside.top()),
        QRectF(outside.left(), inside.bottom(), wide, outside.bottom() - inside.bottom()),
        QRectF(outside.left(), inside.top(), inside.left() - outside.left(), tall),
        QRectF(inside.right(), inside.top(), outside.right() - inside.right(), tall),
    )
