"""Numbers as people read them, in the language in force."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from typing import Final

from PySide6.QtCore import QLocale

from models.differences import power_of_ten
from models.i18n import language

_MOST_DECIMALS: Final = 6
_WIDEST: Final = 1e6
MINUS: Final = "\N{MINUS SIGN}"


def locale() -> QLocale:
    """The locale of the interface's language."""
    return _locale(language())


@cache
def _locale(name: str) -> QLocale:
    return QLocale(name)


def short(value: float, *, digits: int = 3) -> str:
    """Return a few significant digits: 0.031, 1, 4×10⁻⁷ (0,031 in Portuguese).

    What is larger than they hold is written out as a whole number, up to a million: 320, 1,234.
    """
    if 10**digits - 0.5 <= abs(value) < _WIDEST:
        return fixed(value, digits=0).replace("-", MINUS)
    return tidy(locale().toString(float(value), "g", digits))


def column(values: Iterable[float], *, digits: int = 3) -> list[str]:
    """Return numbers that stand below each other, all with as many decimals: 0.170, 0.045.

    The largest has ``digits`` significant digits, the smallest at least two. What would need more
    than six decimals for that is written 4.1×10⁻⁷; nothing but 0 is written 0.
    """
    numbers = [float(value) for value in values]
    sizes = [abs(value) for value in numbers if value and math.isfinite(value)]
    if not sizes or max(sizes) >= _WIDEST:
        return [short(value, digits=digits) for value in numbers]
    top, least = (math.floor(math.log10(size)) for size in (max(sizes), min(sizes)))
    decimals = min(max(digits - 1 - top, 1 - least, 0), _MOST_DECIMALS)

    def written(value: float) -> str:
        if not math.isfinite(value) or 0 < abs(value) < 10**-decimals:
            return short(value, digits=2)
        return fixed(value, digits=decimals) if value else "0"

    return [written(value).replace("-", MINUS) for value in numbers]


def tidy(text: str) -> str:
    """Return a number with a true minus and its power written out: 4e-07 is 4×10⁻⁷."""
    if "e" in text:  # most are not, and thousands are written at each click
        text = power_of_ten(text)
    return text.replace("-", MINUS)


def fixed(value: float, *, digits: int = 4) -> str:
    """Return a fixed number of decimals: 0.1235 (0,1235 in Portuguese)."""
    return locale().toString(float(value), "f", digits)
