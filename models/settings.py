"""What a person asks for on the command line, before anything is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HEATMAP: Final = "heatmap"
PAGES: Final = (HEATMAP, "heads", "lines", "layers", "compare")  # of the map card, left to right


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
