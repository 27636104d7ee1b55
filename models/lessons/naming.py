"""From what a lesson calls a token to its position in a record."""

from __future__ import annotations

import re
from typing import Final

from models.encoded import Token
from models.record import Record

_AT: Final = re.compile(r"@(\d+)")
_NTH: Final = re.compile(r"(.+)#(\d+)")
_CELL: Final = re.compile(r"r(\d+)c(\d+)")


def position(record: Record, name: str) -> int | None:
    """Return the position of a token, None when the record has no such token.

    ``name`` is a label as on screen (``gato``), the n-th of several (``o#2``), a position from 0
    (``@3``), a patch by row and column from 0 (``r4c7``), or ``first`` and ``last`` for the outer
    tokens. Upper and lower case count.
    """
    tokens = record.tokens
    if (found := _AT.fullmatch(name)) is not None:
        place = int(found.group(1))
        return place if place < len(tokens) else None
    if name in {"first", "last"} and tokens:
        return 0 if name == "first" else record.encoded.visible[-1]
    if (found := _CELL.fullmatch(name)) is not None:
        cell = int(found.group(1)), int(found.group(2))
        return next((i for i, token in enumerate(tokens) if token.cell == cell), None)
    count = 1
    if (found := _NTH.fullmatch(name)) is not None:
        name, count = found.group(1), int(found.group(2))
    places = [i for i, token in enumerate(tokens) if token.label == name]
    return places[count - 1] if 0 < count <= len(places) else None


def label(token: Token) -> str:
    """Return what conditions call a token: its label, a patch as ``r4c7``."""
    return token.label if token.cell is None else f"r{token.cell[0]}c{token.cell[1]}"
