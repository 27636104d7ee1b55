"""The Model tab: tells the card what is open, and asks for corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.controller import Controller
from gui.main_window import MainWindow
from models.i18n import mark

if TYPE_CHECKING:
    from gui.panels.model_card import ModelCard


class ModelTab(QObject):
    """Owns the card in the window's tabs, built when it is first wanted."""

    def __init__(self, controller: Controller, window: MainWindow) -> None:
        super().__init__(window)
        self.controller, self.window = controller, window
        self._made: ModelCard | None = None
        self._place = window.side.add_later(mark("Model"), self._build)
        window.status.model.clicked.connect(self.show)
        for told in (controller.bench_changed, controller.record_changed, controller.checked):
            told.connect(self._follow)

    @property
    def card(self) -> ModelCard:
        """The card, in front or not."""
        if self._made is None:
            self.window.side.fill(self._place)
        assert self._made is not None  # noqa: S101  # ``_build`` has just made it
        return self._made

    @property
    def page(self) -> QWidget:
        """What is in the tab now: the card, or what holds its place."""
        return self._place if self._made is None else self._made

    def show(self) -> None:
        """Bring the card to the front."""
        self.window.side.setCurrentWidget(self.card)
        self.card.setFocus()

    def _build(self) -> ModelCard:
        from gui.panels.model_card import ModelCard  # noqa: PLC0415  # not at start-up

        self._made = made = ModelCard()
        made.corrections_asked.connect(self.controller.correct)
        self._follow()
        return made

    def _follow(self) -> None:
        if self._made is not None:
            bench = self.controller.bench
            self._made.set_facts(bench.model, bench.record)
