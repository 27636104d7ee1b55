"""Every head of the model as one mosaic: what is drawn, and where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QWidget

from gui.spoken import describe
from gui.theme import LIGHT, SPACE, Theme
from gui.views.atlas_drawing import Bars, cursor, draw_below, draw_names, frame
from gui.views.atlas_layout import (
    GAP,
    LEAST,
    NUMBER,
    READABLE,
    STRIP,
    AtlasLayout,
    Box,
    Head,
    laid_out,
)
from gui.views.atlas_picture import Limits, limits_of, picture
from gui.views.pointed_heads import PointedHeads
from gui.views.words import tabular
from gui.zoom import stretched
from models import colour
from models.i18n import tr
from models.thumbnails import LayerThumbnails

_MOST_ZOOM: Final = 8.0
_SCROLL_BAR: Final = 14.0


class AtlasCanvas(PointedHeads):
    """Draws the atlas; it is told everything it shows."""

    placed = Signal()  # it needs another size

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._heads: tuple[int, ...] = ()
        self._order: tuple[Head, ...] | None = None
        self._found: dict[int, LayerThumbnails] = {}
        self._bars: Bars | None = None
        self._limits, self._map = Limits("all", 1.0), colour.DEFAULT
        self._selected: tuple[int, tuple[int, ...]] = (-1, ())
        self._chosen: frozenset[Head] = frozenset()
        self._room, self._zoom = (400.0, 300.0), 1.0
        self._image: QImage | None = None
        self._layout: AtlasLayout | None = None
        self._index: dict[Head, int] = {}
        self.current: Head = (0, 0)
        self._anchor: Head | None = None

    # -- facts

    def set_heads(self, heads: Sequence[int]) -> None:
        """Show so many heads in each layer, nothing known of them yet."""
        self._heads, self._found = tuple(heads), {}
        self.current, self._anchor, self._pointed = (0, 0), None, None
        self._place()

    def set_layers(self, found: Mapping[int, LayerThumbnails]) -> None:
        """Draw the heads of several layers at once."""
        before = self.aspect
        self._found.update(found)
        self._limits = limits_of(self._found, self._limits.scale)
        if self.aspect != before:
            self._place()
        self._image = None
        self.update()

    def set_look(self, *, limits: Limits, colour_map: str) -> None:
        """Colour the heads through these limits (their end follows the scale) and map."""
        wanted = limits_of(self._found, limits.scale), colour_map
        if wanted != (self._limits, self._map):
            self._limits, self._map = wanted
            self._image = None
            self.update()

    def set_order(self, order: Sequence[Head] | None) -> None:
        """Show the heads in this order; None for layer by head."""
        wanted = None if order is None else tuple(order)
        if wanted != self._order:
            self._order = wanted
            self._place()

    def set_bars(self, bars: Bars | None) -> None:
        """Write a number and draw a bar under every head, or neither."""
        changed = (bars is None) != (self._bars is None)
        self._bars = bars
        if changed:
            self._place()
        self.update()

    def set_tips(self, tips: Callable[[Head], str]) -> None:
        """Say these words of the head that is pointed at or under the cursor."""
        super().set_tips(tips)
        self._describe()

    def set_selected(
        self, layer: int, heads: Sequence[int], chosen: frozenset[Head] | None = None
    ) -> None:
        """Frame the heads that are shown elsewhere; finer, others that are ``chosen`` with them."""
        self._selected = (layer, tuple(heads))
        here = frozenset((layer, head) for head in heads)
        self._chosen = here if chosen is None else chosen
        if not self.hasFocus() and heads and self.current not in self._chosen:
            self.current = (layer, heads[0])
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme, self._image = theme, None
        self.update()

    def set_room(self, width: float, height: float) -> None:
        """Fill this much room; the atlas is larger when it was enlarged."""
        if (width, height) != self._room:
            self._room = (width, height)
            self._place()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("Every head of every layer"))
        self._describe()
        self._place()

    def _describe(self) -> None:
        words = self._tips(self.current)
        describe(self, words.replace("\n", ", "))

    def enlarge(self, factor: float) -> None:
        """Draw every head ``factor`` times as large; 0 shows all of them."""
        self._zoom = 1.0 if factor <= 0 else min(max(self._zoom * factor, 1.0), _MOST_ZOOM)
        self._place()

    # -- what is where

    @property
    def limits(self) -> Limits:
        """Where the colours begin and end now."""
        return self._limits

    @property
    def found(self) -> Mapping[int, LayerThumbnails]:
        """The thumbnails known so far, by the layer's place."""
        return self._found

    @property
    def aspect(self) -> float:
        """Width by height of a thumbnail: that of the maps, else square."""
        for each in self._found.values():
            if each.map:
                return each.cells[1] / each.cells[0]
        return 1.0

    @property
    def atlas(self) -> AtlasLayout:
        """Where everything lies."""
        if self._layout is None:
            self._layout = self._laid_out()
        return self._layout

    def box_of(self, head: Head) -> Box | None:
        """Return where a head lies, None when it is not shown."""
        index = self._index.get(head)
        return None if index is None else self.atlas.box(index)

    def _laid_out(self) -> AtlasLayout:
        metrics = QFontMetricsF(self._font())
        left = metrics.horizontalAdvance("L88") + 1.5 * SPACE if self._order is None else 2.0
        top = metrics.height() + 2 if self._order is None else 2.0
        least = LEAST if self._bars is None else stretched(READABLE)
        name = metrics.height() if self._order is not None else 0.0
        below = name if self._bars is None else STRIP + stretched(NUMBER) + name
        made = partial(
            laid_out, self._heads, order=self._order, aspect=self.aspect, left=left, top=top,
            below=below, least=max(least, 2 * name), zoom=self._zoom,
        )  # fmt: skip
        atlas = made(room=self._room)
        if atlas.size[1] > self._room[1]:  # a scroll bar takes its share of the width
            atlas = made(room=(self._room[0] - _SCROLL_BAR, self._room[1]))
        return atlas

    def _place(self) -> None:
        self._layout = self._image = None
        self._index = {head: i for i, head in enumerate(self.atlas.order)}
        across, down = self.atlas.size
        self.setMinimumSize(int(across), int(down))
        self.updateGeometry()
        self.update()
        self.placed.emit()

    def _font(self) -> QFont:
        return tabular(self.font(), scale=0.8)

    def sizeHint(self) -> QSize:
        """Return what the atlas needs."""
        across, down = self.atlas.size
        return QSize(int(across), int(down))

    # -- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, then names, bars and frames over it."""
        ratio, atlas = self.devicePixelRatioF(), self.atlas
        if self._image is None or self._image.devicePixelRatio() != ratio:
            self._image = picture(
                atlas, self._found, limits=self._limits, colour_map=self._map, ratio=ratio,
                background=self._theme.surface, empty=self._theme.raised,
            )  # fmt: skip
        painter = QPainter(self)
        painter.drawImage(QPointF(0, 0), self._image)
        painter.setFont(self._font())
        if self._order is None:
            ends = {i: each.largest for i, each in self._found.items()}
            ends = ends if self._limits.scale == "layer" else {}
            draw_names(painter, atlas, self._theme, heads=self._heads, ends=ends)
        wide = painter.fontMetrics().horizontalAdvance("L88 H88") > atlas.width + GAP
        names = None if self._order is None else wide
        seen = QRectF(event.rect())
        for index in range(len(atlas.order)):
            x, y, width, height = atlas.box(index)
            if seen.intersects(QRectF(x - 2, y - 2, width + 4, height + atlas.below + 4)):
                draw_below(
                    painter, atlas, self._theme, index,
                    bars=self._bars, short_names=names, colour_map=self._map,
                )  # fmt: skip
        self._draw_frames(painter, atlas)
        painter.end()

    def _draw_frames(self, painter: QPainter, atlas: AtlasLayout) -> None:
        layer, heads = self._selected
        shown = {(layer, head) for head in heads}
        # a line of the ground stands between: dark frames would vanish beside dark pictures
        framed = [(head, self._theme.accent, 2.0, 1.0) for head in sorted(self._chosen - shown)]
        framed += [(head, self._theme.accent, 3.0, 1.0) for head in sorted(shown)]
        if self._pointed is not None:
            framed.append((self._pointed, self._theme.text, 1.5, 0.0))
        for head, shade, width, apart in framed:
            if (index := self._index.get(head)) is not None:
                frame(painter, atlas.box(index), shade, width=width, apart=apart)
        if self.ring.visible and (index := self._index.get(self.current)) is not None:
            cursor(painter, atlas.box(index), self._theme)
