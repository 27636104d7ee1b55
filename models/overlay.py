"""An attention row laid over a photo: which pixel belongs to which patch, and its colour.

The window and the figure both take their overlay from here, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.attention import Float
from models.colour import DEFAULT, indices, table
from models.encoded import PatchGrid, Token

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Paint:
    """How weights become colours: from ``low`` to ``high`` along ``colour_map``.

    ``opacity`` as in ``overlay_table``; ``smooth`` interpolates between the centres of cells.
    """

    low: float = 0.0
    high: float = 1.0
    colour_map: str = DEFAULT
    opacity: float = 0.75
    smooth: bool = False

    def cells(self, values: Float) -> NDArray[np.uint8]:
        """Return weights [...] as RGBA bytes [..., 4]; see ``patch_rgba``."""
        return patch_rgba(
            values,
            low=self.low,
            high=self.high,
            colour_map=self.colour_map,
            opacity=self.opacity,
        )


@dataclass(frozen=True, eq=False)
class Patches:
    """Which of ``count`` tokens lie on the patches of ``grid``, found once for many rows.

    ``places`` [P] counts patches row by row, ``positions`` [P] says which token each one is.
    """

    grid: PatchGrid
    count: int
    places: NDArray[np.intp]
    positions: NDArray[np.intp]

    @classmethod
    def of(cls, tokens: Sequence[Token], grid: PatchGrid) -> Patches:
        """Find the patches of ``tokens``."""
        cells = ((token.cell, position) for position, token in enumerate(tokens))
        found = {cell: position for cell, position in cells if cell is not None}
        places = [row * grid.columns + column for row, column in found]
        positions = np.array(list(found.values()), dtype=np.intp)
        return cls(grid, len(tokens), np.array(places, dtype=np.intp), positions)

    def values(self, row: Float) -> Float:
        """Return the weights of ``row`` [M] on their patches: see ``patch_values``."""
        if len(row) != self.count:
            raise ValueError(f"a row of {len(row)} weights over {self.count} tokens")
        values = np.full(self.grid.rows * self.grid.columns, np.nan, dtype=np.float32)
        values[self.places] = row[self.positions]
        return values.reshape(self.grid.rows, self.grid.columns)


def patch_values(row: Float, tokens: Sequence[Token], grid: PatchGrid) -> Float:
    """Return the weights of ``row`` [M] on their patches: [rows, columns], NaN where no token is.

    Raise ValueError when the row is not about these tokens.
    """
    return Patches.of(tokens, grid).values(row)


def scaled_grid(grid: PatchGrid, *, across: float, down: float) -> PatchGrid:
    """Return ``grid`` over the same photo drawn ``across`` times as wide, ``down`` as tall."""
    left, top, right, bottom = grid.box
    box = (left * across, top * down, right * across, bottom * down)
    return PatchGrid(rows=grid.rows, columns=grid.columns, box=box)


def overlay_table(colour_map: str, *, opacity: float) -> NDArray[np.uint8]:
    """Return straight-alpha RGBA bytes [256, 4] for table indices.

    Alpha is o·(o + (1 - o)·t), with o the opacity and t the place in the colour map: below full
    opacity a patch of little weight veils the photo less than one of much weight, and at full
    opacity every patch is opaque.
    """
    place = np.linspace(0.0, 1.0, 256)
    alpha = opacity * (opacity + (1.0 - opacity) * place)
    colours = np.empty((256, 4), dtype=np.uint8)
    colours[:, :3] = table(colour_map)
    colours[:, 3] = np.rint(alpha * 255.0)
    return colours


def patch_rgba(
    values: Float, *, low: float, high: float, colour_map: str, opacity: float
) -> NDArray[np.uint8]:
    """Return weights [..., ] as RGBA bytes [..., 4]; NaN is transparent: it claims nothing."""
    colours = overlay_table(colour_map, opacity=opacity).view(np.uint32)[:, 0]
    painted = colours[indices(values, low=low, high=high)]
    missing = np.isnan(values)
    if missing.any():
        painted[missing] = 0
    return painted[..., None].view(np.uint8)


def overlay_rgba(
    row: Float,
    tokens: Sequence[Token],
    grid: PatchGrid,
    *,
    photo_size: tuple[int, int],
    paint: Paint,
) -> NDArray[np.uint8]:
    """Return the overlay of ``row`` for a photo of ``photo_size`` (width, height): [H, W, 4].

    See ``field_rgba`` for what belongs where.
    """
    return field_rgba(patch_values(row, tokens, grid), grid, photo_size=photo_size, paint=paint)


def field_rgba(
    values: Float, grid: PatchGrid, *, photo_size: tuple[int, int], paint: Paint
) -> NDArray[np.uint8]:
    """Return ``values`` [rows, columns] of ``grid`` as RGBA bytes over a photo: [H, W, 4].

    A pixel belongs to the cell its centre lies in; pixels outside the grid's box are transparent.
    ``paint.smooth`` interpolates linearly between the centres of cells, which never leaves the
    range of the cells around, and is flat beyond the outermost centres.
    """
    if not paint.smooth:
        return spread_rgba(paint.cells(values), grid, photo_size=photo_size)
    width, height = photo_size
    across, down, inside = _cells_of(grid, width=width, height=height)
    spread = _interpolated(values, down=down[inside[0]], across=across[inside[1]])
    overlay = np.zeros((height, width, 4), dtype=np.uint8)
    overlay[inside] = paint.cells(spread)
    return overlay


def spread_rgba(
    cells: NDArray[np.uint8], grid: PatchGrid, *, photo_size: tuple[int, int]
) -> NDArray[np.uint8]:
    """Return the colours of cells [rows, columns, 4] over a photo of (width, height): [H, W, 4]."""
    width, height = photo_size
    across, down, inside = _cells_of(grid, width=width, height=height)
    rows, columns = down[inside[0]].astype(np.intp), across[inside[1]].astype(np.intp)
    overlay = np.zeros((height, width, 4), dtype=np.uint8)
    overlay[inside] = cells.view(np.uint32)[rows[:, None], columns[None, :]].view(np.uint8)
    return overlay


def class_rgba(
    classes: NDArray[np.integer], colours: NDArray[np.uint8], *, opacity: float
) -> NDArray[np.uint8]:
    """Return class numbers [rows, columns] in the colours [C, 3] of their classes: [..., 4]."""
    painted = np.empty((*classes.shape, 4), dtype=np.uint8)
    painted[..., :3] = colours[classes]
    painted[..., 3] = np.rint(opacity * 255.0)
    return painted


def _cells_of(
    grid: PatchGrid, *, width: int, height: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[slice, slice]]:
    """Return where columns and rows of pixels lie, in cells, and which lie inside the grid."""
    left, top, right, bottom = grid.box
    across = _places(width, start=left, end=right, cells=grid.columns)
    down = _places(height, start=top, end=bottom, cells=grid.rows)
    return across, down, (_inside(down, grid.rows), _inside(across, grid.columns))


def _places(pixels: int, *, start: float, end: float, cells: int) -> NDArray[np.float64]:
    """Return where each pixel's centre lies, counted in cells from the start of the box."""
    places: NDArray[np.float64] = np.arange(pixels, dtype=np.float64) + (0.5 - start)
    places *= cells / (end - start)
    return places


