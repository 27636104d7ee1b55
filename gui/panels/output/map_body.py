"""The body of a map over the photo: its classes or its range, and the way onto the photo."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSpinBox

from gui.panels.output.bodies import Body, percent
from gui.panels.row.text import exact
from gui.state import Shown
from gui.views.bar_list import Bar
from models.i18n import tr
from models.outputs import PhotoMap
from models.outputs.base import statistics
from models.outputs.layered import colour_of


class MapBody(Body):
    """Lays the map over the photo; of several classes or channels, all or the one chosen."""

    def __init__(self, output: PhotoMap) -> None:
        super().__init__()
        self.output = output
        self._channel: int | None = None
        self._classes = [number for number, _share in output.shares()] if self._named else []
        self.show_button = QPushButton(tr("Show on the photo"), self)
        self.show_button.setCheckable(True)
        self.show_button.setVisible(output.grid is not None)
        self.show_button.clicked.connect(self._ask)
        self.channel, self.channel_label = QSpinBox(self), QLabel(tr("Channel"), self)
        self.channel.setRange(0, len(output.values) - 1)
        self.channel.setAccessibleName(tr("Channel"))
        self.channel.valueChanged.connect(self._on_channel)
        row = QHBoxLayout()
        row.addWidget(self.show_button)
        row.addStretch(1)
        for widget in (self.channel_label, self.channel):
            widget.setVisible(output.style == "channels")
            row.addWidget(widget)
        self.column.addLayout(row)
        if output.grid is None:
            self.note(tr("Where it lies on the photo is not known."))
        self._fill()

    @property
    def _named(self) -> bool:
        return self.output.style == "classes"

    def _fill(self) -> None:
        if self._named:
            self.list = self.bars(self._shares(), name=tr(self.output.title), clickable=True)
            self.list.clicked.connect(self._on_class)
            return
        self.range = self.note()
        self._describe()

    def _describe(self) -> None:
        found = statistics(self.output.values[self._channel or 0])
        if found is not None:
            numbers = {"low": found.low, "high": found.high, "mean": found.mean}
            said = {name: exact(number) for name, number in numbers.items()}
            self.range.setText(tr("From {low} to {high}, mean {mean}", **said))

    def _shares(self) -> list[Bar]:
        return [
            Bar(self.output.labels[number], percent(share), share, colour=colour_of(rank))
            for rank, (number, share) in enumerate(self.output.shares())
        ]

    def set_shown(self, shown: Shown) -> None:
        """Follow what lies over the photo."""
        on = shown.state.overlay == self.output.name
        self.show_button.setChecked(on)
        if self._named:
            chosen = shown.state.channel if on else None
            self.list.set_chosen(self._classes.index(chosen) if chosen in self._classes else None)

    def _ask(self) -> None:
        name = self.output.name if self.show_button.isChecked() else ""
        self.layer_asked.emit(name, self._channel if name else None)

    def _on_class(self, line: int) -> None:
        """Show one class alone; the same again shows all."""
        number = self._classes[line]
        self._channel = None if self._channel == number else number
        self.layer_asked.emit(self.output.name, self._channel)

    def _on_channel(self, channel: int) -> None:
        self._channel = channel
        self._describe()
        if self.show_button.isChecked():
            self._ask()
