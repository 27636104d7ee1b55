"""The menu of the memory for maps: what is kept now, and how much may be kept."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from models.byte_cache import MEGABYTE, USUAL_BUDGET, ByteCache
from models.file_size import size_words
from models.i18n import tr

BUDGETS: Final = (0, 64 * MEGABYTE, USUAL_BUDGET, 1024 * MEGABYTE, 4096 * MEGABYTE)


class MemoryMenu(QMenu):
    """Shows and sets the budget of ``kept``; ``picked(bytes)`` tells it, to be remembered."""

    picked = Signal(str)

    def __init__(self, kept: ByteCache[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept = kept
        self._group = QActionGroup(self)
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.retranslate)  # what is kept changes all the time
        self.retranslate()

    def set_budget(self, stored: str) -> None:
        """Use a remembered budget; anything but one that is offered is the usual."""
        budget = int(stored) if stored.isdecimal() else USUAL_BUDGET
        self._kept.budget = budget if budget in BUDGETS else USUAL_BUDGET

    def retranslate(self) -> None:
        """Say everything again in the language in force, and what is kept now."""
        self.setTitle(tr("Memory for maps"))
        self.clear()
        self._group.deleteLater()
        self._group = QActionGroup(self)
        used = tr("Kept now: {size}", size=size_words(self._kept.used))
        self.addAction(used).setEnabled(False)
        self.addSeparator()
        for budget in BUDGETS:
            self._add(budget)

    def _add(self, budget: int) -> None:
        words = tr("up to {size}", size=size_words(budget)) if budget else tr("keep none")
        action = self.addAction(words)
        action.setCheckable(True)
        action.setChecked(budget == self._kept.budget)
        action.setToolTip(
            tr(
                "Maps of heads that were looked at are kept, so that they are there at once; "
                "those used longest ago go first. This is the memory of the heatmap's maps alone: "
                "queries, keys and values, the small maps of all heads and what other measures "
                "need are not counted here."
            )
        )
        action.triggered.connect(lambda _=False: self._pick(budget))
        self._group.addAction(action)

    def _pick(self, budget: int) -> None:
        self._kept.budget = budget
        self.picked.emit(str(budget))
