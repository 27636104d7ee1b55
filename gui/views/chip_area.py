"""Chips laid out in a scroll area, with the pointer and the keys that choose among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QWidget

from gui.theme import SPACE
from gui.views.chip_layout import Chip, ChipItem, Line, flow
from gui.views.chip_sizes import NORMAL, ROOMY, TAG, ChipSizes, measure
from gui.views.chip_steps import destination, distance
from gui.views.focus import FocusRing
from models.encoded import Token

NOTCH: Final = 120  # what one step of a wheel measures
_FEW: Final = 120  # tokens that may be drawn roomy


class ChipArea(QAbstractScrollArea):
    """Places tokens; speaks in clicked, hovered and stepped tokens. Drawing is the subclass's.

    Only what is in view is ever drawn, so thousands of tokens cost no more than a screenful. The
    scroll bar counts lines: a line is shown whole, with its bars and numbers, or not at all.
    """

    token_clicked = Signal(int)
    token_hovered = Signal(object)  # int | None
    token_stepped = Signal(int)  # tokens onwards, padding not counted

    def __init__(self, parent: QWidget | None = None, *, compact: bool = False) -> None:
        super().__init__(parent)
        self._compact = compact
        self._tokens: tuple[Token, ...] = ()
        self._positions: tuple[int, ...] = ()
        self._pinned: int | None = None
        self._pointed: int | None = None
        self._wheel = self._home = 0  # home: the line that the person scrolled to
        self._sizes = NORMAL
        self._tagged = False
        self._measured: dict[ChipSizes, tuple[dict[int, str], list[ChipItem]]] = {}
        self._labels: dict[int, str] = {}
        self._items: list[ChipItem] = []
        self._layout = flow([], width=0, metrics=NORMAL.metrics)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        bar = self.verticalScrollBar()
        bar.actionTriggered.connect(lambda _action: self._stay_at(bar.sliderPosition()))
        self.ring = FocusRing(self, surface=self.viewport())
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)

    # -- what is where

    def chip_rect(self, position: int) -> QRect | None:
        """Return where a token's chip is drawn in the viewport, None when it has none."""
        found = self._layout.line_of(position)
        return None if found is None else self._rect(found[1])

    def token_at(self, point: QPoint) -> int | None:
        """Return the token under a point of the viewport."""
        found = self._layout.at(point.x(), point.y() + self._top)
        return found if found is None or self._seen(found) else None

    def sizeHint(self) -> QSize:
        """Fit two lines of chips."""
        sizes = self._sized(NORMAL).metrics
        return QSize(480, 2 * (sizes.row + sizes.line_gap) + 2 * sizes.margin)

    def wanted_height(self, width: int) -> int:
        """Return how tall all chips stand in ``width``, roomy where they are few."""
        few = len(self._positions) <= _FEW and not self._compact
        sizes = self._sized(ROOMY if few else NORMAL)
        return flow(self._measure(sizes), width=width, metrics=sizes.metrics).height

    def height_within(self, most: int, *, least: int = 1) -> int:
        """Return the height of as many whole lines as ``most`` has room for, ``least`` or more."""
        metrics = self._sized(NORMAL).metrics
        line = metrics.row + metrics.line_gap
        lines = max((most - 2 * metrics.margin + metrics.line_gap) // line, least)
        return lines * line - metrics.line_gap + 2 * metrics.margin

    def minimumSizeHint(self) -> QSize:
        """Never less than one line of the narrowest chip."""
        sizes = self._sized(NORMAL).metrics
        return QSize(NORMAL.zoomed.bar + 2 * SPACE, sizes.row + 2 * sizes.margin)

    # -- layout

    def _place(self, tokens: Sequence[Token], positions: Sequence[int] | None) -> None:
        """Lay out ``tokens``, or only those at ``positions``, from the top; padding has no chip."""
        self._tokens = tuple(tokens)
        every = range(len(self._tokens)) if positions is None else positions
        self._positions = tuple(p for p in every if self._tokens[p].kind != "padding")
        self._pinned = self._pointed = None
        self._stay_at(0)
        self._measure_again()
        self.verticalScrollBar().setValue(0)

    def _stay_at(self, line: int) -> None:
        self._home = line

    def _sized(self, sizes: ChipSizes) -> ChipSizes:
        """Return ``sizes`` at the zoom in force, with room for tags where there are some."""
        return (replace(sizes, tag=TAG) if self._tagged else sizes).zoomed

    def _measure_again(self) -> None:
        self._measured = {}
        self._flow()

    def _measure(self, sizes: ChipSizes) -> list[ChipItem]:
        if sizes not in self._measured:
            labels, items = measure(self._tokens, self._positions, font=self.font(), sizes=sizes)
            self._measured[sizes] = dict(zip(self._positions, labels, strict=True)), items
        return self._measured[sizes][1]

    def _flow(self) -> None:
        """Place the chips, roomy where all of them then fit without scrolling."""
        width, room = self.viewport().width(), self.viewport().height()
        self._sizes = self._sized(NORMAL)
        if len(self._positions) <= _FEW and not self._compact:
            large = self._sized(ROOMY)
            roomy = flow(self._measure(large), width=width, metrics=large.metrics)
            self._sizes = large if roomy.height <= room else self._sizes
        self._items = self._measure(self._sizes)
        self._labels = self._measured[self._sizes][0]
        self._layout = flow(self._items, width=width, metrics=self._sizes.metrics)
        bar = self.verticalScrollBar()
        last = self._last_start(room)
        bar.setRange(0, last)
        bar.setPageStep(max(len(self._layout.lines) - last, 1))
        bar.setSingleStep(1)
        if self._pinned is not None:
            self._bring_into_view(self._pinned, first=self._home)
        self._redraw()

    def _redraw(self) -> None:
        """Draw everything anew."""
        self.viewport().update()

    @property
    def _top(self) -> int:
        """Where the view begins, in pixels of the layout: always just above a line."""
        return self._start_of(self.verticalScrollBar().value())

    def _start_of(self, line: int) -> int:
        """Return where the view begins to show a line first, its caption included if it fits."""
        if not 0 <= line < len(self._layout.lines):
            return 0
        metrics, found = self._sizes.metrics, self._layout.lines[line]
        caption = 0 if found.caption is None else metrics.caption
        start = found.y - metrics.margin - caption
        cut = found.y + metrics.row - start > self.viewport().height()
        return start + caption if cut else start

    def _last_start(self, room: int) -> int:
        """Return the first line of the last page: from there on every line fits ``room``."""
        height, lines = self._layout.height, range(len(self._layout.lines))
        fits = (line for line in lines if height - self._start_of(line) <= room)
        return next(fits, max(len(lines) - 1, 0))

    def _lines_in_view(self) -> Sequence[Line]:
        """Return the lines that are seen whole; the first one whatever the room."""
        first = self.verticalScrollBar().value()
        end = self._top + self.viewport().height()
        lines, row = self._layout.lines, self._layout.row
        last = first + 1
        while last < len(lines) and lines[last].y + row <= end:
            last += 1
        return lines[first:last]

    def _seen(self, position: int) -> bool:
        return any(chip.position == position for x in self._lines_in_view() for chip in x.chips)

    def _rect(self, chip: Chip, top: int | None = None) -> QRect:
        """Return where a chip is drawn; ``top`` is where the view begins, known or found out."""
        top = self._top if top is None else top
        return QRect(chip.x, chip.y - top + self._sizes.tag, chip.width, self._sizes.chip)

    def _whole(self, chip: Chip) -> QRect:
        """Return where a chip, its bar and its number are drawn."""
        return QRect(chip.x, chip.y - self._top, chip.width, self._layout.row)

    def _bring_into_view(self, position: int, *, first: int | None = None) -> None:
        """Scroll to a token no further than it must be, from the line ``first`` or from here."""
        found = self._layout.line_of(position)
        if found is None:
            return
        line, bar, room = found[0], self.verticalScrollBar(), self.viewport().height()
        bottom = self._layout.lines[line].y + self._layout.row
        start = min(bar.value() if first is None else first, line)
        while start < line and bottom - self._start_of(start) > room:
            start += 1
        bar.setValue(start)

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Flow the chips over the new width."""
        super().resizeEvent(event)
        self._flow()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Draw other lines."""
        self._redraw()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll a line per notch."""
        self._wheel -= event.angleDelta().y()
        notches = int(self._wheel / NOTCH)
        self._wheel -= notches * NOTCH
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + notches)
        self._stay_at(bar.value())
        event.setAccepted(bar.maximum() > 0)

    def viewportEvent(self, event: QEvent) -> bool:
        """Stop previewing when the pointer leaves."""
        if event.type() == QEvent.Type.Leave:
            self._point(None)
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Preview the token under the pointer."""
        self._point(self.token_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Click a token."""
        position = self.token_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and position is not None:
            self._pointed = position
            self.token_clicked.emit(position)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the click here: nothing behind is meant."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step through tokens: arrows, by word with Ctrl, to the ends with Home and End."""
        target = destination(
            Qt.Key(event.key()),
            by_word=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier),
            items=self._items,
            layout=self._layout,
            pinned=self._pinned,
        )
        if target is None:
            super().keyPressEvent(event)
        elif target != self._pinned:
            self.token_stepped.emit(distance(self._tokens, self._pinned, target))

    def _point(self, position: int | None) -> None:
        if position != self._pointed:
            self._pointed = position
            shape = Qt.CursorShape.ArrowCursor
            if position is not None:
                shape = Qt.CursorShape.PointingHandCursor
            self.viewport().setCursor(shape)
            self.token_hovered.emit(position)
