"""The Model tab: tells the card what is open, and asks for corrections."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.controller import Controller
from gui.main_window import MainWindow
from gui.panels.model_card import ModelCard
from models.i18n import mark


class ModelTab(QObject):
    """Owns the card in the window's tabs."""

    def __init__(self, controller: Controller, window: MainWindow) -> None:
        super().__init__(window)
        self.controller, self.window = controller, window
        self.card = ModelCard()
        window.side.add(self.card, mark("Model"))
        self.card.corrections_asked.connect(controller.correct)
        window.status.model.clicked.connect(self.show)
        for told in (controller.bench_changed, controller.record_changed, controller.checked):
            told.connect(self._follow)

    def show(self) -> None:
        """Bring the card to the front."""
        self.window.side.setCurrentWidget(self.card)
        self.card.setFocus()

    def _follow(self) -> None:
        bench = self.controller.bench
        self.card.set_facts(bench.model, bench.record)
