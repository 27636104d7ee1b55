"""What is fed, field by field, to be corrected or left to the model's files."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.panels.model.field_line import FieldLine
from gui.theme import LIGHT, SPACE, Theme
from models.card.fields import Field
from models.corrections import NONE, Corrections
from models.errors import InputError
from models.i18n import tr


class CorrectionsForm(QWidget):
    """Speaks in ``asked(Corrections)``: everything that is to be corrected from now on."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: tuple[Field, ...] = ()
        self._theme: Theme = LIGHT
        self.lines: list[FieldLine] = []
        self.title, self.said = QLabel(), QLabel()
        self.apply, self.reset = QPushButton(), QPushButton()
        self._column, self._inside = QVBoxLayout(self), QVBoxLayout()
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        self.title.setProperty("title", True)
        self.said.setProperty("muted", True)
        self.said.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.addWidget(self.apply)
        buttons.addWidget(self.reset)
        buttons.addStretch(1)
        self._inside.setSpacing(SPACE // 2)
        self._column.setContentsMargins(0, SPACE, 0, SPACE)
        self._column.setSpacing(SPACE // 2)
        self._column.addWidget(self.title)
        self._column.addWidget(self.said)
        self._column.addLayout(self._inside)
        self._column.addLayout(buttons)
        self.apply.clicked.connect(self.ask)
        self.reset.clicked.connect(lambda: self.asked.emit(NONE))

    def set_fields(self, fields: Sequence[Field]) -> None:
        """Show these fields; what is typed stays as long as they are the same."""
        if tuple(fields) == self._fields:
            return
        self._fields = tuple(fields)
        self._build()

    def _build(self) -> None:
        for line in self.lines:
            self._inside.removeWidget(line)
            line.deleteLater()
        self.lines = [FieldLine(field) for field in self._fields]
        for line in self.lines:
            self._inside.addWidget(line)
            line.show()
            line.set_theme(self._theme)
            line.edited.connect(self._on_edited)
            line.entered.connect(self.ask)
            line.left_to_files.connect(self.ask)
        self.setVisible(bool(self._fields))
        self._on_edited()

    def _on_edited(self) -> None:
        self.apply.setEnabled(any(line.changed for line in self.lines))
        self.reset.setEnabled(any(field.corrected for field in self._fields))

    def ask(self) -> None:
        """Ask for what stands there, unless a line makes no sense: that line says so."""
        said: dict[str, object] = {}
        for line in self.lines:
            try:
                value = line.value()
            except InputError as error:
                line.complain(str(error))
                return
            if value is not None:
                said[line.field.name] = value
        if any(line.changed for line in self.lines):
            self.asked.emit(Corrections(**said))  # type: ignore[arg-type]

    def set_theme(self, theme: Theme) -> None:
        """Recolour the lines."""
        self._theme = theme
        for line in self.lines:
            line.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.title.setText(tr("What is fed"))
        self.said.setText(
            tr(
                "Correct what is wrong. It is tried at once on the input in front, and kept for "
                "this model when that runs."
            )
        )
        self.apply.setText(tr("Apply"))
        self.reset.setText(tr("Use the file's own"))
        self.reset.setToolTip(tr("Forget every correction of this model."))
