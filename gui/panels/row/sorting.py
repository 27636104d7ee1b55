"""Two buttons: keys in the order of the sequence, or the heaviest first."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from models.i18n import tr


class Sorting(QWidget):
    """Asks for an order of the keys: ``position`` or ``weight``."""

    order_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.by_position, self.by_weight = QToolButton(), QToolButton()
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for button, order in ((self.by_position, "position"), (self.by_weight, "weight")):
            button.setCheckable(True)
            button.setStyleSheet("QToolButton { padding: 4px 7px; }")  # both beside the tabs
            group.addButton(button)
            row.addWidget(button)
            button.clicked.connect(lambda _=False, order=order: self.order_asked.emit(order))

    def set_facts(self, *, by_weight: bool) -> None:
        """Show the order in force."""
        (self.by_weight if by_weight else self.by_position).setChecked(True)

    def retranslate(self) -> None:
        """Name the buttons."""
        self.by_position.setText(tr("by position"))
        self.by_position.setToolTip(tr("List the keys in the order of the sequence"))
        self.by_weight.setText(tr("by weight"))
        self.by_weight.setToolTip(tr("List the keys with the largest weight first"))
