"""The atlas as a table: a line per head, every figure to read, sort and copy."""

from __future__ import annotations

import math
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QTableView, QWidget

from gui.numbers import column, short
from gui.views.tables import dress
from models.i18n import tr
from models.measures.summary import HeadFigures, explained, unit_words
from models.measures.table import Measure
from models.row_table import TAB

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_SORT: Final = Qt.ItemDataRole.UserRole
_INDENT: Final = 3  # pixels from a cell's edge to its words, as the style draws them
_NAMES: Final = 2  # the columns of layer and head
_FIGURES: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class AtlasModel(QAbstractTableModel):
    """Layer, head, each measure, and the tags in words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.figures: HeadFigures | None = None
        self._written: dict[int, list[str]] = {}  # of each column of figures, made when seen

    def set_figures(self, figures: HeadFigures | None) -> None:
        """Show these figures."""
        self.beginResetModel()
        self.figures = figures
        self._written.clear()
        self.endResetModel()

    @property
    def columns(self) -> tuple[Measure, ...]:
        """The measures, then the tags, a column each."""
        return () if self.figures is None else (*self.figures.measures, *self.figures.tags)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Count the heads."""
        return 0 if parent.isValid() or self.figures is None else len(self.figures.heads)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Count the columns."""
        return 0 if parent.isValid() or self.figures is None else _NAMES + 1 + len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  # Qt's own signature
        """Return a cell's words, what it is sorted by, or its words in full."""
        figures, at = self.figures, index.column()
        if figures is None:
            return None
        layer, head = figures.heads[index.row()]
        if at < _NAMES:
            sort = (layer * 10_000 + head, head * 10_000 + layer)[at]
            name = (f"L{layer + 1}", f"H{head + 1}")[at]
            return sort if role == _SORT else _said(name, role)
        if at == _NAMES:
            return self._tags(figures, layer, head, role)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._column(figures, at)[index.row()]
        return _figure(figures, self.columns[at - _NAMES - 1], (layer, head), role)

    def _column(self, figures: HeadFigures, at: int) -> list[str]:
        """Return a column of figures in words, their decimals below each other."""
        if at not in self._written:
            measure = self.columns[at - _NAMES - 1]
            values = [figures.value(measure, *place) for place in figures.heads]
            told = iter(column(value for value in values if math.isfinite(value)))
            self._written[at] = [next(told) if math.isfinite(value) else "–" for value in values]
        return self._written[at]

    def _tags(self, figures: HeadFigures, layer: int, head: int, role: int) -> str | None:
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, _SORT}:
            return None
        tags = figures.tagged(layer, head)
        return "; ".join(figures.tag_words(tag, layer, head, number=short) for tag in tags)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401  # Qt's own signature
        """Return a column's name, or what it means with formula and source."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            if section <= _NAMES:
                return (tr("Layer"), tr("Head"), tr("Tags"))[section]
            measure = self.columns[section - _NAMES - 1]
            unit = f" ({unit_words(measure)})" if measure.unit else ""
            return tr(measure.title) + unit
        if role == Qt.ItemDataRole.TextAlignmentRole and section > _NAMES:
            return _FIGURES  # a name stands over its numbers
        if role == Qt.ItemDataRole.ToolTipRole and section > _NAMES:
            return explained(self.columns[section - _NAMES - 1])
        return None


def _said(words: str, role: int) -> str | None:
    return words if role == Qt.ItemDataRole.DisplayRole else None


def _figure(
    figures: HeadFigures, measure: Measure, place: tuple[int, int], role: int
) -> str | float | int | None:
    """Return a figure for ``role``: as a number to sort by, or in words with its range."""
    value = figures.value(measure, *place)
    if role == _SORT:
        return value if math.isfinite(value) else -1.0
    if role == Qt.ItemDataRole.ToolTipRole:
        return figures.value_words(measure, *place, number=short)
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return _FIGURES
    return None


class AtlasTable(QTableView):
    """Sorts by a click on a column's name; Ctrl+C copies, Enter picks the head."""

    heads_picked = Signal(int, tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = AtlasModel(self)
        self.sorted = QSortFilterProxyModel(self)
        self.sorted.setSourceModel(self.lines)
        self.sorted.setSortRole(_SORT)
        self.setModel(self.sorted)
        dress(self)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStyleSheet(f"QHeaderView::section {{ padding: 4px {_INDENT}px; }}")
        self.activated.connect(self._pick)
        self.clicked.connect(self._on_clicked)

    def set_figures(self, figures: HeadFigures | None) -> None:
        """Show these figures, each column as wide as it needs."""
        self.lines.set_figures(figures)
        self._size_columns()

    def choose(self, heads: frozenset[tuple[int, int]]) -> None:
        """Choose the lines of these heads, where they are several."""
        figures, picked = self.lines.figures, QItemSelection()
        if figures is not None and len(heads) > 1:
            for number, head in enumerate(figures.heads):
                if head in heads:
                    at = self.sorted.mapFromSource(self.lines.index(number, 0))
                    picked.select(at, at)
        kept = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(picked, kept.ClearAndSelect | kept.Rows)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("Measures of every head"))
        self.lines.set_figures(self.lines.figures)
        self._size_columns()

    def _size_columns(self) -> None:
        self.resizeColumnsToContents()
        widest = 34 * self.fontMetrics().averageCharWidth()
        for at in range(self.sorted.columnCount()):
            self.setColumnWidth(at, min(self.columnWidth(at) + 6, widest))

    def copied(self) -> str:
        """Return the chosen lines, or all, as they are sorted, tabs between."""
        chosen = sorted({index.row() for index in self.selectionModel().selectedRows()})
        rows = chosen or range(self.sorted.rowCount())
        columns = range(self.sorted.columnCount())
        across = Qt.Orientation.Horizontal
        table = [[str(self.lines.headerData(c, across)) for c in columns]]
        table += [[str(self.sorted.index(r, c).data()) for c in columns] for r in rows]
        return "\n".join(TAB.join(cells) for cells in table)

    def _on_clicked(self, index: QModelIndex) -> None:
        """Pick the head of a clicked line; with Ctrl or Shift a person chooses lines to copy."""
        if not QGuiApplication.keyboardModifiers():
            self._pick(index)

    def _pick(self, index: QModelIndex) -> None:
        figures = self.lines.figures
        if figures is not None:
            layer, head = figures.heads[self.sorted.mapToSource(index).row()]
            self.heads_picked.emit(layer, (head,))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy on Ctrl+C."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied())
            return
        super().keyPressEvent(event)
