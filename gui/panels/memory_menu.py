"""The menu of memory: what is kept now of what can be computed again, and how much may be."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from models.byte_cache import MEGABYTE, USUAL_BUDGET, ByteCache
from models.file_size import size_words
from models.i18n import mark, tr

BUDGETS: Final = (0, 64 * MEGABYTE, USUAL_BUDGET, 1024 * MEGABYTE, 4096 * MEGABYTE)


_OWNERS: Final = {
    "maps": mark("maps: {size}"),
    "measures": mark("measures of what counts: {size}"),
    "heads": mark("small pictures of all heads: {size}"),
    "layers": mark("rows and hidden states of layers: {size}"),
    "compare": mark("comparison: {size}"),
    "experiments": mark("models changed for experiments: {size}"),
}


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
        self.setTitle(tr("Memory"))
        self.clear()
        self._group.deleteLater()
        self._group = QActionGroup(self)
        used, most = size_words(self._kept.used), size_words(self._kept.budget)
        said = tr("Kept now: {size} of {budget}", size=used, budget=most)
        self.addAction(said).setEnabled(False)
        for owner, nbytes in self._kept.used_by().items():
            words = tr(_OWNERS[str(owner)], size=size_words(nbytes))
            self.addAction("    " + words).setEnabled(False)
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
                "What was computed is kept, so that it is there at once: maps, small pictures, "
                "what other measures need, layers, the other side of a comparison, and the "
                "changed models of experiments that are out of sight. What was used longest ago "
                "goes first; what is on screen stays. Not counted: opened models, and the "
                "queries, keys and values of what is shown."
            )
        )
        action.triggered.connect(lambda _=False: self._pick(budget))
        self._group.addAction(action)

    def _pick(self, budget: int) -> None:
        self._kept.budget = budget
        self.picked.emit(str(budget))
