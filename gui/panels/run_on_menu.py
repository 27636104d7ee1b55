"""The menu of what a model can run on: what works can be chosen, the rest says why not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from models.i18n import tr

if TYPE_CHECKING:  # the window is painted before it is loaded
    from models.providers.candidates import Candidate


class RunOnMenu(QMenu):
    """Lists candidates; ``asked`` wants them looked up, ``picked`` names the chosen provider."""

    asked = Signal()
    asked_again = Signal()
    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: tuple[Candidate, ...] = ()
        self._current = ""
        self._rows: dict[str, QAction] = {}
        self._group = QActionGroup(self)
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._on_about_to_show)
        self.retranslate()

    def set_found(self, found: Sequence[Candidate]) -> None:
        """List these candidates."""
        self._found = tuple(found)
        self.retranslate()

    def set_current(self, provider: str) -> None:
        """Mark what the model in front runs on; empty marks nothing."""
        self._current = provider
        for name, action in self._rows.items():
            action.setChecked(name == provider)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setTitle(tr("Run on"))
        self.clear()
        self._rows = {}
        self._group.deleteLater()
        self._group = QActionGroup(self)
        self._group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        if not self._found:
            self.addAction(tr("Looking at what works here …")).setEnabled(False)
            return
        for candidate in self._found:
            self._add(candidate)
        self.addSeparator()
        self.addAction(tr("Look again")).triggered.connect(lambda _=False: self.asked_again.emit())
        self.set_current(self._current)

    def _add(self, candidate: Candidate) -> None:
        words = candidate.title
        if candidate.maker:
            words = f"{words} · {candidate.maker}"
        if not candidate.works:
            from models.providers.trying import reason_of  # noqa: PLC0415  # not at start-up

            reason = reason_of(candidate)
            action = self.addAction(
                tr("{provider}: {reason}", provider=words, reason=_short(reason))
            )
            action.setToolTip(reason)
            action.setEnabled(False)
            return
        action = self.addAction(words)
        action.setCheckable(True)
        self._group.addAction(action)
        self._rows[candidate.provider] = action
        action.triggered.connect(lambda _=False, name=candidate.provider: self.picked.emit(name))

    def _on_about_to_show(self) -> None:
        if not self._found:
            self.asked.emit()


def _short(reason: str, most: int = 80) -> str:
    return reason if len(reason) <= most else reason[: most - 1] + "…"
