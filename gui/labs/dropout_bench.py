"""The dropout bench: one row under a mask, and the whole model under many."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np
from PySide6.QtWidgets import QPushButton, QWidget

from gui.labs.bench import Bench, captioned, layer_bars, named_bars
from gui.labs.curve_view import CurveView, Line
from gui.labs.facts import highest, key_labels, label_of, lines_for
from gui.labs.found import least_sure
from gui.labs.laboratory import LabController
from gui.labs.parts import (
    ExperimentCard,
    Segments,
    Share,
    Whole,
    follow_locale,
    line_of,
    named,
    together,
    words_label,
)
from gui.labs.row_bars import Pair, RowBars
from gui.labs.spread_words import prediction_bars, row_words, spread_words
from gui.labs.state import Kind, Outcome
from gui.numbers import column, short
from gui.panels.output.value_strip import ValueStrip
from gui.views.bar_list import Bar
from models.encoded import Array
from models.experiments.distances import relative_l2
from models.experiments.recipe import MODELS_OWN
from models.i18n import mark, ntr, tr

MODES: Final = {"inference": mark("Inference"), "training": mark("Training")}
_MOST_SEED: Final = 99_999
_ROUNDED: Final = mark(
    "rounding alone, as this mean is summed in float64 and the vector of the inference row in "
    "float32"
)


class DropoutBench(Bench):
    """Training or inference, rates and a seed above; two experiments with them below."""

    def __init__(self, lab: LabController, parent: QWidget | None = None) -> None:
        super().__init__(lab, parent)
        self.mode = Segments(MODES)
        self.attention, self.hidden = Share(0.0, 0.95, step=0.05), Share(0.0, 0.95, step=0.05)
        self.attention_label, self.hidden_label = words_label(), words_label()
        self.seed, self.seed_label = Whole(0, _MOST_SEED), words_label()
        self.own, self.fresh = QPushButton(), QPushButton()
        self.notice = words_label(muted=True)
        self.draws, self.draws_label = Whole(1, 100_000), words_label()
        self.passes, self.passes_label = Whole(2, 10_000), words_label()
        self._lay_out_choices()
        self._lay_out_row(self.add(ExperimentCard("row_dropout", button=False)))
        self._lay_out_model(self.add(ExperimentCard("training")))
        self.column.addStretch(1)
        self._connect()
        self.retranslate()

    def _lay_out_choices(self) -> None:
        self.column.addWidget(self.mode)
        attention = together(self.attention_label, self.attention)
        hidden = together(self.hidden_label, self.hidden)
        self.column.addLayout(line_of(attention, hidden))
        self.column.addLayout(line_of(together(self.seed_label, self.seed), self.fresh, self.own))
        self.column.addWidget(self.notice)

    def _lay_out_row(self, card: ExperimentCard) -> None:
        card.controls.addLayout(line_of(together(self.draws_label, self.draws)))
        self.row_words, self.row_bars = words_label(), RowBars()
        self.vectors = [ValueStrip(centred=True) for _ in range(3)]
        card.results.addWidget(self.row_words)
        card.results.addWidget(self.row_bars)
        self.vector_labels = [captioned(card.results, strip) for strip in self.vectors]
        self.curve = CurveView(logarithmic=True)
        self.curve_words = words_label(muted=True)
        card.results.addWidget(self.curve_words)
        card.results.addWidget(self.curve)

    def _lay_out_model(self, card: ExperimentCard) -> None:
        card.controls.addLayout(line_of(together(self.passes_label, self.passes)))
        self.model_words = words_label()
        card.results.addWidget(self.model_words)
        self.prediction_label, self.prediction = named_bars(card.results)
        self.layers_label, self.layers = named_bars(card.results)
        self.unsure_label, self.unsure = named_bars(card.results, clickable=True)

    def _connect(self) -> None:
        change = self.lab.change
        self.mode.chosen.connect(lambda key: change("training", training=key == "training"))
        self.attention.valueChanged.connect(lambda p: change("training", attention=p))
        self.hidden.valueChanged.connect(lambda p: change("training", hidden=p))
        self.own.clicked.connect(
            lambda: change("training", attention=MODELS_OWN, hidden=MODELS_OWN)
        )
        self.seed.valueChanged.connect(lambda seed: change("training", seed=seed))
        self.fresh.clicked.connect(
            lambda: change("training", seed=(self.lab.state.seed + 1) % _MOST_SEED)
        )
        self.draws.valueChanged.connect(lambda count: change("training", draws=count))
        self.passes.valueChanged.connect(lambda count: change("training", passes=count))
        self.unsure.clicked.connect(self._pin)
        self.row_bars.clicked.connect(self._pin_key)

    # -- facts

    def quiet(self) -> Sequence[QWidget]:
        """Return what is set here."""
        return self.attention, self.hidden, self.seed, self.draws, self.passes

    def show_choices(self) -> None:
        """Show the switch, the rates and the seed in force."""
        state, laboratory = self.lab.state, self.lab.laboratory
        self.mode.show_choice("training" if state.training else "inference")
        rates = None if laboratory is None else laboratory.rates
        for box, asked, own in (
            (self.attention, state.attention, None if rates is None else rates.attention),
            (self.hidden, state.hidden, None if rates is None else rates.hidden),
        ):
            box.setValue((own or 0.0) if asked == MODELS_OWN else asked)
            box.setEnabled(state.training)
        self.seed.setValue(state.seed)
        self.draws.setValue(state.draws)
        self.passes.setValue(state.passes)
        self.own.setEnabled(
            state.training and (state.attention, state.hidden) != (MODELS_OWN, MODELS_OWN)
        )
        self.fresh.setEnabled(state.training)
        notice = None if rates is None else rates.notice
        told = "" if notice is None else tr(notice.message, **notice.values)
        off = tr("Inference: dropout is off, p = 0. Training drops weights at random.")
        self.notice.setText(told if state.training else off)
        self.notice.setVisible(bool(self.notice.text()))

    def show_outcome(self, kind: Kind, outcome: Outcome) -> None:
        """Show the row, or the whole model."""
        if kind == "row_dropout":
            self._show_row(outcome)
        else:
            self._show_model(outcome)

    def _show_row(self, outcome: Outcome) -> None:
        if outcome.studied is None:
            return
        found, facts = outcome.studied.arrays, outcome.studied.facts
        weights, first, place = found["weights"], found["first.weights"], outcome.place
        rate, gone = facts["rate"], set(facts["dropped"])
        labels = key_labels(outcome.record, place)
        keys = lines_for(weights, first)
        high = highest(weights, first)
        pairs = [
            Pair(labels[i], float(weights[i]), float(first[i]), i, gone=i in gone) for i in keys
        ]
        names = tr("weight α"), tr("after this mask")
        self.row_bars.set_pairs(pairs, names=names, highs=(high, high))
        self.row_words.setText(row_words(outcome, listed=len(pairs)))
        self._show_vectors(outcome)
        self._show_curve(outcome, rate)

    def _show_vectors(self, outcome: Outcome) -> None:
        assert outcome.studied is not None  # noqa: S101  # see _show_row
        found, facts = outcome.studied.arrays, outcome.studied.facts
        draws, rate = facts["draws"], facts["rate"]
        vectors = [found["vector"], found["first.vector"], found["mean.vector"]]
        high = highest(*vectors)
        base = vectors[0]
        names = [
            tr("Vector of the inference row"),
            tr("Vector under this mask"),
            ntr("Mean over {count} mask", "Mean over {count} masks", draws),
        ]
        for i, (strip, label, vector) in enumerate(
            zip(self.vectors, self.vector_labels, vectors, strict=True)
        ):
            moved = relative_l2(base, vector)
            away = tr("relative L2 {value}", value=short(moved))
            label.setText(names[i] if i == 0 else f"{names[i]} · {away}")
            if i == len(names) - 1 and rate == 0 and moved > 0:
                label.setText(f"{label.text()}: {tr(_ROUNDED)}")
            strip.setAccessibleName(label.text())
            strip.set_values(
                vector, tip=partial(_number, vector), limits=(-high, high),
            )  # fmt: skip

    def _show_curve(self, outcome: Outcome, rate: float) -> None:
        assert outcome.studied is not None  # noqa: S101  # see _show_row
        found = outcome.studied.arrays
        error, expected = found["error"], found["expected_error"]
        counts = np.arange(1, len(error) + 1, dtype=np.float64)
        there = rate > 0 and len(error) > 1
        self.curve.setVisible(there)
        self.curve_words.setVisible(there)
        if there:
            lines = [
                Line(tr("error of the mean vector"), counts, error, 0),
                Line(tr("expected: ∝ 1/√K"), counts, expected, 1),
            ]
            self.curve.set_lines(lines, across=tr("K masks"), up=tr("‖mean − inference‖"))
            self.curve_words.setText(
                tr("After {count} masks the mean vector is {error} away from the inference vector; "
                   "chance makes {expected} likely.", count=len(error),
                   error=short(float(error[-1])), expected=short(float(expected[-1])))
            )  # fmt: skip

    def _show_model(self, outcome: Outcome) -> None:
        result, spread = outcome.result, outcome.spread
        if result is None or spread is None:
            return
        self.model_words.setText(spread_words(outcome))
        moved = not outcome.identical
        bars = prediction_bars(outcome, self.lab.controller.bench.outputs) if moved else []
        self.prediction.set_bars(bars)
        self.prediction_label.setVisible(bool(bars))
        self.layers.set_bars(layer_bars(dict(spread.layers)) if moved else ())
        self.layers_label.setVisible(moved and bool(spread.layers))
        self._unsure_tokens = self._ranked(outcome)[: 8 if moved else 0]
        last = spread.tokens[max(spread.tokens)] if spread.tokens else np.zeros(0)
        high = highest(last)
        told = column(float(last[i]) for i in self._unsure_tokens)
        self.unsure.set_bars(
            [
                Bar(label_of(outcome.record, i), number, float(last[i]) / high)
                for i, number in zip(self._unsure_tokens, told, strict=True)
            ]
        )
        self.unsure_label.setVisible(bool(self._unsure_tokens))
        count = len(least_sure(outcome))
        image = outcome.record.encoded.modality == "image"
        marked = tr("{count} marked with a dashed line on the photo", count=count) if image else tr(
            "{count} marked with “?” on the text", count=count)  # fmt: skip
        self.unsure_label.setText(
            tr("Least sure, by the spread of the last hidden state · {marked}", marked=marked)
        )

    @staticmethod
    def _ranked(outcome: Outcome) -> list[int]:
        assert outcome.spread is not None  # noqa: S101  # asked only with one
        special, count = outcome.record.encoded.special, len(outcome.record.tokens)
        order = (int(i) for i in outcome.spread.least_sure)
        return [i for i in order if i < count and not special[i]]

    # -- intents

    def _pin(self, line: int) -> None:
        self.unsure.set_chosen(line)
        self.token_clicked.emit(self._unsure_tokens[line])

    def _pin_key(self, key: int) -> None:
        self.row_bars.set_chosen(key)

    # -- words

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        follow_locale([self.attention, self.hidden, self.seed, self.draws, self.passes])
        tips = {
            "inference": tr("The model as it is used: nothing is dropped."),
            "training": tr("As in training: weights become 0 with probability p, the rest grow by "
                           "1/(1 − p)."),
        }  # fmt: skip
        self.mode.retranslate(tr("Training or inference"), tips)
        self.attention_label.setText(tr("p of weights"))
        self.hidden_label.setText(tr("p of hidden states"))
        self.seed_label.setText(tr("Seed"))
        self.draws_label.setText(tr("Masks to average"))
        self.passes_label.setText(tr("Passes"))
        named(self.attention, tr("Dropout rate of attention weights"))
        named(self.hidden, tr("Dropout rate after attention and feed-forward"))
        named(self.seed, tr("Seed: the same seed makes the same masks everywhere"))
        named(self.draws, tr("Masks of which the mean is taken"))
        named(self.passes, tr("How many times the model is run"))
        self.own.setText(tr("Model's own"))
        self.own.setToolTip(tr("Use the rates that the model's files name."))
        self.fresh.setText(tr("New mask"))
        self.fresh.setToolTip(tr("Take the next seed."))
        self.prediction_label.setText(tr("Prediction: mean ± standard deviation"))
        self.layers_label.setText(tr("Spread of the hidden states, relative to their length"))
        for bars, label in (
            (self.prediction, self.prediction_label), (self.layers, self.layers_label),
            (self.unsure, self.unsure_label),
        ):  # fmt: skip
            bars.setAccessibleName(label.text())
        super().retranslate()


def _number(vector: Array, place: int) -> str:
    return f"{place}: {short(float(vector[place]), digits=5)}"
