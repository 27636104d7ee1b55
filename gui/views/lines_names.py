"""The words of both columns, measured once for as long as tokens and font stay the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QFont, QFontMetricsF

from gui.views.words import safe_label
from models.encoded import Token


class Names:
    """What is written at the ``positions`` of ``tokens``, and how wide the widest of it is."""

    def __init__(self, tokens: Sequence[Token], positions: tuple[int, ...], font: QFont) -> None:
        measured = QFontMetricsF(font)
        self._tokens, self._positions, self._font = tokens, positions, font.key()
        self.labels: Final = [safe_label(tokens[i].label) for i in positions]
        self.special: Final = [tokens[i].special for i in positions]
        self.widest: Final = max(
            (measured.horizontalAdvance(label) for label in set(self.labels)), default=0.0
        )

    def fit(self, tokens: Sequence[Token], positions: tuple[int, ...], font: QFont) -> bool:
        """Whether these are the names of ``positions`` of ``tokens``, in ``font``."""
        same = tokens is self._tokens and font.key() == self._font
        return same and (positions is self._positions or positions == self._positions)
