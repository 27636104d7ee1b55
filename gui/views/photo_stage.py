"""The photo under its patch grid, with the attention row laid over it: what is drawn where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import LIGHT, SPACE, Theme
from gui.views.focus import FocusRing
from gui.views.kept import KeptPicture
from gui.views.photo_drawing import (
    draw_edge,
    draw_focus,
    draw_grid,
    draw_marks,
    draw_outside,
    draw_placeholder,
    draw_unsure,
    overlay_pixmap,
    scaled_pixmap,
)
from gui.views.photo_layer import Blend, MapLayer
from gui.views.photo_placement import Placement, extent, fit
from models.attention import Float
from models.encoded import PatchGrid, Token
from models.overlay import Patches
from models.scales import painted
from models.shapes import stretch

_ROOMY: Final = 18  # logical pixels of a patch from which its grid lines are always drawn


class PhotoStage(QWidget):
    """Draws photo, overlay and selection; what the pointer and the keys do is the subclass's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photo: QImage | None = None
        self._tokens: tuple[Token, ...] = ()
        self._grid: PatchGrid | None = None
        self._token_of: dict[tuple[int, int], int] = {}
        self._row: Float | None = None
        self._row_layer: MapLayer | None = None
        self._marks: tuple[int | None, int | None, int | None] = (None, None, None)
        self._unsure: tuple[int, ...] = ()
        self._layer: MapLayer | None = None
        self._blend = Blend()
        self._pointed: int | None = None
        self._placeholder = ""
        self._theme = LIGHT
        self._ground, self._lines = KeptPicture(), KeptPicture()  # under the overlay, and over it
        self._patches: Patches | None = None
        self._overlay: QPixmap | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # the card is not painted again
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.ring = FocusRing(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # -- facts

    def set_photo(self, photo: QImage | None) -> None:
        """Show this picture; None shows the placeholder."""
        self._photo = photo
        self._forget()

    def set_tokens(self, tokens: Sequence[Token], grid: PatchGrid | None) -> None:
        """Lay this grid over the photo; the row and the marks of other tokens are dropped."""
        self._tokens, self._grid = tuple(tokens), grid
        self._patches = None if grid is None else Patches.of(self._tokens, grid)
        cells = ((token.cell, position) for position, token in enumerate(self._tokens))
        self._token_of = {cell: position for cell, position in cells if cell is not None}
        self._row = self._row_layer = self._layer = self._pointed = None
        self._marks, self._unsure = (None, None, None), ()
        self._forget()

    def set_row(
        self, row: Float | None, *, low: float, high: float, logarithmic: bool = False
    ) -> None:
        """Lay this row [M] over the photo, its colours running from ``low`` to ``high``.

        ``logarithmic`` colours run evenly over powers of 10: see ``models.scales``.
        """
        fits = row is not None and len(row) == len(self._tokens)
        self._row = row if fits else None
        self._row_layer = None
        if self._row is not None and self._grid is not None and self._patches is not None:
            values = self._patches.values(self._row)
            if logarithmic:
                values, low, high = painted(values, "log", high=high), 0.0, 1.0
            self._row_layer = MapLayer(values, self._grid, low, high)
        self._forget()

    def set_layer(self, layer: MapLayer | None) -> None:
        """Lay this map over the photo in place of the row; None brings the row back."""
        if layer is not self._layer:
            self._layer = layer
            self._forget()

    def set_selection(self, *, pinned: int | None, hovered: int | None, key: int | None) -> None:
        """Outline these tokens' patches."""
        if self._marks != (pinned, hovered, key):
            self._marks = pinned, hovered, key
            self.update()

    def set_unsure(self, positions: Sequence[int]) -> None:
        """Mark the patches where the model is least sure."""
        if tuple(positions) != self._unsure:
            self._unsure = tuple(positions)
            self.update()

    def set_overlay(self, *, opacity: float, smooth: bool) -> None:
        """Change how the row or the map is laid over."""
        self._mix(opacity=opacity, smooth=smooth)

    def set_colour_map(self, name: str) -> None:
        """Paint through another colour map."""
        self._mix(colour_map=name)

    def _mix(self, **changes: Any) -> None:  # noqa: ANN401  # the fields of Blend
        blend = replace(self._blend, **changes)
        if blend != self._blend:
            self._blend = blend
            self._forget()

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self.update()

    def set_placeholder(self, text: str) -> None:
        """Say this where there is no photo."""
        self._placeholder = text
        self.update()

    # -- what is where

    def shape(self) -> tuple[float, float] | None:
        """Return width and height of what must be seen, in pixels of the photo as it is drawn."""
        if self._photo is None:
            return None
        photo = self._photo.width(), self._photo.height()
        left, top, right, bottom = extent(photo, self._grid)
        wider, taller = stretch((right - left, bottom - top))
        return (right - left) * wider, (bottom - top) * taller

    def placement(self) -> Placement | None:
        """Return where the photo lies, None without one."""
        if self._photo is None:
            return None
        margin = SPACE / 2
        area = QRectF(self.rect()).adjusted(margin, margin, -margin, -margin)
        if area.width() <= 0 or area.height() <= 0:
            return None
        photo = self._photo.width(), self._photo.height()
        return fit(photo, self._grid, area=area, ratio=self.devicePixelRatioF())

    def patch_rect(self, position: int) -> QRectF | None:
        """Return where a token's patch is drawn, None for a token without one."""
        placement, grid = self.placement(), self._grid
        if placement is None or grid is None or not 0 <= position < len(self._tokens):
            return None
        cell = self._tokens[position].cell
        return None if cell is None else placement.rect(grid.cell_box(*cell))

    def token_at(self, point: QPointF) -> int | None:
        """Return the token whose patch is under a point."""
        placement, grid = self.placement(), self._grid
        if placement is None or grid is None:
            return None
        cell = placement.cell_at(point, grid)
        return None if cell is None else self._token_of.get(cell)

    def sizeHint(self) -> QSize:
        """Enough to tell patches apart."""
        return QSize(360, 300)

    def minimumSizeHint(self) -> QSize:
        """The least in which a patch can be clicked."""
        return QSize(160, 120)

    # -- drawing

    def _forget(self) -> None:
        self._overlay = None
        self.update()

    def _draw_overlay(self, painter: QPainter, placement: Placement) -> None:
        layer = self._layer or self._row_layer
        if layer is None or self._blend.opacity <= 0:
            return
        touched, placed = placement.canvas(layer.grid)
        size = touched.width(), touched.height()
        if self._overlay is None or self._overlay.size().toTuple() != size:
            pixels = layer.pixels(placed, size=size, blend=self._blend)
            self._overlay = overlay_pixmap(pixels, ratio=placement.ratio)
        painter.drawPixmap(QPointF(touched.topLeft()) / placement.ratio, self._overlay)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the photo, then the row or the map, then the grid, then the selection."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        placement = self.placement()
        if placement is None:
            painter.fillRect(self.rect(), QColor(self._theme.surface))
            draw_placeholder(painter, QRectF(self.rect()), self._placeholder, self._theme)
        else:
            self._draw_all(painter, placement)
        if self.ring.visible:
            draw_focus(painter, QRectF(self.rect()), self._theme)
        painter.end()

    def _draw_all(self, painter: QPainter, placement: Placement) -> None:
        grid = self._grid
        painter.drawPixmap(0, 0, self._ground_of(placement))
        self._draw_overlay(painter, placement)
        if grid is not None:
            painter.drawPixmap(0, 0, self._lines_of(placement, grid))
            self._draw_patches(painter)

    def _ground_of(self, placement: Placement) -> QPixmap:
        """Return what lies under the overlay: the photo, and what of it the model did not see."""
        photo, grid, theme = self._photo, self._grid, self._theme
        assert photo is not None  # noqa: S101  # there is no placement without it

        def draw(painter: QPainter) -> None:
            corner = placement.photo_rect().topLeft()
            painter.drawPixmap(corner, scaled_pixmap(photo, placement))
            if grid is not None:
                draw_outside(painter, placement, grid, theme)

        facts = photo.cacheKey(), placement, grid, theme
        ratio, ground = placement.ratio, QColor(theme.surface)
        return self._ground.of(facts, size=self.size(), ratio=ratio, ground=ground, draw=draw)

    def _lines_of(self, placement: Placement, grid: PatchGrid) -> QPixmap:
        """Return what lies over the overlay, whatever is marked: where patches and grid end."""
        roomy = placement.rect(grid.cell_box(0, 0)).width() >= _ROOMY
        every = roomy or self._pointed is not None

        def draw(painter: QPainter) -> None:
            if every:
                draw_grid(painter, placement, grid)
            draw_edge(painter, placement, grid)

        facts, clear = (placement, grid, every), Qt.GlobalColor.transparent
        return self._lines.of(
            facts, size=self.size(), ratio=placement.ratio, ground=clear, draw=draw
        )

    def _draw_patches(self, painter: QPainter) -> None:
        draw_unsure(painter, [self.patch_rect(i) for i in self._unsure], self._theme)
        rects = [None if i is None else self.patch_rect(i) for i in self._marks]
        draw_marks(painter, rects, self._theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint the overlay anew for the new size."""
        super().resizeEvent(event)
        self._forget()
