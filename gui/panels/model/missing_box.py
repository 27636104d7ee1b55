"""One thing that a model lacks: what was looked for, what is there, and the command that helps."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.theme import SPACE, Theme
from models.card import Missing
from models.encoded import Notice
from models.i18n import tr


class MissingBox(QFrame):
    """Shows a ``Missing``; the command stands in a line of its own, to be copied."""

    def __init__(self, missing: Missing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.missing = missing
        self.command, self.copy = QLabel(missing.command), QToolButton()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE + 4, SPACE // 2, SPACE, SPACE // 2)
        column.setSpacing(SPACE // 4)
        column.addWidget(_words(missing.looked_for, muted=True))
        column.addWidget(_words(missing.there))
        column.addWidget(_words(missing.remedy))
        if missing.command:
            row = QHBoxLayout()
            row.addWidget(self.command, 1)
            row.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
            column.addLayout(row)
        self.command.setTextFormat(Qt.TextFormat.PlainText)
        self.command.setWordWrap(True)
        self.command.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.command.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.command.setAccessibleName(tr("The command"))
        self.copy.setText(tr("Copy"))
        self.copy.setAccessibleName(tr("Copy the command"))
        self.copy.setToolTip(self.copy.accessibleName())
        self.copy.clicked.connect(self._copy)
        self.setAccessibleName(missing.text())

    def set_theme(self, theme: Theme) -> None:
        """Mark the box at its left edge."""
        self.setStyleSheet(
            f"MissingBox {{ background: {theme.background}; border: none;"
            f" border-left: 4px solid {theme.warning}; }}"
        )

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.missing.command)


def _words(notice: Notice, *, muted: bool = False) -> QLabel:
    label = QLabel(notice.sentence)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("muted", muted)
    selectable = Qt.TextInteractionFlag.TextSelectableByMouse
    label.setTextInteractionFlags(selectable)
    return label
