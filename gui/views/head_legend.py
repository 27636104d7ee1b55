"""Which colour is which head, and which heads are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.spoken import describe
from gui.theme import LIGHT, RADIUS, Theme
from gui.views.number_strip import NumberStrip
from gui.views.words import tabular
from models.i18n import tr
from models.links import head_colour

_SWATCH: Final = 4  # logical pixels


class HeadLegend(NumberStrip):
    """A cell per head over its colour: a click draws it or not, with Ctrl or Shift it alone.

    ``heads_picked`` holds the heads from 0, empty for all of them. Arrows step through single
    heads, and with Shift add the next.
    """

    heads_picked = Signal(object)  # tuple[int, ...]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._on: tuple[int, ...] = ()
        self._look = LIGHT
        self.picked.connect(self._on_picked)
        self.stepped.connect(self._on_stepped)
        self.ended.connect(lambda head: self.heads_picked.emit((head,)))
        self.retranslate()

    def set_heads(self, count: int, on: Sequence[int]) -> None:
        """Show ``count`` heads, of which those in ``on`` are drawn."""
        if count != self._count:
            self._count = count
            self._write()
        self._on = tuple(on)
        self.set_states(["on" if head in self._on else "off" for head in range(count)])
        describe(self, tr("Drawn: {heads}", heads=", ".join(f"H{head + 1}" for head in self._on)))

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._look = theme
        super().set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("Heads and their colours"))
        self._write()
        self.set_heads(self._count, self._on)

    def _write(self) -> None:
        tip = tr("Click to draw this head or not; Ctrl-click for this head alone.")
        self.set_cells([f"H{i + 1}" for i in range(self._count)], [tip] * self._count)

    def _on_picked(self, head: int, alone: bool) -> None:  # noqa: FBT001  # the signal's shape
        left = {head} if alone else set(self._on) ^ {head}
        self._emit(left or set(range(self._count)))

    def _on_stepped(self, step: int, joins: bool) -> None:  # noqa: FBT001  # the signal's shape
        edge = (max if step > 0 else min)(self._on, default=0)
        if len(self._on) == self._count:
            edge = -1 if step > 0 else self._count
        nearest = min(max(edge + step, 0), self._count - 1)
        self._emit({*self._on, nearest} if joins else {nearest})

    def _emit(self, heads: set[int]) -> None:
        self.heads_picked.emit(() if len(heads) == self._count else tuple(sorted(heads)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw every head's name over its colour, both faded where it is not drawn."""
        painter, theme = QPainter(self), self._look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(tabular(self.font(), scale=0.92))
        for head, (label, state) in enumerate(zip(self.labels, self.states, strict=True)):
            rect = QRectF(self.cell_rect(head))
            painter.setPen(QColor(theme.text if state == "on" else theme.muted))
            painter.drawText(rect.adjusted(0, 0, 0, -_SWATCH), Qt.AlignmentFlag.AlignCenter, label)
            line = QRectF(rect.left() + 2, rect.bottom() - _SWATCH, rect.width() - 4, _SWATCH)
            colour = QColor(head_colour(head, theme=theme.name))
            painter.setPen(QPen(colour if state == "on" else QColor(theme.border), 1))
            painter.setBrush(colour if state == "on" else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(line, 1.5, 1.5)
        if self.ring.visible:
            painter.setPen(QPen(QColor(theme.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()
