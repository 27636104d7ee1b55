"""One row's numbers served to a Qt table: sorted, rounded to read, exact in the tooltip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from gui.panels.row.quantities import heading, meaning
from gui.panels.row.text import cell, decimals_for, exact, weight_text
from gui.views.words import safe_label
from models.attention import Float
from models.row_table import RowTable

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
FIXED = ("position", "token")
WEIGHTS = ("weight", "mean_weight")
ARROWS = {False: " ▴", True: " ▾"}  # by whether the order is descending


class RowTableModel(QAbstractTableModel):
    """Serves one row's numbers; a new row with the same columns only repaints."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table: RowTable | None = None
        self._names: tuple[str, ...] = ()
        self._decimals: dict[str, int] = {}
        self._values: dict[str, Float] = {}
        self._tops: dict[str, float] = {}
        self._order: NDArray[np.intp] | tuple[()] = ()
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
        columns = () if table is None else table.columns
        self._values = {column.name: column.values for column in columns}
        self._decimals = {name: decimals_for(values) for name, values in self._values.items()}
        self._tops = {name: float(self._values[name].max()) for name in WEIGHTS if name in names}
        self._sort()
        if same:
            last = self.index(count - 1, len(names) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        else:
            self.endResetModel()

    def _sort(self) -> None:
        table = self._table
        if table is None:
            self._order = ()
        else:
            self._order = table.order(self.sorted_by, descending=self.descending)

    def key_of(self, line: int) -> int:
        """Return the position of the key on a line."""
        return int(self._order[line])

    def line_of(self, key: int) -> int | None:
        """Return the line of a key."""
        found = np.flatnonzero(np.asarray(self._order) == key)
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
            return safe_label(self._table.labels[key])
        value = float(self._values[name][key])
        return weight_text(value) if name in WEIGHTS else cell(value, decimals=self._decimals[name])

    def share_of(self, name: str, line: int) -> float:
        """Return a weight's share of the largest in its column; 0 in the other columns."""
        top = self._tops.get(name, 0.0)
        return float(self._values[name][self.key_of(line)]) / top if top > 0 else 0.0

    def longest_label(self, metrics: QFontMetrics) -> int:
        """Return the width of the widest token in pixels."""
        labels = () if self._table is None else self._table.labels
        return max((metrics.horizontalAdvance(label) for label in labels), default=0)

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
            return f"{heading(name)}: {exact(float(self._values[name][key]))}"
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
            name = self._names[section]
            return heading(name) + (ARROWS[self.descending] if name == self.sorted_by else "")
        if role == Qt.ItemDataRole.ToolTipRole:
            return meaning(self._names[section])
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
