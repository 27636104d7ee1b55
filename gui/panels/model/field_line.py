"""One line of the form: name, editor, where the value is from, the way back to the file's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.theme import LIGHT, SPACE, Theme
from models.corrections import read_field
from models.i18n import mark, tr

if TYPE_CHECKING:
    from models.card.fields import Field

CASES = {"true": mark("all letters become small"), "false": mark("letters stay as they are")}
LONGEST = 1000  # characters that a line takes


class FieldLine(QWidget):
    """Edits one field. ``entered``: the Enter key; ``left_to_files``: the way back was pressed."""

    edited = Signal()
    entered = Signal()
    left_to_files = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._theme: Theme = LIGHT
        self._released = False  # back to the file's own
        self.name, self.origin, self.back = QLabel(), QLabel(), QToolButton()
        self.edit: QLineEdit | None = None
        self.box: QComboBox | None = None
        self.choose: QToolButton | None = None
        self._lay_out(self._editor())
        self._name()

    def _editor(self) -> QWidget:
        if self.field.choices:
            self.box = QComboBox()
            for choice in self.field.choices:
                self.box.addItem(tr(CASES[choice]) if choice in CASES else choice, choice)
            self.box.setCurrentIndex(self.box.findData(self.field.value))
            self.box.currentIndexChanged.connect(lambda _index: self.edited.emit())
            return self.box
        self.edit = QLineEdit(self.field.value)
        self.edit.setMaxLength(LONGEST)
        self.edit.setCursorPosition(0)
        self.edit.textEdited.connect(lambda _text: self._on_edited())
        self.edit.returnPressed.connect(self.entered)
        return self.edit

    def _lay_out(self, editor: QWidget) -> None:
        self.name.setBuddy(editor)
        for label in (self.name, self.origin):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.origin.setProperty("muted", True)
        self.back.setText("↺")
        self.back.setVisible(self.field.corrected)
        self.back.clicked.connect(self._on_back)
        row = QHBoxLayout()
        row.setSpacing(SPACE // 2)
        row.addWidget(editor, 1)
        if self.field.name == "tokenizer":
            self.choose = QToolButton()
            self.choose.clicked.connect(self._on_choose)
            row.addWidget(self.choose)
        row.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, SPACE // 2)
        column.setSpacing(2)
        column.addWidget(self.name)
        column.addLayout(row)
        column.addWidget(self.origin)

    def _name(self) -> None:
        label = self.field.label[:1].upper() + self.field.label[1:]
        self.name.setText(label)
        self.origin.setText(self.field.origin)
        editor = self.box or self.edit
        assert editor is not None  # noqa: S101  # one of them was made
        editor.setAccessibleName(label)
        editor.setAccessibleDescription(self.field.origin)
        self.back.setAccessibleName(tr("Use the file's own: {name}", name=self.field.label))
        self.back.setToolTip(tr("Use the file's own"))
        if self.choose is not None:
            self.choose.setText(tr("Choose …"))
            self.choose.setAccessibleName(tr("Choose a tokenizer file"))

    @property
    def text(self) -> str:
        """What stands in the line now."""
        if self.box is not None:
            return str(self.box.currentData())
        return "" if self.edit is None else self.edit.text().strip()

    @property
    def changed(self) -> bool:
        """Whether something else is wanted than is in force."""
        return self._released or self.text != self.field.value

    def value(self) -> object:
        """Return the correction, None to leave it to the files; raise InputError for nonsense."""
        if self._released or (self.text == self.field.own and self.changed):
            return None
        if not self.changed:
            return read_field(self.field.name, self.text) if self.field.corrected else None
        empty_means_own = self.field.name not in {"special_before", "special_after"}
        if not self.text and empty_means_own:
            return None
        return read_field(self.field.name, self.text)

    def complain(self, sentence: str) -> None:
        """Say what makes no sense, in place of where the value is from."""
        self.origin.setText(sentence)
        self.origin.setStyleSheet(f"color: {self._theme.error};")
        if self.edit is not None:
            self.edit.setFocus()
            self.edit.selectAll()

    def set_theme(self, theme: Theme) -> None:
        """Remember the colour of complaints."""
        self._theme = theme
        if self.origin.text() != self.field.origin:
            self.origin.setStyleSheet(f"color: {theme.error};")

    def _on_edited(self) -> None:
        self.origin.setText(self.field.origin)
        self.origin.setStyleSheet("")
        self.edited.emit()

    def _on_back(self) -> None:
        self._released = True
        self.left_to_files.emit()
        self._released = False

    def _on_choose(self) -> None:
        title, kinds = tr("Choose a tokenizer file"), tr("Tokenizers (*.json *.txt);;All files (*)")
        path, _kind = QFileDialog.getOpenFileName(self, title, self.text, kinds)
        if path and self.edit is not None:
            self.edit.setText(path)
            self.edited.emit()
