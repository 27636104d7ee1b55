"""The controls of the atlas: which view, which measure, which scale, which figures, evidence."""

from __future__ import annotations

from typing import Final, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QWidget,
)

from gui.numbers import short
from gui.panels.choice_box import ChoiceBox
from gui.theme import SPACE
from gui.views.atlas_picture import LOG_LOW, Scale
from gui.views.flow import FlowLayout
from models.encoded import Modality
from models.i18n import mark, ntr, tr
from models.measures.summary import explained
from models.measures.table import measures_for, tags_for

MOSAIC: Final = "mosaic"
VIEWS: Final = {MOSAIC: mark("Mosaic"), "map": mark("Similarity"), "table": mark("Table")}
SCALES: Final[dict[Scale, str]] = {
    "all": mark("0 – largest of all"),
    "layer": mark("0 – largest of each layer"),
    "fixed": mark("0 – 1"),
    "log": mark("{low} – 1, logarithmic"),
}
SUBJECTS: Final = {
    "first": mark("Maps of the first token"),
    "pinned": mark("Maps of the pinned token"),
}


DRIFT: Final = "drift"  # of the output without each head: an experiment's, not a measure's


class AtlasTools(QWidget):
    """Says what a person chose; what is chosen stays chosen when languages change."""

    view_chosen = Signal(str)
    changed = Signal()  # measure, order, scale, subject or basis
    evidence_asked = Signal()
    stop_asked = Signal()
    copy_asked = Signal()
    save_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._modality: Modality = "text"
        self._inputs = 0
        self._drifts: object | None = None
        self.view = MOSAIC
        # One bright patch would leave the maps of every other layer dark.
        self._scales: dict[Modality, Scale] = {"text": "all", "image": "layer", "other": "all"}
        self.views = {key: QToolButton() for key in VIEWS}
        self._group = QButtonGroup(self)
        self.measure, self.scale, self.subject = ChoiceBox(), ChoiceBox(), ChoiceBox()
        self.basis = ChoiceBox()
        self.sort = QToolButton()
        self.evidence, self.stop = QPushButton(), QPushButton()
        self.copy, self.save = QPushButton(), QPushButton()
        self.progress = QLabel()
        self.progress.setProperty("muted", True)
        self._lay_out()
        self._connect()
        self.set_gathering(None)
        self.show_view(MOSAIC)

    def _lay_out(self) -> None:
        segments, inside = QWidget(), QHBoxLayout()
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(2)
        segments.setLayout(inside)
        for button in self.views.values():
            button.setCheckable(True)
            self._group.addButton(button)
            inside.addWidget(button)
        self.sort.setCheckable(True)
        for box in (self.measure, self.scale, self.subject, self.basis):
            box.follow_choice()
        flow = FlowLayout(self, spacing=SPACE // 2)
        for part in (
            segments, self.evidence, self.stop, self.progress, self.basis, self.measure, self.sort,
            self.scale, self.subject, self.copy, self.save,
        ):  # fmt: skip
            flow.addWidget(part)

    def _connect(self) -> None:
        for key, button in self.views.items():
            button.clicked.connect(lambda _checked, key=key: self._choose_view(key))
        for box in (self.measure, self.scale, self.subject, self.basis):
            box.activated.connect(lambda _i: self._tell())
        self.sort.toggled.connect(lambda _on: self.changed.emit())
        self.evidence.clicked.connect(self.evidence_asked)
        self.stop.clicked.connect(self.stop_asked)
        self.copy.clicked.connect(self.copy_asked)
        self.save.clicked.connect(self.save_asked)

    # -- what is chosen

    @property
    def chosen_measure(self) -> str:
        """The measure's name, empty for none."""
        return str(self.measure.currentData() or "")

    @property
    def chosen_scale(self) -> Scale:
        """Where the colours begin and end."""
        return cast("Scale", self.scale.currentData() or "all")

    @property
    def of_pinned(self) -> bool:
        """Whether maps are of the pinned token rather than of the first."""
        return bool(self.subject.currentData() == "pinned")

    @property
    def from_evidence(self) -> bool:
        """Whether figures come from the bundled inputs."""
        return self._inputs > 0 and self.basis.currentData() == "many"

    # -- facts

    def set_modality(self, modality: Modality) -> None:
        """Offer the measures of this kind of input."""
        if modality != self._modality:
            self._scales[self._modality] = self.chosen_scale
            self._modality = modality
            self._fill_measures()
            self.scale.setCurrentIndex(self.scale.findData(self._scales[modality]))
        self._arrange()

    def offer_drifts(self, drifts: object | None) -> bool:
        """Offer what an experiment found of every head, None for nothing; tell whether that is new.

        What was chosen and is gone falls back to no measure.
        """
        if drifts is self._drifts:
            return False
        self._drifts = drifts
        self._fill_measures()
        return True

    def set_gathering(self, progress: tuple[int, int] | None) -> None:
        """Show how far the evidence is; None when none is gathered now."""
        self.evidence.setVisible(progress is None)
        self.stop.setVisible(progress is not None)
        self.progress.setVisible(progress is not None)
        if progress is not None:
            self.progress.setText(tr("{done} of {total} inputs", done=progress[0],
                                     total=progress[1]))  # fmt: skip

    def set_evidence(self, inputs: int) -> None:
        """Offer figures over ``inputs`` bundled inputs, or, with 0, those of this input alone."""
        if inputs != self._inputs:
            fresh = inputs > 0
            self._inputs = inputs
            self._fill_basis()
            if fresh:
                self.basis.setCurrentIndex(self.basis.findData("many"))

    def show_view(self, key: str) -> None:
        """Mark the view in front."""
        self.views[key].setChecked(True)
        self.view = key
        self._arrange()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        for key, words in VIEWS.items():
            self.views[key].setText(tr(words))
        self.views[MOSAIC].setToolTip(tr("Every head of every layer as a small picture"))
        self.views["map"].setToolTip(tr("Heads whose rows are alike lie close together"))
        self.views["table"].setToolTip(tr("Every measure and tag of every head as numbers"))
        self._fill_measures()
        self._fill_basis()
        self.scale.fill({key: tr(words, low=short(LOG_LOW)) for key, words in SCALES.items()})
        self.subject.fill({key: tr(words) for key, words in SUBJECTS.items()})
        self.sort.setText(tr("Sort"))
        self.sort.setToolTip(tr("Order heads by the measure, largest first"))
        self.evidence.setText(tr("Evidence"))
        self.evidence.setToolTip(
            tr(
                "Measure the bundled sentences or photos too: one input does not make a head's "
                "nature."
            )
        )
        self.stop.setText(tr("Cancel"))
        self.stop.setToolTip(tr("Stop measuring the bundled inputs"))
        self.copy.setText(tr("Copy"))
        self.copy.setToolTip(tr("Copy the chosen lines, or all, as a table"))
        self.save.setText(tr("Save CSV …"))
        self.save.setToolTip(tr("Save every figure of every head as a table of numbers"))
        self.measure.setAccessibleName(tr("Measure under each head"))
        self.scale.setAccessibleName(tr("Where the colours of all heads end"))
        self.scale.setToolTip(tr("One scale for all heads, so that they can be compared"))
        self.subject.setAccessibleName(tr("Whose maps are shown"))
        self.subject.setToolTip(
            tr("Each small map is what this token looks at; the first is CLS where there is one")
        )
        self.basis.setAccessibleName(tr("What the figures rest on"))
        self.basis.setToolTip(self.basis.accessibleName())
        self._explain()

    # -- inside

    def _choose_view(self, key: str) -> None:
        self.show_view(key)
        self.view_chosen.emit(key)

    def _tell(self) -> None:
        self._explain()
        self._arrange()
        self.changed.emit()

    def _explain(self) -> None:
        """Let the tooltip say what the chosen measure is, with formula and source."""
        every = (*measures_for(self._modality), *tags_for(self._modality))
        words = {m.name: explained(m) for m in every}
        words[DRIFT] = tr(
            "How far the output moved without each head, one at a time: an experiment"
        )
        usual = tr("Write a measure under each head")
        self.measure.setToolTip(words.get(self.chosen_measure, usual))

    def _arrange(self) -> None:
        """Show what the view in front can use."""
        mosaic, table = self.view == MOSAIC, self.view == "table"
        self.measure.setVisible(not table)
        self.sort.setVisible(mosaic and bool(self.chosen_measure))
        self.scale.setVisible(mosaic)
        self.subject.setVisible(mosaic and self._modality == "image")
        for part in (self.copy, self.save):
            part.setVisible(table)
        self.basis.setVisible(self._inputs > 0)

    def _fill_measures(self) -> None:
        words = {"": tr("No measure")}
        words |= {m.name: tr(m.title) for m in measures_for(self._modality)}
        words |= {m.name: tr("Tag: {tag}", tag=tr(m.title)) for m in tags_for(self._modality)}
        if self._drifts is not None:
            words[DRIFT] = tr("Drift without the head ÷ largest")
        self.measure.fill(words)
        self._explain()

    def _fill_basis(self) -> None:
        words = {"one": tr("This input")}
        if self._inputs:
            words["many"] = ntr("{count} bundled input", "{count} bundled inputs", self._inputs)
        self.basis.fill(words)
        self._arrange()
