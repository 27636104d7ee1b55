"""The thin line below the top bar that moves while the person waits for something."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QProgressBar, QWidget

from gui.player import show_busy
from gui.theme import Theme
from models.i18n import tr

_HEIGHT: Final = 3  # pixels, at any size of the interface: it has no words


class BusyLine(QProgressBar):
    """Keeps its place while nothing is done, so that nothing below it moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextVisible(False)
        self.setFixedHeight(_HEIGHT)
        keep = self.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.setSizePolicy(keep)
        self.hide()

    def set_busy(self, busy: bool) -> None:  # noqa: FBT001  # the signal's shape
        """Say that something is done nobody knows how long, or go."""
        show_busy(self)
        self.setVisible(busy)

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self.setStyleSheet(
            f"QProgressBar {{ border: none; background: {theme.background}; }}"
            f"QProgressBar::chunk {{ background: {theme.accent}; }}"
        )

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("Working"))
