"""Two bars for each token, one above the other: before and after, or two measures. Draggable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.numbers import column, short
from gui.spoken import describe
from gui.theme import LIGHT, RADIUS, SPACE, Theme
from gui.views.focus import FocusRing
from gui.views.pointed import PointedWidget
from gui.views.words import safe_label, tabular

LINE: Final = 28
_HEAD: Final = 22
_BAR: Final = 8
_WIDEST: Final = 0.3  # of the width, for the names
_NAMES: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_NUMBERS: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_STEP: Final = 0.01


@dataclass(frozen=True, slots=True)
class Pair:
    """One line: two numbers of one token. ``gone`` strikes the second out; ``key`` is its place."""

    label: str
    first: float
    second: float | None
    key: int
    gone: bool = False


class RowBars(PointedWidget):
    """Draws its lines; speaks in clicked keys and, where editable, in weights set by hand."""

    clicked = Signal(int)  # a key
    dragged = Signal(int, float)  # a key, its new weight
    released = Signal()

    def __init__(self, parent: QWidget | None = None, *, editable: bool = False) -> None:
        super().__init__(parent)
        self._pairs: tuple[Pair, ...] = ()
        self._names, self._between = ("", ""), ""
        self._highs = (1.0, 1.0)
        self._chosen: int | None = None
        self._line = 0
        self.editable = editable
        self._dragging: int | None = None
        self._theme = LIGHT
        self.ring = FocusRing(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # -- facts

    def set_pairs(
        self,
        pairs: Sequence[Pair],
        *,
        names: tuple[str, str],
        highs: tuple[float, float],
        between: str = " → ",
    ) -> None:
        """Show these lines; ``names`` say what the bars are, ``highs`` where they end.

        ``between`` stands between the two numbers.
        """
        if len(pairs) != len(self._pairs):
            self.updateGeometry()
        self._pairs, self._names = tuple(pairs), names
        self._highs = (highs[0] or 1.0, highs[1] or 1.0)
        self._told = self._written(between)
        said = (f"{safe_label(x.label)} {y}" for x, y in zip(pairs, self._told, strict=True))
        self.setAccessibleName(" / ".join(name for name in names if name))
        describe(self, "; ".join(said))
        self.update()

    def set_chosen(self, key: int | None) -> None:
        """Mark the line of a key."""
        self._chosen = key
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self.update()

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The lines that are shown."""
        return self._pairs

    # -- layout

    def place_at(self, point: QPoint) -> int | None:
        """Return the line under a point."""
        line = (point.y() - _HEAD) // LINE
        return line if 0 <= line < len(self._pairs) else None

    def place_rect(self, place: int) -> QRect:
        """Return where a line is drawn."""
        return QRect(0, _HEAD + place * LINE, self.width(), LINE)

    def tip(self, place: int) -> str:
        """Return both numbers under their names."""
        pair = self._pairs[place]
        first = f"{safe_label(pair.label)} · {self._names[0]}: {short(pair.first, digits=5)}"
        if pair.second is None:
            return first
        return f"{first} · {self._names[1]}: {short(pair.second, digits=5)}"

    def sizeHint(self) -> QSize:
        """As tall as its lines."""
        return QSize(320, _HEAD + LINE * len(self._pairs) + 2)

    def minimumSizeHint(self) -> QSize:
        """Any width at which a bar can be told from none."""
        return QSize(200, self.sizeHint().height())

    def _columns(self) -> tuple[float, float]:
        """Return the width of names and of numbers."""
        names = QFontMetricsF(self.font())
        numbers = QFontMetricsF(tabular(self.font(), scale=0.92))
        wide = max((names.horizontalAdvance(safe_label(x.label)) for x in self._pairs), default=0)
        far = max((numbers.horizontalAdvance(told) for told in self._told), default=0)
        return min(wide + 2, self.width() * _WIDEST), far

    def track(self, line: int) -> QRectF:
        """Return where the bars of a line run."""
        names, numbers = self._columns()
        left = SPACE / 2 + names + SPACE
        right = self.width() - SPACE / 2 - numbers - SPACE
        return QRectF(left, _HEAD + line * LINE + 4, max(right - left, 1), LINE - 8)

    # -- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the legend and the lines that are in view."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_legend(painter)
        first = max((event.rect().top() - _HEAD) // LINE, 0)
        last = min((event.rect().bottom() - _HEAD) // LINE + 1, len(self._pairs))
        columns = self._columns()
        for line in range(first, last):
            self._draw(painter, line, columns)
        if self.ring.visible:
            painter.setPen(QPen(QColor(self._theme.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
            painter.drawRoundedRect(ring, RADIUS, RADIUS)
        painter.end()

    def _draw_legend(self, painter: QPainter) -> None:
        painter.setFont(tabular(self.font(), scale=0.9))
        x = SPACE / 2
        for name, colour in zip(self._names, self._colours(), strict=True):
            if not name:
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(x, 6, 16, 7), 2, 2)
            painter.setPen(QColor(self._theme.muted))
            wide = painter.fontMetrics().horizontalAdvance(name)
            painter.drawText(QRectF(x + 21, 0, wide + 4, _HEAD - 2), int(_NAMES), name)
            x += 21 + wide + 2 * SPACE

    def _colours(self) -> tuple[str, str]:
        return self._theme.muted, self._theme.accent

    def _draw(self, painter: QPainter, line: int, columns: tuple[float, float]) -> None:
        pair, theme = self._pairs[line], self._theme
        row = QRectF(0, _HEAD + line * LINE, self.width(), LINE)
        if pair.key == self._chosen or line == self._pointed:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent_soft))
            painter.drawRoundedRect(row.adjusted(0, 1, 0, -1), RADIUS, RADIUS)
        font = self.font()
        font.setStrikeOut(pair.gone)
        painter.setFont(font)
        painter.setPen(QColor(theme.muted if pair.gone else theme.text))
        room = QRectF(SPACE / 2, row.top(), columns[0], LINE)
        elide = Qt.TextElideMode.ElideRight
        text = QFontMetricsF(font).elidedText(safe_label(pair.label), elide, room.width())
        painter.drawText(room, int(_NAMES), text)
        painter.setFont(tabular(self.font(), scale=0.92))
        painter.setPen(QColor(theme.text))
        painter.drawText(row.adjusted(0, 0, -SPACE / 2, 0), int(_NUMBERS), self._told[line])
        self._draw_bars(painter, line, pair)

    def _written(self, between: str) -> list[str]:
        """Return the numbers of every line, each column with as many decimals throughout."""
        firsts = column(pair.first for pair in self._pairs)
        seconds = iter(column(x.second for x in self._pairs if x.second is not None))
        return [
            first if pair.second is None else f"{first}{between}{next(seconds)}"
            for pair, first in zip(self._pairs, firsts, strict=True)
        ]

    def _draw_bars(self, painter: QPainter, line: int, pair: Pair) -> None:
        track, both = self.track(line), pair.second is not None
        numbers = (pair.first, pair.second) if both else (pair.first,)
        top = track.top() if both else track.center().y() - _BAR / 2
        for i, value in enumerate(numbers):
            place = QRectF(track.left(), top + i * (_BAR + 3), track.width(), _BAR)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.raised))
            painter.drawRoundedRect(place, 3, 3)
            share = min(abs(value or 0.0) / self._highs[i], 1.0)
            if share > 0:
                place.setWidth(max(place.width() * share, 1.0))
                painter.setBrush(QColor(self._colours()[i]))
                painter.drawRoundedRect(place, min(3, place.width() / 2), 3)

    # -- Qt overrides

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a line, and take hold of its bar where it may be changed."""
        line = self.place_at(event.position().toPoint())
        if line is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._line = line
        track = self.track(line).adjusted(-SPACE, 0, SPACE, 0)
        if self.editable and track.left() <= event.position().x() <= track.right():
            self._dragging = line
            self._drag_to(event.position().x())
        else:
            self.clicked.emit(self._pairs[line].key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the bar to the pointer."""
        if self._dragging is not None:
            self._drag_to(event.position().x())
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the bar."""
        if self._dragging is not None:
            self._dragging = None
            self.released.emit()
        event.accept()

    def _drag_to(self, x: float) -> None:
        assert self._dragging is not None  # noqa: S101  # both callers have hold of one
        track = self.track(self._dragging)
        share = min(max((x - track.left()) / track.width(), 0.0), 1.0)
        self.dragged.emit(self._pairs[self._dragging].key, share * self._highs[1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go up and down the lines; where editable, left and right change the weight."""
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key)
        more = {Qt.Key.Key_Left: -_STEP, Qt.Key.Key_Right: _STEP}.get(key)
        if step is not None and self._pairs:
            self._line = min(max(self._line + step, 0), len(self._pairs) - 1)
            self.clicked.emit(self._pairs[self._line].key)
        elif more is not None and self.editable and self._line < len(self._pairs):
            pair = self._pairs[self._line]
            now = pair.first if pair.second is None else pair.second
            self.dragged.emit(pair.key, max(now + more, 0.0))
            self.released.emit()
        else:
            super().keyPressEvent(event)
