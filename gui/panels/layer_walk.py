"""What a person goes through the layers with: a button that plays and a slider to scrub."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSignalBlocker, Signal

from gui.player import Player
from gui.scrub import PlayButton, ScrubSlider
from models.i18n import tr


class LayerWalk(QObject):
    """Asks for layers with ``layer_picked``, counted from 0; whoever shows it lays it out."""

    layer_picked = Signal(int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.player = Player(self)
        self.play, self.slider = PlayButton(), ScrubSlider()
        self._layer: int | None = None
        self.slider.setMaximumWidth(200)
        self.slider.setPageStep(1)
        for asked in (self.play.clicked, self.slider.play_asked):
            asked.connect(self.player.toggle)
        self.player.step_asked.connect(self.layer_picked)
        self.player.playing_changed.connect(lambda _playing: self._name_play())
        self.slider.sliderMoved.connect(self._scrub)
        self.slider.valueChanged.connect(self._scrub)

    def set_layer(self, layer: int, *, count: int) -> None:
        """Stand at this layer of so many, which is shown already."""
        self._layer = layer
        with QSignalBlocker(self.slider):
            self.slider.setRange(1, count)
            self.slider.setValue(layer + 1)
        self.player.set_place(layer, count=count)

    def enable(self, *, there: bool) -> None:
        """Offer it only while a row is shown that it can be followed with."""
        for part in (self.play, self.slider):
            part.setEnabled(there)

    def stop(self) -> None:
        """Stay at the layer that is shown."""
        self.player.stop()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.slider.setAccessibleName(tr("Layer"))
        self.slider.setToolTip(tr("Move through the layers; Space plays and stops."))
        self._name_play()

    def _name_play(self) -> None:
        playing = self.player.playing
        self.play.show_playing(playing=playing)
        words = tr("Stop") if playing else tr("Play through the layers")
        self.play.setToolTip(words)
        self.play.setAccessibleName(words)

    def _scrub(self, number: int) -> None:
        if self._layer is not None and number - 1 != self._layer:
            self.layer_picked.emit(number - 1)
