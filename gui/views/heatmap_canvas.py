"""The scene of the heatmap: the matrix, and axes and colour scale that keep close to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.theme import LIGHT, SPACE, Theme
from gui.views.heatmap_axis import TokenAxis
from gui.views.heatmap_items import BESIDE, ColourScale, Marks
from gui.views.heatmap_pictures import Pictures
from gui.views.matrix_box import MatrixBox
from gui.views.matrix_window import MatrixWindow
from models.attention import Float
from models.colour import DEFAULT
from models.tiles import Pooled

_TITLED: Final = 180  # pixels of the shorter side from which the axes are named
_LABELS: Final = 0.28  # of the room, each way, that labels may take


class MatrixCanvas(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """Draws the weights and says which cell is pointed at or clicked."""

    cell_clicked = Signal(int, int)
    cell_hovered = Signal(object)  # (query, key) | None
    zoom_changed = Signal()
    part_wanted = Signal(object)  # Part to be refined | None: what is there is fine enough

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self._shape: tuple[int, int] | None = None
        self._selected: tuple[int | None, int | None] = (None, None)
        self.pointed: tuple[int, int] | None = None
        self.window_: MatrixWindow | None = None
        self._theme = LIGHT
        self.box, self.marks, self.scale_bar = MatrixBox(), Marks(), ColourScale()
        self.queries, self.keys = TokenAxis("left"), TokenAxis("top")
        self.pictures = Pictures(self.scale_bar, self)
        self.pictures.part_wanted.connect(self.part_wanted)
        self._assemble()

    def _assemble(self) -> None:
        for item in (*self.pictures.items, self.marks):
            self.box.addItem(item, ignoreBounds=True)
        self.marks.setZValue(10)
        for item in (self.box, self.queries, self.keys, self.scale_bar):
            self.scene().addItem(item)
            item.hide()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.box.zoomed.connect(self._on_zoomed)
        self.box.dragged.connect(self._on_dragged)
        self.box.clicked.connect(self._on_clicked)
        self.box.reset.connect(self.show_all)
        self.scene().sigMouseMoved.connect(self._on_moved)

    # -- facts

    def set_weights(
        self,
        weights: Float | None,
        *,
        low: float,
        high: float,
        colour_map: str = DEFAULT,
        ends: tuple[str, str, str] | None = None,
    ) -> None:
        """Draw ``weights`` [N, M] with these ends; None, or nothing to draw, empties the scene.

        ``ends`` are words for the colour scale in place of numbers.
        """
        if weights is None or weights.size == 0:
            self._set_shape(None)
            return
        self.pictures.set_weights(weights, low=low, high=high, colour_map=colour_map)
        self.scale_bar.set_words(ends)
        self._set_shape((weights.shape[0], weights.shape[1]))

    def set_overview(
        self,
        overview: Pooled,
        shape: tuple[int, int],
        *,
        low: float,
        high: float,
        colour_map: str,
    ) -> None:
        """Draw the picture of a matrix too large to be held; finer parts are asked for."""
        self.pictures.set_overview(overview, low=low, high=high, colour_map=colour_map)
        self.scale_bar.set_words(None)
        self._set_shape(shape)

    def set_detail(self, detail: Pooled | None) -> None:
        """Draw a finer part over the overview; None takes it away."""
        self.pictures.set_detail(detail)
        self._draw_pictures()

    def _set_shape(self, shape: tuple[int, int] | None) -> None:
        """Lay out a matrix of this size; the view stays where the size does."""
        same = self._shape == shape
        self._shape = shape
        for item in (self.box, self.queries, self.keys, self.scale_bar):
            item.setVisible(shape is not None)
        if shape is None:
            self.window_ = None
            self._point(None)
            return
        if not same:
            self.marks.set_size(*shape)
            self.window_ = None
            self._point(None)
        self._arrange()

    def set_labels(
        self,
        queries: Sequence[str],
        keys: Sequence[str],
        *,
        query_starts: Sequence[int],
        key_starts: Sequence[int],
    ) -> None:
        """Label rows and columns."""
        self.queries.set_labels(queries, query_starts)
        self.keys.set_labels(keys, key_starts)
        self._arrange()

    def set_selection(self, query: int | None, key: int | None) -> None:
        """Mark a row and a column, and bring them into view when they are new."""
        rows, columns = self._shape or (0, 0)
        query = query if query is not None and query < rows else None
        key = key if key is not None and key < columns else None
        moved = (query, key) != self._selected
        self._selected = (query, key)
        if moved and self.window_ is not None and self.window_.zoomed_in and query is not None:
            left, _, right, _ = self.window_.box
            middle = int((left + right) / 2) if key is None else key
            self._look(self.window_.showing(query, middle))
        self._mark()

    def set_look(self, theme: Theme, font: QFont) -> None:
        """Use these colours and this font."""
        self._theme = theme
        self.setBackground(QColor(theme.surface))
        for item in (self.queries, self.keys, self.scale_bar):
            item.set_look(theme, font)
        self.marks.set_look(theme)
        self.pictures.set_missing(theme.error)
        self._arrange()

    def set_titles(self, *, query: str, key: str) -> None:
        """Name the axes."""
        self.queries.set_title(query)
        self.keys.set_title(key)

    @property
    def shape(self) -> tuple[int, int] | None:
        """How many queries and keys are drawn, None when nothing is."""
        return self._shape

    # -- zoom

    def show_all(self) -> None:
        """Show the whole matrix."""
        if self.window_ is not None:
            w = self.window_
            self._look(MatrixWindow.fitted(w.rows, w.columns, width=w.width, height=w.height))

    def zoom(self, factor: float) -> None:
        """Zoom around the selected cell, else around the middle."""
        window = self.window_
        if window is None:
            return
        left, top, _, _ = window.box
        query, key = self._selected
        x = window.width / 2 if key is None else (key + 0.5 - left) * window.scale
        y = window.height / 2 if query is None else (query + 0.5 - top) * window.scale
        self._look(window.zoomed(factor, x=x, y=y))

    # -- where things lie

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return (query, key) under a pixel of this widget."""
        if self.window_ is None:
            return None
        corner = self.box.geometry().topLeft()
        return self.window_.cell_at(x - corner.x(), y - corner.y())

    def cell_rect(self, query: int, key: int) -> QRectF:
        """Return where a cell is drawn, in pixels of this widget; empty without weights."""
        if self.window_ is None:
            return QRectF()
        left, top, _, _ = self.window_.box
        scale, corner = self.window_.scale, self.box.geometry().topLeft()
        x, y = corner.x() + (key - left) * scale, corner.y() + (query - top) * scale
        return QRectF(x, y, scale, scale)

    def _arrange(self) -> None:
        """Give the matrix the room that axes and colour scale leave."""
        if self._shape is None:
            return
        for axis in (self.queries, self.keys):
            axis.set_titled(titled=min(self.width(), self.height()) >= _TITLED)
        self.queries.set_most(_LABELS * self.width())
        self.keys.set_most(_LABELS * self.height())
        side, above = self.queries.thickness, self.keys.thickness
        width, height = self._room(self._shape)
        self.box.setGeometry(QRectF(side, above, width, height))
        if self.window_ is None:
            rows, columns = self._shape
            window = MatrixWindow.fitted(rows, columns, width=width, height=height)
        else:
            window = self.window_.resized(width, height)
        self._look(window)

    def _room(self, shape: tuple[int, int]) -> tuple[float, float]:
        """Return the matrix's width and height; the scale goes where it costs the least."""
        wide = self.width() - self.queries.thickness
        tall = self.height() - self.keys.thickness - SPACE // 2
        bar = self.scale_bar
        beside = max(wide - BESIDE - bar.wide, 16.0), max(tall, 16.0)
        below = max(wide - SPACE, 16.0), max(tall - BESIDE - bar.tall, 16.0)
        cells = [min(w / shape[1], h / shape[0]) for w, h in (beside, below)]
        bar.lying = cells[1] > cells[0]
        return below if bar.lying else beside

    def _look(self, window: MatrixWindow) -> None:
        """Show this part of the matrix and let everything else follow it."""
        changed = self.window_ is None or self.window_.zoomed_in != window.zoomed_in
        self.window_ = window
        left, top, right, bottom = window.box
        self.box.setRange(QRectF(left, top, right - left, bottom - top), padding=0)
        self._draw_pictures()
        area, (x0, y0, _x1, _y1) = self.box.geometry(), window.drawn
        side, above = self.queries.thickness, self.keys.thickness
        self.queries.setGeometry(QRectF(area.left() + x0 - side, area.top(), side, area.height()))
        self.keys.setGeometry(QRectF(area.left(), area.top() + y0 - above, area.width(), above))
        self.scale_bar.stand_by(window.drawn, corner=area.topLeft())
        for axis in (self.queries, self.keys):
            axis.set_window(window)
        if changed:
            self.zoom_changed.emit()

    def _draw_pictures(self) -> None:
        if self.window_ is not None:
            self.pictures.look(self.window_, ratio=self.devicePixelRatioF())

    def cells_per_dot(self) -> int:
        """Return how many cells, each way, share one dot of the picture."""
        return self.pictures.dot

    def _mark(self) -> None:
        query, key = self._selected
        self.marks.set_marks(self._selected, self.pointed)
        row, column = self.pointed or (None, None)
        self.queries.set_marks(query, row)
        self.keys.set_marks(key, column)

    # -- events

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Lay everything out for the new size."""
        super().resizeEvent(event)
        if hasattr(self, "box"):  # pyqtgraph resizes while it is being built
            self._arrange()

    def leaveEvent(self, event: object) -> None:
        """Stop pointing."""
        super().leaveEvent(event)
        self._point(None)

    def _on_zoomed(self, factor: float, place: QPointF) -> None:
        if self.window_ is not None:
            self._look(self.window_.zoomed(factor, x=place.x(), y=place.y()))

    def _on_dragged(self, by: QPointF) -> None:
        if self.window_ is not None:
            self._look(self.window_.dragged(by.x(), by.y()))

    def _on_clicked(self, place: QPointF) -> None:
        cell = None if self.window_ is None else self.window_.cell_at(place.x(), place.y())
        if cell is not None:
            self.cell_clicked.emit(*cell)

    def _on_moved(self, place: QPointF) -> None:
        self._point(self.cell_at(place.x(), place.y()))

    def _point(self, cell: tuple[int, int] | None) -> None:
        if cell != self.pointed:
            self.pointed = cell
            self._mark()
            self.cell_hovered.emit(cell)
