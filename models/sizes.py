"""Sizes of pictures as people write them: 448, or width × height as 640×448."""

from __future__ import annotations

import re
from typing import Final

from models.errors import InputError
from models.i18n import mark

Size = tuple[int, int]
_WRITTEN: Final = re.compile(r"(\d{1,5})(?:\s*[x×X*,; ]\s*(\d{1,5}))?(?:\s*px)?", re.ASCII)


def read_size(written: str) -> Size:
    """Return (height, width) from ``448`` or, width first, ``640x448``.

    Raises InputError for anything else.
    """
    found = _WRITTEN.fullmatch(written.strip())
    width = int(found[1]) if found else 0
    height = int(found[2] or found[1]) if found else 0
    if not width or not height:
        raise InputError(
            mark("“{written}” is no size: give pixels as 448, or width and height as 640x448."),
            written=written[:40],
        )
    return height, width


def write_size(size: Size) -> str:
    """Return ``448`` for a square and ``640×448``, width first, for anything else."""
    height, width = size
    return str(height) if height == width else f"{width}×{height}"
