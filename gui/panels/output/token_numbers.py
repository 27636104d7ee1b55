"""One number per token: bars with names where they are few, a strip of colours where many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.panels.output.value_strip import ValueStrip
from gui.panels.row.text import brief, exact
from gui.theme import Theme
from gui.views.bar_list import Bar, BarList
from gui.views.words import safe_label
from models.i18n import tr

FEW: Final = 16


class TokenNumbers(QWidget):
    """Draws a number per token; speaks in clicked tokens."""

    clicked = Signal(int)

    def __init__(self, labels: Sequence[str], *, count: int, clickable: bool) -> None:
        super().__init__()
        self._labels = tuple(labels)
        self._values: NDArray[np.float64] = np.zeros(0)
        self.list = BarList(clickable=clickable) if self._labels and count <= FEW else None
        self.strip = ValueStrip() if self.list is None else None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self.list, self.strip):
            if part is not None:
                column.addWidget(part)
                if clickable:
                    part.clicked.connect(self.clicked)

    def set_name(self, name: str) -> None:
        """Say to screen readers what is drawn."""
        for part in (self.list, self.strip):
            if part is not None:
                part.setAccessibleName(name)

    def set_values(self, values: NDArray[np.float64]) -> None:
        """Show ``values`` [N]. Bars are as long as their share of the largest; none is negative."""
        self._values = values
        if self.strip is not None:
            self.strip.set_values(values, tip=self.words)
        if self.list is not None:
            finite = values[np.isfinite(values)]
            top = float(finite.max()) if finite.size else 0.0
            self.list.set_bars([self._bar(i, top) for i in range(len(values))])

    def _bar(self, position: int, top: float) -> Bar:
        value = float(self._values[position])
        share = value / top if top > 0 and np.isfinite(value) else 0.0
        return Bar(self._labels[position], brief(value), share, tip=self.words(position))

    def words(self, position: int) -> str:
        """Return the exact number of one token."""
        name = safe_label(self._labels[position]) if self._labels else ""
        value = exact(float(self._values[position]))
        facts = {"token": name, "position": position, "value": value}
        return tr("{token}, position {position}: {value}", **facts)

    def mark(self, position: int | None) -> None:
        """Mark one token."""
        if self.strip is not None:
            self.strip.mark(position)
        if self.list is not None:
            self.list.set_chosen(position)

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        for part in (self.list, self.strip):
            if part is not None:
                part.set_theme(theme)
