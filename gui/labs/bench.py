"""What every bench is: a page of cards that follow the state and ask for runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from gui.labs.laboratory import LabController
from gui.labs.made import stale_words
from gui.labs.parts import ExperimentCard, words_label
from gui.labs.state import Kind, Outcome
from gui.labs.words import TITLES, honesty_words
from gui.messages import Message
from gui.numbers import column
from gui.theme import LIGHT, SPACE, Theme
from gui.views.bar_list import Bar, BarList
from models.errors import MiranteError
from models.i18n import tr


class Bench(QScrollArea):
    """Cards of one bench; ``follow`` shows the state, subclasses fill what came out."""

    recipe_asked = Signal(str, str)  # a Kind; "save", "csv", "npz" or "copy"
    token_clicked = Signal(int)

    def __init__(self, lab: LabController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lab = lab
        self.theme: Theme = LIGHT
        self.cards: list[ExperimentCard] = []
        self._shown_outcomes: dict[Kind, tuple[object, ...]] = {}
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(0, 0, 4, 0)
        self.column.setSpacing(SPACE)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    # -- building

    def add(self, card: ExperimentCard) -> ExperimentCard:
        """Add a card."""
        self.cards.append(card)
        self.column.addWidget(card)
        card.run_asked.connect(self.lab.run)
        card.recipe_asked.connect(lambda what: self.recipe_asked.emit(card.kind, what))
        return card

    def card(self, kind: Kind) -> ExperimentCard:
        """Return the card of one kind."""
        return next(card for card in self.cards if card.kind == kind)

    # -- facts

    def follow(self) -> None:
        """Show the state as it is now."""
        blockers = [QSignalBlocker(control) for control in self.quiet()]
        self.show_choices()
        for blocker in blockers:
            blocker.unblock()
        for card in self.cards:
            self._follow_card(card)

    def quiet(self) -> Sequence[QWidget]:
        """Return the controls that must not speak while they are set."""
        return ()

    def show_choices(self) -> None:
        """Show what is chosen."""

    def show_outcome(self, kind: Kind, outcome: Outcome) -> None:
        """Show what came out."""

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self.theme = theme
        for card in self.cards:
            card.set_theme(theme)
        for part in self.findChildren(QWidget):
            if part not in self.cards and hasattr(part, "set_theme"):
                part.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        for card in self.cards:
            card.title.setText(tr(TITLES[card.kind]))
            card.retranslate()
        self._shown_outcomes.clear()
        self.follow()

    # -- inside

    def _follow_card(self, card: ExperimentCard) -> None:
        lab, kind = self.lab, card.kind
        outcome, error = lab.outcome(kind), lab.state.errors.get(kind)
        recipe, loaded = lab.recipe(kind), lab.state.loaded
        missing = str(recipe) if isinstance(recipe, MiranteError) else ""
        card.run.setEnabled(lab.record is not None and not missing)
        card.recipe.setEnabled(not missing and lab.record is not None)
        card.can_export(ready=outcome is not None and not lab.stale(kind))
        card.show_state(
            there=outcome is not None,
            stale=stale_words(outcome, runs=not missing) if outcome and lab.stale(kind) else "",
            error="" if error is None else Message.of(error).sentence,
            note=missing,
            loaded=""
            if loaded is None or loaded.kind != kind
            else tr("From the recipe “{file}”.", file=loaded.name),
        )
        card.honesty.setText(honesty_words(kind, outcome))
        if outcome is not None:
            told = (outcome, *self.depends_on(kind))
            if self._shown_outcomes.get(kind) != told:
                self._shown_outcomes[kind] = told
                self.show_outcome(kind, outcome)

    def depends_on(self, kind: Kind) -> tuple[object, ...]:  # noqa: ARG002  # subclasses tell them apart
        """Return what else, beside the outcome, the results show."""
        return ()


def hidden_bars(outcome: Outcome) -> list[Bar]:
    """Return a bar per layer: how far its hidden states moved, relative L2."""
    result = outcome.result
    if result is None:
        return []
    return layer_bars({one.layer: one.relative for one in result.hidden_drifts})


def layer_bars(values: dict[int, float]) -> list[Bar]:
    """Return a bar per layer, the input's first."""
    high = max(values.values(), default=0.0) or 1.0
    ordered = sorted(values.items())
    told = column(value for _, value in ordered)
    return [
        Bar(tr("input") if layer < 0 else f"L{layer + 1}", number, value / high)
        for (layer, value), number in zip(ordered, told, strict=True)
    ]


def captioned(
    column: QVBoxLayout, widget: QWidget, *, name: Callable[[], str] | None = None
) -> QLabel:
    """Add a small caption and ``widget`` to ``column``; return the caption."""
    label = words_label(muted=True)
    if name is not None:
        label.setText(name())
    column.addWidget(label)
    column.addWidget(widget)
    return label


def named_bars(column: QVBoxLayout, *, clickable: bool = False) -> tuple[QLabel, BarList]:
    """Add a list of bars under a caption; return both."""
    bars = BarList(clickable=clickable)
    return captioned(column, bars), bars
