"""The list of a model's files to choose from: size, whether it is here, what it means."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from gui.theme import LIGHT, Theme
from gui.views.tables import choose_lines
from models.file_size import size_words
from models.hub.variants import Listing, Variant
from models.i18n import tr

_WIDEST_NAME: Final = 210  # pixels; longer names are elided, and whole under the pointer


class VariantTable(QTableWidget):
    """One row per variant. ``picked``: another is selected; ``taken``: Return or a double click."""

    picked = Signal()
    taken = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self._listing: Listing | None = None
        self._theme = LIGHT
        choose_lines(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = self.horizontalHeader()
        for column in (1, 2):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.sectionResized.connect(lambda *_: self.resizeRowsToContents())
        self.itemSelectionChanged.connect(self.picked)
        self.itemActivated.connect(lambda _item: self.taken.emit())
        self.retranslate()

    @property
    def variant(self) -> Variant | None:
        """The selected variant."""
        row = self.currentRow()
        if self._listing is None or not 0 <= row < len(self._listing.variants):
            return None
        return self._listing.variants[row]

    def set_listing(self, listing: Listing | None, *, wanted: str = "") -> None:
        """Show a list; the variant at path ``wanted`` stays selected, else the first is."""
        self._listing = listing
        self._fill()
        if listing is not None:
            paths = [variant.path for variant in listing.variants]
            self.selectRow(paths.index(wanted) if wanted in paths else 0)

    def set_theme(self, theme: Theme) -> None:
        """Recolour what says where files are."""
        self._theme = theme
        self.setStyleSheet(
            f"QTableView {{ outline: 0; border-radius: 4px; }}"
            f"QTableView::item {{ padding: 5px 8px; border-bottom: 1px solid {theme.border}; }}"
            f"QTableView::item:selected {{ background: {theme.accent_soft}; color: {theme.text}; }}"
        )
        self._fill()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("Variants of the model"))
        self.setHorizontalHeaderLabels(
            [tr("Variant"), tr("Size"), tr("On this computer"), tr("What it means")]
        )
        self._fill()

    def _fill(self) -> None:
        row = self.currentRow()
        self.blockSignals(True)
        variants = () if self._listing is None else self._listing.variants
        self.setRowCount(len(variants))
        for number, variant in enumerate(variants):
            self._fill_row(number, variant)
        if 0 <= row < len(variants):
            self.selectRow(row)
        self.blockSignals(False)
        self.resizeColumnToContents(0)
        self.setColumnWidth(0, min(self.columnWidth(0), _WIDEST_NAME))
        self.resizeRowsToContents()

    def _fill_row(self, row: int, variant: Variant) -> None:
        words = (variant.name, size_words(variant.bytes), where(variant), variant.explanation)
        for column, text in enumerate(words):
            item = QTableWidgetItem(text)
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(variant.path if column == 0 else text)
            if column == 0:
                font = item.font()
                font.setWeight(QFont.Weight.DemiBold)
                item.setFont(font)
            self.setItem(row, column, item)
        here = self.item(row, 2)
        assert here is not None  # noqa: S101  # set above
        here.setForeground(QColor(self._theme.good if variant.cached else self._theme.muted))


def where(variant: Variant) -> str:
    """Say how much of a variant is on this computer."""
    if variant.cached:
        return tr("✓ here")
    if variant.started and variant.bytes:
        share = 100 * (variant.bytes - variant.missing_bytes) // variant.bytes
        return tr("{share}% here", share=share)
    return tr("to download")
