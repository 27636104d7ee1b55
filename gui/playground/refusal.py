"""What the playground says when something was written that is no number."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QLabel, QWidget

from gui.messages import announce
from gui.numbers import fixed, tidy
from gui.playground.tables import LARGEST
from models.i18n import tr

_LONGEST: Final = 24  # of what was written, so much is repeated


class Refusal(QLabel):
    """One sentence, hidden until there is something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.hide()

    def tell(self, written: str, kept: float) -> None:
        """Say that what was written is no number: ``kept``, which was there, stays."""
        number = tidy(fixed(kept, digits=2))
        if written.strip():
            said = tr(
                "“{written}” is not a number between −{largest} and {largest}: {number} stays.",
                written=written.strip()[:_LONGEST],
                largest=fixed(LARGEST, digits=0),
                number=number,
            )
        else:
            said = tr("A number is missing here: {number} stays.", number=number)
        self.setText(f"⚠ {said}")
        self.show()
        announce(self, said)