def _inside(places: NDArray[np.float64], cells: int) -> slice:
    return slice(*(int(edge) for edge in np.searchsorted(places, (0.0, float(cells)))))


def _interpolated(
    values: Float, *, down: NDArray[np.float64], across: NDArray[np.float64]
) -> Float:
    """Return [len(down), len(across)] linear between cell centres; NaN cells stay NaN."""
    known = ~np.isnan(values)
    if known.all():
        return _blended(_blended(values, down).T, across).T
    share = _blended(_blended(known.astype(np.float32), down).T, across).T
    total = _blended(_blended(np.nan_to_num(values, nan=0.0), down).T, across).T
    here = known[down.astype(np.intp)[:, None], across.astype(np.intp)[None, :]]
    spread: Float = np.full(total.shape, np.nan, dtype=np.float32)
    np.divide(total, share, out=spread, where=here)
    return spread


def _blended(values: Float, places: NDArray[np.float64]) -> Float:
    """Return [len(places), ...]: linear between the rows of ``values``, flat at both ends."""
    last = len(values) - 1
    centred = np.clip(places - 0.5, 0.0, last)
    lower = np.minimum(centred.astype(np.intp), max(last - 1, 0))
    upper = np.minimum(lower + 1, last)
    share = (centred - lower).astype(np.float32)[:, None]
    blended: Float = values[lower]
    blended += share * (values[upper] - blended)
    return blended
