"""The bench of tokens: hide one from attention or from the input, and cover each in turn."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtWidgets import QWidget

from gui.labs.bench import Bench, hidden_bars, named_bars
from gui.labs.facts import MOST_LINES, highest, label_of, lines_for
from gui.labs.laboratory import LabController
from gui.labs.parts import ExperimentCard, Segments, words_label
from gui.labs.patch_maps import PatchMap, PatchMaps
from gui.labs.row_bars import Pair, RowBars
from gui.labs.state import Kind, Outcome
from gui.labs.words import MEASURES, drift_words
from gui.numbers import short
from gui.views.words import safe_label
from models.errors import MiranteError
from models.experiments.occluding import mask_id
from models.i18n import mark, tr
from models.overlay import patch_values

SCOPES: Final = {
    "everywhere": mark("everywhere"),
    "layer": mark("this layer"),
    "head": mark("this head"),
    "input": mark("in the input"),
}


class TokensBench(Bench):
    """What comes of the pinned token's absence, and of every token's."""

    def __init__(self, lab: LabController, parent: QWidget | None = None) -> None:
        super().__init__(lab, parent)
        self.scope, self.subject = Segments(SCOPES), words_label()
        self._lay_out_hide(self.add(ExperimentCard("token")))
        self._lay_out_importance(self.add(ExperimentCard("occlusion")))
        self.column.addStretch(1)
        self.scope.chosen.connect(lambda key: self.lab.run_again("token", scope=key))
        self.bars.clicked.connect(self._pin)
        self.maps.clicked.connect(self._pin_cell)
        self.retranslate()

    def _lay_out_hide(self, card: ExperimentCard) -> None:
        card.controls.addWidget(self.subject)
        card.controls.addWidget(self.scope)
        self.drift = words_label()
        card.results.addWidget(self.drift)
        self.layers_label, self.layers = named_bars(card.results)

    def _lay_out_importance(self, card: ExperimentCard) -> None:
        self.agreement = words_label()
        self.bars, self.maps = RowBars(), PatchMaps()
        self.listed = words_label(muted=True)
        for part in (self.agreement, self.maps, self.listed, self.bars):
            card.results.addWidget(part)

    # -- facts

    def show_choices(self) -> None:
        """Show whose absence is meant, and where."""
        place, record = self.lab.place, self.lab.record
        self.scope.show_choice(self.lab.state.scope)
        there = place is not None and place.token is not None and record is not None
        self.subject.setVisible(there)
        if place is None or place.token is None or record is None:
            return
        name = safe_label(label_of(record, place.token))
        self.subject.setText(tr("Hide “{token}” from every token:", token=name))
        layer, head = f"L{place.layer + 1}", f"L{place.layer + 1} H{place.head + 1}"
        self.scope.set_words("layer", tr("only in {place}", place=layer), tip=_attention_tip())
        self.scope.set_words("head", tr("only in {place}", place=head), tip=_attention_tip())
        image = record.encoded.modality == "image"
        covered = tr("in the input: mean colour") if image else self._masked()
        self.scope.set_words("input", covered, tip=tr("Put the token out of sight before the "
                                                      "model sees it."))  # fmt: skip

    def _masked(self) -> str:
        """Return what covering a word puts there: the vocabulary's own [MASK], or the unknown."""
        model = self.lab.model
        try:
            if model is None:
                return tr("in the input: [MASK]")
            spelled = model.text_encoder.vocabulary.spelling(mask_id(model))
        except MiranteError:  # running it says why there is none
            return tr("in the input: [MASK]")
        return tr("in the input: {token}", token=safe_label(spelled))

    def depends_on(self, kind: Kind) -> tuple[object, ...]:
        """Follow the colour map."""
        shown = self.lab.shown
        return (shown.state.colour_map,) if kind == "occlusion" and shown is not None else ()

    def show_outcome(self, kind: Kind, outcome: Outcome) -> None:
        """Show the drift, or the importance beside the attention."""
        if kind == "token" and outcome.result is not None:
            self.drift.setText(drift_words(outcome.result.headline))
            self.layers.set_bars(hidden_bars(outcome))
        elif outcome.studied is not None:
            self._show_importance(outcome)

    def _show_importance(self, outcome: Outcome) -> None:
        assert outcome.studied is not None  # noqa: S101  # see show_outcome
        facts, found = outcome.studied.facts, outcome.studied.arrays
        record, count = outcome.record, len(outcome.record.tokens)
        importance = np.full(count, np.nan, np.float32)
        importance[found["tokens"]] = found["importance"]
        attention = np.asarray(found["attention"], np.float32)
        if not attention.size:
            attention = np.zeros(count, np.float32)
        self._tell_agreement(facts["rank_correlation"])
        names = self._row_name(outcome), tr("importance")
        tokens = [int(i) for i in found["tokens"]]
        chosen = [tokens[i] for i in lines_for(importance[tokens])]
        highs = highest(attention[tokens]), highest(importance[tokens])
        pairs = [
            Pair(label_of(record, i), float(attention[i]), float(importance[i]), i) for i in chosen
        ]
        self.bars.set_pairs(pairs, names=names, highs=highs, between=" · ")
        few = len(chosen) < len(tokens)
        measure = tr(MEASURES[facts["measure"]])
        scale = tr("Importance is {measure}; each bar ends at its own largest.", measure=measure)
        more = " " + tr("The {count} most important are listed.", count=MOST_LINES)
        self.listed.setText(scale + (more if few else ""))
        grid, shown = record.encoded.grid, self.lab.shown
        self.maps.setVisible(grid is not None)
        if grid is not None and shown is not None:
            token = outcome.place.token
            maps = tuple(
                PatchMap(name, patch_values(values, record.tokens, grid))
                for name, values in zip(names, (attention, importance), strict=True)
            )
            cell = None if token is None else record.tokens[token].cell
            self.maps.set_maps(maps, marked=cell, colour_map=shown.state.colour_map)

    def _tell_agreement(self, correlation: float | None) -> None:
        if correlation is None:
            words = tr("No rank correlation: one of the two is the same for every token.")
        else:
            words = tr("Rank correlation of attention and importance: ρ = {value} (Spearman; 1 is "
                       "the same order, 0 none).", value=short(correlation, digits=2))  # fmt: skip
        self.agreement.setText(words)

    @staticmethod
    def _row_name(outcome: Outcome) -> str:
        place = outcome.place
        head = f" H{place.head + 1}" if place.one_head else ""
        return tr("attention L{layer}{head}", layer=place.layer + 1, head=head)

    # -- intents

    def _pin(self, token: int) -> None:
        self.token_clicked.emit(token)

    def _pin_cell(self, row: int, column: int) -> None:
        record = self.lab.record
        cells = {} if record is None else {t.cell: i for i, t in enumerate(record.tokens)}
        if (row, column) in cells:
            self.token_clicked.emit(cells[row, column])

    # -- words

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.scope.retranslate(
            tr("Where the token is hidden"),
            {"everywhere": tr("No token may look at it, in any layer or head.")},
        )
        self.layers_label.setText(tr("Drift of the hidden states, relative L2"))
        self.layers.setAccessibleName(self.layers_label.text())
        super().retranslate()
        self.card("occlusion").run.setText(tr("Cover each in turn"))


def _attention_tip() -> str:
    return tr("Its weight becomes 0 there, and the rest of each row grows to sum 1.")
