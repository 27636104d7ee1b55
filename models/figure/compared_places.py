"""Where the three maps of a comparison stand on their page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models.figure import style

TITLE: Final = 24.0  # above a map
SHORTEST_BAR: Final = 190.0  # of colours: its three numbers stand beside each other
PITCH: Final = 1.2 * style.SMALL  # from one word of an axis to the next
_GAP: Final = 28.0  # between two columns
_BAR: Final = 74.0  # the bar of colours below a map, and the distance to the next
_LARGEST: Final = 340.0  # a map's side
_TALLEST: Final = 1300.0  # two maps above one take the text of an A4 page at most


@dataclass(frozen=True, slots=True)
class Places:
    """How many maps stand beside each other, and their measures in pixels at 1×."""

    columns: int
    room: float  # of words left of a map and below it
    side: float  # how wide a map is
    shape: float  # how tall the tallest is for its width

    @property
    def width(self) -> float:
        """How wide a column is."""
        return _width(self.columns)

    @property
    def height(self) -> float:
        """How tall a map is with its title, its words and its colours."""
        return TITLE + self.side * self.shape + self.room + _BAR

    def left(self, column: int) -> float:
        """Return where a column begins."""
        return style.MARGIN + column * (self.width + _GAP)


def placed(labels: Sequence[int], *, room: float, shape: float, foot: float) -> Places:
    """Return three maps in a row where all their words have room, else two above one.

    ``labels`` are how many words each has, ``foot`` the room that is not for maps.
    """
    row, two = _width(3) - room, _width(2) - room
    if row >= max(SHORTEST_BAR, max(labels) * PITCH):
        down = (style.TALLEST - foot - TITLE - room - _BAR) / shape
        return Places(3, room, min(row, down), shape)
    down = ((_TALLEST - foot) / 2 - TITLE - room - _BAR) / shape
    return Places(2, room, min(two, _LARGEST, down), shape)


def _width(columns: int) -> float:
    return (style.WIDTH - 2 * style.MARGIN - (columns - 1) * _GAP) / columns
