"""The bench of heads: switch any of them off, and rank them all by what that does."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from gui.labs.bench import Bench, hidden_bars, named_bars
from gui.labs.head_grid import HeadGrid
from gui.labs.laboratory import LabController
from gui.labs.made import named_heads
from gui.labs.parts import ExperimentCard, Segments, line_of, together, words_label
from gui.labs.state import Kind, Outcome
from gui.labs.words import MEASURES, drift_words
from gui.numbers import column, short
from gui.views.bar_list import Bar
from models.experiments.placing import Placing
from models.i18n import mark, ntr, tr

WITHOUT: Final = {"zero": mark("zero"), "mean": mark("mean")}
_BEST: Final = 12


class HeadsBench(Bench):
    """A grid of all heads, what comes of those that are off, and the ranking."""

    head_clicked = Signal(int, int)

    def __init__(self, lab: LabController, parent: QWidget | None = None) -> None:
        super().__init__(lab, parent)
        self.grid, self.without = HeadGrid(), Segments(WITHOUT)
        self.every_on, self.without_label = QPushButton(), words_label(muted=True)
        self.chosen_words, self.scale_words = words_label(), words_label(muted=True)
        self._lay_out_off(self.add(ExperimentCard("heads")))
        self._lay_out_ranking(self.add(ExperimentCard("ranking")))
        self.column.addStretch(1)
        self._connect()
        self.retranslate()

    def _lay_out_off(self, card: ExperimentCard) -> None:
        for part in (self.grid, self.scale_words, self.chosen_words):
            card.controls.addWidget(part)
        card.controls.addLayout(line_of(together(self.without_label, self.without), self.every_on))
        self.drift = words_label()
        card.results.addWidget(self.drift)
        self.layers_label, self.layers = named_bars(card.results)

    def _lay_out_ranking(self, card: ExperimentCard) -> None:
        self.ranking_words = words_label()
        card.results.addWidget(self.ranking_words)
        self.best_label, self.best = named_bars(card.results, clickable=True)

    def _connect(self) -> None:
        self.grid.toggled.connect(self._toggle)
        self.without.chosen.connect(lambda key: self.lab.run_again("heads", without=key))
        self.every_on.clicked.connect(lambda: self.lab.run_again("heads", heads=()))
        self.best.clicked.connect(self._show_head)

    # -- facts

    def show_choices(self) -> None:
        """Show which heads are off, and the colours of the ranking where it is known."""
        state, record = self.lab.state, self.lab.record
        counts = []
        if record is not None:
            counts = [Placing(layer, len(record.tokens)).heads for layer in record.layers]
        self.grid.set_heads(counts)
        loaded = state.loaded
        off = state.heads
        if loaded is not None and loaded.kind == "heads":
            off = (*loaded.recipe.heads_off, *loaded.recipe.heads_mean)
        self.grid.set_off(off)
        ranking = self.lab.outcome("ranking")
        studied = None if ranking is None else ranking.studied
        there = studied is not None and not self.lab.stale("ranking")
        self.grid.set_drifts(studied.arrays["drift"] if there and studied is not None else None)
        self.scale_words.setVisible(there)
        self.without.show_choice(state.without)
        self.every_on.setEnabled(bool(off))
        self.chosen_words.setText(tr("Off: {heads}", heads=named_heads(tuple(off))))
        self.chosen_words.setVisible(bool(off))

    def show_outcome(self, kind: Kind, outcome: Outcome) -> None:
        """Show the drift, or the ranking."""
        if kind == "heads" and outcome.result is not None:
            self.drift.setText(drift_words(outcome.result.headline))
            self.layers.set_bars(hidden_bars(outcome))
        elif outcome.studied is not None:
            self._show_ranking(outcome)

    def _show_ranking(self, outcome: Outcome) -> None:
        assert outcome.studied is not None  # noqa: S101  # see show_outcome
        facts = outcome.studied.facts
        ranked, measure = facts["ranked"], tr(MEASURES[facts["measure"]])
        high = max((value for *_, value in ranked), default=0.0) or 1.0
        self._ranked = [(layer - 1, head - 1) for layer, head, _ in ranked[:_BEST]]
        told = column(value for *_, value in ranked[:_BEST])
        self.best.set_bars(
            [
                Bar(f"L{layer} H{head}", number, value / high)
                for (layer, head, value), number in zip(ranked[:_BEST], told, strict=True)
            ]
        )
        least = ranked[-1] if ranked else None
        if least is not None:
            self.ranking_words.setText(
                ntr("{count} head, one run each.", "{count} heads, one run each.", len(ranked))
                + " "
                + tr("L{layer} H{head} matters least here: {value}.", layer=least[0],
                     head=least[1], value=short(least[2]))
            )  # fmt: skip
        self.best_label.setText(tr("Drift without each head · {measure}", measure=measure))
        self.best.setAccessibleName(self.best_label.text())
        self.scale_words.setText(
            tr("Colour: drift without the head, 0 to {high} ({measure}).", high=short(high),
               measure=measure)
        )  # fmt: skip

    # -- intents

    def _toggle(self, layer: int, head: int) -> None:
        loaded = self.lab.state.loaded
        off = set(self.lab.state.heads)
        if loaded is not None and loaded.kind == "heads":
            off = {*loaded.recipe.heads_off, *loaded.recipe.heads_mean}
        off ^= {(layer, head)}
        self.lab.run_again("heads", heads=tuple(sorted(off)))

    def _show_head(self, line: int) -> None:
        self.best.set_chosen(line)
        self.head_clicked.emit(*self._ranked[line])

    # -- words

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.without_label.setText(tr("A head that is off gives"))
        tips = {
            "zero": tr("Nothing: its attention vectors become 0."),
            "mean": tr("The mean of what it gives to all tokens of this input."),
        }
        self.without.retranslate(tr("What a head that is off gives"), tips)
        self.every_on.setText(tr("All on"))
        self.every_on.setToolTip(tr("Switch every head on again."))
        self.grid.setAccessibleName(
            tr("Heads by layer: click, or arrows and space, to switch them off")
        )
        self.layers_label.setText(tr("Drift of the hidden states, relative L2"))
        self.layers.setAccessibleName(self.layers_label.text())
        super().retranslate()
        self.card("ranking").run.setText(tr("Rank all heads"))
