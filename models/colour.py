"""Colour maps and fixed limits: how a number becomes a colour, on screen and in a figure alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zipfile import ZipFile

import numpy as np

from models.attention import Float
from models.i18n import mark

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray

_FILE: Final = Path(__file__).resolve().parent.parent / "assets" / "colour_maps.npz"
_HEADER: Final = 10  # bytes of an .npy file before its description, whose length ends them
SEQUENTIAL: Final = {
    "cividis": mark("Cividis"),
    "viridis": mark("Viridis"),
    "magma": mark("Magma"),
    "inferno": mark("Inferno"),
    "cet_cbl1": mark("CET-CBL1"),
    "grey": mark("Greys"),
}
DEFAULT: Final = "cividis"
DIVERGING: Final = "cet_cbd1"


@cache
def table_bytes(name: str) -> bytes:
    """Return the map ``name`` as 256 RGB triples, lowest value first; KeyError when unknown.

    Read without NumPy (format 1.0 of ``numpy.lib.format``): the window's first paint needs it.
    """
    with ZipFile(_FILE) as maps:
        stored = maps.read(f"{name}.npy")
    return stored[_HEADER + int.from_bytes(stored[_HEADER - 2 : _HEADER], "little") :]


@cache
def table(name: str) -> NDArray[np.uint8]:
    """Return the map ``name`` as RGB bytes [256, 3], lowest value first; KeyError when unknown."""
    return np.frombuffer(table_bytes(name), dtype=np.uint8).reshape(256, 3)


def indices(values: Float, *, low: float = 0.0, high: float = 1.0) -> NDArray[np.uint8]:
    """Return table indices, same shape; below ``low`` is 0, above ``high`` is 255, NaN is 0.

    A span of nothing (``high`` not above ``low``) gives 0 everywhere.
    """
    if not high > low:
        return np.zeros(values.shape, dtype=np.uint8)
    if not values.size:
        return np.zeros(values.shape, dtype=np.uint8)
    known = np.where(np.isnan(values), np.float32(low), values) if _missing(values) else values
    scaled = np.empty(values.shape, dtype=np.float32)
    np.subtract(known, np.float32(low), out=scaled)
    scaled *= np.float32(255.0 / (high - low))
    np.rint(np.clip(scaled, 0, 255, out=scaled), out=scaled)
    return scaled.astype(np.uint8)


def _missing(values: Float) -> bool:
    """Whether some are NaN: their largest then is."""
    return bool(np.isnan(values.max()))


def paint(
    values: Float, *, name: str = DEFAULT, low: float = 0.0, high: float = 1.0
) -> NDArray[np.uint8]:
    """Return ``values`` as RGB bytes [..., 3] through the map ``name``."""
    return table(name)[indices(values, low=low, high=high)]
