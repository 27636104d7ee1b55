"""The bench of one row: cut an arrow, level or shuffle the row, or drag its weights by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from gui.labs.bench import Bench, hidden_bars, named_bars
from gui.labs.facts import (
    MOST_LINES,
    base_row,
    highest,
    key_labels,
    key_tokens,
    label_of,
    lines_for,
)
from gui.labs.laboratory import LabController
from gui.labs.parts import (
    ExperimentCard,
    Segments,
    Share,
    follow_locale,
    line_of,
    named,
    together,
    words_label,
)
from gui.labs.row_bars import Pair, RowBars
from gui.labs.state import Kind, Outcome, Place
from gui.labs.words import drift_words, row_moved_words
from gui.numbers import short
from gui.views.words import safe_label
from models.attention import Float
from models.i18n import mark, ntr, tr
from models.record import Record

CHANGES: Final = {
    "cut": mark("cut one"),
    "uniform": mark("uniform"),
    "permuted": mark("permuted"),
    "hand": mark("by hand"),
}


class ArrowBench(Bench):
    """The pinned row as bars that can be changed; what the output makes of it; and a search."""

    key_clicked = Signal(int)  # a token of the input

    def __init__(self, lab: LabController, parent: QWidget | None = None) -> None:
        super().__init__(lab, parent)
        self.change, self.subject = Segments(CHANGES), words_label()
        self.row, self.listed = RowBars(), words_label(muted=True)
        self.rest, self.shuffle = QCheckBox(), QPushButton()
        self.level, self.reset = QPushButton(), QPushButton()
        self.sum = words_label(muted=True)
        self.epsilon, self.epsilon_label = Share(0.0001, 1.0, step=0.005, decimals=4), words_label()
        self._lay_out_change(self.add(ExperimentCard("arrow")))
        self._lay_out_search(self.add(ExperimentCard("search")))
        self.column.addStretch(1)
        self._connect()
        self.retranslate()

    def _lay_out_change(self, card: ExperimentCard) -> None:
        for part in (self.subject, self.change, self.row, self.listed, self.sum):
            card.controls.addWidget(part)
        card.controls.addLayout(line_of(self.rest, self.shuffle, self.level, self.reset))
        self.moved = words_label(title=True)
        self.vectors = words_label()
        card.results.addWidget(self.moved)
        card.results.addWidget(self.vectors)
        self.layers_label, self.layers = named_bars(card.results)

    def _lay_out_search(self, card: ExperimentCard) -> None:
        card.controls.addLayout(line_of(together(self.epsilon_label, self.epsilon)))
        self.found, self.found_bars = words_label(), RowBars()
        card.results.addWidget(self.found)
        card.results.addWidget(self.found_bars)

    def _connect(self) -> None:
        again = self.lab.run_again
        self.change.chosen.connect(self._choose)
        self.rest.clicked.connect(lambda on: again("arrow", renormalise=on))
        self.shuffle.clicked.connect(lambda: again("arrow", shuffle=self.lab.state.shuffle + 1))
        self.level.clicked.connect(self._renormalise)
        self.reset.clicked.connect(lambda: again("arrow", weights=()))
        self.row.clicked.connect(self._click)
        self.row.dragged.connect(self._drag)
        self.row.released.connect(lambda: again("arrow"))
        self.epsilon.valueChanged.connect(lambda x: self.lab.change("search", epsilon=x))

    # -- facts

    def quiet(self) -> Sequence[QWidget]:
        """Return what is set here."""
        return self.epsilon, self.rest

    def show_choices(self) -> None:
        """Show the row, before and after what is chosen."""
        state, record, place = self.lab.state, self.lab.record, self.lab.place
        self.change.show_choice(state.change)
        self.rest.setVisible(state.change == "cut")
        self.rest.setChecked(state.renormalise)
        self.shuffle.setVisible(state.change == "permuted")
        for part in (self.level, self.reset):
            part.setVisible(state.change == "hand")
            part.setEnabled(bool(state.weights))
        self.epsilon.setValue(state.epsilon)
        row = None if record is None or place is None else base_row(record, place)
        for shown in (self.subject, self.row, self.change):
            shown.setVisible(row is not None)
        self.sum.setVisible(row is not None and state.change == "hand" and bool(state.weights))
        self.listed.setVisible(row is not None)
        if row is not None and record is not None and place is not None:
            self._show_row(row, record, place)

    def _show_row(self, row: Float, record: Record, place: Place) -> None:
        state = self.lab.state
        assert place.token is not None  # noqa: S101  # there is a row
        self.subject.setText(
            tr("Row of “{token}”, L{layer} H{head}.",
               token=safe_label(label_of(record, place.token)), layer=place.layer + 1,
               head=place.head + 1)
        )  # fmt: skip
        labels, tokens = key_labels(record, place), key_tokens(record, place)
        after = self._after(row)
        chosen = [i for i, x in enumerate(tokens) if x == place.key and x is not None][:1]
        keys = lines_for(*([row] if after is None else [row, after]), also=chosen)
        high = highest(row) if after is None else highest(row, after)
        self.row.editable = state.change == "hand"
        pairs = [
            Pair(labels[i], float(row[i]), None if after is None else float(after[i]), i,
                 gone=bool(after is not None and after[i] == 0 != row[i]))
            for i in keys
        ]  # fmt: skip
        if self.row.editable:
            high = 1.0  # a bar that grew under the pointer would run away from it
            pairs = [
                Pair(x.label, x.first, x.first if x.second is None else x.second, x.key, x.gone)
                for x in pairs
            ]
        self.row.set_pairs(pairs, names=(tr("weight α"), tr("changed")), highs=(high, high))
        self.row.set_chosen(chosen[0] if chosen else None)
        few = tr("The {count} largest are listed; a key chosen on the map joins them.",
                 count=MOST_LINES) + " "  # fmt: skip
        how = {"hand": tr("Drag a bar, or use the arrow keys.")}
        if place.key is not None:  # until then the words beside “Run” ask for it
            how["cut"] = tr("Click a weight to choose which one is cut.")
        words = (few if len(keys) < len(row) else "") + how.get(state.change, "")
        self.listed.setText(words)
        self.listed.setVisible(bool(words))
        total = float(np.sum(row if after is None else after, dtype=np.float64))
        self.sum.setText(tr("Sum of the weights: {sum}.", sum=short(total, digits=4)))

    def _after(self, row: Float) -> Float | None:
        """Return the row as it was changed, where that is known: dragged, or as the model ran."""
        state, outcome = self.lab.state, self.lab.outcome("arrow")
        if state.change == "hand":
            return np.asarray(state.weights, np.float32) if len(state.weights) == len(row) else None
        if outcome is None or self.lab.stale("arrow") or outcome.result is None:
            return None
        watched = outcome.result.watched
        return None if watched is None or len(watched.rows[0]) != len(row) else watched.rows[0]

    def show_outcome(self, kind: Kind, outcome: Outcome) -> None:
        """Show how far the output moved against the row, or what the search found."""
        if kind == "arrow":
            self._show_change(outcome)
        elif outcome.studied is not None:
            self._show_search(outcome)

    def _show_change(self, outcome: Outcome) -> None:
        result = outcome.result
        if result is None:
            return
        watched = result.watched
        said = drift_words(result.headline)
        if watched is not None:
            said = f"{row_moved_words(watched.base_row, watched.rows[0])} {said}"
            moved = float(np.linalg.norm(watched.vectors[0] - watched.base_vector))
            length = float(np.linalg.norm(watched.base_vector)) or 1.0
            self.vectors.setText(
                tr("The row's own vector moved by {value} of its length.",
                   value=short(moved / length))
            )  # fmt: skip
        self.vectors.setVisible(watched is not None)
        self.moved.setText(said)
        self.layers.set_bars(hidden_bars(outcome))

    def _show_search(self, outcome: Outcome) -> None:
        assert outcome.studied is not None  # noqa: S101  # see show_outcome
        facts, arrays = outcome.studied.facts, outcome.studied.arrays
        tried = ntr("{count} row tried", "{count} rows tried", len(arrays["tried"]))
        best = facts["best"]
        self.found_bars.setVisible(best is not None)
        if best is None:
            self.found.setText(
                tr("{tried}, none other than the model's own kept the output within ε = {epsilon}.",
                   tried=tried, epsilon=short(facts["epsilon"]))
            )  # fmt: skip
            return
        self.found.setText(
            tr("{tried}. The most different that kept the output within ε = {epsilon}: the row "
               "moved by {row} (Jensen–Shannon, from 0 to 0.693), the output by {output}.",
               tried=tried, epsilon=short(facts["epsilon"]), row=short(best["row_divergence"]),
               output=short(best["drift"]))
        )  # fmt: skip
        before, after = arrays["before"], arrays["best"]
        labels = key_labels(outcome.record, outcome.place)
        high = highest(before, after)
        self.found_bars.set_pairs(
            [Pair(labels[i], float(before[i]), float(after[i]), i)
             for i in lines_for(before, after)],
            names=(tr("weight α"), tr("the row found")), highs=(high, high),
        )  # fmt: skip

    # -- intents

    def _choose(self, change: str) -> None:
        self.lab.run_again("arrow", change=change)

    def _click(self, key: int) -> None:
        record, place = self.lab.record, self.lab.place
        if record is None or place is None:
            return
        token = key_tokens(record, place)[key]
        if token is not None:
            self.key_clicked.emit(token)
            if self.lab.state.change == "cut":
                self.lab.run_again("arrow")

    def _drag(self, key: int, weight: float) -> None:
        weights = self._weights()
        if weights is not None:
            weights[key] = weight
            self.lab.change("arrow", weights=tuple(float(x) for x in weights))

    def _renormalise(self) -> None:
        weights = self._weights()
        if weights is not None and (total := float(weights.sum(dtype=np.float64))) > 0:
            weights = np.asarray(weights / total, np.float32)
            self.lab.run_again("arrow", weights=tuple(float(x) for x in weights))

    def _weights(self) -> Float | None:
        """Return the weights as dragged so far, the row's own at first."""
        record, place = self.lab.record, self.lab.place
        row = None if record is None or place is None else base_row(record, place)
        if row is None:
            return None
        dragged = self.lab.state.weights
        return np.array(dragged if len(dragged) == len(row) else row, np.float32)

    # -- words

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        follow_locale([self.epsilon])
        tips = {
            "cut": tr("One weight becomes 0."),
            "uniform": tr("Every key that may be looked at gets the same weight."),
            "permuted": tr("The same weights in another order."),
            "hand": tr("Weights that you set yourself."),
        }
        self.change.retranslate(tr("What the row becomes"), tips)
        self.rest.setText(tr("the rest grows to sum 1"))
        self.rest.setToolTip(tr("Divide the other weights by what is left, as a softmax would."))
        self.shuffle.setText(tr("Another order"))
        self.shuffle.setToolTip(tr("Take the next seed."))
        self.level.setText(tr("Renormalise"))
        self.level.setToolTip(tr("Divide the weights by their sum."))
        self.reset.setText(tr("As it was"))
        self.reset.setToolTip(tr("Put the model's own weights back."))
        self.epsilon_label.setText(tr("Output may move by ε ="))
        named(self.epsilon, tr("How far the output may move, in its own measure"))
        self.layers_label.setText(tr("Drift of the hidden states, relative L2"))
        self.layers.setAccessibleName(self.layers_label.text())
        super().retranslate()
        self.card("search").run.setText(tr("Search"))
