"""How numbers and labels are written in the views: short, exact, and safe to draw."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

import numpy as np
from PySide6.QtGui import QFont

from gui.numbers import fixed, locale, tidy
from models.attention import Float

_LONGEST: Final = 80  # characters of a label that are looked at; the rest is elided anyway
_KEPT_FORMATS: Final = frozenset({"\u200c", "\u200d"})  # joiners shape Persian words and emoji
_LEAST: Final = 0.01
_SHORT: Final = 0.005  # what rounds to nothing with two decimals
_TINY: Final = 5e-5  # what five decimals would leave one digit of, or none


def exact(weight: float) -> str:
    """Return a weight to be read off: five decimals, powers of ten for tiny ones, or ``NaN``."""
    if np.isnan(weight):
        return "NaN"
    if 0 < abs(weight) < _TINY:
        return tidy(locale().toString(float(weight), "e", 1))
    return fixed(weight, digits=5)


def brief(weight: float) -> str:
    """Return a weight for a tight place: ``.26``, ``1``, ``0``, ``<.01`` or ``NaN``.

    English drops the zero before the point, Portuguese keeps it before the comma.
    """
    if np.isnan(weight):
        return "NaN"
    if weight in {0, 1}:
        return str(int(weight))
    if 0 < weight < _SHORT:
        return f"<{fixed(_LEAST, digits=2).removeprefix(_dropped())}"
    return fixed(weight, digits=2).removeprefix(_dropped())


def _dropped() -> str:
    return "0" if locale().decimalPoint() == "." else ""


@lru_cache(maxsize=16_384)
def safe_label(label: str) -> str:
    """Return ``label`` fit to draw: odd spaces visible, controls and overrides spelt out."""
    cut = label[:_LONGEST] + ("…" if len(label) > _LONGEST else "")
    inner = cut.strip(" ")
    before, after = len(cut) - len(cut.lstrip(" ")), len(cut) - len(cut.rstrip(" "))
    if not inner:
        return "␣" * len(cut) or "∅"
    return "␣" * before + "".join(map(_drawable, inner)) + "␣" * after


def _drawable(character: str) -> str:
    if character.isspace() and character != " ":
        return "␣"
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    if category in {"Cc", "Cf"} and character not in _KEPT_FORMATS:
        return f"‹{ord(character):X}›"
    return character


def strongest(row: Float, *, count: int = 3) -> list[int]:
    """Return the positions of the ``count`` largest weights of ``row`` [M], largest first."""
    known = np.nan_to_num(row, nan=-1.0) if np.isnan(row).any() else row  # few rows have any
    count = min(count, len(known))
    if count == 0:
        return []
    top = np.argpartition(known, -count)[-count:]
    return [int(i) for i in top[np.argsort(-known[top], kind="stable")]]


def tabular(font: QFont, *, scale: float = 1.0, bold: bool = False) -> QFont:
    """Return ``font`` scaled, with figures of equal width."""
    figures = QFont(font)
    if font.pointSizeF() > 0:
        figures.setPointSizeF(font.pointSizeF() * scale)
    else:
        figures.setPixelSize(max(round(font.pixelSize() * scale), 1))
    figures.setFeature(QFont.Tag("tnum"), 1)
    if bold:
        figures.setWeight(QFont.Weight.DemiBold)
    return figures
