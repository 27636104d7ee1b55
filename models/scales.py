"""What a colour of a map is worth: one limit for all, one for each row, or powers of 10.

Never silent: whoever paints with these writes ``ends`` beside the colours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from models.attention import Float
from models.i18n import tr

MapLimits = Literal["view", "fixed", "row", "log"]
MAP_LIMITS: Final = ("view", "fixed", "row", "log")
# Of these, colours are not numbers times a factor, so that they are painted apart.
PAINTED: Final = frozenset({"row", "log"})
DECADES: Final = 4


def painted(numbers: Float, limits: MapLimits, *, high: float) -> Float:
    """Return how far along the colours each number is, from 0 to 1; NaN stays NaN.

    "row" divides each row by its own largest number. "log" runs evenly over the ``DECADES``
    powers of 10 below ``high``, and everything smaller, 0 too, is at 0. The others divide by
    ``high``.
    """
    if limits == "row":
        known = np.where(np.isfinite(numbers), numbers, 0)
        most = known.max(axis=-1, keepdims=True, initial=0)
        return np.asarray(numbers / np.where(most > 0, most, 1), np.float32)
    if limits == "log":
        least = high * 10.0**-DECADES
        powers = np.log10(np.maximum(numbers, least) / high) / DECADES + 1
        return np.asarray(np.minimum(powers, 1), np.float32)
    return np.asarray(numbers / (high or 1.0), np.float32)


def worth(share: float, limits: MapLimits, *, high: float, number: Callable[[float], str]) -> str:
    """Return what stands for ``share`` of the colours, or of a line's strength: 0 < share ≤ 1."""
    if limits == "row":
        most = tr("row max")
        return most if share == 1 else f"{number(share)} × {most}"
    if limits == "log":
        return number(high * 10.0 ** (DECADES * (share - 1)))
    return number(share * high)


def ends(
    limits: MapLimits, *, high: float, number: Callable[[float], str]
) -> tuple[str, str, str] | None:
    """Return what the colours are worth at the low end, the middle and the high end.

    None where they are what they say: evenly from 0 to ``high``.
    """
    if limits == "row":
        return "0", tr("½ row max"), tr("row max")
    if limits == "log":
        least, middle = high * 10.0**-DECADES, high * 10.0 ** (-DECADES / 2)
        return f"≤ {number(least)}", number(middle), number(high)
    return None


@dataclass(frozen=True, slots=True)
class Look:
    """Which colours, where they begin and end, and how they run from 0 up; see ``painted``."""

    colour_map: str
    low: float
    high: float
    limits: MapLimits = "view"

    def shares(self, values: Float) -> Float:
        """Return how far along the colours each number is, from 0 to 1."""
        if self.low == 0:
            return painted(values, self.limits, high=self.high)
        return np.asarray((values - self.low) / (self.high - self.low), np.float32)

    def told(self, number: Callable[[float], str]) -> tuple[str, str]:
        """Return what the colours are worth where they begin and end."""
        found = ends(self.limits, high=self.high, number=number) if self.low == 0 else None
        return (number(self.low), number(self.high)) if found is None else (found[0], found[2])
