"""The parts of the dialog that opens models, where they stand, and their words."""

from __future__ import annotations

from PySide6.QtCore import QSize, QStringListModel, Qt
from PySide6.QtWidgets import (
    QCompleter,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.first_size import FirstSize
from gui.messages import MessageStack
from gui.panels.variant_table import VariantTable
from gui.theme import LIGHT, SPACE, Theme
from gui.zoom import scaled
from models.hub.reference import hub_name
from models.i18n import tr


class OpenForm(FirstSize):
    """A field, a list of variants, a line of progress and buttons, without what they do."""

    def __init__(self, parent: QWidget | None = None, *, theme: Theme = LIGHT) -> None:
        super().__init__(parent)
        self.messages = MessageStack(theme)
        self.field, self.names = QLineEdit(), QStringListModel(self)
        self.look_button = QPushButton()
        self.file_button, self.folder_button = QToolButton(), QToolButton()
        self.hint, self.heading, self.total = QLabel(), QLabel(), QLabel()
        self.table, self.progress = VariantTable(), QProgressBar()
        self.known, self.stack = QListView(), QStackedWidget()
        self.stop_button, self.close_button = QPushButton(), QPushButton()
        self.open_button = QPushButton()
        self._set_up()
        self._lay_out()
        self.set_theme(theme)
        self.setMinimumSize(720, 440)

    def sizeHint(self) -> QSize:
        """Room for a model with a dozen variants."""
        return QSize(scaled(860), scaled(560))

    def _set_up(self) -> None:
        self.known.setModel(self.names)
        self.known.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        completer = QCompleter(self.names, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.field.setCompleter(completer)
        self.field.setClearButtonEnabled(True)
        for label in (self.hint, self.total, self.heading):
            label.setProperty("title" if label is self.heading else "muted", True)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        for button in (self.look_button, self.stop_button, self.close_button, self.open_button):
            button.setAutoDefault(False)  # Return belongs to the field and to the list

    def _lay_out(self) -> None:
        asked, foot, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        asked.addWidget(self.field, 1)
        asked.addWidget(self.look_button)
        asked.addWidget(self.file_button)
        asked.addWidget(self.folder_button)
        foot.addWidget(self.progress, 1)
        foot.addWidget(self.total, 1)
        foot.addWidget(self.stop_button)
        foot.addWidget(self.close_button)
        foot.addWidget(self.open_button)
        for row in (asked, foot, column):
            row.setSpacing(SPACE)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.addLayout(asked)
        column.addWidget(self.hint)
        column.addWidget(self.messages)
        column.addWidget(self.heading)
        self.stack.addWidget(self.known)
        self.stack.addWidget(self.table)
        column.addWidget(self.stack, 1)
        column.addLayout(foot)

    def set_theme(self, theme: Theme) -> None:
        """Recolour the parts that are not coloured by the program's style."""
        self.messages.set_theme(theme)
        self.table.set_theme(theme)
        rows = f"outline: 0; border: 1px solid {theme.border}; border-radius: 4px;"
        self.known.setStyleSheet(
            f"QListView {{ {rows} background: {theme.surface}; }}"
            f"QListView::item {{ padding: 6px 8px; color: {theme.text}; }}"
            f"QListView::item:selected, QListView::item:hover"
            f" {{ background: {theme.accent_soft}; color: {theme.text}; }}"
        )
        self.open_button.setStyleSheet(
            f"QPushButton {{ background: {theme.accent}; color: {theme.on_accent};"
            f" border-color: {theme.accent}; font-weight: 600; }}"
            f"QPushButton:disabled {{ background: {theme.raised}; color: {theme.muted};"
            f" border-color: {theme.border}; }}"
        )
        self.progress.setStyleSheet(
            f"QProgressBar {{ border: 1px solid {theme.border}; border-radius: 4px;"
            f" background: {theme.surface}; color: {theme.text}; text-align: center; }}"
            f"QProgressBar::chunk {{ background: {theme.accent_soft}; border-radius: 3px; }}"
        )

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setWindowTitle(tr("Open a model"))
        self.field.setPlaceholderText(tr("organisation/name, an address, a file or a folder"))
        self.field.setAccessibleName(tr("What to open"))
        self.look_button.setText(tr("Show variants"))
        self.file_button.setText(tr("File …"))
        self.folder_button.setText(tr("Folder …"))
        self.hint.setText(
            tr(
                "Type a model's name or address on {hub}, for example "
                "sentence-transformers/all-MiniLM-L6-v2, or a file or folder on this computer. "
                "Sizes are shown before anything is downloaded.",
                hub=hub_name(),
            )
        )
        self.known.setAccessibleName(tr("Downloaded before"))
        self.stop_button.setText(tr("Stop"))
        self.close_button.setText(tr("Close"))
        self.progress.setAccessibleName(tr("Progress"))
        self.messages.retranslate()
        self.table.retranslate()
