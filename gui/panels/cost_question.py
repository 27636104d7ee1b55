"""Asks before a large run: what it will take, and whether to go on."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.theme import SPACE, Theme
from models.costs import Cost
from models.i18n import large_number, tr
from models.offers import SizeOffer, cost_words
from models.sizes import write_size

_LEFT: Final = SPACE + 4  # pixels before the words: the coloured edge and air


class CostQuestion(QFrame):
    """Asks of a size of photos, or of a run as it is, told by its cost.

    ``accepted(SizeOffer | Cost)``: run it; ``declined``: keep what is shown.
    """

    accepted = Signal(object)
    declined = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offer: SizeOffer | Cost | None = None
        self._free: int | None = None
        self.words, self.go, self.stay = QLabel(), QPushButton(), QPushButton()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(_LEFT, SPACE // 2, SPACE, SPACE // 2)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.words)
        row.addWidget(self.go)
        row.addWidget(self.stay)
        row.addStretch(1)
        column.addLayout(row)
        self.go.clicked.connect(self._on_go)
        self.stay.clicked.connect(self._on_stay)
        self.hide()
        self.retranslate()

    def ask(self, offer: SizeOffer | Cost, *, free: int | None) -> None:
        """Show what ``offer`` takes; ``free`` is the memory left, None when unknown."""
        self._offer, self._free = offer, free
        self.retranslate()
        self.show()
        self.go.setFocus()

    def drop(self) -> None:
        """Take the question back."""
        self._offer = None
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Mark the question at its left edge."""
        self.setStyleSheet(
            f"CostQuestion {{ background: {theme.background}; border: none;"
            f" border-left: 4px solid {theme.warning}; }}"
        )

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.go.setText(tr("Run it"))
        offer = self._offer
        sized = isinstance(offer, SizeOffer)
        self.stay.setText(tr("Keep this size") if sized else tr("Do not run it"))
        cost = offer.cost if isinstance(offer, SizeOffer) else offer
        if cost is None:
            return
        tokens = large_number(cost.tokens)
        if isinstance(offer, SizeOffer):
            first = tr(
                "{size} px make {tokens} tokens.", size=write_size(offer.size), tokens=tokens
            )
        else:
            first = tr("This input has {tokens} tokens.", tokens=tokens)
        said = f"{first} {cost_words(cost, free=self._free)}"
        self.words.setText(said)
        self.setAccessibleName(said)
        self._keep_whole()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep every line of the sentence in sight, however narrow."""
        super().resizeEvent(event)
        self._keep_whole()

    def _keep_whole(self) -> None:
        """Ask for the height of all lines: what is only a wish is cut where room is scarce."""
        width = self.width() - _LEFT - SPACE
        tall = self.words.heightForWidth(max(width, 1))  # negative while there are no words
        self.words.setMinimumHeight(max(tall, 0))

    def _on_go(self) -> None:
        offer = self._offer
        self.drop()
        if offer is not None:
            self.accepted.emit(offer)

    def _on_stay(self) -> None:
        self.drop()
        self.declined.emit()
