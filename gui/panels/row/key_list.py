"""A list with one line per key: what the steps about keys, scores and values have in common."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QWidget

from gui.panels.row.canvas import Canvas
from gui.panels.row.drawing import CENTRE, LEFT, RIGHT, Columns
from gui.panels.row.facts import RowFacts
from gui.panels.row.link import Pointed, RowLink
from gui.panels.row.quantities import meaning
from models.i18n import ntr

STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 10,
    Qt.Key.Key_PageUp: -10,
    Qt.Key.Key_Home: -1_000_000,
    Qt.Key.Key_End: 1_000_000,
}
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
SCROLL_BAR = 12


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's name: ``name`` is the quantity, ``text`` what is written, in pixels where."""

    name: str
    text: str
    left: float
    wide: float
    colour: str
    centred: bool = False


class KeyList(Canvas):
    """Draws a heading, a line per visible key, and a line for the rest."""

    stepped = Signal()  # the keyboard went to another key

    def __init__(self, link: RowLink, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar.valueChanged.connect(self._on_scrolled)
        self._bar.hide()
        link.repainted.connect(self._follow)

    # -- for subclasses

    @abstractmethod
    def line_columns(self, facts: RowFacts) -> Columns:
        """Return where the columns stand now."""

    @abstractmethod
    def dimensions(self, facts: RowFacts) -> int:
        """Return how many cells the middle column holds; 0 when it is not a strip."""

    @abstractmethod
    def headings(self, facts: RowFacts, *, columns: Columns) -> list[Heading]:
        """Return the names of the columns."""

    @abstractmethod
    def draw_lines(self, painter: QPainter, facts: RowFacts, *, columns: Columns) -> None:
        """Draw what is particular to this step, for every visible key and below them."""

    @property
    def extra_height(self) -> float:
        """The height of what is drawn below the lines."""
        return 0.0

    # -- geometry

    @property
    def heading_height(self) -> float:
        """The height of the column names."""
        return self.line_height

    @property
    def inner_width(self) -> float:
        """The width without the scroll bar."""
        return self.width() - (SCROLL_BAR + 2 if self.link.last_first else 0)

    @property
    def lines_bottom(self) -> float:
        """Where the lines of keys end."""
        shown = min(self.link.count, self.link.lines)
        return self.heading_height + shown * self.line_height

    def height_needed(self) -> int:
        """Return the height of heading, lines, rest and what follows."""
        rest = self.line_height if self.link.rest else 0.0
        return round(self.lines_bottom + rest + self.extra_height)

    def line_rect(self, line: int) -> QRectF:
        """Return the whole line of the ``line``-th visible key."""
        top = self.heading_height + line * self.line_height
        return QRectF(0, top, self.inner_width, self.line_height)

    def lines_to_draw(self) -> list[tuple[int, int]]:
        """Return (line, key) of every line that is seen at least in part."""
        keys, height = self.link.visible().tolist(), self.line_height
        first = max(int((self.exposed.top() - self.heading_height) // height), 0)
        last = int((self.exposed.bottom() - self.heading_height) // height) + 1
        return [(line, keys[line]) for line in range(first, min(last, len(keys)))]

    def key_at(self, place: QPointF) -> int | None:
        """Return the position of the key under ``place``."""
        line = int((place.y() - self.heading_height) // self.line_height)
        visible = self.link.visible()
        return int(visible[line]) if 0 <= line < len(visible) else None

    # -- drawing

    def draw(self, painter: QPainter, facts: RowFacts) -> None:
        """Draw the list."""
        where = self.line_columns(facts)
        self._draw_headings(painter, self.headings(facts, columns=where))
        for line, key in self.lines_to_draw():
            self._draw_ground(painter, facts, line=line, key=key, columns=where)
        self._draw_rest(painter)
        self.draw_lines(painter, facts, columns=where)

    def _draw_headings(self, painter: QPainter, headings: list[Heading]) -> None:
        painter.setFont(self.small_font)
        for each in headings:
            painter.setPen(QColor(each.colour))
            place = QRectF(each.left - 6, 0, each.wide + 6, self.heading_height)
            painter.drawText(place, CENTRE if each.centred else RIGHT, each.text)
        painter.setFont(self.text_font)

    def _draw_ground(
        self, painter: QPainter, facts: RowFacts, *, line: int, key: int, columns: Columns
    ) -> None:
        rect, theme = self.line_rect(line), self.link.theme
        marked = facts.shown.state.key == key
        if key == self.link.key:
            painter.fillRect(rect, QColor(theme.accent_soft))
        if marked:
            painter.fillRect(QRectF(0, rect.top() + 1, 3, rect.height() - 2), QColor(theme.accent))
        painter.setFont(self.bold_font if marked else self.text_font)
        label = QRectF(0, rect.top(), columns.label[1], rect.height())
        self.draw_label(
            painter,
            label,
            label=facts.labels[key],
            token=facts.key_token(key),
            strong=marked or key == self.link.key,
        )
        painter.setFont(self.text_font)

    def _draw_rest(self, painter: QPainter) -> None:
        if self.link.rest:
            painter.setPen(QColor(self.link.theme.muted))
            rect = QRectF(5, self.lines_bottom, self.inner_width * 0.5, self.line_height)
            painter.drawText(rect, LEFT, rest_text(self.link.rest))

    # -- pointer and keys

    def tip_at(self, place: QPointF) -> str:
        """Return what the column under a heading holds."""
        facts = self.link.facts
        if facts is None or place.y() > self.heading_height:
            return ""
        for each in self.headings(facts, columns=self.line_columns(facts)):
            if each.left <= place.x() < each.left + each.wide:
                return meaning(each.name)
        return ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at the key, and the dimension, under the pointer."""
        facts, place = self.link.facts, event.position()
        key = self.key_at(place)
        if facts is None or key is None:
            self.link.point(None)
            return
        where = self.line_columns(facts)
        dimension = where.dimension_at(place.x(), size=self.dimensions(facts))
        self.link.point(Pointed(self.part, key, dimension))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click marks the key."""
        key = self.key_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and key is not None:
            self.link.key_clicked.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk the keys and the dimensions; Return marks."""
        pressed = Qt.Key(event.key())
        if pressed in STEPS:
            self.link.step_key(STEPS[pressed], part=self.part)
            self.stepped.emit()
        elif pressed in ENTER and self.link.key is not None:
            self.link.key_clicked.emit(self.link.key)
        elif pressed in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self.link.key is not None:
            self._step_dimension(1 if pressed == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def _step_dimension(self, step: int) -> None:
        facts, pointed = self.link.facts, self.link.pointed
        if facts is None or pointed is None or not (size := self.dimensions(facts)):
            return
        now = pointed.dimension
        next_one = 0 if now is None else min(max(now + step, 0), size - 1)
        self.link.point(Pointed(self.part, pointed.key, next_one))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Reached by Tab: point at the first key, so that the arrows have a start."""
        by_tab = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        if by_tab and self.link.key is None:
            self.link.step_key(1, part=self.part)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard left: nothing is pointed at."""
        self.link.point(None)
        super().focusOutEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the keys while there are more; then the page."""
        notches = event.angleDelta().y() / 120
        moved = self.link.scroll_to(self.link.first - round(notches * 3)) if notches else False
        event.setAccepted(moved)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the scroll bar at the right edge."""
        super().resizeEvent(event)
        self._follow()

    def _follow(self) -> None:
        needed = self.link.last_first > 0
        self._bar.setVisible(needed)
        if needed:
            top = round(self.heading_height)
            tall = round(self.lines_bottom) - top
            self._bar.setGeometry(self.width() - SCROLL_BAR, top, SCROLL_BAR, tall)
            self._bar.blockSignals(True)
            self._bar.setRange(0, self.link.last_first)
            self._bar.setPageStep(self.link.lines)
            self._bar.setValue(self.link.first)
            self._bar.blockSignals(False)

    def _on_scrolled(self, value: int) -> None:
        self.link.scroll_to(value)

    def _on_reshaped(self) -> None:
        super()._on_reshaped()
        self._follow()


def rest_text(count: int) -> str:
    """Return the words for the keys that are left out."""
    return ntr("+ {count} other", "+ {count} others", count)
