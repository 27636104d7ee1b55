"""The row as a table: sortable, and copied with every digit."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui.panels.row.drawing import LEFT, RIGHT
from gui.panels.row.quantities import heading
from gui.panels.row.table_model import ARROWS, Index, RowTableModel
from gui.theme import LIGHT, Theme
from gui.views.tables import dress
from models.row_table import RowTable

SAMPLES = {"position": "0000", "token": "mmm", "weight": "0.0000", "mean_weight": "0.0000"}
NUMBER = "−000.00"  # as wide as the numbers of the other columns get
TOKEN_WIDEST = 120
TOKEN_NARROWEST = 52  # then the table scrolls sideways, its header with it
HEADER_PADDING = 6


class RowDelegate(QStyledItemDelegate):
    """Draws a cell with one call into the model, where the stock one asks for eight roles."""

    def __init__(self, model: RowTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.theme: Theme = LIGHT

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the ground, a faint bar behind a weight, and the text."""
        rect = QRectF(option.rect)
        name = self._model.name_of(index.column())
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(self.theme.accent_soft))
        share = self._model.share_of(name, index.row())
        if share > 0:
            bar = rect.adjusted(2, rect.height() - 3, -4, -1)
            bar.setRight(bar.left() + bar.width() * share)
            painter.fillRect(bar, QColor(self.theme.accent))
        painter.setPen(QColor(self.theme.text))
        text = self._model.text_of(name, index.row())
        flags = LEFT if name == "token" else RIGHT
        painter.drawText(rect.adjusted(5, 0, -4, 0), flags, text)


class RowTableView(QTableView):
    """Shows the table; click a line to mark its key, Ctrl+C copies the chosen lines."""

    key_clicked = Signal(int)
    key_hovered = Signal(object)
    copy_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RowTableModel(self)
        self._hovering = False
        self.setModel(self.rows)
        self._delegate = RowDelegate(self.rows, self)
        self.setItemDelegate(self._delegate)
        dress(self)
        self.setMouseTracking(True)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(28)
        header.setStyleSheet(  # the arrow is written after the name instead of over it
            "QHeaderView::section { padding: 4px 3px; }"
            "QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0; height: 0; }"
        )
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.entered.connect(lambda index: self._hover(self.rows.key_of(index.row())))
        self.clicked.connect(lambda index: self.key_clicked.emit(self.rows.key_of(index.row())))

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self._delegate.theme = theme
        self.viewport().update()

    def set_table(self, table: RowTable | None) -> None:
        """Show another row; columns are fitted when they change."""
        before = self.rows.columnCount()
        self.rows.set_table(table)
        if table is not None and self.rows.columnCount() != before:
            self.fit_columns()

    def fit_columns(self) -> None:
        """Give every column the width of its name or its numbers; the token what is left."""
        header, cells = self.horizontalHeader().fontMetrics(), self.fontMetrics()
        total, widest = 0, self.rows.longest_label(cells) + 14
        for i in range(self.rows.columnCount()):
            name = self.rows.name_of(i)
            named = header.horizontalAdvance(heading(name) + ARROWS[True]) + HEADER_PADDING
            wide = max(cells.horizontalAdvance(SAMPLES.get(name, NUMBER)) + 10, named)
            if name == "token":
                wide = min(max(widest, wide), TOKEN_WIDEST)
            self.setColumnWidth(i, wide)
            total += wide
        spare = self.viewport().width() - total
        if self.rows.columnCount():
            self.setColumnWidth(1, max(self.columnWidth(1) + spare, TOKEN_NARROWEST))

    def chosen(self) -> list[int] | None:
        """Return the keys of the chosen lines from the top down, None when none is."""
        lines = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.rows.key_of(line) for line in lines] or None

    def order(self) -> list[int]:
        """Return every key in the order shown."""
        return [self.rows.key_of(line) for line in range(self.rows.rowCount())]

    def mark(self, key: int | None) -> None:
        """Select the marked key's line, quietly."""
        line = None if key is None else self.rows.line_of(key)
        if line is None or self.chosen() == [key]:
            return
        with QSignalBlocker(self):
            first = self.rows.index(line, 0)
            last = self.rows.index(line, self.rows.columnCount() - 1)
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().select(QItemSelection(first, last), flags)
            self.scrollTo(first)

    def _hover(self, key: int | None) -> None:
        self._hovering = key is not None
        self.key_hovered.emit(key)

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the token column what the others leave."""
        super().resizeEvent(event)
        self.fit_columns()

    def leaveEvent(self, event: Any) -> None:  # noqa: ANN401  # Qt's own type differs by version
        """The pointer left: no key is hovered."""
        if self._hovering:
            self._hover(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy with the platform's keys; Return marks the current line's key."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit("table")
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.key_clicked.emit(self.rows.key_of(self.currentIndex().row()))
        else:
            super().keyPressEvent(event)
