"""The matrix as pictures: only what is in view is coloured, pooled to the dots of the screen."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from models.attention import Float
from models.colour import DEFAULT, indices, table
from models.tiles import Part, Pooled, pool

_WHOLE: Final = 255
_MARGIN: Final = (
    0.5  # of the view, coloured beyond each of its edges: dragging needs no new picture
)


@dataclass(frozen=True, slots=True)
class Colours:
    """Colours run from ``low`` to ``high`` along ``colour_map``; ``missing`` is for NaN."""

    low: float = 0.0
    high: float = 1.0
    colour_map: str = DEFAULT
    missing: str = "#ff0000"


class Picture:
    """Numbers in a rectangle of the matrix, drawn by two items: colours, and holes for NaN."""

    def __init__(self) -> None:
        self.image = pg.ImageItem(axisOrder="row-major")
        self.holes = pg.ImageItem(axisOrder="row-major")
        self._colours = Colours()
        self._numbers: Float | None = None
        self._part = Part(0, 0, 0, 0)
        self._drawn: tuple[int, Part] | None = None  # cells to a dot, and which were coloured
        self.clear()

    @property
    def dot(self) -> int:
        """How many cells, each way, share one dot of what is drawn."""
        return self._part.dot * (1 if self._drawn is None else self._drawn[0])

    @property
    def drawn(self) -> bool:
        """Whether there is anything to be seen."""
        return self._drawn is not None

    def clear(self) -> None:
        """Draw nothing."""
        self._numbers = self._drawn = None
        for item in (self.image, self.holes):
            item.hide()

    def set_colours(self, colours: Colours) -> None:
        """Use these colours from the next ``draw`` on."""
        if colours != self._colours:
            self._colours, self._drawn = colours, None

    def set_numbers(self, numbers: Float, part: Part) -> None:
        """Draw these numbers, a dot for every ``part.dot`` by ``part.dot`` cells of ``part``."""
        self._numbers, self._part, self._drawn = numbers, part, None

    def set_pooled(self, pooled: Pooled) -> None:
        """Draw what is known of a picture."""
        known = -(-(pooled.done - pooled.part.top) // pooled.part.dot)
        self.set_numbers(pooled.dots[:known], pooled.part)

    def draw(self, view: Part) -> None:
        """Colour what lies in ``view``, whose ``dot`` is that of the screen."""
        numbers, part = self._numbers, self._part
        if numbers is None:
            return
        more = max(ceil(view.dot / part.dot), 1)
        span = _span(view, part, more, shape=numbers.shape)
        if self._drawn is not None and self._drawn[0] == more and self._drawn[1].holds(span):
            return
        wide = _wider(span, more, shape=numbers.shape)
        self._drawn = (more, wide)
        dots = pool(numbers[wide.rows, wide.columns], more)
        if dots.size:
            self._show(dots, wide, more)

    def _show(self, dots: Float, wide: Part, more: int) -> None:
        part, colours = self._part, self._colours
        cells = part.dot * more
        bounds = QRectF(
            part.left + wide.left * part.dot,
            part.top + wide.top * part.dot,
            dots.shape[1] * cells,
            dots.shape[0] * cells,
        )
        coded = indices(dots, low=colours.low, high=colours.high)
        self.image.setLookupTable(table(colours.colour_map), update=False)
        _hand_over(self.image, coded, bounds, top=_WHOLE)
        missing = bool(np.isnan(dots.max()))
        self.holes.setVisible(missing)
        if missing:
            ink = QColor(colours.missing)
            lut = np.array([(0, 0, 0, 0), ink.getRgb()], dtype=np.uint8)
            self.holes.setLookupTable(lut, update=False)
            _hand_over(self.holes, np.isnan(dots).astype(np.uint8), bounds, top=1)


def _hand_over(item: pg.ImageItem, coded: NDArray[np.uint8], bounds: QRectF, *, top: int) -> None:
    """Draw codes as they are where they use the whole table: scaling them takes a while."""
    item.setImage(coded, autoLevels=False, **({} if top == _WHOLE else {"levels": (0, top)}))
    item.setRect(bounds)
    item.show()


def _span(view: Part, part: Part, more: int, *, shape: tuple[int, ...]) -> Part:
    """Return which numbers of ``part`` lie in ``view``, in whole dots of the screen."""
    rows, columns = shape

    def down(cell: int, start: int, count: int) -> int:
        return min(max((cell - start) // part.dot // more * more, 0), count)

    def up(cell: int, start: int, count: int) -> int:
        return min(max(ceil((cell - start) / part.dot / more) * more, 0), count)

    return Part(
        down(view.top, part.top, rows),
        down(view.left, part.left, columns),
        up(view.bottom, part.top, rows),
        up(view.right, part.left, columns),
    )


def _wider(span: Part, more: int, *, shape: tuple[int, ...]) -> Part:
    """Return ``span`` with a margin all round."""
    down = ceil((span.bottom - span.top) * _MARGIN / more) * more
    across = ceil((span.right - span.left) * _MARGIN / more) * more
    return Part(
        max(span.top - down, 0),
        max(span.left - across, 0),
        min(span.bottom + down, shape[0]),
        min(span.right + across, shape[1]),
    )
