"""Which characters no font on this computer can draw: they show as boxes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from PySide6.QtGui import QFont, QTextLayout

_SILENT = {"Cc", "Cf", "Mn", "Zs"}  # controls, joiners and selectors have no shape of their own


@lru_cache(maxsize=256)
def boxes(text: str, font: QFont) -> str:
    """Return the characters of ``text`` without a glyph as ``U+1F468 U+1F469``, or nothing."""
    missing = [c for c in dict.fromkeys(text) if not _drawn(c, font)]
    return " ".join(f"U+{ord(character):04X}" for character in missing)


def _drawn(character: str, font: QFont) -> bool:
    if character.isascii() or unicodedata.category(character) in _SILENT:
        return True
    layout = QTextLayout(character, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return all(all(run.glyphIndexes()) for run in layout.glyphRuns())
