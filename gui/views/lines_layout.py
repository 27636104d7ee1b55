"""Where the words and the lines between them are, for any size of the view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from gui.zoom import scaled

Side = Literal["query", "key"]
TOP: Final = 26  # the words “query” and “key”
LEAST_PITCH: Final = 20  # logical pixels between two words
MOST_PITCH: Final = 32
_WIDEST_MIDDLE: Final = 520
_LEAST_MIDDLE: Final = 120
_GAP: Final = 8
CELL: Final = 9  # a head's cell beside a key, with its gap
NUMBER: Final = 62  # an exact weight


@dataclass(frozen=True, slots=True)
class LinesLayout:
    """Places in logical pixels: words end at ``left`` on one side, begin at ``right`` on the other.

    ``label`` is a word's room. Outside of the words stand exact numbers: those of the queries end
    at ``before``, those of the keys begin at ``numbers``, after one cell per head from ``cells``.
    """

    count: int
    pitch: float
    label: float
    before: float
    left: float
    right: float
    cells: float
    numbers: float

    @property
    def height(self) -> int:
        """How tall everything is."""
        return round(scaled(TOP) + self.count * self.pitch + _GAP)

    def y(self, place: int) -> float:
        """Return the middle of a word."""
        return scaled(TOP) + (place + 0.5) * self.pitch

    def at(self, x: float, y: float) -> tuple[Side, int] | None:
        """Return the word at a point: its side and place; None between the sides or beyond."""
        place = int((y - scaled(TOP)) // self.pitch)
        if not 0 <= place < self.count:
            return None
        if self.before - scaled(NUMBER) <= x <= self.left + _GAP:
            return "query", place
        if self.right - _GAP <= x <= self.numbers + scaled(NUMBER):
            return "key", place
        return None


def laid_out(*, width: float, height: float, count: int, heads: int, widest: float) -> LinesLayout:
    """Return places for ``count`` words of at most ``widest`` pixels, centred in ``width``."""
    pitch = min(
        max((height - scaled(TOP) - _GAP) / max(count, 1), scaled(LEAST_PITCH)), scaled(MOST_PITCH)
    )
    beside = 2 * scaled(NUMBER) + heads * scaled(CELL) + 8 * _GAP
    label = min(widest, max((width - beside - _LEAST_MIDDLE) / 2, 40.0))
    middle = min(max(width - beside - 2 * label, _LEAST_MIDDLE), _WIDEST_MIDDLE)
    before = max((width - beside - 2 * label - middle) / 2, 0.0) + _GAP + scaled(NUMBER)
    left = before + _GAP + label + _GAP
    right = left + middle
    cells = right + _GAP + label + _GAP
    numbers = cells + heads * scaled(CELL) + _GAP
    return LinesLayout(count, pitch, label, before, left, right, cells, numbers)
