"""Which part of a matrix is in view: zoomed and dragged, but never lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import Final

LARGEST: Final = 96.0  # logical pixels of a cell at the closest zoom
_SAME: Final = 1.0 + 1e-9


@dataclass(frozen=True, slots=True)
class MatrixWindow:
    """A view of ``rows`` by ``columns`` square cells through ``width`` by ``height`` pixels.

    ``scale`` is pixels per cell; ``x`` and ``y`` is the cell place in the middle of the view.
    """

    rows: int
    columns: int
    width: float
    height: float
    scale: float
    x: float
    y: float

    @classmethod
    def fitted(cls, rows: int, columns: int, *, width: float, height: float) -> MatrixWindow:
        """Return the view that shows the whole matrix as large as it can be."""
        scale = _fitting(rows, columns, width=width, height=height)
        return cls(rows, columns, width, height, scale, columns / 2, rows / 2)

    @property
    def zoomed_in(self) -> bool:
        """Whether part of the matrix may be out of view."""
        return self.scale > self._fit * _SAME

    @property
    def box(self) -> tuple[float, float, float, float]:
        """What is in view, in cells: left, top, right, bottom."""
        across, down = self.width / self.scale / 2, self.height / self.scale / 2
        return self.x - across, self.y - down, self.x + across, self.y + down

    @property
    def drawn(self) -> tuple[float, float, float, float]:
        """Where the visible part of the matrix lies, in pixels: left, top, right, bottom."""
        left, top, _, _ = self.box
        return (
            max(-left * self.scale, 0.0),
            max(-top * self.scale, 0.0),
            min((self.columns - left) * self.scale, self.width),
            min((self.rows - top) * self.scale, self.height),
        )

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return (row, column) under a pixel, None beside the matrix."""
        left, top, right, bottom = self.drawn
        if not (left <= x < right and top <= y < bottom):
            return None
        first_x, first_y, _, _ = self.box
        row, column = int(first_y + y / self.scale), int(first_x + x / self.scale)
        return min(max(row, 0), self.rows - 1), min(max(column, 0), self.columns - 1)

    def zoomed(self, factor: float, *, x: float, y: float) -> MatrixWindow:
        """Return the view ``factor`` times closer, with the pixel (x, y) staying in place."""
        scale = min(max(self.scale * factor, self._fit), max(LARGEST, self._fit))
        left, top, _, _ = self.box
        here_x, here_y = left + x / self.scale, top + y / self.scale
        middle_x = here_x + (self.width / 2 - x) / scale
        middle_y = here_y + (self.height / 2 - y) / scale
        return _kept(replace(self, scale=scale, x=middle_x, y=middle_y))

    def dragged(self, x: float, y: float) -> MatrixWindow:
        """Return the view after the matrix was pulled by so many pixels."""
        return _kept(replace(self, x=self.x - x / self.scale, y=self.y - y / self.scale))

    def resized(self, width: float, height: float) -> MatrixWindow:
        """Return the view in another size: still whole if it was, else as close as it was."""
        if not self.zoomed_in:
            return self.fitted(self.rows, self.columns, width=width, height=height)
        fit = _fitting(self.rows, self.columns, width=width, height=height)
        return _kept(replace(self, width=width, height=height, scale=max(self.scale, fit)))

    def showing(self, row: int, column: int) -> MatrixWindow:
        """Return the view moved, if it must be, so that a cell is in it."""
        left, top, right, bottom = self.box
        x = self.x + min(column - left, 0.0) + max(column + 1 - right, 0.0)
        y = self.y + min(row - top, 0.0) + max(row + 1 - bottom, 0.0)
        return _kept(replace(self, x=x, y=y))

    def cells_per_dot(self, ratio: float) -> int:
        """Return how many cells, each way, must share one dot so that no cell is left out."""
        return max(ceil(1.0 / (self.scale * ratio) - 1e-6), 1)

    @property
    def _fit(self) -> float:
        return _fitting(self.rows, self.columns, width=self.width, height=self.height)


def _kept(window: MatrixWindow) -> MatrixWindow:
    """Return the view moved so that as much of the matrix is in it as can be."""
    if not window.zoomed_in:
        return window.fitted(window.rows, window.columns, width=window.width, height=window.height)
    return replace(
        window,
        x=_clamped(window.x, span=window.width / window.scale, count=window.columns),
        y=_clamped(window.y, span=window.height / window.scale, count=window.rows),
    )


def _fitting(rows: int, columns: int, *, width: float, height: float) -> float:
    return max(min(width / columns, height / rows), 1e-3)


def _clamped(middle: float, *, span: float, count: int) -> float:
    """Return a middle that leaves no edge empty, or that keeps in view what fits into it."""
    ends = span / 2, count - span / 2
    return min(max(middle, min(ends)), max(ends))
