"""Numbers as people read them, in the language in force."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from PySide6.QtCore import QLocale

from models.i18n import language

MINUS: Final = "\N{MINUS SIGN}"


def locale() -> QLocale:
    """The locale of the interface's language."""
    return _locale(language())


@cache
def _locale(name: str) -> QLocale:
    return QLocale(name)


def short(value: float, *, digits: int = 3) -> str:
    """Return a few significant digits: 0.031, 1, 4e−7 (0,031 in Portuguese)."""
    return tidy(locale().toString(float(value), "g", digits))


def tidy(text: str) -> str:
    """Return a number with a true minus and no padding in its exponent: 4e-07 is 4e−7."""
    if "e" in text:  # most are not, and thousands are written at each click
        text = re.sub(r"e([+-])0+(?=\d)", r"e\1", text)
    return text.replace("-", MINUS)


def fixed(value: float, *, digits: int = 4) -> str:
    """Return a fixed number of decimals: 0.1235 (0,1235 in Portuguese)."""
    return locale().toString(float(value), "f", digits)
