"""How figures look: two palettes, one scale of type, one set of distances, in pixels at 1×."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WIDTH: Final = 960.0
TALLEST: Final = 1000.0  # 4,000 pixels at 4×
DOTS_PER_INCH: Final = 150.0  # at 1×: a figure is 16.3 cm wide, the text width of an A4 page
MARGIN: Final = 36.0

TITLE: Final = 21.0  # text sizes, pixels per em: at 150 dpi 21 is 10 pt
SUBTITLE: Final = 15.5
AXIS: Final = 15.5
LABEL: Final = 14.0
SMALL: Final = 12.5

TICK: Final = 5.0  # length of a tick mark
GAP: Final = 8.0  # between a mark and its words
HAIRLINE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme, ``#rrggbb``; text reaches 4.5 : 1 on ``background``."""

    background: str
    text: str
    muted: str
    line: str  # hairlines, ticks, frames
    faint: str  # grid lines behind bars
    bar: str  # bars of text tokens and patches
    special: str  # bars of special tokens
    query: str
    key: str
    missing: str  # cells without a number


PALETTES: Final = {
    "light": Palette(
        background="#ffffff",
        text="#1b1f27",
        muted="#5a6372",
        line="#8b93a1",
        faint="#e3e6eb",
        bar="#2f6690",
        special="#a3abb8",
        query="#0b62a8",
        key="#b04a00",
        missing="#d5d9e0",
    ),
    "dark": Palette(
        background="#14171c",
        text="#e8eaee",
        muted="#a3adbb",
        line="#6c7686",
        faint="#2b313b",
        bar="#6ca6d6",
        special="#6c7686",
        query="#6cb8f5",
        key="#f2a465",
        missing="#3a424f",
    ),
}
