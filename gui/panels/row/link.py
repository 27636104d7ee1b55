"""What the drawings of the row panel share: the facts, the order of keys, what is pointed at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QObject, Signal

from gui.panels.row.facts import RowFacts
from gui.panels.row.text import Fitter
from gui.panels.row.thumbnails import Thumbnails
from gui.theme import LIGHT, Theme

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray

Part = Literal["query", "key", "score", "value", "vector"]
Order = Literal["auto", "position", "weight"]


@dataclass(frozen=True, slots=True)
class Pointed:
    """What the pointer or the keyboard is on: a step, a key's position, a dimension."""

    part: Part
    key: int | None = None
    dimension: int | None = None


class RowLink(QObject):
    """Keeps the three lists of keys in the same order and at the same place.

    ``lines`` is how many keys a list shows at once; the other lists follow when one scrolls.
    """

    repainted = Signal()  # other numbers or another thing pointed at, same geometry
    reshaped = Signal()  # other number of lines
    key_hovered = Signal(object)
    key_clicked = Signal(int)
    pointed_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.facts: RowFacts | None = None
        self.pointed: Pointed | None = None
        self.order: Order = "auto"
        self.show_all = False
        self.lines = 12
        self.first = 0
        self.fitter = Fitter()
        self.thumbnails = Thumbnails()

    # -- facts

    def set_facts(self, facts: RowFacts | None) -> None:
        """Draw another row; what is pointed at stays where it still exists."""
        old, self.facts = self.facts, facts
        # Another photo has the same labels: its thumbnails must follow it all the same.
        self.thumbnails.set_input(None if facts is None else facts.shown.record.encoded)
        if facts is None or old is None or old.labels != facts.labels:
            self.fitter.clear()
            self.first = 0
            self.point(None)
            self.reshaped.emit()
        self.first = min(self.first, self.last_first)
        self.repainted.emit()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another look."""
        self.theme = theme
        self.repainted.emit()

    # -- which keys, in which order

    @property
    def count(self) -> int:
        """How many keys there are."""
        return 0 if self.facts is None else self.facts.count

    @property
    def fits(self) -> bool:
        """Whether every key fits a list."""
        return self.count <= self.lines

    @property
    def sorted_by_weight(self) -> bool:
        """Whether the heaviest key comes first: asked for, or needed since not all fit."""
        return self.order == "weight" or (self.order == "auto" and not self.fits)

    @property
    def last_first(self) -> int:
        """The largest ``first`` there is."""
        return max(0, self.count - self.lines) if self.show_all else 0

    @property
    def rest(self) -> int:
        """How many keys are left out of the lists."""
        return 0 if self.show_all or self.fits else self.count - self.lines

    def positions(self) -> NDArray[np.intp]:
        """Return every key's position in the order of the lists.

        By position and with too many keys to show, the heaviest are shown, in reading order.
        """
        if self.facts is None:
            return np.arange(0)
        if self.sorted_by_weight:
            return self.facts.by_weight
        if self.rest:
            heaviest = self.facts.by_weight[: self.lines]
            left = self.facts.by_weight[self.lines :]
            return np.concatenate([np.sort(heaviest), np.sort(left)])
        return np.arange(self.count)

    def visible(self) -> NDArray[np.intp]:
        """Return the positions of the keys that the lists show now."""
        return self.positions()[self.first : self.first + self.lines]

    # -- what the person does

    def set_order(self, order: Order) -> None:
        """Sort the keys by weight or by position."""
        self.order = order
        self.first = 0
        self.repainted.emit()

    def set_show_all(self, *, on: bool) -> None:
        """Let the lists scroll through every key, or keep to the heaviest."""
        self.show_all, self.first = on, 0
        self.reshaped.emit()

    def set_lines(self, lines: int) -> None:
        """Show this many keys at once."""
        if lines != self.lines:
            self.lines = lines
            self.first = min(self.first, self.last_first)
            self.reshaped.emit()

    def scroll_to(self, first: int) -> bool:
        """Show the keys from the ``first``-th on; return whether anything moved."""
        first = min(max(first, 0), self.last_first)
        moved = first != self.first
        if moved:
            self.first = first
            self.repainted.emit()
        return moved

    def point(self, pointed: Pointed | None) -> None:
        """Point at something, or at nothing."""
        if pointed == self.pointed:
            return
        before, self.pointed = self.key, pointed
        if self.key != before:
            self.key_hovered.emit(self.key)
        self.pointed_changed.emit()
        self.repainted.emit()

    def step_key(self, step: int, *, part: Part) -> None:
        """Point ``step`` keys further down the lists, scrolling when needed."""
        order = self.positions() if self.show_all else self.visible()
        if not len(order):
            return
        found = [] if self.key is None else np.flatnonzero(order == self.key).tolist()
        start = found[0] if found else (-1 if step > 0 else len(order))
        place = min(max(start + step, 0), len(order) - 1)
        if self.show_all:
            self.scroll_to(min(max(self.first, place - self.lines + 1), place))
        dimension = None if self.pointed is None else self.pointed.dimension
        self.point(Pointed(part, int(order[place]), dimension))

    @property
    def key(self) -> int | None:
        """The key pointed at."""
        return None if self.pointed is None else self.pointed.key

    @property
    def close_up(self) -> int | None:
        """The key whose product with the query is drawn: pointed at, marked, or heaviest."""
        if self.facts is None or not self.count:
            return None
        if self.key is not None:
            return self.key
        marked = self.facts.shown.state.key
        if marked is not None and marked < self.count:
            return marked
        return int(self.facts.by_weight[0])
