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
from PySide6.QtGui import QColor, QFont, QValidator
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
from gui.zoom import scaled
from models.attention import Float

LARGEST: Final = 9999.0  # vectors of real heads reach hundreds
_DECIMALS: Final = 6  # as many as single precision has to give
_LINE: Final = 25  # logical pixels: the height of a line,
_NAME: Final = 64  # the width of its name,
_LONGEST: Final = 120  # at most,
_AIR: Final = 8  # and what is beside it
_NUMBER: Final = Qt.ItemDataRole.UserRole


class NumberField(QDoubleSpinBox):
    """Takes a number with a comma or a point; what is none is kept in ``refused``, not undone."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.refused: str | None = None
        self.setRange(-LARGEST, LARGEST)
        self.setDecimals(_DECIMALS)
        self.setSingleStep(0.25)
        self.setLocale(QLocale(locale()))

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Let anything be typed: what is no number is told when the field is left."""
        known = read_number(text) is not None
        state = QValidator.State.Acceptable if known else QValidator.State.Intermediate
        return state, text, place

    def fixup(self, text: str) -> str:
        """Keep what is no number, so that it can be told."""
        self.refused = text
        return text

    def valueFromText(self, text: str) -> float:
        """Return the number in ``text``."""
        found = read_number(text)
        return self.value() if found is None else found

    def textFromValue(self, value: float) -> str:
        """Write a number in full, with two decimals at the least."""
        whole, _, rest = f"{value:.{_DECIMALS}f}".partition(".")
        point = QLocale(locale()).decimalPoint()
        return f"{whole}{point}{rest[:2]}{rest[2:].rstrip('0')}"


def read_number(text: str) -> float | None:
    """Return the number in ``text``, None when there is none within ±``LARGEST``."""
    if "_" in text:
        return None  # Python would read over it
    try:
        found = float(text.strip().replace("−", "-").replace(",", "."))
    except ValueError:
        return None
    return found if abs(found) <= LARGEST else None  # what is no number compares as false


class _Editor(QStyledItemDelegate):
    """Edits a number, in the language's own way of writing them."""

    def createEditor(
        self,
        parent: QWidget,
        _option: QStyleOptionViewItem,
        _index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        """Return a field for one number."""
        box = NumberField(parent)
        box.setStyleSheet(
            "QAbstractSpinBox { border: none; padding: 0 2px; }"
            "QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }"
            "QAbstractSpinBox QLineEdit { border: none; padding: 0; }"
        )
        return box

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """Put the number into the field."""
        if isinstance(editor, NumberField):
            editor.setValue(float(index.data(_NUMBER)))
            editor.selectAll()

    def setModelData(
        self,
        editor: QWidget,
        _model: QAbstractItemModel,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Take the number from the field, or tell what was written in place of one."""
        table = self.parent()
        if not isinstance(editor, NumberField) or not isinstance(table, VectorTable):
            return
        editor.interpretText()
        before = float(index.data(_NUMBER))
        if editor.refused is not None:
            table.refused.emit(editor.refused, before)
        elif editor.value() != _as_written(editor, before):
            table.edited.emit(index.row(), index.column(), editor.value())


def _as_written(editor: QDoubleSpinBox, number: float) -> float:
    """Return ``number`` as the field shows it: leaving it alone must not round it."""
    return round(number, editor.decimals())


class VectorTable(QTableWidget):
    """Shows [N, d]; ``edited(row, column, number)`` when a person changes one.

    ``refused(written, number)`` when what was written is no number: ``number`` stays.
    """

    edited = Signal(int, int, float)
    refused = Signal(str, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(_Editor(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().hide()
        self.setTabKeyNavigation(False)
        self._chosen = 0

    def set_vectors(self, vectors: Float, labels: Sequence[str], *, chosen: int) -> None:
        """Show these numbers, line ``chosen`` in bold."""
        rows, columns = vectors.shape
        if (self.rowCount(), self.columnCount()) != (rows, columns):
            self.setRowCount(rows)
            self.setColumnCount(columns)
            for row in range(rows):
                for column in range(columns):
                    self.setItem(row, column, QTableWidgetItem())
        self.setVerticalHeaderLabels(list(labels))
        self._fit(labels)
        for row in range(rows):
            for column in range(columns):
                self._write(row, column, float(vectors[row, column]), bold=row == chosen)

    def _fit(self, labels: Sequence[str]) -> None:
        """Be as tall as the lines, and leave their names whole, at the zoom in force."""
        names, metrics = self.verticalHeader(), self.fontMetrics()
        names.setDefaultSectionSize(scaled(_LINE))
        widest = max((metrics.horizontalAdvance(label) for label in labels), default=0)
        room = max(scaled(_NAME), widest + scaled(2 * _AIR))
        names.setFixedWidth(min(room, scaled(_LONGEST)))
        self.setFixedHeight(self.rowCount() * scaled(_LINE) + 2)

    def _write(self, row: int, column: int, number: float, *, bold: bool) -> None:
        item = self.item(row, column)
        if item is None:
            return
        item.setData(_NUMBER, number)
        item.setText(tidy(fixed(number, digits=2)))
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        font = item.font()
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        item.setFont(font)

    def set_look(self, theme: Theme, colour: str) -> None:
        """Write numbers in the colour of what they are."""
        for row in range(self.rowCount()):
            for column in range(self.columnCount()):
                if (item := self.item(row, column)) is not None:
                    item.setForeground(QColor(colour))
        self.setStyleSheet(f"QHeaderView::section {{ padding: 2px 6px; color: {theme.text}; }}")
