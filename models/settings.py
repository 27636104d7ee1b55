"""What a person asks for on the command line, before anything is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from models.errors import OutOfRangeError
from models.ranges import HEAD, LAYER, TOKEN, no_such

if TYPE_CHECKING:  # loads NumPy, and the command line is read without it
    from models.record import Record

HEATMAP: Final = "heatmap"
PAGES: Final = (HEATMAP, "heads", "lines", "layers", "compare")  # of the map card, left to right

FigureView = Literal[
    "heatmap", "row", "overlay", "atlas", "lines", "layers", "map", "compare", "senses"
]
FIGURE_VIEWS: Final[tuple[FigureView, ...]] = get_args(FigureView)
FigureTheme = Literal["light", "dark"]
FIGURE_THEMES: Final[tuple[FigureTheme, ...]] = get_args(FigureTheme)


@dataclass(frozen=True, slots=True)
class Start:
    """The state to open the window in; None and empty mean the usual.

    ``layer`` and ``heads`` count from 0 here (the command line counts from 1), as does ``token``.
    ``heads`` empty means the mean of all. ``language`` is ``pt`` or ``en``; ``theme`` is
    ``light``, ``dark`` or ``system``.
    """

    model: str | None = None
    variant: str = ""
    provider: str | None = None
    text: str | None = None
    pair: str | None = None
    image: str | None = None
    layer: int | None = None
    heads: tuple[int, ...] = ()
    token: int | None = None
    page: str = HEATMAP
    language: str | None = None
    theme: str | None = None
    timings: bool = False
    exit_when_idle: bool = False
    lesson: str | None = None

    @property
    def asked(self) -> bool:
        """Whether the person wants something of this start; if not, a first one may greet."""
        given = (self.model, self.text, self.image, self.lesson, self.layer, self.token)
        return any(one is not None for one in given) or self.timings or self.exit_when_idle

    def refusals(self, record: Record) -> list[OutOfRangeError]:
        """Return what is asked for that ``record`` does not have, each with what it has."""
        count = len(record.layers)
        layer = record.layers[-1 if self.layer is None else min(self.layer, count - 1)]
        heads = layer.heads if layer.windows is None else layer.heads // len(layer.windows)
        asked = [(LAYER, count, self.layer), (TOKEN, len(record.tokens), self.token)]
        asked[1:1] = [(HEAD, heads, head) for head in self.heads]
        return [
            no_such(what, index, size)
            for what, size, index in asked
            if index is not None and index >= size
        ]
