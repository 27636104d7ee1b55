"""The two pictures of a matrix: all of it, and a finer part of one too large to be held."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor
from typing import Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, Signal

from gui.views.heatmap_items import ColourScale
from gui.views.heatmap_picture import Colours, Picture
from gui.views.matrix_window import MatrixWindow
from models.attention import Float
from models.tiles import Part, Pooled

_AHEAD: Final = 0.25  # of the view, refined beyond each of its edges


class Pictures(QObject):
    """Draws ``whole`` and, over it, ``detail``; says which part should be refined.

    ``part_wanted(Part | None)``: None when what is there is as fine as the screen.
    """

    part_wanted = Signal(object)

    def __init__(self, scale_bar: ColourScale, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.whole, self.detail = Picture(), Picture()
        self._scale_bar = scale_bar
        self._colours = Colours()
        self._coarse: Part | None = None  # the overview, where that is all that is at hand
        self._wanted: Part | None = None

    @property
    def items(self) -> tuple[pg.ImageItem, ...]:
        """What is drawn, the lowest first."""
        pictures = (self.whole, self.detail)
        return tuple(item for picture in pictures for item in (picture.image, picture.holes))

    @property
    def dot(self) -> int:
        """How many cells, each way, share one dot of the finest picture in view."""
        refined = self._wanted is not None and self.detail.drawn
        return max((self.detail if refined else self.whole).dot, 1)

    def set_weights(self, weights: Float, *, low: float, high: float, colour_map: str) -> None:
        """Draw a whole matrix [N, M]."""
        least, most = float(weights.min()), float(weights.max())
        missing = bool(np.isnan(most))
        if missing:
            known = weights[~np.isnan(weights)]
            least, most = float(known.min(initial=low)), float(known.max(initial=low))
        self._coarse = None
        self._colour(low, high, colour_map, beyond=(least < low, most > high), missing=missing)
        self._drop_detail()
        self.whole.set_numbers(weights, Part(0, 0, *weights.shape))

    def set_overview(self, overview: Pooled, *, low: float, high: float, colour_map: str) -> None:
        """Draw the picture of a matrix too large to be held."""
        if self._coarse is None:
            self._drop_detail()
        self._coarse = overview.part
        beyond = (False, overview.largest > high)
        self._colour(low, high, colour_map, beyond=beyond, missing=overview.missing)
        self.whole.set_pooled(overview)

    def set_detail(self, detail: Pooled | None) -> None:
        """Take a finer part; None takes it away, so that it is asked for again."""
        if detail is None:
            self._drop_detail()
        elif self._coarse is not None:
            self.detail.set_pooled(detail)

    def set_missing(self, colour: str) -> None:
        """Draw NaN in this colour."""
        self._colours = replace(self._colours, missing=colour)

    def look(self, window: MatrixWindow, *, ratio: float) -> None:
        """Colour what is in view, and ask for what is coarser than the screen."""
        view = _in_view(window, dot=window.cells_per_dot(ratio))
        for picture in (self.whole, self.detail):
            picture.set_colours(self._colours)
            picture.draw(view)
        if self._coarse is None or view.dot >= self._coarse.dot:
            if self._wanted is not None:
                self._drop_detail()
                self.part_wanted.emit(None)
        elif self._wanted is None or self._wanted.dot != view.dot or not self._wanted.holds(view):
            self._wanted = _ahead(view, window)
            self.part_wanted.emit(self._wanted)

    def _drop_detail(self) -> None:
        self.detail.clear()
        self._wanted = None

    def _colour(
        self,
        low: float,
        high: float,
        colour_map: str,
        *,
        beyond: tuple[bool, bool],
        missing: bool,
    ) -> None:
        self._colours = Colours(low, high, colour_map, self._colours.missing)
        self._scale_bar.set_scale(
            low=low, high=high, colour_map=colour_map, beyond=beyond, missing=missing
        )


def _in_view(window: MatrixWindow, *, dot: int) -> Part:
    left, top, right, bottom = window.box
    return Part(
        max(floor(top), 0),
        max(floor(left), 0),
        min(ceil(bottom), window.rows),
        min(ceil(right), window.columns),
        dot,
    )


def _ahead(view: Part, window: MatrixWindow) -> Part:
    """Return ``view`` with a margin, in whole dots that stay put while it is dragged."""
    down = ceil((view.bottom - view.top) * _AHEAD)
    across = ceil((view.right - view.left) * _AHEAD)
    dot = view.dot
    return Part(
        max(view.top - down, 0) // dot * dot,
        max(view.left - across, 0) // dot * dot,
        min(-(-(view.bottom + down) // dot) * dot, window.rows),
        min(-(-(view.right + across) // dot) * dot, window.columns),
        dot,
    )
