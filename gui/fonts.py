"""The typeface that comes with the program."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

_FONTS: Final = Path(__file__).resolve().parent.parent / "assets" / "fonts"


def use_bundled_font(app: QApplication) -> None:
    """Write in the bundled typeface, so that the window looks the same on every system."""
    for name in ("Inter-Regular.otf", "Inter-SemiBold.otf"):
        QFontDatabase.addApplicationFont(str(_FONTS / name))
    font = QFont("Inter")
    font.setPointSizeF(13.0 if sys.platform == "darwin" else 9.75)  # 13 pixels on each
    app.setFont(font)
