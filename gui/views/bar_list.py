"""Names with horizontal bars and numbers: probabilities, shares, candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.spoken import describe
from gui.theme import LIGHT, RADIUS, SPACE, Theme
from gui.views.pointed import PointedWidget
from gui.views.words import safe_label, tabular
from gui.zoom import scaled

LINE: Final = 26
_BAR: Final = 10
_WIDEST: Final = 0.46  # of the width, for the names
_NAMES = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_NUMBERS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Bar:
    """One line. ``share`` of the track is filled (0 to 1); None draws no track.

    ``colour`` fills the bar and a swatch before the name; empty takes the accent and no swatch.
    """

    label: str
    number: str
    share: float | None
    note: str = ""
    tip: str = ""
    colour: str = ""


class BarList(PointedWidget):
    """Draws its lines; with ``clickable`` it speaks in clicked lines."""

    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, clickable: bool = False) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._chosen: int | None = None
        self._widest: tuple[float, float] | None = None  # of names and numbers
        self._clickable = clickable
        self._theme = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(clickable)
        if clickable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # -- facts

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Show these lines."""
        self._bars = tuple(bars)
        self._pointed = self._widest = None
        said = "; ".join(f"{safe_label(bar.label)} {bar.number}" for bar in self._bars)
        describe(self, said)
        self.updateGeometry()
        self.update()

    def set_chosen(self, line: int | None) -> None:
        """Mark a line."""
        self._chosen = line
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self.update()

    @property
    def bars(self) -> tuple[Bar, ...]:
        """The lines that are shown."""
        return self._bars

    # -- layout

    def place_at(self, point: QPoint) -> int | None:
        """Return the line under a point."""
        line = point.y() // scaled(LINE)
        return line if 0 <= line < len(self._bars) else None

    def place_rect(self, place: int) -> QRect:
        """Return where a line is drawn."""
        return QRect(0, place * scaled(LINE), self.width(), scaled(LINE))

    def tip(self, place: int) -> str:
        """Return the line's own words."""
        return self._bars[place].tip

    def sizeHint(self) -> QSize:
        """As tall as its lines."""
        return QSize(320, scaled(LINE) * len(self._bars))

    def minimumSizeHint(self) -> QSize:
        """Any width at which a bar can be told from none."""
        return QSize(160, scaled(LINE) * len(self._bars))

    def _columns(self) -> tuple[float, float]:
        """Return the width of names and of numbers."""
        if self._widest is None:
            names, numbers = self._metrics()
            wide = max((self._name_width(bar, names) for bar in self._bars), default=0.0)
            far = max((numbers.horizontalAdvance(bar.number) for bar in self._bars), default=0.0)
            self._widest = wide, far
        wide, far = self._widest
        return min(wide + 2, self.width() * _WIDEST), far

    def _name_width(self, bar: Bar, metrics: QFontMetricsF) -> float:
        note = metrics.horizontalAdvance(f"  {bar.note}") if bar.note else 0.0
        swatch = scaled(LINE) / 2 + 2 if bar.colour else 0.0
        return metrics.horizontalAdvance(safe_label(bar.label)) + note + swatch

    def _metrics(self) -> tuple[QFontMetricsF, QFontMetricsF]:
        return QFontMetricsF(self.font()), QFontMetricsF(tabular(self.font(), scale=0.95))

    # -- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines that are in view."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        columns = self._columns()
        first, last = event.rect().top() // scaled(LINE), event.rect().bottom() // scaled(LINE)
        for line in range(max(first, 0), min(last + 1, len(self._bars))):
            self._draw(painter, line, columns)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
            painter.drawRoundedRect(ring, RADIUS, RADIUS)
        painter.end()

    def _draw(self, painter: QPainter, line: int, columns: tuple[float, float]) -> None:
        bar, theme = self._bars[line], self._theme
        row = QRectF(0, line * scaled(LINE), self.width(), scaled(LINE))
        if line == self._chosen or (self._clickable and line == self._pointed):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent_soft))
            painter.drawRoundedRect(row.adjusted(0, 1, 0, -1), RADIUS, RADIUS)
        names, numbers = columns
        inner = row.adjusted(SPACE / 2, 0, -SPACE / 2, 0)
        self._draw_name(painter, bar, QRectF(inner.left(), inner.top(), names, scaled(LINE)))
        painter.setFont(tabular(self.font(), scale=0.95))
        painter.setPen(QColor(theme.text))
        painter.drawText(inner, int(_NUMBERS), bar.number)
        if bar.share is not None:
            left = inner.left() + names + SPACE
            track = QRectF(left, row.center().y() - scaled(_BAR) / 2, 0, scaled(_BAR))
            track.setRight(max(inner.right() - numbers - SPACE, left + 1))
            self._draw_bar(painter, bar, track)

    def _draw_name(self, painter: QPainter, bar: Bar, room: QRectF) -> None:
        if bar.colour:
            swatch = QRectF(room.left(), room.center().y() - 5, 10, 10)
            painter.setPen(QPen(QColor(self._theme.border), 1))
            painter.setBrush(QColor(bar.colour))
            painter.drawRoundedRect(swatch, 2, 2)
            room = room.adjusted(scaled(LINE) / 2 + 2, 0, 0, 0)
        painter.setFont(self.font())
        metrics, elide = QFontMetricsF(self.font()), Qt.TextElideMode.ElideRight
        label = metrics.elidedText(safe_label(bar.label), elide, room.width())
        painter.setPen(QColor(self._theme.text))
        painter.drawText(room, int(_NAMES), label)
        if bar.note:
            rest = room.adjusted(metrics.horizontalAdvance(label + "  "), 0, 0, 0)
            painter.setPen(QColor(self._theme.muted))
            note = metrics.elidedText(safe_label(bar.note), elide, max(rest.width(), 0.0))
            painter.drawText(rest, int(_NAMES), note)

    def _draw_bar(self, painter: QPainter, bar: Bar, track: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.raised))
        painter.drawRoundedRect(track, 3, 3)
        share = min(max(bar.share or 0.0, 0.0), 1.0)
        if share > 0:
            filled = QRectF(track)
            filled.setWidth(max(track.width() * share, 1.0))
            painter.setBrush(QColor(bar.colour or self._theme.accent))
            painter.drawRoundedRect(filled, min(3, filled.width() / 2), 3)

    # -- Qt overrides

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._widest = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Click a line."""
        line = self.place_at(event.position().toPoint())
        if self._clickable and line is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go up and down the lines with the arrows."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or not self._bars or not self._clickable:
            super().keyPressEvent(event)
            return
        now = -1 if self._chosen is None else self._chosen
        self.clicked.emit(min(max(now + step, 0), len(self._bars) - 1))
