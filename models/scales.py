"""What a colour of a map is worth: one limit for all, one for each row, or powers of 10.

Never silent: whoever paints with these writes the ``marks`` of a ``Scale`` beside the colours, and
what it ``said``, in the window and in every figure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from models.attention import Float
from models.colour import DEFAULT
from models.i18n import tr

MapLimits = Literal["view", "fixed", "row", "log"]
MAP_LIMITS: Final = ("view", "fixed", "row", "log")
# Of these, colours are not numbers times a factor, so that they are painted apart.
PAINTED: Final = frozenset({"row", "log"})
DECADES: Final = 4
Number = Callable[[float], str]  # how a number is written


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


def worth(share: float, limits: MapLimits, *, high: float, number: Number) -> str:
    """Return what stands for ``share`` of the colours, or of a line's strength: 0 < share ≤ 1."""
    if limits == "row":
        most = tr("row max")
        return most if share == 1 else f"{number(share)} × {most}"
    if limits == "log":
        return number(high * 10.0 ** (DECADES * (share - 1)))
    return number(share * high)


@dataclass(frozen=True, slots=True)
class Scale:
    """Where colours begin and end, and how they run from 0 up; see ``painted``.

    ``chosen`` tells that ``high`` was asked for, and is not the largest number that is drawn.
    """

    low: float = 0.0
    high: float = 1.0
    limits: MapLimits = "view"
    chosen: bool = False

    def shares(self, values: Float) -> Float:
        """Return how far along the colours each number is, from 0 to 1."""
        if self.low == 0:
            return painted(values, self.limits, high=self.high)
        return np.asarray((values - self.low) / (self.high - self.low), np.float32)

    def marks(self, number: Number) -> tuple[str, str, str]:
        """Return what the colours are worth at the low end, the middle and the high end."""
        if self.limits == "row" and self.low == 0:
            return "0", tr("½ row max"), tr("row max")
        if self.limits == "log" and self.low == 0:
            least, middle = (self.high * 10.0**-power for power in (DECADES, DECADES / 2))
            return f"≤ {number(least)}", number(middle), number(self.high)
        return number(self.low), number((self.low + self.high) / 2), number(self.high)

    @property
    def kind(self) -> str:
        """How the colours run, in a word or two for beside a bar."""
        if self.low == 0 and self.limits == "log":
            return tr("logarithmic")
        if self.low == 0 and self.limits == "row":
            return tr("linear, by row")
        return tr("linear")

    def said(self, number: Number) -> str:
        """Return how the colours run and between which ends: the sentence for every figure."""
        ends = {"low": number(self.low), "high": number(self.high)}
        if self.low < 0 and self.low == -self.high:
            return tr("linear, from {low} to {high} around 0", **ends)
        if self.low == 0 and self.limits == "row":
            return tr("linear, in each row from 0 to its own largest")
        if self.low == 0 and self.limits == "log":
            ends["low"] = number(self.high * 10.0**-DECADES)
            found = tr("logarithmic, from {low} and below to {high}", **ends)
        elif self.chosen and (self.low, self.high) == (0.0, 1.0):
            found = tr("linear, fixed from 0 to 1")
        else:
            found = tr("linear, from {low} to {high}", **ends)
        return found if self.chosen else tr("{scale}, the largest shown", scale=found)


@dataclass(frozen=True, slots=True)
class Look(Scale):
    """A scale and its colours."""

    colour_map: str = DEFAULT
