"""What the model says about the input: a card per output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from gui.state import Shown
from gui.theme import LIGHT, SPACE, Theme
from models.i18n import ntr, tr

if TYPE_CHECKING:
    from gui.panels.output.card import OutputCard
    from models.outputs import Output

_GUESSES: Final = 100  # of each mask; a vocabulary has up to 250,000 pieces


class OutputPanel(QWidget):
    """Shows outputs; its cards are made when they are first seen, since some take a moment.

    ``token_clicked(position)`` pins a token. ``layer_asked(name, channel)`` lays a map over the
    photo; the empty name takes it away.
    """

    token_clicked = Signal(int)
    layer_asked = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outputs: tuple[Output, ...] = ()
        self._shown: Shown | None = None
        self._stale = False
        self._theme: Theme = LIGHT
        self.cards: list[OutputCard] = []
        self.empty, self.said = QLabel(), QLabel()
        self.page, self._inside = QScrollArea(), QWidget()
        self._column = QVBoxLayout(self._inside)
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(SPACE)
        self._column.addStretch(1)
        self.page.setWidget(self._inside)
        self.page.setWidgetResizable(True)
        self.page.setFrameShape(QFrame.Shape.NoFrame)
        self.page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for label in (self.empty, self.said):
            label.setProperty("muted", True)
            label.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE // 2)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.empty, 1)
        column.addWidget(self.page, 1)
        column.addWidget(self.said)

    # -- facts

    def set_outputs(self, outputs: Sequence[Output]) -> None:
        """Show what a run gave; nothing when there was none."""
        self._outputs, self._stale = tuple(outputs), True
        self._shown = None
        self.said.clear()
        if self.isVisible():
            self._build()

    def set_shown(self, shown: Shown | None) -> None:
        """Follow the token that is chosen and what lies over the photo; None: nothing ran yet."""
        if shown is None and self._outputs:
            self.set_outputs(())
        self._shown = shown
        self._follow()

    def _follow(self) -> None:
        shown = self._shown
        if shown is not None and self.isVisible():
            for card in self.cards:
                card.body.set_shown(shown)

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self._theme = theme
        for card in self.cards:
            card.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        for part in (self, self.page):
            part.setAccessibleName(tr("What the model says"))
        self.empty.setText(tr("What the model says about the input appears here."))
        self._stale = True
        self.said.clear()
        if self.isVisible():
            self._build()

    def copy(self, output: Output) -> None:
        """Copy what an output says as a table for a spreadsheet; of guesses the likeliest."""
        from models.outputs import TokenGuesses  # noqa: PLC0415  # loaded by the run

        table = output.table(_GUESSES if isinstance(output, TokenGuesses) else None)
        QGuiApplication.clipboard().setText(table.text())
        self.said.setText(ntr("Copied {count} line.", "Copied {count} lines.", len(table.rows)))

    # -- inside

    def _build(self) -> None:
        from gui.panels.output.card import OutputCard  # noqa: PLC0415  # not at start-up

        self._stale = False
        place = self.page.verticalScrollBar().value()
        for card in self.cards:
            self._column.removeWidget(card)
            card.deleteLater()
        self.cards = [OutputCard(output) for output in self._outputs]
        for number, card in enumerate(self.cards):
            self._column.insertWidget(number, card)
            card.body.token_clicked.connect(self.token_clicked)
            card.body.layer_asked.connect(self.layer_asked)
            card.copy.clicked.connect(lambda _=False, said=card.output: self.copy(said))
            card.set_theme(self._theme)
        self.empty.setVisible(not self.cards)
        self.page.setVisible(bool(self.cards))
        self._follow()
        self.page.verticalScrollBar().setValue(place)

    # -- Qt

    def showEvent(self, event: QShowEvent) -> None:
        """Make the cards that were waiting to be seen."""
        super().showEvent(event)
        if self._stale:
            self._build()
        self._follow()

    def sizeHint(self) -> QSize:
        """Comfortable beside the map."""
        return QSize(440, 720)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the row's panel."""
        return QSize(340, 240)
