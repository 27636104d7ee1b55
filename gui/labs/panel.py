"""The tab of experiments: a chooser of five benches, the bench in front, and what is under way."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.labs.arrow_bench import ArrowBench
from gui.labs.bench import Bench
from gui.labs.dropout_bench import DropoutBench
from gui.labs.faithfulness_bench import FaithfulnessBench
from gui.labs.heads_bench import HeadsBench
from gui.labs.laboratory import LabController
from gui.labs.parts import Segments
from gui.labs.state import BenchName, LabState
from gui.labs.tokens_bench import TokensBench
from gui.labs.words import running_words
from gui.player import show_busy
from gui.tab_order import LAST
from gui.theme import LIGHT, SPACE, Theme
from models.i18n import mark, tr

CHOICES: Final[dict[BenchName, str]] = {
    "dropout": mark("Dropout"),
    "heads": mark("Heads"),
    "tokens": mark("Tokens"),
    "arrow": mark("Arrows"),
    "faithfulness": mark("Faithfulness"),
}
_KINDS: Final[dict[BenchName, type[Bench]]] = {
    "dropout": DropoutBench,
    "heads": HeadsBench,
    "tokens": TokensBench,
    "arrow": ArrowBench,
    "faithfulness": FaithfulnessBench,
}
_PATIENCE: Final = 150  # milliseconds; what is done sooner needs no progress bar


class LabPanel(QWidget):
    """Shows the state of the experiments; a bench is built when it is first in front."""

    recipe_asked = Signal(str, str)  # a Kind; "save", "csv", "npz" or "copy"
    load_asked = Signal()
    token_clicked = Signal(int)
    key_clicked = Signal(int)
    head_clicked = Signal(int, int)

    def __init__(self, lab: LabController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lab, self.theme = lab, LIGHT
        self.chooser, self.stack = Segments(CHOICES), QStackedWidget()
        self.benches: dict[BenchName, Bench] = {}
        self.load = QPushButton()
        self.load.setProperty(LAST, True)  # stands below the benches, which are built later
        self.doing, self.progress, self.cancel = QLabel(), QProgressBar(), QPushButton()
        self.foot, self._soon = QStackedWidget(), QTimer(self)
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.doing.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PATIENCE)
        at_rest, busy = QWidget(), QWidget()
        rest_row, busy_row, told = QHBoxLayout(at_rest), QHBoxLayout(busy), QVBoxLayout()
        for row in (rest_row, busy_row):
            row.setContentsMargins(0, 0, 0, 0)
        rest_row.addWidget(self.load)
        rest_row.addStretch(1)
        told.setSpacing(2)
        told.addWidget(self.doing)
        told.addWidget(self.progress)
        busy_row.addLayout(told, 1)
        busy_row.addWidget(self.cancel)
        self.foot.addWidget(at_rest)
        self.foot.addWidget(busy)
        self.foot.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.chooser)
        column.addWidget(self.stack, 1)
        column.addWidget(self.foot)

    def _connect(self) -> None:
        self.chooser.chosen.connect(lambda key: self.lab.change(bench=key))
        self.cancel.clicked.connect(self.lab.cancel)
        self.load.clicked.connect(self.load_asked)
        self._soon.timeout.connect(lambda: self.foot.setCurrentIndex(1))
        self.lab.changed.connect(self.follow)

    # -- facts

    @property
    def bench(self) -> Bench:
        """The bench in front, built on first use."""
        name = self.lab.state.bench
        if name not in self.benches:
            made = _KINDS[name](self.lab)
            made.set_theme(self.theme)
            made.recipe_asked.connect(self.recipe_asked)
            made.token_clicked.connect(self.token_clicked)
            if isinstance(made, ArrowBench):
                made.key_clicked.connect(self.key_clicked)
            if isinstance(made, HeadsBench):
                made.head_clicked.connect(self.head_clicked)
            self.benches[name] = made
            self.stack.addWidget(made)
        return self.benches[name]

    def follow(self) -> None:
        """Show the state as it is now, unless nobody sees it."""
        if not self.isVisible():
            return
        state = self.lab.state
        self.chooser.show_choice(state.bench)
        self.stack.setCurrentWidget(self.bench)
        self.bench.follow()
        self._follow_progress(state)

    def _follow_progress(self, state: LabState) -> None:
        running = state.running
        if running is None:
            self._soon.stop()
            self.foot.setCurrentIndex(0)
            return
        self.doing.setText(running_words(running))
        if running.whole > 1:
            self.progress.setRange(0, running.whole)
            self.progress.setValue(running.done)
        else:
            show_busy(self.progress)
        self.progress.setAccessibleName(self.doing.text())
        if self.foot.currentIndex() == 0 and not self._soon.isActive():
            self._soon.start()

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self.theme = theme
        for bench in self.benches.values():
            bench.set_theme(theme)
        self.progress.setStyleSheet(
            f"QProgressBar {{ border: none; border-radius: 3px; background: {theme.raised}; }}"
            f"QProgressBar::chunk {{ background: {theme.accent}; border-radius: 3px; }}"
        )

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.chooser.retranslate(
            tr("Experiment"),
            {
                "dropout": tr("Drop weights at random, as in training."),
                "heads": tr("Switch heads off, and rank them."),
                "tokens": tr("Hide tokens or patches, and rank them."),
                "arrow": tr("Change one row by hand: does the arrow matter?"),
                "faithfulness": tr("Measure which order of importance to believe."),
            },
        )
        self.cancel.setText(tr("Cancel"))
        self.cancel.setToolTip(tr("Stop; what was there before stays."))
        self.load.setText(tr("Load a recipe …"))
        self.load.setToolTip(tr("Run an experiment again that was saved as JSON."))
        for bench in self.benches.values():
            bench.retranslate()
        self.follow()

    # -- Qt overrides

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to follow, and to compute what costs little."""
        super().showEvent(event)
        self.lab.set_active(active=True)
        self.follow()

    def hideEvent(self, event: QHideEvent) -> None:
        """Compute nothing by itself while out of sight."""
        super().hideEvent(event)
        self.lab.set_active(active=False)
