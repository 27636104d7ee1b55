"""What is laid over a photo: an attention row on its patches, or a map that the model gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gui.views.words import exact, safe_label
from models.attention import Float
from models.encoded import PatchGrid
from models.i18n import tr
from models.overlay import Paint, class_rgba, field_rgba, spread_rgba

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Blend:
    """How a layer lies over the photo."""

    opacity: float = 0.75
    smooth: bool = False
    colour_map: str = "cividis"


@dataclass(frozen=True, eq=False)
class MapLayer:
    """A map [rows, columns] over ``grid``, its colours running from ``low`` to ``high``.

    With ``colours`` [C, 3] the numbers are classes, called ``names``, and nothing lies between.
    """

    values: Float | NDArray[np.intp]
    grid: PatchGrid
    low: float = 0.0
    high: float = 1.0
    colours: NDArray[np.uint8] | None = None
    names: Sequence[str] = ()

    def pixels(
        self, placed: PatchGrid, *, size: tuple[int, int], blend: Blend
    ) -> NDArray[np.uint8]:
        """Return RGBA bytes [height, width, 4] for a canvas of ``size`` under ``placed``."""
        if self.colours is not None:
            cells = class_rgba(self.values.astype(np.intp), self.colours, opacity=blend.opacity)
            return spread_rgba(cells, placed, photo_size=size)
        return field_rgba(
            self.values.astype(np.float32),
            placed,
            photo_size=size,
            paint=Paint(self.low, self.high, blend.colour_map, blend.opacity, blend.smooth),
        )

    def words(self, cell: tuple[int, int]) -> str:
        """Return what the map says at (row, column)."""
        value = self.values[cell]
        if self.colours is not None:
            return safe_label(self.names[int(value)])
        return tr("map {value}", value=exact(float(value)))
