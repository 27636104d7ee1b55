"""What counts as attention, in which direction, and what is left out: one switch for all views."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QHBoxLayout, QLabel, QWidget

from gui.elided import ElidedLabel
from gui.numbers import short
from gui.panels.choice_box import ChoiceBox
from gui.state import Shown
from gui.theme import SPACE
from gui.views.arranged import ArrangedWidget
from models.counting import DIRECTIONS, MEASURES, SECOND_RUN, WHOLE_LAYER, explained, short_name
from models.i18n import mark, tr

_DIRECTIONS: Final = {"from": mark("from this token"), "to": mark("to this token")}


class CountsBar(ArrangedWidget):
    """Speaks in ``changed(field, value)``, fields of the view state."""

    changed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label, self.note = QLabel(), ElidedLabel()
        self.measure, self.direction = ChoiceBox(), ChoiceBox()
        self.hide_special, self.guarded = QCheckBox(), QCheckBox()
        self.words = QCheckBox()
        self._shown: Shown | None = None
        self._done = 0.0
        for box in (self.measure, self.direction):  # as wide as its words in any language
            box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToContents)
        self.label.setProperty("muted", True)
        self.label.setBuddy(self.measure)
        self.note.setProperty("muted", True)
        self._lines = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(SPACE)
        self._choices, self._ticks = QHBoxLayout(), QHBoxLayout()
        self._choices.addWidget(self.label)
        for box in (self.measure, self.direction):
            self._choices.addWidget(box)
        for tick in (self.hide_special, self.guarded, self.words):
            self._ticks.addWidget(tick)
        self._ticks.addWidget(self.note, 1)
        for line in (self._choices, self._ticks):
            line.setSpacing(SPACE)
            self._lines.addLayout(line)
        self._lines.setStretch(1, 1)
        self.measure.activated.connect(
            lambda _i: self.changed.emit("measure", self.measure.currentData())
        )
        self.direction.activated.connect(
            lambda _i: self.changed.emit("direction", self.direction.currentData())
        )
        self.hide_special.clicked.connect(lambda on: self.changed.emit("hide_special", on))
        self.guarded.clicked.connect(lambda on: self.changed.emit("guarded", on))
        self.words.clicked.connect(lambda on: self.changed.emit("words", on))
        self.retranslate()

    # -- facts

    def set_shown(self, shown: Shown | None) -> None:
        """Show the choices in force, and how far the measure is."""
        if shown is not None and (self._shown is None or shown.asked != self._shown.asked):
            self._done = 0.0
        self._shown = shown
        if shown is not None:
            state = shown.state
            self.measure.setCurrentIndex(self.measure.findData(state.measure))
            self.direction.setCurrentIndex(self.direction.findData(state.direction))
            self.hide_special.setChecked(state.hide_special)
            self.guarded.setChecked(state.guarded)
            self.guarded.setVisible(state.measure == "rollout")
            self.words.setChecked(state.words)
            self.words.setVisible(shown.record.encoded.modality == "text")
        self._say()

    def set_done(self, share: float) -> None:
        """Show how much of a long measure is done, from 0 to 1."""
        self._done = share
        self._say()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.label.setText(tr("What counts"))
        self.measure.setAccessibleName(tr("What counts as attention"))
        self.direction.setAccessibleName(tr("From the token or to it"))
        self.direction.setToolTip(
            tr(
                "From: how the pinned token's row is divided. To: how much every token takes from "
                "the pinned one; a column, so it need not sum to 1."
            )
        )
        self.measure.fill({m: short_name(m) for m in MEASURES})
        for i, measure in enumerate(MEASURES):
            self.measure.setItemData(i, explained(measure), Qt.ItemDataRole.ToolTipRole)
        self.direction.fill({d: tr(_DIRECTIONS[d]) for d in DIRECTIONS})
        self.hide_special.setText(tr("hide special tokens"))
        self.hide_special.setToolTip(
            tr(
                "Take special tokens (CLS, SEP, registers) out as keys and divide what is left of "
                "each row so that it sums to 1 again."
            )
        )
        self.words.setText(tr("words"))
        self.words.setToolTip(
            tr(
                "Merge the pieces of each word in chips, map, small pictures, lines and layers: "
                "weights on a word are summed, rows from it averaged (Clark et al. 2019); of other "
                "measures, the vectors of a word's pieces are summed before their length is "
                "taken. The row panel stays with one piece, because q·k is between pieces."
            )
        )
        self.guarded.setText(tr("special tokens pass nothing on"))
        self.guarded.setToolTip(
            tr(
                "In every layer of the rollout, other tokens' weights on special tokens are taken "
                "away and the rows divided by what is left."
            )
        )
        self._say()

    # -- the size

    def minimumSizeHint(self) -> QSize:
        """As narrow as on two lines, whatever the arrangement in force."""
        widest = max(line.minimumSize().width() for line in (self._choices, self._ticks))
        return QSize(widest, super().minimumSizeHint().height())

    def arrange(self) -> None:
        """Take a second line where the words do not fit on one."""
        needed = self._choices.minimumSize().width() + self._ticks.minimumSize().width() + SPACE
        direction = QBoxLayout.Direction
        narrow = self.width() < needed
        self._lines.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self._choices.setAlignment(Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag(0))

    # -- inside

    def _say(self) -> None:
        text = self._words()
        self.note.setText(text)
        self.note.setToolTip(text)
        self.setAccessibleDescription(text)
        shown = self._shown
        measure = "weight" if shown is None else shown.state.measure
        self.measure.setToolTip(explained(measure))

    def _words(self) -> str:
        shown = self._shown
        if shown is None:
            return ""
        if shown.refusal is not None:
            return str(shown.refusal)
        if not shown.waiting:
            return _said_of(shown)
        if 0 < self._done < 1:
            return tr("computing … {percent}%", percent=round(100 * self._done))
        return f"{tr('computing …')} {_taken(shown)}".strip()


def _taken(shown: Shown) -> str:
    """Return how much memory it takes to run the model again for a measure, where that is much."""
    from models.offers import again_words  # noqa: PLC0415  # not at start-up

    if shown.asked.measure not in SECOND_RUN:
        return ""
    return again_words([shown.layer], len(shown.record.encoded.tokens))


def _said_of(shown: Shown) -> str:
    """Return what must be known of numbers that are there."""
    if shown.state.page == "heads" and shown.asked.measure in WHOLE_LAYER:
        return tr("this page keeps to the weights; tokens and photo follow")
    if shown.ratio is not None:
        return tr("{percent}% comes from other tokens", percent=round(100 * shown.ratio))
    if shown.state.direction == "to" and shown.row is not None:
        return tr("a column need not sum to 1: here {sum}", sum=short(float(shown.row.sum())))
    return tr("rows sum to 1 again") if shown.state.hide_special else ""
