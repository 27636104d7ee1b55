"""Numbers and labels fitted to the narrow columns of the row panel."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from gui.numbers import MINUS, locale, short, tidy
from gui.panels.row.facts import largest
from gui.views.words import safe_label
from models.attention import Float

FAR = 1e5  # from here on numbers are written with an exponent


def decimals_for(values: Float) -> int:
    """Return how many decimals give a column of ``values`` about four digits."""
    usual = values[abs(values) < FAR]
    top = largest(usual)
    return 4 if top < 1 else max(1, 3 - int(math.log10(top)))


def brief(value: float, *, digits: int = 3) -> str:
    """Return a few significant digits: 0.031, 4×10⁻⁷."""
    return short(value, digits=digits)


def cell(value: float, *, decimals: int) -> str:
    """Return a number for a column: fixed decimals, an exponent when very large, exact 0 as 0."""
    value = float(value)
    if value == 0:
        return "0"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return MINUS + "∞" if value < 0 else "∞"
    far = abs(value) >= FAR
    text = locale().toString(value, "g", 2) if far else locale().toString(value, "f", decimals)
    return tidy(text)


def weight_text(weight: float) -> str:
    """Return a weight with four decimals, with an exponent when too small; only 0 is 0."""
    if 0 < weight < 0.00005:  # noqa: PLR2004  # what four decimals would round to zero
        return tidy(locale().toString(float(weight), "e", 0))
    return cell(weight, decimals=4)


def exact(value: float) -> str:
    """Return a number with the six digits a person can use: 0.0312517, −1.5."""
    if not math.isfinite(value):
        return cell(value, decimals=0)
    return tidy(locale().toString(float(value), "g", 6))


class Fitter:
    """Shortens labels to a width with an ellipsis, and remembers the answers for one font."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], str] = {}

    def clear(self) -> None:
        """Forget: the font or the labels changed."""
        self._known.clear()

    def fit(self, label: str, *, width: float, metrics: QFontMetricsF) -> str:
        """Return ``label`` no wider than ``width`` pixels, on one line."""
        asked = (label, int(width))
        if asked not in self._known:
            line = safe_label(label)
            self._known[asked] = metrics.elidedText(line, Qt.TextElideMode.ElideRight, width)
        return self._known[asked]
