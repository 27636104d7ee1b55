"""The sentence as chips: click one to see its row, drawn as a bar under every other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QToolTip, QWidget

from gui.spoken import describe
from gui.theme import LIGHT, RADIUS, Theme
from gui.views.chip_area import ChipArea
from gui.views.chip_layout import Chip, Line
from gui.views.chip_painter import ChipLook, ChipPainter
from gui.views.pointed import TIP_OFFSET
from gui.views.token_words import RowWords, token_tip
from gui.views.words import safe_label
from models.attention import Float
from models.colour import DEFAULT
from models.encoded import Token
from models.i18n import tr

_KEPT_LINES: Final = 48  # more than are ever seen at once


class TokenChips(ChipArea):
    """Draws tokens, the row shown and the selection; see ``ChipArea`` for what it says.

    Lines of chips without marks are kept as pictures, so that another row costs only its bars, and
    scrolling only the lines that come into view. With ``ground`` it covers what lies under it with
    the theme's surface, so that nothing under it has to be painted again.
    """

    def __init__(
        self, parent: QWidget | None = None, *, compact: bool = False, ground: bool = False
    ) -> None:
        super().__init__(parent, compact=compact)
        self._ground = ground
        if ground:
            self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._row: Float | None = None
        self._high, self._logarithmic = 1.0, False
        self._described: tuple[object, ...] | None = None  # what words were made of
        self.words = RowWords()  # a view beside that shows the same row may give its own
        self._hovered: int | None = None
        self._key: int | None = None
        self._unsure: tuple[int, ...] = ()
        self._tags: tuple[str | None, ...] = ()
        self._runs: tuple[tuple[int, int], ...] = ()
        self._colour_map: str | None = DEFAULT
        self._theme = LIGHT
        self._kept: dict[int, QPixmap] = {}  # by the height in the layout where a line stands
        self._chip_painter: ChipPainter | None = None
        self.retranslate()

    # -- facts

    def set_tokens(
        self, tokens: Sequence[Token], *, positions: Sequence[int] | None = None
    ) -> None:
        """Show ``tokens``, or only those at ``positions``; padding is never shown."""
        self._row = self._hovered = self._key = None
        self._unsure = ()
        self._tags, self._runs, self._tagged = (), (), False
        self._place(tokens, positions)
        self._describe()

    def set_tags(self, tags: Sequence[str | None]) -> None:
        """Write over each token what the model calls it [N]; None says nothing, () ends it all.

        ``B-PER`` and ``I-PER`` after it are drawn as one ``PER`` over both.
        """
        from models.outputs.token_labels import joined  # noqa: PLC0415  # loaded by the run

        fits = len(tags) == len(self._tokens)
        self._tags = tuple(tags) if fits else ()
        self._runs = joined(self._tags)
        self._tagged = any(tag is not None for tag in self._tags)
        self._measure_again()
        self.updateGeometry()

    def set_row(self, row: Float | None, *, high: float, logarithmic: bool = False) -> None:
        """Show the weights ``row`` [M] as bars that end at ``high``; None shows no bars."""
        self._logarithmic = logarithmic
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

    def set_unsure(self, positions: Sequence[int]) -> None:
        """Mark the tokens where the model is least sure."""
        if tuple(positions) != self._unsure:
            self._unsure = tuple(positions)
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
        self._redraw()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("Tokens"))
        self._described = None
        self._describe()
        self._redraw()

    def _describe(self) -> None:
        facts, told = (self._tokens, self._row, self._pinned, self._hovered), self._described
        if told is not None and all(now is was for now, was in zip(facts, told, strict=True)):
            return
        self._described = facts
        words = self.words.of(self._tokens, self._row, pinned=self._pinned, hovered=self._hovered)
        describe(self, words)

    # -- drawing

    @property
    def _painter(self) -> ChipPainter:
        if self._chip_painter is None:
            self._chip_painter = ChipPainter(self._theme, font=self.font(), sizes=self._sizes)
            self._chip_painter.set_colour_map(self._colour_map)
        return self._chip_painter

    def _redraw(self) -> None:
        """Draw everything anew, chips included."""
        self._kept, self._chip_painter = {}, None
        super()._redraw()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Draw other lines; those that were drawn before are still known."""
        self.viewport().update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines that are in view."""
        lines, viewport = self._lines_in_view(), self.viewport()
        chips = [chip for line in lines for chip in line.chips]
        painter = QPainter(viewport)
        if self._ground:
            painter.fillRect(viewport.rect(), QColor(self._theme.surface))
        top = self._top
        for line in lines:
            self._draw_picture(painter, line, top)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for chip in chips:
            if chip.position in {self._pinned, self._hovered, self._key}:
                self._painter.chip(painter, self._look(chip, marked=True))
        if self._row is not None and chips:
            weights = self._row[np.array([chip.position for chip in chips])]
            rects = [self._rect(chip, top) for chip in chips]
            self._painter.bars(
                painter, rects, weights, high=self._high, logarithmic=self._logarithmic
            )
        for chip in chips:
            if chip.position in self._unsure:
                self._painter.unsure(painter, self._rect(chip))
        if self.ring.visible:
            painter.setPen(QPen(QColor(self._theme.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(viewport.rect().adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()

    def _draw_picture(self, painter: QPainter, line: Line, top: int) -> None:
        """Draw a line without marks; its caption whole or not at all."""
        picture, above = self._picture(line), self._sizes.metrics.caption
        cut = above if line.y - top < above else 0
        part = QRectF(picture.rect()).adjusted(0, cut * picture.devicePixelRatio(), 0, 0)
        painter.drawPixmap(QPointF(0, line.y - top - above + cut), picture, part)

    def _picture(self, line: Line) -> QPixmap:
        """Return the picture of a line and of the caption above it, drawn once."""
        kept, ratio = self._kept.get(line.y), self.devicePixelRatioF()
        if kept is None or kept.devicePixelRatio() != ratio:
            if len(self._kept) >= _KEPT_LINES:
                self._kept.pop(next(iter(self._kept)))
            kept = self._kept[line.y] = self._unmarked(line, ratio)
        return kept

    def _unmarked(self, line: Line, ratio: float) -> QPixmap:
        """Return a picture of the chips of a line and its caption, without row or selection."""
        caption, margin = self._sizes.metrics.caption, self._sizes.metrics.margin
        size = QSizeF(self.viewport().width(), caption + self._layout.row)
        picture = QPixmap((size * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = line.y - caption
        for chip in line.chips:
            self._painter.chip(painter, self._look(chip, marked=False, top=top))
        self._draw_tags(painter, line, top=top)
        if line.caption is not None:
            words = tr("Sentence {number}", number=line.caption + 1)
            self._painter.caption(painter, QRect(margin, 0, 240, caption), words)
        painter.end()
        return picture

    def _draw_tags(self, painter: QPainter, line: Line, *, top: int) -> None:
        from models.outputs.token_labels import kind_of_tag  # noqa: PLC0415  # loaded by the run

        rects = {chip.position: self._rect(chip, top) for chip in line.chips}
        for first, last in self._runs:
            over = [rects[i] for i in range(first, last + 1) if i in rects]
            if over:
                left, right, height = over[0].left(), over[-1].right(), self._sizes.tag
                rect = QRect(left, over[0].top() - height, right - left + 1, height - 2)
                self._painter.tag(painter, rect, safe_label(kind_of_tag(self._tags[first] or "")))

    def _look(self, chip: Chip, *, marked: bool, top: int | None = None) -> ChipLook:
        position = chip.position
        return ChipLook(
            rect=self._rect(chip, top),
            label=self._labels[position],
            special=self._tokens[position].special,
            pinned=marked and position == self._pinned,
            hovered=marked and position == self._hovered,
            key=marked and position == self._key,
            joined_left=chip.joined_left,
            joined_right=chip.joined_right,
        )

    # -- Qt overrides

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure_again()

    def viewportEvent(self, event: QEvent) -> bool:
        """Answer tool tips with the exact weight."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(self.token_at(event.pos()))
            return True
        return super().viewportEvent(event)

    def _show_tip(self, position: int | None) -> None:
        """Say more of a token below its number: not over the bar that it speaks of."""
        found = None if position is None else self._layout.line_of(position)
        if position is None or found is None:
            QToolTip.hideText()
            return
        rect = self._whole(found[1])
        place = self.viewport().mapToGlobal(rect.bottomLeft()) - TIP_OFFSET
        QToolTip.showText(place, self._tip(position), self.viewport(), rect)

    def _tip(self, position: int) -> str:
        weight = None if self._row is None else float(self._row[position])
        tag = self._tags[position] if self._tags else None
        unsure = position in self._unsure
        return token_tip(
            self._tokens[position], position=position, weight=weight, tag=tag, unsure=unsure
        )
