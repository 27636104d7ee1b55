"""An editable table of small vectors, one line per token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from gui.numbers import fixed, locale, tidy
from gui.theme import Theme
from models.attention import Float

LARGEST: Final = 9999.0  # vectors of real heads reach hundreds
_LINE: Final = 25
_NUMBER: Final = Qt.ItemDataRole.UserRole


class _Editor(QStyledItemDelegate):
    """Edits a number with two decimals, in the language's own way of writing them."""

    def createEditor(
        self,
        parent: QWidget,
        _option: QStyleOptionViewItem,
        _index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        """Return a field for one number."""
        box = QDoubleSpinBox(parent)
        box.setRange(-LARGEST, LARGEST)
        box.setSingleStep(0.25)
        box.setLocale(QLocale(locale()))
        box.setStyleSheet(
            "QAbstractSpinBox { border: none; padding: 0 2px; }"
            "QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }"
            "QAbstractSpinBox QLineEdit { border: none; padding: 0; }"
        )
        return box

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """Put the number into the field."""
        if isinstance(editor, QDoubleSpinBox):
            editor.setValue(float(index.data(_NUMBER)))
            editor.selectAll()

    def setModelData(
        self,
        editor: QWidget,
        _model: QAbstractItemModel,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Take the number from the field."""
        table = self.parent()
        if isinstance(editor, QDoubleSpinBox) and isinstance(table, VectorTable):
            editor.interpretText()
            if editor.value() != _as_written(editor, float(index.data(_NUMBER))):
                table.edited.emit(index.row(), index.column(), editor.value())


def _as_written(editor: QDoubleSpinBox, number: float) -> float:
    """Return ``number`` as the field shows it: leaving it alone must not round it."""
    return round(number, editor.decimals())


class VectorTable(QTableWidget):
    """Shows [N, d]; ``edited(row, column, number)`` when a person changes one."""

    edited = Signal(int, int, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(_Editor(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_LINE)
        self.verticalHeader().setFixedWidth(64)
        self.setTabKeyNavigation(False)
        self._chosen = 0

    def set_vectors(self, vectors: Float, labels: Sequence[str], *, chosen: int) -> None:
        """Show these numbers, line ``chosen`` in bold."""
        rows, columns = vectors.shape
        if (self.rowCount(), self.columnCount()) != (rows, columns):
            self.setRowCount(rows)
            self.setColumnCount(columns)
            self.setFixedHeight(rows * _LINE + 2)
            for row in range(rows):
                for column in range(columns):
                    self.setItem(row, column, QTableWidgetItem())
        self.setVerticalHeaderLabels(list(labels))
        for row in range(rows):
            for column in range(columns):
                self._write(row, column, float(vectors[row, column]), bold=row == chosen)

    def _write(self, row: int, column: int, number: float, *, bold: bool) -> None:
        item = self.item(row, column)
        if item is None:
            return
        item.setData(_NUMBER, number)
        item.setText(tidy(fixed(number, digits=2)))
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        font = item.font()
        font.setBold(bold)
        item.setFont(font)

    def set_look(self, theme: Theme, colour: str) -> None:
        """Write numbers in the colour of what they are."""
        for row in range(self.rowCount()):
            for column in range(self.columnCount()):
                if (item := self.item(row, column)) is not None:
                    item.setForeground(QColor(colour))
        self.setStyleSheet(f"QHeaderView::section {{ padding: 2px 6px; color: {theme.text}; }}")
