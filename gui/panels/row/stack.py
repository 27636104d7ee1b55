"""Weight × value of the strongest keys, stacked per dimension, and where each bar lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from gui.panels.row.facts import RowFacts
from models.attention import Float

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray

ROOMY = 4.0  # pixels: bars from this width on are set apart


@dataclass(frozen=True, eq=False)
class Stack:
    """Signed contributions per dimension: ``heights`` [S, dv], and whose each line is.

    The last key is None where it stands for all the others together. Lines add up to the
    attention vector. Numbers that are not finite are drawn as nothing.
    """

    keys: tuple[int | None, ...]
    heights: Float

    @property
    def reach(self) -> tuple[float, float]:
        """How far the stacks go up and down."""
        up = np.maximum(self.heights, 0).sum(axis=0).max(initial=0)
        down = np.minimum(self.heights, 0).sum(axis=0).min(initial=0)
        return float(up), float(down)


def stack_of(facts: RowFacts, *, pointed: int | None) -> Stack:
    """Return the strongest keys' contributions, the pointed key's too, and the others' sum."""
    keys = facts.strongest
    if pointed is not None and pointed not in keys:
        keys = (*keys, pointed)
    own = facts.parts.weighted[list(keys)]
    with np.errstate(invalid="ignore"):  # infinities give NaN, which is drawn as nothing
        others = facts.parts.vector - own.sum(axis=0)
    more: tuple[int | None, ...] = (None,) if len(keys) < facts.count else ()
    heights = np.vstack([own, others[None]]) if more else own
    return Stack((*keys, *more), np.nan_to_num(heights, nan=0, posinf=0, neginf=0))


@dataclass(frozen=True, eq=False)
class Bars:
    """A stack laid out in pixels: ``lefts`` [dv]; ``tops`` and ``talls`` [S, dv]."""

    stack: Stack
    area: QRectF
    zero: float
    unit: float
    lefts: NDArray[np.float64]
    wide: float
    tops: NDArray[np.float64]
    talls: NDArray[np.float64]

    def rects(self, line: int) -> list[QRectF]:
        """Return one key's bars, a rectangle per dimension."""
        places = zip(
            self.lefts.tolist(), self.tops[line].tolist(), self.talls[line].tolist(), strict=True
        )
        return [QRectF(x, y, self.wide, tall) for x, y, tall in places]

    def heights_of(self, values: Float) -> list[float]:
        """Return where ``values`` [dv] lie on the axis, from the top of the widget down."""
        finite = np.nan_to_num(values, nan=0, posinf=0, neginf=0)
        return list((self.zero - finite * self.unit).tolist())

    def key_at(self, place: QPointF, *, dimension: int) -> int | None:
        """Return whose bar lies under ``place``; None for the others' or for none."""
        tops, talls = self.tops[:, dimension], self.talls[:, dimension]
        found = np.flatnonzero((tops <= place.y()) & (place.y() < tops + talls))
        return self.stack.keys[int(found[0])] if len(found) else None


def lay_out(stack: Stack, *, area: QRectF) -> Bars:
    """Return where every bar of ``stack`` lies in ``area``: positive parts up, negative down."""
    up, down = stack.reach
    unit = area.height() / ((up - down) or 1.0)
    zero = area.top() + up * unit
    size = max(stack.heights.shape[1], 1)
    wide = area.width() / size
    inset = 0.5 if wide >= ROOMY else 0.0
    high = np.cumsum(np.maximum(stack.heights, 0), axis=0, dtype=np.float64)
    low = np.cumsum(np.minimum(stack.heights, 0), axis=0, dtype=np.float64)
    tips = np.where(stack.heights >= 0, high, low - stack.heights)
    return Bars(
        stack=stack,
        area=area,
        zero=zero,
        unit=unit,
        lefts=area.left() + np.arange(size) * wide + inset,
        wide=wide - 2 * inset,
        tops=zero - tips * unit,
        talls=np.abs(stack.heights) * unit,
    )
