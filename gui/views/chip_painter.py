"""How one chip, its bar and its number are drawn: for sentences and beside photos alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPolygonF, QStaticText

from gui.theme import RADIUS, Theme
from gui.views.chip_sizes import ChipSizes, chip_font, tag_font
from gui.views.words import brief, tabular
from models.attention import Float
from models.colour import indices, table
from models.scales import painted

OVERFLOW: Final = 1.0 + 1e-6  # more than ``high`` by more than rounding


@dataclass(frozen=True, slots=True)
class ChipLook:
    """What there is to say about one chip."""

    rect: QRect
    label: str
    special: bool = False
    pinned: bool = False
    hovered: bool = False
    key: bool = False
    joined_left: bool = False
    joined_right: bool = False


class ChipPainter:
    """The pens, brushes and fonts of one theme, size and colour map, made once."""

    def __init__(self, theme: Theme, *, font: QFont, sizes: ChipSizes) -> None:
        self._sizes = sizes
        self._font = chip_font(font, sizes)
        self._number_font = tabular(font, scale=sizes.number_scale)
        self._tag_font = tag_font(font)
        self._caption_font = tabular(font, scale=0.85)
        self._text, self._muted = QColor(theme.text), QColor(theme.muted)
        self._raised, self._soft = QColor(theme.raised), QColor(theme.accent_soft)
        self._border, self._surface = QColor(theme.border), QColor(theme.surface)
        self._accent, self._on_accent = QColor(theme.accent), QColor(theme.on_accent)
        self._key, self._warning = QColor(theme.key), QColor(theme.warning)
        self._seam = QColor(theme.muted)
        self._seam.setAlpha(90)
        self._bar_edge = QPen(self._muted, 1)
        self._dashed = QPen(self._muted, 1, Qt.PenStyle.DashLine)
        self._colours: list[QColor] = [self._accent] * 256
        self._laid_out: dict[str, tuple[QStaticText, float]] = {}

    def set_colour_map(self, name: str | None) -> None:
        """Colour the bars by their weight, or all alike when ``name`` is None."""
        if name is None:
            self._colours = [self._accent] * 256
        else:
            self._colours = list(_colours(name))

    def chip(self, painter: QPainter, look: ChipLook) -> None:
        """Draw the box and the label."""
        path = _box(look)
        painter.setPen(self._outline(look))
        painter.setBrush(self._fill(look))
        painter.drawPath(path)
        if look.joined_left and not look.pinned:
            seam = QRectF(look.rect.left(), look.rect.top() + 1, 1, look.rect.height() - 2)
            painter.fillRect(seam, self._seam)
        if look.key:
            self._ring(painter, look)
        painter.setFont(self._font)
        painter.setPen(
            self._on_accent if look.pinned else self._muted if look.special else self._text
        )
        painter.drawText(look.rect, Qt.AlignmentFlag.AlignCenter, look.label)

    def unsure(self, painter: QPainter, rect: QRect) -> None:
        """Draw a question mark at the corner: here the model is least sure."""
        badge = QRectF(rect.right() - 9, rect.top() - 5, 15, 15)
        painter.setPen(QPen(self._surface, 1.5))
        painter.setBrush(self._warning)
        painter.drawEllipse(badge)
        painter.setFont(self._caption_font)
        painter.setPen(self._surface)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, "?")

    def caption(self, painter: QPainter, rect: QRect, text: str) -> None:
        """Draw the small label of a sentence."""
        painter.setFont(self._caption_font)
        painter.setPen(self._muted)
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def tag(self, painter: QPainter, rect: QRect, text: str) -> None:
        """Draw what the model calls the chips below ``rect``: a word over a line."""
        line = QRectF(rect.left() + 1, rect.bottom() - 2, rect.width() - 2, 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._accent)
        painter.drawRoundedRect(line, 1, 1)
        painter.setFont(self._tag_font)
        painter.setPen(self._accent)
        room = rect.adjusted(0, 0, 0, -3)
        fitted = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, fitted)

    def bars(
        self,
        painter: QPainter,
        chips: list[QRect],
        weights: Float,
        *,
        high: float,
        logarithmic: bool = False,
    ) -> None:
        """Draw the bar and the number under each chip; ``weights`` has one per chip.

        A ``logarithmic`` bar runs evenly over powers of 10: see ``models.scales``.
        """
        full = self._sizes.bar
        tracks = [self._track(rect) for rect in chips]
        shares, end = weights, high
        if logarithmic and high > 0:
            shares, end = painted(weights, "log", high=high), 1.0
        places = indices(shares, low=0.0, high=end)
        lengths = np.nan_to_num(shares, nan=0.0) * (full / end) if end > 0 else weights * 0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for track in tracks:
            painter.fillRect(track, self._raised)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._bar_edge)
        for track, place, length in zip(tracks, places, lengths, strict=True):
            bar = QRectF(track)
            bar.setWidth(min(float(length), full))
            if bar.width() > 1:
                painter.setBrush(self._colours[place])
                painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5))
            else:
                painter.fillRect(bar, self._muted)
            if length > full * OVERFLOW:
                self._overflow(painter, track)
        self._numbers(painter, chips, weights)

    def _numbers(self, painter: QPainter, chips: list[QRect], weights: Float) -> None:
        painter.setFont(self._number_font)
        painter.setPen(self._muted)
        for rect, weight in zip(chips, weights, strict=True):
            text, width = self._number(brief(float(weight)))
            left = rect.left() + (rect.width() - width) / 2
            painter.drawStaticText(QPointF(left, rect.top() + self._sizes.number_top), text)

    def _number(self, text: str) -> tuple[QStaticText, float]:
        """Return a number laid out once: there are few different ones, drawn over and over."""
        if text not in self._laid_out:
            laid_out = QStaticText(text)
            laid_out.setTextFormat(Qt.TextFormat.PlainText)
            laid_out.prepare(font=self._number_font)
            self._laid_out[text] = laid_out, laid_out.size().width()
        return self._laid_out[text]

    def _overflow(self, painter: QPainter, track: QRect) -> None:
        """Draw an arrow head past the end of a bar: the weight goes beyond ``high``."""
        right, middle = track.right() + 2.0, track.top() + track.height() / 2
        tip = QPolygonF(
            [QPointF(right, middle - 3), QPointF(right + 4, middle), QPointF(right, middle + 3)]
        )
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._text)
        painter.drawPolygon(tip)
        painter.restore()

    def _track(self, rect: QRect) -> QRect:
        sizes = self._sizes
        left = rect.left() + (rect.width() - sizes.bar) // 2
        return QRect(left, rect.top() + sizes.bar_top, sizes.bar, sizes.bar_height)

    def _fill(self, look: ChipLook) -> QColor:
        if look.pinned:
            return self._accent
        if look.hovered:
            return self._soft
        return self._surface if look.special else self._raised

    def _outline(self, look: ChipLook) -> QPen:
        if look.pinned or look.hovered:
            return QPen(self._accent, 1)
        return self._dashed if look.special else QPen(Qt.PenStyle.NoPen)

    def _ring(self, painter: QPainter, look: ChipLook) -> None:
        painter.setPen(QPen(self._surface, 4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring = QRectF(look.rect).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(ring, RADIUS - 1, RADIUS - 1)
        painter.setPen(QPen(self._key, 2))
        painter.drawRoundedRect(ring, RADIUS - 1, RADIUS - 1)


@cache
def _colours(name: str) -> tuple[QColor, ...]:
    """Return the 256 colours of a map: made once, since every new view of chips wants them."""
    return tuple(QColor(*rgb) for rgb in table(name).tolist())


def _box(look: ChipLook) -> QPainterPath:
    """Return the outline: round where the word ends, straight where a piece goes on."""
    box = QRectF(look.rect).adjusted(0.5, 0.5, -0.5, -0.5)
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    if look.joined_left:
        box.setLeft(look.rect.left())
    if look.joined_right:
        box.setRight(look.rect.left() + look.rect.width())
    path.addRoundedRect(box, RADIUS, RADIUS)
    square = QRectF(box)
    if look.joined_left:
        square.setWidth(RADIUS)
        path.addRect(square)
    square = QRectF(box)
    if look.joined_right:
        square.setLeft(box.right() - RADIUS)
        path.addRect(square)
    return path.simplified() if look.joined_left or look.joined_right else path
