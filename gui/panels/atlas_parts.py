"""The parts of the page of all heads, and how they are laid out."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.panels.atlas_area import AtlasArea
from gui.panels.atlas_table import AtlasTable
from gui.panels.atlas_tools import AtlasTools
from gui.panels.legend import Legend
from gui.theme import SPACE, Theme
from gui.views.atlas_view import AtlasView
from gui.views.head_map import HeadMap


class _Note(QLabel):
    """Words of two lines at least: the mosaic stays as large when more is said below it."""

    def heightForWidth(self, width: int) -> int:
        """As tall as its words, and two lines."""
        return max(super().heightForWidth(width), 2 * self.fontMetrics().lineSpacing())

    def minimumSizeHint(self) -> QSize:
        """The same."""
        hint = super().minimumSizeHint()
        return QSize(hint.width(), max(hint.height(), 2 * self.fontMetrics().lineSpacing()))


class AtlasParts(QWidget):
    """Controls above, the mosaic with its map or the table, and what colours are worth below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tools = AtlasTools()
        self.atlas, self.map, self.table = AtlasView(), HeadMap(), AtlasTable()
        self.legend, self.note = Legend(), _Note()
        self.area, self.stack = AtlasArea(self.atlas, self.map), QStackedWidget()
        for part in (self.area, self.table):
            self.stack.addWidget(part)
        self.note.setProperty("muted", True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.note.setWordWrap(True)
        foot = QHBoxLayout()
        foot.addWidget(self.legend)
        foot.addWidget(self.note, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE // 2, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.tools)
        column.addWidget(self.stack, 1)
        column.addLayout(foot)

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        for part in (self.atlas, self.map, self.legend):
            part.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        for part in (self.tools, self.atlas, self.map, self.table):
            part.retranslate()
