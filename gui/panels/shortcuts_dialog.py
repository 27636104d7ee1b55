"""Every keyboard shortcut in one list: those of the menus, and the keys inside the views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.first_size import FirstSize
from gui.theme import SPACE
from gui.zoom import scaled
from models.i18n import mark, tr

Section = tuple[str, Sequence[tuple[str, str]]]  # a title, and (what it does, keys) below it

_IN_VIEWS: Final = (
    (mark("Next or previous token, patch, cell, layer or head"), mark("Arrow keys")),
    (mark("First or last token, layer or head"), mark("Home, End")),
    (mark("Go from one part of the window to the next"), "Tab, Shift+Tab"),
    (mark("Pin or release what is marked"), mark("Enter or Space")),
    (mark("Average several heads"), mark("Ctrl+click")),
    (mark("Choose heads of several layers"), mark("Ctrl+click, Shift+click, Shift+arrows")),
    (mark("Copy the chosen lines of a table"), "Ctrl+C"),
)


class ShortcutsDialog(FirstSize):
    """Lists ``sections`` and the keys of the views; Esc closes it."""

    def __init__(self, sections: Sequence[Section], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.list = QTreeWidget()
        self.list.setColumnCount(2)
        self.list.setHeaderLabels([tr("What it does"), tr("Shortcut")])
        self.list.setAccessibleName(tr("Keyboard shortcuts"))
        self.list.setRootIsDecorated(False)
        self.list.setItemsExpandable(False)
        for title, rows in sections:
            self._add(title, rows)
        self._add(tr("In the views"), [(tr(words), tr(keys)) for words, keys in _IN_VIEWS])
        self.list.expandAll()
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        buttons = QDialogButtonBox()
        self.close_button = buttons.addButton(tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.addWidget(self.list)
        column.addWidget(buttons)

    def _add(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        top = QTreeWidgetItem([title])
        font = top.font(0)
        font.setWeight(QFont.Weight.DemiBold)
        top.setFont(0, font)
        self.list.addTopLevelItem(top)
        top.addChildren([QTreeWidgetItem(list(row)) for row in rows])

    def sizeHint(self) -> QSize:
        """Tall enough for most of the list."""
        return QSize(scaled(640), scaled(720))
