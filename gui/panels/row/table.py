"""The row as a table: sortable, and copied with every digit."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSignalBlocker,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui.panels.row.drawing import LEFT, RIGHT
from gui.panels.row.text import cell, decimals_for, exact, weight_text
from gui.theme import LIGHT, Theme
from models.i18n import tr
from models.row_table import RowTable

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
FIXED = ("position", "token")
WEIGHTS = ("weight", "mean_weight")


def heading(name: str) -> str:
    """Return a column's short name on screen."""
    return {
        "position": "#",
        "token": tr("token"),
        "dot": "q · k",
        "scaled": tr("scaled"),
        "bias": tr("mask, bias"),
        "score": tr("score"),
        "weight": tr("weight"),
        "mean_weight": tr("mean"),
        "value_norm": "‖v‖",
        "weighted_norm": tr("weight · ‖v‖"),
    }[name]


def heading_tip(name: str) -> str:
    """Return a column's meaning in one sentence."""
    return {
        "position": tr("The key's position in the sequence, from 0."),
        "token": tr("The token whose key and value this line is about."),
        "dot": tr("The dot product of the query with this key: Σ qᵢ kᵢ."),
        "scaled": tr("q · k times the scale, usually 1 ÷ √d."),
        "bias": tr("What the mask or a position bias adds to the score."),
        "score": tr("Scaled product plus mask and bias: what softmax is taken of."),
        "weight": tr("The attention weight: exp(score) ÷ Σ exp(scores)."),
        "mean_weight": tr("The weight averaged over the heads that are shown."),
        "value_norm": tr("The length of the value vector: √Σ vᵢ²."),
        "weighted_norm": tr("The length of weight × value: how much this token brings."),
    }[name]


class RowTableModel(QAbstractTableModel):
    """Serves one row's numbers; a new row with the same columns only repaints."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table: RowTable | None = None
        self._names: tuple[str, ...] = ()
        self._decimals: dict[str, int] = {}
        self._order = np.arange(0)
        self.sorted_by, self.descending = "position", False

    def set_table(self, table: RowTable | None) -> None:
        """Serve another row."""
        names = () if table is None else (*FIXED, *(column.name for column in table.columns))
        count = 0 if table is None else len(table)
        same = names == self._names and count == len(self._order)
        if not same:
            self.beginResetModel()
        self._table, self._names = table, names
        if self.sorted_by not in (names or FIXED):
            self.sorted_by, self.descending = "position", False
        if table is not None:
            self._decimals = {column.name: decimals_for(column.values) for column in table.columns}
        self._sort()
        if same:
            last = self.index(count - 1, len(names) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        else:
            self.endResetModel()

    def _sort(self) -> None:
        table = self._table
        if table is None:
            self._order = np.arange(0)
        else:
            self._order = table.order(self.sorted_by, descending=self.descending)

    def key_of(self, line: int) -> int:
        """Return the position of the key on a line."""
        return int(self._order[line])

    def line_of(self, key: int) -> int | None:
        """Return the line of a key."""
        found = np.flatnonzero(self._order == key)
        return int(found[0]) if len(found) else None

    def name_of(self, column: int) -> str:
        """Return a column's plain name."""
        return self._names[column]

    def text_of(self, name: str, line: int) -> str:
        """Return a cell as it is read on screen."""
        key = self.key_of(line)
        if self._table is None or name == "position":
            return str(key)
        if name == "token":
            return " ".join(self._table.labels[key].split()) or "␣"
        value = float(self._table.column(name)[key])
        return weight_text(value) if name in WEIGHTS else cell(value, decimals=self._decimals[name])

    def share_of(self, name: str, line: int) -> float:
        """Return a weight's share of the largest in its column; 0 in the other columns."""
        if self._table is None or name not in WEIGHTS:
            return 0.0
        values = self._table.column(name)
        top = float(values.max(initial=0))
        return float(values[self.key_of(line)]) / top if top > 0 else 0.0

    # -- Qt

    def rowCount(self, parent: Index = ROOT) -> int:
        """One line per key."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Position, token and the numbers."""
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  # Qt's variant
        """Return a cell: rounded to read, exact in the tooltip."""
        if self._table is None or not index.isValid():
            return None
        name, key = self._names[index.column()], self.key_of(index.row())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignVCenter | (
                Qt.AlignmentFlag.AlignLeft if name == "token" else Qt.AlignmentFlag.AlignRight
            )
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text_of(name, index.row())
        if role == Qt.ItemDataRole.ToolTipRole and name not in FIXED:
            return f"{heading(name)}: {exact(float(self._table.column(name)[key]))}"
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:  # noqa: ANN401  # Qt's variant
        """Return a column's name, and its meaning as a tooltip."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self._names):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return heading(self._names[section])
        if role == Qt.ItemDataRole.ToolTipRole:
            return heading_tip(self._names[section])
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; what is selected stays selected."""
        if column >= len(self._names):
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self.key_of(index.row()) for index in before]
        self.sorted_by = self._names[column]
        self.descending = order == Qt.SortOrder.DescendingOrder
        self._sort()
        lines = np.argsort(self._order)
        after = [
            self.index(int(lines[key]), index.column())
            for key, index in zip(keys, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()


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
            bar.setLeft(bar.right() - bar.width() * share)
            painter.fillRect(bar, QColor(self.theme.accent))
        painter.setPen(QColor(self.theme.text))
        text = self._model.text_of(name, index.row())
        flags = LEFT if name == "token" else RIGHT
        painter.drawText(rect.adjusted(6, 0, -6, 0), flags, text)


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
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setHighlightSections(False)
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
            self.resizeColumnsToContents()

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
