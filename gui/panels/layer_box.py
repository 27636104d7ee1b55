"""The choice of what lies over the photo: the attention row, or a map that the model gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from gui.panels.choice_box import ChoiceBox
from gui.state import Shown
from gui.views.photo_layer import MapLayer
from models.encoded import Encoded
from models.i18n import tr

if TYPE_CHECKING:
    from gui.panels.output.layers import LayerChoice
    from models.outputs import Output


class LayerBox(ChoiceBox):
    """Offers what the outputs have; ``asked(name)`` with the empty name for the attention row."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outputs: tuple[Output, ...] = ()
        self._encoded: Encoded | None = None
        self._layer: tuple[object, MapLayer | None] = (None, None)
        self.follow_choice()
        self.activated.connect(lambda _index: self.asked.emit(self.currentData()))

    def set_outputs(self, outputs: Sequence[Output], encoded: Encoded | None) -> None:
        """Offer what of ``outputs`` can lie over the photo of ``encoded``."""
        self._outputs, self._encoded = tuple(outputs), encoded
        self._layer = (None, None)
        self.retranslate()

    def layer(self, shown: Shown) -> MapLayer | None:
        """Return the map that the state asks for, and name it; None for the attention row."""
        state, encoded = shown.state, self._encoded
        self.setCurrentIndex(max(self.findData(state.overlay), 0))
        if not state.overlay or encoded is None or shown.record.encoded is not encoded:
            return None
        asked = (state.overlay, state.channel, shown.token)
        if self._layer[0] != asked:
            from gui.panels.output.layers import layer_of  # noqa: PLC0415  # not at start-up

            found = layer_of(self._outputs, encoded, key=asked[0], channel=asked[1], token=asked[2])
            self._layer = asked, found
        return self._layer[1]

    def _choices(self) -> tuple[LayerChoice, ...]:
        if not self._outputs or self._encoded is None:
            return ()
        from gui.panels.output.layers import choices  # noqa: PLC0415  # not at start-up

        return choices(self._outputs, self._encoded)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        current = self.currentData() or ""
        self.clear()
        self.addItem(tr("Attention"), "")
        for choice in self._choices():
            self.addItem(choice.words, choice.key)
            self.setItemData(self.count() - 1, choice.tip, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(max(self.findData(current), 0))
        self.setVisible(self.count() > 1)
        self.setAccessibleName(tr("What lies over the photo"))
        self.setToolTip(tr("The attention row, or what the model gives for each place"))
