"""The thumbnails of every head as one picture, all through the same limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from gui.views.atlas_layout import AtlasLayout
from models import colour, scales
from models.attention import Float
from models.thumbnails import LayerThumbnails, resized

Scale = Literal["all", "layer", "fixed", "log"]
LOG_LOW: Final = 10.0**-scales.DECADES  # where the colours of the logarithmic scale begin


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the colours of the atlas begin and end, whatever the head."""

    scale: Scale
    high: float

    @property
    def told(self) -> scales.Scale:
        """What the colours are worth; with ``layer``, those of the largest layer."""
        if self.scale == "log":
            return scales.Scale(0.0, 1.0, "log", chosen=True)
        return scales.Scale(0.0, self.high, chosen=self.scale == "fixed")


def limits_of(found: Mapping[int, LayerThumbnails], scale: Scale) -> Limits:
    """Return the limits of the atlas; with ``layer`` the high end is that of the largest layer."""
    if scale in {"fixed", "log"}:
        return Limits(scale, 1.0)
    return Limits(scale, max((each.largest for each in found.values()), default=0.0) or 1.0)


def shades(dots: Float, limits: Limits, *, largest: float) -> NDArray[np.uint8]:
    """Return the places of ``dots`` in a colour map, same shape; ``largest`` is their layer's."""
    if limits.scale == "log":
        logarithms = np.log10(np.fmax(dots, LOG_LOW))
        return colour.indices(logarithms, low=float(np.log10(LOG_LOW)), high=0.0)
    high = (largest or 1.0) if limits.scale == "layer" else limits.high
    return colour.indices(dots, low=0.0, high=high)


def picture(
    layout: AtlasLayout,
    found: Mapping[int, LayerThumbnails],
    *,
    limits: Limits,
    colour_map: str,
    ratio: float,
    background: str,
    empty: str,
) -> QImage:
    """Return the whole atlas in device pixels, ``ratio`` of them to a logical one.

    Heads that are not known yet are filled with ``empty``.
    """
    across, down = (max(round(side * ratio), 1) for side in layout.size)
    canvas = np.empty((down, across), dtype=np.uint32)
    canvas[:] = QColor(background).rgba()
    table = _table(colour_map)
    wide, tall = round(layout.width * ratio), round(layout.height * ratio)
    painted = {
        layer: table[shades(_sized(each, tall, wide), limits, largest=each.largest)]
        for layer, each in found.items()
    }
    for index, (layer, head) in enumerate(layout.order):
        x, y, _, _ = layout.box(index)
        left, top = round(x * ratio), round(y * ratio)
        tile = painted.get(layer)
        known = tile is not None and head < len(tile)
        canvas[top : top + tall, left : left + wide] = (
            tile[head] if known and tile is not None else QColor(empty).rgba()
        )
    image = QImage(canvas.data, across, down, 4 * across, QImage.Format.Format_RGB32).copy()
    image.setDevicePixelRatio(ratio)
    return image


def _sized(each: LayerThumbnails, tall: int, wide: int) -> Float:
    if 0 in each.dots.shape:
        return np.zeros((len(each.dots), tall, wide), np.float32)
    return resized(each.dots, height=tall, width=wide)


def _table(name: str) -> NDArray[np.uint32]:
    red, green, blue = colour.table(name).astype(np.uint32).T
    return np.asarray(0xFF000000 | red << 16 | green << 8 | blue, dtype=np.uint32)
