"""A tiny classifier, opened in a controller, and the panel of experiments over it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from gui.controller import Controller
from gui.labs.bench import Bench
from gui.labs.laboratory import LabController
from gui.labs.panel import LabPanel
from gui.labs.state import BENCHES, Kind, Outcome
from models.experiments.laboratory import Laboratory
from models.i18n import set_language

ZOO = Path(__file__).resolve().parents[2] / "zoo"
SIZE = QSize(440, 560)


@dataclass
class Desk:
    """The panel as a person uses it."""

    qtbot: QtBot
    controller: Controller
    lab: LabController
    panel: LabPanel

    def bench(self, kind: Kind) -> Bench:
        """Bring the bench of an experiment to the front by a click."""
        self.press(self.panel.chooser.buttons[BENCHES[kind]])
        return self.panel.bench

    def press(self, button: QAbstractButton) -> None:
        """Click a button in its middle."""
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def rest(self) -> None:
        """Wait until nothing runs."""
        self.qtbot.waitUntil(lambda: self.lab.state.running is None, timeout=30_000)

    def run(self, kind: Kind) -> Outcome:
        """Press the button that runs an experiment, and wait for what comes out."""
        bench = self.bench(kind)
        self.rest()
        self.press(bench.card(kind).run)
        self.rest()
        found = self.lab.outcome(kind)
        assert found is not None, self.lab.state.errors
        return found

    def marked(self) -> list[int]:
        """Return the tokens that are marked as those where the model is least sure."""
        return list(self.controller.bench.state.unsure)

    def reference(self) -> Laboratory:
        """Return a laboratory of its own on the same model, for numbers to compare with."""
        model = self.controller.bench.model
        assert model is not None
        return Laboratory(model)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    set_language("en")
    controller = Controller()
    controller.open_model(ZOO / "bert_seqcls")
    qtbot.waitUntil(lambda: controller.bench.model is not None, timeout=30_000)
    with qtbot.waitSignal(controller.record_changed, timeout=30_000):
        controller.set_text("the cat sat on the mat")
    controller.change(layer=1, heads=(1,), pinned=2, key=None)
    lab = LabController(controller)
    panel = LabPanel(lab)
    qtbot.addWidget(panel)
    panel.resize(SIZE)
    panel.token_clicked.connect(controller.click_token)
    panel.key_clicked.connect(lambda key: controller.change(key=key))
    panel.show()
    qtbot.waitExposed(panel)
    made = Desk(qtbot, controller, lab, panel)
    made.rest()
    yield made
    panel.hide()
    lab.close()
    controller.close()
