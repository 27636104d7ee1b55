"""One side of a comparison, or their difference: a matrix between words, small and readable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.numbers import short
from gui.spoken import describe
from gui.theme import LIGHT, RADIUS, Theme
from gui.views.axis_labels import labelled, regular_places
from gui.views.celled import CelledWidget
from gui.views.said import cells_said
from gui.views.words import safe_label, tabular
from gui.zoom import scaled
from models import colour
from models.attention import Float
from models.figure.page import spread_cells
from models.i18n import tr
from models.scales import Look

_TITLE: Final = 20
_LONGEST: Final = 64  # a word's label
_SCALE: Final = 50  # the bar of colours, its limits, and how it runs
_LABEL: Final = 14  # between two labels
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter


def _number(value: float) -> str:
    return short(value, digits=2)


class CompareMap(CelledWidget):
    """Draws ``values`` [rows, columns]; the pointer asks for cells, a click chooses one.

    ``matched`` words are written plainly, others muted and struck through.
    """

    cell_clicked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: Float | None = None
        self._labels: tuple[str, ...] = ()
        self._matched: frozenset[int] = frozenset()
        self._look = Look()
        self._marks: tuple[int | None, int | None] = (None, None)
        self._echoed: tuple[int, int] | None = None
        self._title, self._theme = "", LIGHT
        self._least = 0

    # -- facts

    def set_values(
        self, values: Float | None, labels: Sequence[str], matched: Sequence[int], *, look: Look
    ) -> None:
        """Draw ``values`` with these words on both sides."""
        self._values, self._labels = values, tuple(safe_label(label) for label in labels)
        self._matched, self._look, self._echoed = frozenset(matched), look, None
        self.setToolTip(tr("Colours: {scale}.", scale=look.said(_number)))
        if self._labels or values is None:  # a photo's row is told by its patches
            describe(self, "" if values is None else cells_said(values, self._labels))
        self.update()

    def set_title(self, title: str) -> None:
        """Say what is drawn."""
        self._title = title
        self.setAccessibleName(title)
        self.update()

    def set_marks(self, row: int | None, column: int | None) -> None:
        """Mark a row and a column."""
        self._marks = (row, column)
        self.update()

    def set_echo(self, cell: tuple[int, int] | None) -> None:
        """Outline the cell that is pointed at here or in a map beside this."""
        before, self._echoed = self._echoed, cell
        if cell != before:
            for place in (before, cell):
                if (rect := self.cell_rect(place)) is not None:
                    self.update(rect.adjusted(-3, -3, 3, 3).toAlignedRect())

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self.update()

    @property
    def values(self) -> Float | None:
        """What is drawn."""
        return self._values

    # -- geometry

    def area(self) -> QRectF:
        """Return where the cells are: a square."""
        room = self._room()
        side = min(
            self.width() - room - 6, self.height() - scaled(_TITLE) - room - scaled(_SCALE) - 6
        )
        left = room + max((self.width() - room - 6 - side) / 2, 0)
        return QRectF(left, scaled(_TITLE) + room, max(side, 8), max(side, 8))

    def _font(self) -> QFont:
        return tabular(self.font(), scale=0.85)

    def set_room(self, room: int) -> None:
        """Keep at least so much room for words, as the maps beside it do."""
        self._least = room
        self.update()

    def needed(self) -> int:
        """Return the room that the words ask for."""
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(x) for x in self._labels), default=0)
        return min(widest + 4, scaled(_LONGEST))

    def _room(self) -> int:
        return max(self.needed(), self._least)

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return (row, column) under a point."""
        area = self.area()
        if self._values is None or not self._values.size or not area.contains(point):
            return None
        rows, columns = self._values.shape
        row = int((point.y() - area.top()) / area.height() * rows)
        column = int((point.x() - area.left()) / area.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)

    def cell_rect(self, cell: tuple[int, int] | None) -> QRectF | None:
        """Return where a cell is drawn; None without one."""
        if cell is None or self._values is None or not self._values.size:
            return None
        area, (rows, columns) = self.area(), self._values.shape
        wide, tall = area.width() / columns, area.height() / rows
        return QRectF(area.left() + cell[1] * wide, area.top() + cell[0] * tall, wide, tall)

    def pointed_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return (row, column) under a point."""
        return self.cell_at(point)

    # -- drawing

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw title, words, cells, marks and the scale."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.area()
        painter.setFont(tabular(self.font(), scale=0.92, bold=True))
        painter.setPen(QColor(self._theme.text))
        title = painter.fontMetrics().elidedText(
            self._title, Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(QRectF(0, 0, self.width(), scaled(_TITLE)), _MIDDLE, title)
        if self._values is not None and self._values.size:
            painter.setFont(self._font())
            self._draw_cells(painter, area)
            self._draw_words(painter, area)
            self._draw_marks(painter, area)
            self._draw_echo(painter)
            self._draw_scale(painter, area)
        if self.ring.visible:
            painter.setPen(QPen(QColor(self._theme.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()

    def _draw_cells(self, painter: QPainter, area: QRectF) -> None:
        assert self._values is not None  # noqa: S101  # painted only with some
        side = max(round(area.width() * self.devicePixelRatioF()), 1)
        spread = spread_cells(self._values, width=side, height=side)
        look = self._look
        pixels = colour.paint(look.shares(spread), name=look.colour_map)
        pixels = np.ascontiguousarray(pixels)
        form = QImage.Format.Format_RGB888
        painter.drawImage(area, QImage(pixels.data, side, side, 3 * side, form))

    def _draw_words(self, painter: QPainter, area: QRectF) -> None:
        count = len(self._labels)
        cell = area.height() / count
        gap = max(scaled(_LABEL) / cell, 1.0)
        regular = regular_places(count, (), gap=gap)
        room = area.left() if area.left() < scaled(_LONGEST) else self._room()
        for axis in (0, 1):
            marked = self._marks[axis]
            forced = [] if marked is None else [marked]
            for place in labelled(regular, forced, first=0, last=count, gap=gap):
                ink = (self._theme.query, self._theme.key)[axis] if place == marked else None
                self._ink(painter, place, ink)
                painter.save()
                at = (place + 0.5) * cell
                if axis == 0:
                    painter.translate(area.left() - 4 - room, area.top() + at)
                    flags = Qt.AlignmentFlag.AlignRight | _MIDDLE
                else:
                    painter.translate(area.left() + at, area.top() - 4)
                    painter.rotate(-90)
                    flags = Qt.AlignmentFlag.AlignLeft | _MIDDLE
                label = painter.fontMetrics().elidedText(
                    self._labels[place], Qt.TextElideMode.ElideRight, round(room)
                )
                painter.drawText(QRectF(0, -8, room, 16), flags, label)
                painter.restore()

    def _ink(self, painter: QPainter, place: int, marked: str | None) -> None:
        font = self._font()
        matched = place in self._matched
        font.setStrikeOut(not matched)
        painter.setFont(font)
        painter.setPen(QColor(marked or (self._theme.text if matched else self._theme.muted)))

    def _draw_marks(self, painter: QPainter, area: QRectF) -> None:
        cell = area.height() / len(self._labels)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for axis, place in enumerate(self._marks):
            if place is None:
                continue
            rect = QRectF(area)
            if axis == 0:
                rect.setTop(area.top() + place * cell)
                rect.setHeight(cell)
            else:
                rect.setLeft(area.left() + place * cell)
                rect.setWidth(cell)
            ink = (self._theme.query, self._theme.key)[axis]
            for pen in (QPen(QColor(self._theme.surface), 3), QPen(QColor(ink), 1.5)):
                painter.setPen(pen)
                painter.drawRect(rect)

    def _draw_echo(self, painter: QPainter) -> None:
        rect = self.cell_rect(self._echoed)
        if rect is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for pen in (QPen(QColor(self._theme.surface), 3), QPen(QColor(self._theme.text), 1)):
                painter.setPen(pen)
                painter.drawRect(rect)

    def _draw_scale(self, painter: QPainter, area: QRectF) -> None:
        """Draw the colours, their ends and middle below them, and how they run between these."""
        look = self._look
        painter.setFont(self._font())
        metrics = painter.fontMetrics()
        bar = QRectF(area.left(), area.bottom() + 6, area.width(), 8)
        row = np.ascontiguousarray(colour.table(look.colour_map)[None])
        image = QImage(row.data, 256, 1, 768, QImage.Format.Format_RGB888)
        painter.drawImage(bar, image)
        painter.setPen(QColor(self._theme.muted))
        low, middle, high = look.marks(_number)
        flags = Qt.AlignmentFlag
        sides = (flags.AlignLeft, flags.AlignHCenter, flags.AlignRight)
        numbers = QRectF(bar.left(), bar.bottom() + 3, bar.width(), metrics.height())
        room = bar.width() - metrics.horizontalAdvance(low + middle + high)
        for text, side in zip((low, middle, high), sides, strict=True):
            if side != flags.AlignHCenter or room > 4 * metrics.averageCharWidth():
                painter.drawText(numbers, side | flags.AlignTop, text)
        painter.fillRect(QRectF(bar.center().x(), bar.bottom(), 1, 3), painter.pen().color())
        below = numbers.translated(0, metrics.height())
        painter.drawText(below, flags.AlignHCenter | flags.AlignTop, look.kind)

    # -- Qt overrides

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a cell."""
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.cell_clicked.emit(*cell)

    def sizeHint(self) -> QSize:
        """A third of the card."""
        return QSize(240, 280)

    def minimumSizeHint(self) -> QSize:
        """Small, but a map."""
        return QSize(110, 130)
