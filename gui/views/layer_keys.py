"""The keys' names above the strip of layers: level where they fit, else upright and thinned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from gui.theme import Theme
from gui.views.axis_labels import anchors, labelled, regular_places
from gui.views.words import safe_label
from gui.zoom import scaled, stretched
from models.encoded import Token

_LONGEST: Final = 72  # logical pixels
_LEVEL: Final = 20.0
_PITCH: Final = 15  # between two upright names
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter


class KeyNames:
    """The names of ``tokens``, measured once: of thousands that takes longer than drawing them."""

    def __init__(self, tokens: Sequence[Token], font: QFont) -> None:
        measured = QFontMetricsF(font)
        names = {safe_label(token.label) for token in tokens}
        widest = max((measured.horizontalAdvance(name) for name in names), default=0.0)
        self.font: Final = font
        self.tokens: Final = tokens
        self.widest: Final = min(widest, scaled(_LONGEST))
        self.anchors: Final = anchors(tokens)

    def fit(self, font: QFont) -> bool:
        """Whether they were measured in ``font``."""
        return font.key() == self.font.key()

    def level(self, width: float) -> bool:
        """Whether every name fits level above its column."""
        return self.widest + 4 <= width / max(len(self.tokens), 1)

    def room(self, width: float) -> float:
        """Return how tall the names over ``width`` pixels are."""
        return stretched(_LEVEL) if self.level(width) else self.widest + 6


def draw_keys(
    painter: QPainter,
    area: QRectF,
    names: KeyNames,
    *,
    marked: int | None,
    theme: Theme,
) -> None:
    """Draw the names above ``area`` in the painter's font, the ``marked`` one always."""
    tokens, level = names.tokens, names.level(area.width())
    cell = area.width() / len(tokens)
    gap = 1.0 if level else scaled(_PITCH) / cell
    forced = [] if marked is None else [marked]
    regular = regular_places(len(tokens), names.anchors, gap=gap)
    for place in labelled(regular, forced, first=0, last=len(tokens), gap=gap):
        painter.setPen(QColor(theme.key if place == marked else theme.muted))
        middle = area.left() + (place + 0.5) * cell
        label = safe_label(tokens[place].label)
        if level:
            rect = QRectF(middle - cell / 2, area.top() - stretched(_LEVEL), cell, scaled(18))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, label)
        else:
            _draw_upright(painter, middle, area.top() - 4, label)


def _draw_upright(painter: QPainter, x: float, y: float, label: str) -> None:
    painter.save()
    painter.translate(x, y)
    painter.rotate(-90)
    shown = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, scaled(_LONGEST))
    painter.drawText(
        QRectF(0, -scaled(9), scaled(_LONGEST), scaled(18)),
        Qt.AlignmentFlag.AlignLeft | _MIDDLE,
        shown,
    )
    painter.restore()
