"""The sentence as chips: click one to see its row, drawn as a bar under every other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QToolTip, QWidget

from gui.theme import LIGHT, RADIUS, SPACE, Theme
from gui.views.chip_layout import Chip, ChipItem, flow
from gui.views.chip_painter import ChipLook, ChipPainter
from gui.views.chip_sizes import NORMAL, ROOMY, ChipSizes, measure
from gui.views.chip_steps import destination, distance
from gui.views.token_words import row_words, token_tip
from models.attention import Float
from models.colour import DEFAULT
from models.encoded import Token
from models.i18n import tr

_FEW: Final = 120  # tokens that may be drawn roomy


class TokenChips(QAbstractScrollArea):
    """Draws tokens and the row shown; speaks in clicked, hovered and stepped tokens.

    Everything is painted by this one widget and only what is in view, so thousands of tokens
    cost no more than one screen of them.
    """

    token_clicked = Signal(int)
    token_hovered = Signal(object)  # int | None
    token_stepped = Signal(int)  # visible tokens onwards

    def __init__(self, parent: QWidget | None = None, *, compact: bool = False) -> None:
        super().__init__(parent)
        self._compact = compact
        self._tokens: tuple[Token, ...] = ()
        self._positions: tuple[int, ...] = ()
        self._sizes = NORMAL
        self._measured: dict[ChipSizes, tuple[dict[int, str], list[ChipItem]]] = {}
        self._labels: dict[int, str] = {}
        self._items: list[ChipItem] = []
        self._layout = flow([], width=0, metrics=NORMAL.metrics)
        self._row: Float | None = None
        self._high = 1.0
        self._pinned: int | None = None
        self._hovered: int | None = None
        self._key: int | None = None
        self._pointed: int | None = None
        self._colour_map: str | None = DEFAULT
        self._theme = LIGHT
        self._painter = self._new_painter()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.retranslate()

    # -- facts

    def set_tokens(
        self, tokens: Sequence[Token], *, positions: Sequence[int] | None = None
    ) -> None:
        """Show ``tokens``, or only those at ``positions``; padding is never shown."""
        self._tokens = tuple(tokens)
        every = range(len(self._tokens)) if positions is None else positions
        self._positions = tuple(p for p in every if self._tokens[p].kind != "padding")
        self._row, self._pinned, self._hovered, self._key = None, None, None, None
        self._pointed = None
        self._measured = {}
        self._flow()
        self.verticalScrollBar().setValue(0)
        self._describe()

    def set_row(self, row: Float | None, *, high: float) -> None:
        """Show the weights ``row`` [M] as bars that end at ``high``; None shows no bars."""
        fits = row is not None and len(row) == len(self._tokens)
        self._row, self._high = (row if fits else None), high
        self._describe()
        self.viewport().update()

    def set_selection(self, *, pinned: int | None, hovered: int | None, key: int | None) -> None:
        """Mark the pinned, the previewed and the key token; a new pin is scrolled into view."""
        moved = pinned is not None and pinned != self._pinned
        self._pinned, self._hovered, self._key = pinned, hovered, key
        if moved and pinned is not None and pinned != self._pointed:
            self._bring_into_view(pinned)
        self._describe()
        self.viewport().update()

    def set_colour_map(self, name: str | None) -> None:
        """Colour the bars through a colour map, or in the accent colour when None."""
        if name != self._colour_map:
            self._colour_map = name
            self._painter.set_colour_map(name)
            self.viewport().update()

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self._painter = self._new_painter()
        self.viewport().update()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("Tokens"))
        self._describe()
        self.viewport().update()

    # -- what is where

    def chip_rect(self, position: int) -> QRect | None:
        """Return where a token's chip is drawn in the viewport, None when it has none."""
        found = self._layout.line_of(position)
        return None if found is None else self._rect(found[1])

    def token_at(self, point: QPoint) -> int | None:
        """Return the token under a point of the viewport."""
        return self._layout.at(point.x(), point.y() + self.verticalScrollBar().value())

    def sizeHint(self) -> QSize:
        """Fit two lines of chips."""
        sizes = NORMAL.metrics
        return QSize(480, 2 * (sizes.row + sizes.line_gap) + 2 * sizes.margin)

    def minimumSizeHint(self) -> QSize:
        """Never less than one line of the widest chip."""
        sizes = NORMAL.metrics
        return QSize(NORMAL.bar + 2 * SPACE, sizes.row + 2 * sizes.margin)

    # -- layout

    def _new_painter(self) -> ChipPainter:
        chips = ChipPainter(self._theme, font=self.font(), sizes=self._sizes)
        chips.set_colour_map(self._colour_map)
        return chips

    def _measure(self, sizes: ChipSizes) -> list[ChipItem]:
        if sizes not in self._measured:
            labels, items = measure(self._tokens, self._positions, font=self.font(), sizes=sizes)
            self._measured[sizes] = dict(zip(self._positions, labels, strict=True)), items
        return self._measured[sizes][1]

    def _flow(self) -> None:
        """Place the chips, roomy where all of them then fit without scrolling."""
        width, room = self.viewport().width(), self.viewport().height()
        before, sizes = self._sizes, NORMAL
        if len(self._positions) <= _FEW and not self._compact:
            roomy = flow(self._measure(ROOMY), width=width, metrics=ROOMY.metrics)
            sizes = ROOMY if roomy.height <= room else NORMAL
        self._sizes, self._items = sizes, self._measure(sizes)
        self._labels = self._measured[sizes][0]
        self._layout = flow(self._items, width=width, metrics=sizes.metrics)
        if sizes is not before:
            self._painter = self._new_painter()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(self._layout.height - room, 0))
        bar.setPageStep(room)
        bar.setSingleStep(sizes.metrics.row // 2)
        self.viewport().update()

    def _rect(self, chip: Chip) -> QRect:
        return QRect(
            chip.x, chip.y - self.verticalScrollBar().value(), chip.width, self._sizes.chip
        )

    def _bring_into_view(self, position: int) -> None:
        found = self._layout.line_of(position)
        if found is None:
            return
        bar, room = self.verticalScrollBar(), self.viewport().height()
        top, bottom = found[1].y - SPACE, found[1].y + self._sizes.metrics.row + SPACE
        if top < bar.value() or bottom > bar.value() + room:
            bar.setValue(top if bottom - top > room or top < bar.value() else bottom - room)

    def _describe(self) -> None:
        words = row_words(self._tokens, self._row, pinned=self._pinned, hovered=self._hovered)
        self.setAccessibleDescription(words)

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Flow the chips over the new width."""
        super().resizeEvent(event)
        self._flow()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the font changes."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange}:
            self._painter = self._new_painter()
            self._measured = {}
            self._flow()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines that are in view."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self.verticalScrollBar().value()
        sizes = self._sizes.metrics
        lines = self._layout.between(
            top + event.rect().top() - sizes.caption, top + event.rect().bottom() + sizes.caption
        )
        for line in lines:
            if line.caption is not None:
                box = QRect(sizes.margin, line.y - top, 240, sizes.caption)
                words = tr("Sentence {number}", number=line.caption + 1)
                self._painter.caption(painter, box.translated(0, -sizes.caption), words)
        chips = [chip for line in lines for chip in line.chips]
        for chip in chips:
            self._painter.chip(painter, self._look(chip))
        if self._row is not None and chips:
            weights = self._row[np.array([chip.position for chip in chips])]
            rects = [self._rect(chip) for chip in chips]
            self._painter.bars(painter, rects, weights, high=self._high, numbers=True)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = self.viewport().rect().adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(ring, RADIUS, RADIUS)
        painter.end()

    def _look(self, chip: Chip) -> ChipLook:
        position = chip.position
        return ChipLook(
            rect=self._rect(chip),
            label=self._labels[position],
            special=self._tokens[position].special,
            pinned=position == self._pinned,
            hovered=position == self._hovered,
            key=position == self._key,
            joined_left=chip.joined_left,
            joined_right=chip.joined_right,
        )

    def viewportEvent(self, event: QEvent) -> bool:
        """Answer tool tips and the pointer leaving."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        if event.type() == QEvent.Type.Leave:
            self._point(None)
        return super().viewportEvent(event)

    def _show_tip(self, event: QHelpEvent) -> None:
        position = self.token_at(event.pos())
        if position is None:
            QToolTip.hideText()
            return
        weight = None if self._row is None else float(self._row[position])
        tip = token_tip(self._tokens[position], position=position, weight=weight)
        rect = self.chip_rect(position) or QRect()
        QToolTip.showText(event.globalPos(), tip, self.viewport(), rect)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Preview the token under the pointer."""
        self._point(self.token_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Click a token."""
        position = self.token_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and position is not None:
            self._pointed = position
            self.token_clicked.emit(position)

    def _point(self, position: int | None) -> None:
        if position != self._pointed:
            self._pointed = position
            shape = Qt.CursorShape.ArrowCursor
            if position is not None:
                shape = Qt.CursorShape.PointingHandCursor
            self.viewport().setCursor(shape)
            self.token_hovered.emit(position)

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
