"""The bench of faithfulness: cover tokens in five orders and see which order knew best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui.labs.bench import Bench
from gui.labs.curve_view import CurveView, Line
from gui.labs.facts import label_of
from gui.labs.laboratory import LabController
from gui.labs.parts import ExperimentCard, Whole, line_of, named, together, words_label
from gui.labs.state import Kind, Outcome
from gui.labs.words import ORDERS
from gui.numbers import fixed
from gui.theme import SPACE
from gui.views.words import safe_label
from models.i18n import mark, tr

KEPT: Final = {
    "probability": mark("Probability of the likeliest class"),
    "cosine": mark("Cosine with the inference run's vectors"),
    "closeness": mark("1 − relative L2 to the inference run"),
}


class FaithfulnessBench(Bench):
    """Two plots of five curves each, and their areas in a table."""

    def __init__(self, lab: LabController, parent: QWidget | None = None) -> None:
        super().__init__(lab, parent)
        self.steps, self.steps_label = Whole(2, 100), words_label()
        self.deletion, self.insertion = CurveView(), CurveView()
        self.deletion_label, self.insertion_label = words_label(), words_label()
        self.about, self.missing = words_label(muted=True), words_label(muted=True)
        self.areas = QWidget()
        self.grid = QGridLayout(self.areas)
        self._lay_out(self.add(ExperimentCard("faithfulness")))
        self.column.addStretch(1)
        self.steps.valueChanged.connect(lambda count: lab.change("faithfulness", steps=count))
        self.retranslate()

    def _lay_out(self, card: ExperimentCard) -> None:
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(2 * SPACE)
        self.grid.setVerticalSpacing(2)
        self.grid.setColumnStretch(0, 1)
        card.controls.addLayout(line_of(together(self.steps_label, self.steps)))
        for part in (
            self.about, self.areas, self.missing, self.deletion_label, self.deletion,
            self.insertion_label, self.insertion,
        ):  # fmt: skip
            if part in {self.deletion_label, self.insertion_label}:
                card.results.addSpacing(SPACE)
            card.results.addWidget(part)

    # -- facts

    def quiet(self) -> Sequence[QWidget]:
        """Return what is set here."""
        return (self.steps,)

    def show_choices(self) -> None:
        """Show how finely it is covered."""
        self.steps.setValue(self.lab.state.steps)

    def show_outcome(self, kind: Kind, outcome: Outcome) -> None:  # noqa: ARG002  # there is one kind
        """Show curves and areas."""
        if outcome.studied is None:
            return
        facts, arrays = outcome.studied.facts, outcome.studied.arrays
        orders = [order for order in ORDERS if f"{order}.deletion" in arrays]
        kept = tr(KEPT[facts["kept"]])
        for view, name, across in (
            (self.deletion, "deletion", tr("share covered")),
            (self.insertion, "insertion", tr("share shown")),
        ):
            lines = []
            for order in orders:
                shares = np.asarray(arrays[f"{order}.shares"], np.float64)
                values = np.asarray(arrays[f"{order}.{name}"], np.float64)
                look = list(ORDERS).index(order)
                lines.append(Line(tr(ORDERS[order]), shares, values, look))
            view.set_lines(lines, across=across, up=kept)
        token = safe_label(label_of(outcome.record, facts["token"]))
        self.about.setText(
            tr("Attention and norm are those of the row of “{token}” in L{layer}, all heads.",
               token=token, layer=facts["layer"])
        )  # fmt: skip
        self._show_areas(facts["areas"])
        reasons = [f"{tr(ORDERS[order])}: {why}" for order, why in facts["missing"].items()]
        self.missing.setText("\n".join(reasons))
        self.missing.setVisible(bool(reasons))

    def _show_areas(self, areas: Mapping[str, Mapping[str, Any]]) -> None:
        while (item := self.grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        heads = (tr("Area under the curve"), tr("deletion ↓"), tr("insertion ↑"))
        for column, words in enumerate(heads):
            self._cell(words, 0, column, muted=True)
        best = {
            "deletion": min((x["deletion"] for x in areas.values()), default=0.0),
            "insertion": max((x["insertion"] for x in areas.values()), default=0.0),
        }
        for row, (order, found) in enumerate(areas.items(), start=1):
            self._cell(tr(ORDERS[order]), row, 0)  # type: ignore[index]  # names of orders
            for column, name in enumerate(("deletion", "insertion"), start=1):
                is_best = found[name] == best[name]
                text = fixed(found[name], digits=3) + (" ✓" if is_best else "")
                self._cell(text, row, column, bold=is_best)
        self.areas.setAccessibleName(tr("Areas under the curves"))
        self.areas.setToolTip(
            tr("Covering what matters should hurt at once: a small area under deletion, a large "
               "one under insertion. ✓ is the best of the column.")
        )  # fmt: skip

    def _cell(
        self, words: str, row: int, column: int, *, muted: bool = False, bold: bool = False
    ) -> None:
        label = QLabel(words)
        label.setProperty("muted", muted)
        label.setProperty("title", bold)
        side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
        self.grid.addWidget(label, row, column, side)

    # -- words

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.steps_label.setText(tr("Steps"))
        named(self.steps, tr("In how many steps everything is covered"))
        self.deletion_label.setText(tr("Deletion: the most important covered first"))
        self.insertion_label.setText(tr("Insertion: all covered, the most important shown first"))
        super().retranslate()
