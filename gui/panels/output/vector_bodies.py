"""The bodies of vectors: norms and cosines of one per token, the numbers of a single one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from gui.panels.output.bodies import Body
from gui.panels.output.token_numbers import TokenNumbers
from gui.panels.output.value_strip import ValueStrip
from gui.panels.row.text import exact
from gui.state import Shown
from gui.theme import Theme
from gui.views.words import safe_label
from models.i18n import tr
from models.outputs import TokenStates, Vector
from models.outputs.layered import COSINE, NORM

_PER_LINE: Final = 64


class StatesBody(Body):
    """A strip of norms, a strip of cosines with the token whose row is shown."""

    def __init__(self, output: TokenStates) -> None:
        super().__init__()
        self.output = output
        self._token = -1
        self.note(tr("Norm of each vector"))
        self.norms = self._numbers(tr("Norms"))
        self.norms.set_values(output.norms)
        self.norm_button = self._button(NORM)
        self.cosine_note = self.note()
        self.cosines = self._numbers(tr("Cosines"))
        self.cosine_button = self._button(COSINE)
        for button in (self.norm_button, self.cosine_button):
            button.setVisible(any(token.cell is not None for token in output.tokens))

    def _numbers(self, name: str) -> TokenNumbers:
        tokens = self.output.tokens
        count = len(self.output.states)
        labels = [token.label for token in tokens]
        numbers = TokenNumbers(labels, count=count, clickable=bool(tokens))
        numbers.set_name(name)
        numbers.clicked.connect(self.token_clicked)
        self.column.addWidget(numbers)
        return numbers

    def _button(self, ending: str) -> QPushButton:
        button = QPushButton(tr("Show on the photo"))
        button.setCheckable(True)
        key = self.output.name + ending
        button.clicked.connect(lambda on: self.layer_asked.emit(key if on else "", None))
        self.column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return button

    def set_shown(self, shown: Shown) -> None:
        """Compare with the token whose row is shown."""
        key = shown.state.overlay
        self.norm_button.setChecked(key == self.output.name + NORM)
        self.cosine_button.setChecked(key == self.output.name + COSINE)
        token = shown.token
        known = token is not None and token < len(self.output.tokens)
        for part in (self.cosine_note, self.cosines):
            part.setVisible(known)
        self.norms.mark(token)
        self.cosines.mark(token)
        if not known or token is None or token == self._token:
            return
        self._token = token
        name = safe_label(self.output.tokens[token].label)
        self.cosine_note.setText(tr("Cosine of each vector with that of “{token}”", token=name))
        self.cosines.set_values(self.output.cosines(token))

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        super().set_theme(theme)
        for numbers in (self.norms, self.cosines):
            numbers.set_theme(theme)


class VectorBody(Body):
    """Every number of a vector as a cell, and its length."""

    def __init__(self, output: Vector) -> None:
        super().__init__()
        self.output = output
        self.note(tr("Norm: {norm}", norm=exact(output.norm)))
        self.strip = ValueStrip(centred=True, per_line=_PER_LINE)
        self.strip.setAccessibleName(tr("Numbers of the vector"))
        self.strip.set_values(output.values, tip=self._words)
        self.column.addWidget(self.strip)

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        super().set_theme(theme)
        self.strip.set_theme(theme)

    def _words(self, dimension: int) -> str:
        value = exact(float(self.output.values[dimension]))
        return tr("dimension {dimension}: {value}", dimension=dimension, value=value)
