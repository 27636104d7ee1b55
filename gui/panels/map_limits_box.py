"""The choice of where a map's colours end; its first entry says the number, briefly or in full."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from gui.panels.choice_box import ChoiceBox
from models.i18n import tr

_WIDEST_NUMBER: Final = "0.00000"  # that the largest weight of a map is written with


class MapLimitsBox(ChoiceBox):
    """Where there is little room the first entry leaves out what the number is the largest of."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._high: str | None = None
        self._brief = False

    def name_largest(self, high: str | None) -> None:
        """Write the number where the colours end into the choice itself; None: it is not known."""
        self._high = high
        words = tr("0 – largest of this map") if high is None else self._words(high)
        if self.itemText(0) != words:
            self.setItemText(0, words)

    def set_brief(self, *, brief: bool) -> None:
        """Say it in fewer words, or in full."""
        if brief != self._brief:
            self._brief = brief
            self.keep_room(self._words(_WIDEST_NUMBER))
            self.name_largest(self._high)

    def saved(self) -> int:
        """Return how many pixels fewer words save now."""
        if not self._brief:
            return 0
        told, metrics = self._words(_WIDEST_NUMBER), self.fontMetrics()
        return metrics.horizontalAdvance(_in_full(_WIDEST_NUMBER)) - metrics.horizontalAdvance(told)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("Where the heatmap's colours end"))
        self.setToolTip(
            tr(
                "Where the heatmap's colours end. At the largest weight of this map, the same "
                "colour is another weight on every map; 0 – 1 is the same on all."
            )
        )
        self.keep_room(self._words(_WIDEST_NUMBER))
        self.fill(
            {
                "view": tr("0 – largest of this map"),
                "fixed": tr("0 – 1"),
                "row": tr("0 – largest of each row"),
                "log": tr("logarithmic"),
            }
        )
        self.name_largest(self._high)

    def _words(self, high: str) -> str:
        return tr("0 – {high} (largest)", high=high) if self._brief else _in_full(high)


def _in_full(high: str) -> str:
    return tr("0 – {high} (largest of this map)", high=high)
