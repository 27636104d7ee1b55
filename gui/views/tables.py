"""How tables of figures look and are used: read-only lines of even digits, chosen to be copied."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView, QTableView

from gui.views.words import tabular


def dress(table: QTableView) -> None:
    """Make ``table`` one of figures: whole lines are chosen, nothing is edited, Tab leaves it."""
    table.setFont(tabular(table.font(), scale=0.92))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setAlternatingRowColors(True)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 6)
    table.horizontalHeader().setHighlightSections(False)
