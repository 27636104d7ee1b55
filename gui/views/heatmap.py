"""The attention weights as a heatmap: query by key, every cell readable to its number.

Importing this module imports pyqtgraph, which takes a second: do it after the window is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui.spoken import describe
from gui.steady import Steady
from gui.theme import LIGHT, RADIUS, SPACE, Theme
from gui.views.arrows import ARROWS
from gui.views.focus import FocusRing
from gui.views.heatmap_canvas import MatrixCanvas
from gui.views.said import cells_said
from gui.views.words import exact, safe_label, tabular
from models.attention import Float
from models.colour import DEFAULT
from models.i18n import ntr, tr
from models.tiles import Tiled

_ZOOMS: Final = {
    Qt.Key.Key_Plus: 1.25,
    Qt.Key.Key_Equal: 1.25,
    Qt.Key.Key_Minus: 0.8,
    Qt.Key.Key_0: 0.0,
}
_LISTENED: Final = 512 * 512  # weights among which the largest are looked for, to be read out
_ONE_LINE: Final = 480  # logical pixels in which every hint fits on one line


class HeatmapView(QWidget):
    """The matrix with its axes, colour bar and read-out; speaks in clicked and stepped cells."""

    cell_clicked = Signal(int, int)  # query, key
    cell_hovered = Signal(object)  # (query, key) | None
    cell_stepped = Signal(int, int)  # queries down, keys to the right

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weights: Float | None = None
        self._tiled: Tiled | None = None
        self._high = 1.0
        self._row: tuple[int, Float] | None = None  # the row last read of a matrix not held
        self._labels: tuple[list[str], list[str]] = ([], [])
        self._selected: tuple[int | None, int | None] = (None, None)
        self._theme = LIGHT
        self.canvas = MatrixCanvas()
        self.readout, self.reset = QLabel(), QToolButton()
        self._lay_out()
        self.canvas.cell_clicked.connect(self._on_clicked)
        self.canvas.cell_hovered.connect(self._on_hovered)
        self.canvas.zoom_changed.connect(self._show_reset)
        self.reset.clicked.connect(self.canvas.show_all)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.ring = FocusRing(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_theme(LIGHT)
        self.retranslate()

    def _lay_out(self) -> None:
        self.readout.setTextFormat(Qt.TextFormat.PlainText)
        self.readout.setFont(tabular(self.font()))
        self.readout.setWordWrap(True)
        self.readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.reset.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.reset.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE // 2, SPACE // 2, SPACE // 2, SPACE // 2)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.canvas, 1)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        self._foot = Steady(self.readout)
        foot.addWidget(self._foot, 1)
        foot.addWidget(self.reset)
        column.addLayout(foot)

    # -- facts

    def set_weights(
        self,
        weights: Float | None,
        *,
        low: float,
        high: float,
        colour_map: str = DEFAULT,
        shades: Float | None = None,
        ends: tuple[str, str, str] | None = None,
    ) -> None:
        """Draw ``weights`` [N, M], colours running from ``low`` to ``high``; None draws nothing.

        ``shades`` [N, M] are painted in their place, while their numbers are read; ``ends`` says
        what the colours are then worth.
        """
        self._weights, self._tiled, self._row = weights, None, None
        drawn = weights if shades is None else shades
        self.canvas.set_weights(drawn, low=low, high=high, colour_map=colour_map, ends=ends)
        self.canvas.set_selection(*self._selected)
        self._show_readout()

    def set_tiled(self, tiled: Tiled, *, high: float, colour_map: str = DEFAULT) -> None:
        """Draw a matrix too large to be held, colours running from 0 to ``high``."""
        before = self._tiled
        if before is None or before.tiles is not tiled.tiles:
            self._weights, self._row = None, None
            self.canvas.set_detail(None)
        self._tiled = tiled
        if before is None or before.overview is not tiled.overview or high != self._high:
            self.canvas.set_overview(
                tiled.overview, tiled.tiles.shape, low=0.0, high=high, colour_map=colour_map
            )
        self._high = high
        if tiled.detail is not None:
            self.canvas.set_detail(tiled.detail)
        self.canvas.set_selection(*self._selected)
        self._show_readout()

    def set_labels(
        self,
        queries: Sequence[str],
        keys: Sequence[str],
        *,
        query_starts: Sequence[int] = (),
        key_starts: Sequence[int] = (),
    ) -> None:
        """Label rows and columns; where labels crowd, those at the starts come first."""
        self._labels = [safe_label(x) for x in queries], [safe_label(x) for x in keys]
        self.canvas.set_labels(queries, keys, query_starts=query_starts, key_starts=key_starts)
        self._show_readout()

    def set_selection(self, query: int | None, key: int | None) -> None:
        """Mark a row and a column."""
        self._selected = (query, key)
        self.canvas.set_selection(query, key)
        self._show_readout()

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self.canvas.set_look(theme, self.font())
        self.update()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("Heatmap of the attention weights"))
        self.canvas.set_titles(query=tr("query"), key=tr("key"))
        self.reset.setText(tr("Reset zoom"))
        self.reset.setToolTip(tr("Show the whole map (0, or double-click)"))
        self._show_readout()

    # -- inside

    def _on_clicked(self, query: int, key: int) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.cell_clicked.emit(query, key)

    def _on_hovered(self, cell: object) -> None:
        self._show_readout()
        self.cell_hovered.emit(cell)

    def _show_reset(self) -> None:
        window = self.canvas.window_
        self.reset.setVisible(window is not None and window.zoomed_in)

    def _show_readout(self) -> None:
        """Write the cell under the pointer, else the selected one; the number is never cut."""
        where, weight = self._cell_words(self.canvas.pointed or self._whole_selection())
        metrics, shown = self.readout.fontMetrics(), where
        if self.readout.wordWrap() == bool(weight):
            self.readout.setWordWrap(not weight)  # a hint is told whole, a place may be shortened
        if weight:
            taken = metrics.horizontalAdvance(" " + weight)
            taken += 0 if self.reset.isHidden() else self.reset.sizeHint().width() + SPACE
            room = self.width() - 2 * SPACE - taken
            shown = metrics.elidedText(where, Qt.TextElideMode.ElideMiddle, room)
        said = f"{shown} {weight}".strip()
        if said != self.readout.text():
            self.readout.setText(said)
        self.readout.setToolTip(f"{where} {weight}" if shown != where else "")
        where, weight = self._cell_words(self._whole_selection())
        describe(self, f"{where} {weight}".strip() if weight else self._largest_words())

    def _largest_words(self) -> str:
        """Return the largest cells for those who listen: work that nobody else waits for."""
        weights, keys, hint = self._weights, self._labels[1], self._cell_words(None)[0]
        if weights is None or not QAccessible.isActive() or weights.size > _LISTENED:
            return hint
        regular = weights.shape == (len(keys), len(keys))
        return f"{cells_said(weights, keys)} {hint}" if regular else hint

    def _whole_selection(self) -> tuple[int, int] | None:
        query, key = self._selected
        return None if query is None or key is None else (query, key)

    def _cell_words(self, cell: tuple[int, int] | None) -> tuple[str, str]:
        """Return where a cell is and its weight; a hint and nothing without a cell."""
        rows, columns = self.canvas.shape or (0, 0)
        if not rows:
            return "", ""
        if cell is None or cell[0] >= rows or cell[1] >= columns:
            return self._hint(), ""
        query, key = cell
        where = tr(
            "query {query} {query_label} → key {key} {key_label}:",
            query=query,
            query_label=_at(self._labels[0], query),
            key=key,
            key_label=_at(self._labels[1], key),
        )
        return where, exact(self._weight(query, key))

    def _weight(self, query: int, key: int) -> float:
        """Return the exact weight of one cell, however coarse the picture of it is."""
        if self._weights is not None:
            return float(self._weights[query, key])
        assert self._tiled is not None  # noqa: S101  # what has a shape has one or the other
        if self._row is None or self._row[0] != query:
            self._row = query, self._tiled.tiles.row(query)
        return float(self._row[1][key])

    def _hint(self) -> str:
        dot = self.canvas.cells_per_dot()
        if dot > 1:
            return ntr(
                "Each dot is the largest of {count} weight. Zoom in with the wheel.",
                "Each dot is the largest of {count} weights. Zoom in with the wheel.",
                dot * dot,
            )
        return tr("Point at a cell to read its weight. Wheel zooms, drag moves.")

    # -- Qt overrides

    def sizeHint(self) -> QSize:
        """Enough for a sentence."""
        return QSize(480, 360)

    def minimumSizeHint(self) -> QSize:
        """The least in which axes and a few cells are seen."""
        return QSize(280, 220)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the selection; plus, minus and 0 zoom."""
        key = Qt.Key(event.key())
        if key in ARROWS and self.canvas.shape is not None:
            self.cell_stepped.emit(*ARROWS[key])
        elif key == Qt.Key.Key_0:
            self.canvas.show_all()
        elif key in _ZOOMS:
            self.canvas.zoom(_ZOOMS[key])
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.canvas.set_look(self._theme, self.font())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the read-out and the button in place: their line is as tall with it as without."""
        super().resizeEvent(event)
        lines = 1 if self.width() >= _ONE_LINE else 2
        tall = max(self.reset.sizeHint().height(), lines * self.readout.fontMetrics().height())
        self._foot.setFixedHeight(tall)
        self._show_reset()
        self._show_readout()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the focus ring around everything."""
        super().paintEvent(event)
        if self.ring.visible:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._theme.accent), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
            painter.end()


def _at(labels: Sequence[str], position: int) -> str:
    return labels[position] if position < len(labels) else ""
