"""The line of choices about what lies over the photo: which map, how strong, how smooth."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSlider

from gui.panels.layer_box import LayerBox
from gui.state import ViewState
from models.i18n import tr


class OverlayTools(QHBoxLayout):
    """A line of the card of the input; seen only beside a photo."""

    opacity_changed = Signal(float)
    smooth_changed = Signal(bool)
    layer_asked = Signal(str, object)  # a map of the outputs or "", its channel or None

    def __init__(self) -> None:
        super().__init__()
        self.label, self.layers = QLabel(), LayerBox()
        self.opacity, self.smooth = QSlider(Qt.Orientation.Horizontal), QCheckBox()
        self.opacity.setRange(0, 100)
        self.opacity.setMinimumWidth(44)
        self.opacity.setMaximumWidth(120)
        self.set_look(ViewState().opacity, smooth=ViewState().smooth)
        for widget in (self.label, self.layers, self.opacity, self.smooth):
            self.addWidget(widget)
        self.addStretch(1)
        self.opacity.valueChanged.connect(lambda value: self.opacity_changed.emit(value / 100))
        self.smooth.toggled.connect(self.smooth_changed)
        self.layers.asked.connect(lambda name: self.layer_asked.emit(name, None))

    def set_look(self, opacity: float, *, smooth: bool) -> None:
        """Show these choices, which are in force already: ``opacity`` from 0 to 1."""
        with QSignalBlocker(self.opacity), QSignalBlocker(self.smooth):
            self.opacity.setValue(round(100 * opacity))
            self.smooth.setChecked(smooth)

    def enable(self, *, there: bool) -> None:
        """Offer the choices only while there is something to see them on."""
        for widget in (self.opacity, self.smooth):
            widget.setEnabled(there)

    def show_for(self, *, image: bool) -> None:
        """Be there beside a photo; a choice of one map is none."""
        for widget in (self.opacity, self.smooth):
            widget.setVisible(image)
        self.layers.setVisible(image and self.layers.count() > 1)

    def fit(self, width: int, *, image: bool) -> None:
        """Leave the word before the choices out where the card is not ``width`` enough for it."""
        self.label.setVisible(image and width >= self._wanted())

    def _wanted(self) -> int:
        """Return how many pixels every word takes."""
        boxes = [] if self.layers.isHidden() else [self.layers]
        words = sum(
            part.sizeHint().width() + self.spacing() for part in (self.label, *boxes, self.smooth)
        )
        return words + self.opacity.minimumWidth()

    def least_width(self) -> int:
        """Return how many pixels the choices take without that word."""
        there = [part for part in (self.layers, self.opacity, self.smooth) if not part.isHidden()]
        widths = [max(part.minimumSizeHint().width(), part.minimumWidth()) for part in there]
        return sum(widths) + self.spacing() * (len(widths) - 1)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.label.setText(tr("Overlay"))
        self.opacity.setAccessibleName(tr("Opacity of the overlay"))
        self.smooth.setText(tr("Smooth"))
        self.smooth.setToolTip(
            tr("Blend between patches. Unticked, every patch has one flat colour: its weight.")
        )
        self.layers.retranslate()
