"""The words of both columns, measured once for as long as tokens and font stay the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QStaticText

from gui.views.words import safe_label
from models.encoded import Token


class Names:
    """What is written at the ``positions`` of ``tokens``, and how wide the widest of it is."""

    def __init__(self, tokens: Sequence[Token], positions: tuple[int, ...], font: QFont) -> None:
        measured = QFontMetricsF(font)
        self._tokens, self._positions, self._font = tokens, positions, font.key()
        self.labels: Final = [safe_label(tokens[i].label) for i in positions]
        self.special: Final = [tokens[i].special for i in positions]
        self._written: dict[tuple[str, str, int], tuple[QStaticText, float, float]] = {}
        self.widest: Final = max(
            (measured.horizontalAdvance(label) for label in set(self.labels)), default=0.0
        )

    def written(self, place: int, font: QFont, room: int) -> tuple[QStaticText, float, float]:
        """Return a word no wider than ``room`` pixels, its width and its height.

        It is laid out once: that takes longer than drawing it, and words are drawn in every frame.
        """
        asked = self.labels[place], font.key(), room
        if asked not in self._written:
            fitted = QFontMetrics(font).elidedText(asked[0], Qt.TextElideMode.ElideRight, room)
            laid_out = QStaticText(fitted)
            laid_out.setTextFormat(Qt.TextFormat.PlainText)
            laid_out.prepare(font=font)
            self._written[asked] = laid_out, laid_out.size().width(), laid_out.size().height()
        return self._written[asked]

    def fit(self, tokens: Sequence[Token], positions: tuple[int, ...], font: QFont) -> bool:
        """Whether these are the names of ``positions`` of ``tokens``, in ``font``."""
        same = tokens is self._tokens and font.key() == self._font
        return same and (positions is self._positions or positions == self._positions)
