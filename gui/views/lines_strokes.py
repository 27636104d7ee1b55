"""Lines from word to word in batches that share one pen: setting a pen costs more than a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QPainter, QPen

from models.attention import Float

THINNEST: Final = 1.0  # logical pixels, at a weight of nothing
THICKEST: Final = 4.0  # at the weight where strength ends
SEEN: Final = 0.5 / 255  # what is fainter changes no pixel
_MOST: Final = 64  # lines of a batch: drawn well within a millisecond, so that frames end in time
_SHADES: Final = 255  # what a screen tells apart

Ends = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines of one colour and one width, in logical pixels."""

    colour: QColor
    width: float
    lines: list[QLineF]

    def draw(self, painter: QPainter) -> None:
        """Draw all of them."""
        painter.setPen(QPen(self.colour, self.width))
        painter.drawLines(self.lines)


def width_of(share: float, *, pixel: float) -> float:
    """Return how thick a line is for its ``share`` of the largest weight, from 0 to 1.

    What would round to one ``pixel`` of the screen is drawn as one: Qt draws hairlines more than
    ten times faster than others, and most lines are weak.
    """
    width = THINNEST + (THICKEST - THINNEST) * share
    return pixel if width < 1.5 * pixel else width


def batches(
    colour: QColor, shares: Float, *, x: tuple[float, float], y: tuple[Ends, Ends], pixel: float
) -> Iterator[Batch]:
    """Yield lines between two columns ``x``, the strongest first.

    Line n goes from ``y[0][n]`` to ``y[1][n]`` [lines] and is as strong as ``shares[n]``. They are
    of one colour, so their order changes no pixel. Strength is told in the 255 steps that a screen
    has: hairlines of one step share a pen, thicker ones have a width each.
    """
    order = np.flatnonzero(shares >= SEEN)
    order = order[np.argsort(-shares[order], kind="stable")]
    strong = shares[order]
    steps = np.rint(strong * _SHADES)
    hairs = THINNEST + (THICKEST - THINNEST) * strong < 1.5 * pixel
    alone = np.where(hairs, -1, np.arange(len(order)))
    edges = np.flatnonzero((np.diff(steps) != 0) | (np.diff(alone) != 0)) + 1
    for begin, end in zip((0, *edges.tolist()), (*edges.tolist(), len(order)), strict=True):
        for first in range(begin, end, _MOST):
            chosen = order[first : min(first + _MOST, end)]
            ink = QColor(colour)
            share = float(shares[chosen[0]])
            ink.setAlphaF(share)
            starts, ends = y[0][chosen].tolist(), y[1][chosen].tolist()
            lines = [QLineF(x[0], a, x[1], b) for a, b in zip(starts, ends, strict=True)]
            yield Batch(ink, width_of(share, pixel=pixel), lines)
