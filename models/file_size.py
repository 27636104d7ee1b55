"""Sizes of files as people read them, in the language in force: 118 MB, 1.2 GB."""

from __future__ import annotations

from typing import Final

from models.i18n import language

_UNITS: Final = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))
_WHOLE: Final = 10  # from here on no decimals


def size_words(count: int) -> str:
    """Return ``count`` bytes in units of 1000: 512 B, 4.2 kB, 118 MB (1,2 GB in Portuguese)."""
    for unit, name in _UNITS:
        # 999,950 is 1.0 MB, not 1000 kB: the unit is chosen after rounding
        if count >= unit * 0.9995:
            value = count / unit
            number = f"{value:.1f}" if round(value, 1) < _WHOLE else f"{value:.0f}"
            return f"{number} {name}".replace(".", "," if language() == "pt_BR" else ".")
    return f"{count} B"
