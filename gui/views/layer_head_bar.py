"""Which layer, and which head or mean of heads: the choice in force, and how to change it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QWidget

from gui.spoken import describe
from gui.theme import LIGHT, SPACE, Theme
from gui.views.arranged import ArrangedWidget
from gui.views.counts_bar import CountsBar
from gui.views.number_strip import HEIGHT, NumberStrip, State
from gui.zoom import scaled
from models.i18n import ntr, tr

_MEAN: Final = 0  # the first cell of the heads' strip
_NOTE: Final = 160  # logical pixels for what the second line says beside its boxes


class LayerHeadBar(ArrangedWidget):
    """Two strips of cells; speaks in ``layer_picked`` and ``heads_picked`` (empty: mean of all)."""

    layer_picked = Signal(int)
    heads_picked = Signal(object)  # tuple[int, ...]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers, self._heads = 0, 0
        self._layer: int | None = None
        self._chosen: tuple[int, ...] = ()
        self.layers, self.heads = NumberStrip(), NumberStrip()
        self._layer_label, self._head_label = QLabel(), QLabel()
        self.counts = CountsBar()
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for label, strip in ((self._layer_label, self.layers), (self._head_label, self.heads)):
            label.setProperty("muted", True)
            row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(strip)
            row.addSpacing(SPACE)
        row.addStretch(1)
        self._both = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._both.setContentsMargins(2 * SPACE, SPACE // 2, 2 * SPACE, SPACE // 2)
        self._both.setSpacing(SPACE // 2)
        self._strips = row
        self._both.addLayout(row)
        self._both.addWidget(self.counts, 1)
        self._connect()
        self.set_theme(LIGHT)
        self.retranslate()

    def _connect(self) -> None:
        self.layers.picked.connect(lambda cell, _joins: self.layer_picked.emit(cell))
        self.layers.stepped.connect(lambda step, _joins: self._step_layer(step))
        self.layers.ended.connect(self.layer_picked)
        self.heads.picked.connect(self._pick_head)
        self.heads.stepped.connect(self._step_head)
        self.heads.ended.connect(lambda cell: self._pick_head(cell, joins=False))

    # -- facts

    def set_counts(self, *, layers: int, heads: int) -> None:
        """Offer so many layers and heads."""
        if (layers, heads) != (self._layers, self._heads):
            self._layers, self._heads = layers, heads
            self._write_cells()

    def set_choice(self, *, layer: int, heads: tuple[int, ...]) -> None:
        """Show the choice in force; no ``heads`` means the mean of all."""
        if (layer, heads) != (self._layer, self._chosen):
            self._layer, self._chosen = layer, heads
            self._show_choice()

    def set_low(self, *, low: bool) -> None:
        """Take less height in a window that has little of it."""
        air = 0 if low else SPACE // 2
        self._both.setContentsMargins(2 * SPACE, air, 2 * SPACE, air)
        self._both.setSpacing(SPACE // 4 if low else SPACE // 2)

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self.layers.set_theme(theme)
        self.heads.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        for label in (self._layer_label, self._head_label):
            label.setFixedHeight(scaled(HEIGHT) + 4)  # as tall as a cell, at the zoom in force
        self._layer_label.setText(tr("Layer"))
        self._head_label.setText(tr("Heads"))
        self.layers.setAccessibleName(tr("Layer"))
        self.heads.setAccessibleName(tr("Heads"))
        self.counts.retranslate()
        self._write_cells()

    def arrange(self) -> None:
        """Put everything on one line where there is room for it."""
        margins = self._both.contentsMargins()
        needed = self._strips.sizeHint().width() + self.counts.sizeHint().width() + _NOTE
        needed += margins.left() + margins.right() + self._both.spacing()
        direction = QBoxLayout.Direction
        wide = self.width() >= needed
        self._both.setDirection(direction.LeftToRight if wide else direction.TopToBottom)

    # -- inside

    def _write_cells(self) -> None:
        self.layers.set_cells(
            [f"L{i + 1}" for i in range(self._layers)],
            [
                tr("Layer {number} of {count}", number=i + 1, count=self._layers)
                for i in range(self._layers)
            ],
        )
        alone = tr("Click for this head alone; Ctrl-click to average several.")
        self.heads.set_cells(
            [tr("mean"), *(f"H{i + 1}" for i in range(self._heads))] if self._heads else [],
            [tr("The mean of all heads"), *([alone] * self._heads)] if self._heads else [],
        )
        self._show_choice()

    def _show_choice(self) -> None:
        self.layers.set_states(["on" if i == self._layer else "off" for i in range(self._layers)])
        states: list[State] = []
        if self._heads:
            several = len(self._chosen) > 1
            states = ["part" if several else "off" if self._chosen else "on"]
            rest: State = "off" if self._chosen else "part"
            states += ["on" if i in self._chosen else rest for i in range(self._heads)]
        self.heads.set_states(states)
        if self._layer is not None:
            said = tr("Layer {number} of {count}", number=self._layer + 1, count=self._layers)
            describe(self.layers, said)
        describe(self.heads, self._heads_words())

    def _heads_words(self) -> str:
        names = ", ".join(f"H{head + 1}" for head in self._chosen)
        if not self._chosen:
            return ntr("Mean of {count} head", "Mean of {count} heads", self._heads)
        if len(self._chosen) > 1:
            return tr("Mean of {heads}", heads=names)
        return names

    def _step_layer(self, step: int) -> None:
        now = 0 if self._layer is None else self._layer
        target = min(max(now + step, 0), self._layers - 1)
        if target != self._layer and self._layers:
            self.layer_picked.emit(target)

    def _pick_head(self, cell: int, joins: bool) -> None:  # noqa: FBT001  # the signal's shape
        if cell == _MEAN:
            self.heads_picked.emit(())
        elif joins:
            together = set(self._chosen) ^ {cell - 1}
            everyone = len(together) == self._heads
            self.heads_picked.emit(() if everyone else tuple(sorted(together)))
        else:
            self.heads_picked.emit((cell - 1,))

    def _step_head(self, step: int, joins: bool) -> None:  # noqa: FBT001  # the signal's shape
        """Go round the mean and the heads; with ``joins`` the next head is averaged in."""
        if not self._heads:
            return
        edge = (max if step > 0 else min)(self._chosen, default=-1)
        if not joins:
            self._pick_head((edge + 1 + step) % (self._heads + 1), joins=False)
            return
        neighbour = edge + step
        if 0 <= neighbour < self._heads and neighbour not in self._chosen:
            self._pick_head(neighbour + 1, joins=True)

    def changeEvent(self, event: QEvent) -> None:
        """Draw greyed when there is nothing to choose from."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            for strip in (self.layers, self.heads):
                strip.update()
