"""The page of the heatmap: its title, its colour map and where its colours end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QStandardItemModel
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.elided import ElidedLabel
from gui.matrix import Matrix
from gui.naming import heads_name, positions_name
from gui.numbers import short
from gui.panels.choice_box import ChoiceBox
from gui.panels.map_limits_box import MapLimitsBox
from gui.state import Shown
from gui.steady import Covered, Steady
from gui.theme import LIGHT, SPACE, Theme
from gui.views.axis_labels import anchors
from gui.views.flow import FlowLayout
from gui.zoom import scaled
from models import colour
from models.counting import WHOLE_LAYER, Asked, counted_name
from models.i18n import tr
from models.record import Record
from models.scales import PAINTED, Scale

if TYPE_CHECKING:
    from gui.views.heatmap import HeatmapView


_LOW: Final = 280  # logical pixels: in a page of less height the map needs every line
_PATIENCE: Final = 60  # milliseconds before an old map gives way to the word that a new one is made


class HeatmapPage(QWidget):
    """Shows a placeholder until ``build_view``: importing the plotting library takes a second."""

    cell_clicked = Signal(int, int)
    cell_stepped = Signal(int, int)
    colour_map_changed = Signal(str)
    limits_changed = Signal(str)
    part_wanted = Signal(object)  # Part of a huge matrix to be computed more finely | None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel()
        self.title.setProperty("title", True)
        self.colour_map, self.limits = ChoiceBox(), MapLimitsBox()
        self.waiting = QLabel()
        self.waiting.setProperty("muted", True)
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.waiting.setWordWrap(True)
        self.view: HeatmapView | None = None
        self._theme = LIGHT
        self._matrix: Matrix | None = None
        self._shown: Shown | None = None
        self._refusal: BaseException | None = None
        self._asked = Asked()
        self._late = QTimer(self)  # another map is not taken away for one that is there at once
        self._late.setSingleShot(True)
        self._late.timeout.connect(lambda: self._show_waiting(waiting=True))
        self._drawn: tuple[Matrix, str, str] | None = None
        self._labelled: tuple[Record, int, int] | None = None
        self._places: tuple[int, ...] = ()
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._tools = QWidget()
        tools = FlowLayout(self._tools, spacing=SPACE // 2)
        tools.addWidget(self.colour_map)
        tools.addWidget(self.limits)
        self._head.addWidget(Steady(self.title), 1)
        self._head.addWidget(self._tools)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACE, 0, 0, 0)
        self._column.setSpacing(SPACE)
        self._column.addLayout(self._head)
        self._place = Covered(self.waiting)
        self._column.addWidget(self._place, 1)
        for box, signal in (
            (self.colour_map, self.colour_map_changed),
            (self.limits, self.limits_changed),
        ):
            box.activated.connect(lambda _i, b=box, s=signal: s.emit(b.currentData()))
        self.retranslate()

    def build_view(self) -> HeatmapView:
        """Make the heatmap once and show what is already known."""
        if self.view is None:
            from gui.views.heatmap import HeatmapView  # noqa: PLC0415  # see the class

            self.view = HeatmapView()
            self.view.cell_clicked.connect(self._on_cell_clicked)
            self.view.cell_stepped.connect(self.cell_stepped)
            self.view.canvas.part_wanted.connect(self.part_wanted)
            self.view.set_theme(self._theme)
            self._place.set_part(self.view)
            self._show_waiting(waiting=False)
            self._draw()
        return self.view

    def set_active(self, *, active: bool) -> None:
        """Nothing is computed here: the window asks for the matrix only while it is seen."""

    def set_shown(self, shown: Shown | None) -> None:
        """Show the choices in force and the selected query and key."""
        self._shown = shown
        if shown is None:
            self._late.stop()
            self.title.setText(tr("Attention"))
            self.waiting.setText(tr("The heatmap appears here."))
            self._show_waiting(waiting=True)  # what the view shows is of another input
            self.limits.name_largest(None)
            return
        state = shown.state
        if self._asked != shown.asked:
            self._asked, self._refusal = shown.asked, None
        whole = shown.asked.measure in WHOLE_LAYER
        heads = tr("all heads") if whole else heads_name(shown)
        title = tr("Attention L{layer} · {heads}", layer=state.layer + 1, heads=heads)
        title = title if shown.asked.plain else f"{title} · {counted_name(shown.asked)}"
        full = title if shown.regular else f"{title} · {positions_name(shown.layer)}"
        self.title.setText(full)
        self._arrange_head()  # another title may need, or leave, more room
        self.colour_map.setCurrentIndex(self.colour_map.findData(state.colour_map))
        self.limits.setCurrentIndex(self.limits.findData(state.map_limits))
        self._draw()

    @property
    def matrix(self) -> Matrix | None:
        """What is drawn, or was last told."""
        return self._matrix

    def set_matrix(self, matrix: Matrix) -> None:
        """Draw this matrix."""
        self._matrix, self._refusal = matrix, None
        self._draw()

    def set_refusal(self, error: BaseException) -> None:
        """Say why there is no map of what is asked for."""
        self._refusal = error
        self._draw()

    def set_done(self, share: float) -> None:
        """Show how much of a long measure is done, from 0 to 1."""
        if self.waiting.isVisible() and self._refusal is None:
            self.waiting.setText(tr("computing … {percent}%", percent=round(100 * share)))

    def _wait(self, shown: Shown) -> None:
        """Show no old map in place of one that is still being computed, or cannot be."""
        words = tr("computing …") if self._refusal is None else str(self._refusal)
        self.waiting.setText(words)
        self.limits.name_largest(None)
        if not shown.asked.plain or self._refusal is not None:
            self._show_waiting(waiting=True)
        elif not self._late.isActive():
            self._late.start(_PATIENCE)

    def _show_waiting(self, *, waiting: bool) -> None:
        self._place.set_covered(covered=waiting)

    def _draw(self) -> None:
        matrix, shown, view = self._matrix, self._shown, self.view
        if shown is None or view is None:
            return
        if matrix is None or not matrix.fits(shown):
            self._wait(shown)
            return
        self._late.stop()
        self._show_waiting(waiting=False)
        state = shown.state
        high = 1.0 if state.map_limits == "fixed" else (matrix.largest or 1.0)
        self._name_largest(matrix)
        if self._drawn != (matrix, state.map_limits, state.colour_map):
            self._drawn = (matrix, state.map_limits, state.colour_map)
            self._label(view, shown, matrix)
            self._draw_matrix(view, shown, matrix, high=high)
        token, key = self._place_of(shown.token), self._place_of(shown.marked_key)
        view.set_selection(*((token, key) if state.direction == "from" else (key, token)))

    def _draw_matrix(self, view: HeatmapView, shown: Shown, matrix: Matrix, *, high: float) -> None:
        weights, colour_map = matrix.weights, shown.state.colour_map
        limits = shown.state.map_limits
        scale = Scale(0.0, high, limits, chosen=limits == "fixed")
        view.canvas.scale_bar.setToolTip(tr("Colours: {scale}.", scale=scale.said(short)))
        if matrix.tiled is not None:
            view.set_tiled(matrix.tiled, high=high, colour_map=colour_map)
            return
        if shown.regular and len(self._places) < len(weights):
            weights = weights[np.ix_(self._places, self._places)]
        if limits in PAINTED:
            view.set_weights(
                weights, low=0.0, high=1.0, colour_map=colour_map,
                shades=scale.shares(weights), ends=scale.marks(short),
            )  # fmt: skip
        else:
            view.set_weights(weights, low=0.0, high=high, colour_map=colour_map)

    def _name_largest(self, matrix: Matrix) -> None:
        """Write the number where the colours end into the choice itself: it differs by map."""
        self._offer_limits(whole=matrix.tiled is None)
        self.limits.name_largest(short(matrix.largest or 1.0))

    def _offer_limits(self, *, whole: bool) -> None:
        """Offer only what can be painted: a huge map is never held whole."""
        model = self.limits.model()
        assert isinstance(model, QStandardItemModel)  # noqa: S101  # what a QComboBox makes
        for at in range(self.limits.count()):
            model.item(at).setEnabled(whole or self.limits.itemData(at) not in PAINTED)
        if not whole and self.limits.currentData() in PAINTED:
            self.limits.setCurrentIndex(self.limits.findData("view"))

    def _label(self, view: HeatmapView, shown: Shown, matrix: Matrix) -> None:
        """Name rows and columns by token, padding left out; by number where they are no tokens."""
        record, (queries, keys) = shown.record, matrix.shape
        if self._labelled == (record, queries, keys):
            return
        self._labelled = (record, queries, keys)
        if shown.regular:
            self._places = record.encoded.visible
            tokens = [record.tokens[i] for i in self._places]
            labels, starts = [token.label for token in tokens], anchors(tokens)
            view.set_labels(labels, labels, query_starts=starts, key_starts=starts)
        else:
            self._places = ()
            view.set_labels([str(i) for i in range(queries)], [str(i) for i in range(keys)])

    def _place_of(self, token: int | None) -> int | None:
        return self._places.index(token) if token in self._places else None

    def _on_cell_clicked(self, query: int, key: int) -> None:
        if self._places:
            self.cell_clicked.emit(self._places[query], self._places[key])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand the choices under the title where both do not fit on one line."""
        super().resizeEvent(event)
        self._arrange_head()

    def _arrange_head(self) -> None:
        """Put title and choices on one line where both fit whole.

        Where the page is low the choice of limits is brief for that: the map has its line.
        """
        words = self.title.fontMetrics().horizontalAdvance(self.title.text())
        room = self.width() - words - 3 * SPACE
        full = self._tools.sizeHint().width() + self.limits.saved()
        self.limits.set_brief(brief=self.height() < scaled(_LOW) and room < full)
        narrow = room < self._tools.sizeHint().width()
        direction = QBoxLayout.Direction
        self._head.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)

    def set_theme(self, theme: Theme) -> None:
        """Recolour what is drawn by hand."""
        self._theme = theme
        if self.view is not None:
            self.view.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.title.setText(tr("Attention"))
        self.waiting.setText(tr("The heatmap appears here."))
        self.colour_map.setAccessibleName(tr("Colour map"))
        self.colour_map.setToolTip(
            tr("Colour map. All but the greys run evenly; Cividis and CET-CBL1 suit every eye.")
        )
        self.colour_map.fill({name: tr(words) for name, words in colour.SEQUENTIAL.items()})
        self.limits.retranslate()
        if self.view is not None:
            self.view.retranslate()
        if self._shown is not None:
            self.set_shown(self._shown)
