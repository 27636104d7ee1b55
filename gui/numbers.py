"""Numbers as people read them, in the language in force."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from models.i18n import language


def locale() -> QLocale:
    """The locale of the interface's language."""
    return QLocale(language())


def short(value: float, *, digits: int = 3) -> str:
    """Return a few significant digits: 0.031, 1, 4e-07 (0,031 in Portuguese)."""
    return locale().toString(float(value), "g", digits)


def fixed(value: float, *, digits: int = 4) -> str:
    """Return a fixed number of decimals: 0.1235 (0,1235 in Portuguese)."""
    return locale().toString(float(value), "f", digits)
