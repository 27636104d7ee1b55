"""The layers of the model card as a table: heads, sizes, places, differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QTableView, QWidget

from gui.theme import LIGHT, Theme
from gui.views.tables import dress
from models.card.layers import COLUMNS, LayerLine
from models.differences import good
from models.i18n import tr

Index = QModelIndex | QPersistentModelIndex
DIFFERENCE = 3
WIDEST = 260
_NOWHERE = QModelIndex()


class LayerModel(QAbstractTableModel):
    """One line per layer, in words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: tuple[LayerLine, ...] = ()
        self.theme: Theme = LIGHT

    def set_lines(self, lines: Sequence[LayerLine]) -> None:
        """Show these layers."""
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Count the layers."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Count the columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  # Qt's own signature
        """Return a cell's words, or the colour of its difference."""
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.cells()[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == DIFFERENCE:
            if line.difference is None:
                return QColor(self.theme.muted)
            near = good(line.difference)
            return QColor(self.theme.good if near else self.theme.warning)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401  # Qt's own signature
        """Return a column's name."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(COLUMNS[section])
        return None


class LayerTable(QTableView):
    """As tall as its layers; Ctrl+C copies the chosen lines with their header."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers = LayerModel(self)
        self.setModel(self.layers)
        dress(self)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def set_lines(self, lines: Sequence[LayerLine]) -> None:
        """Show these layers, each column as wide as it needs."""
        self.layers.set_lines(lines)
        self.retranslate()

    def set_theme(self, theme: Theme) -> None:
        """Recolour the differences."""
        self.layers.theme = theme
        self.viewport().update()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("Layers"))
        self.layers.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        self.resizeColumnsToContents()
        for column in range(len(COLUMNS)):
            self.setColumnWidth(column, min(self.columnWidth(column) + 6, WIDEST))
        self.setFixedHeight(self.sizeHint().height())

    def copied(self) -> str:
        """Return the chosen lines, or all, with the names of the columns, tabs between."""
        chosen = sorted({index.row() for index in self.selectionModel().selectedRows()})
        lines = [self.layers.lines[row] for row in chosen] or list(self.layers.lines)
        table = [tuple(map(tr, COLUMNS)), *(line.cells() for line in lines)]
        return "\n".join("\t".join(cells) for cells in table)

    # -- Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy on Ctrl+C."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied())
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways with the wheel held sideways; leave the rest to the page."""
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            super().wheelEvent(event)
        else:
            event.ignore()

    def sizeHint(self) -> QSize:
        """As tall as all lines, the header and the bar below them."""
        rows = sum(self.rowHeight(row) for row in range(len(self.layers.lines)))
        bar = self.horizontalScrollBar().sizeHint().height()
        header = self.horizontalHeader().sizeHint().height()
        return QSize(300, rows + header + bar + 2 * self.frameWidth() + 2)

    def minimumSizeHint(self) -> QSize:
        """Columns scroll sideways."""
        return QSize(120, 60)
