"""How tables of figures look and are used: read-only lines of even digits, chosen to be copied."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView, QTableView

from gui.views.words import tabular


def dress(table: QTableView) -> None:
    """Make ``table`` one of figures: lines of even digits, several of them chosen at once."""
    choose_lines(table)
    table.setFont(tabular(table.font(), scale=0.92))
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setWordWrap(False)
    table.setAlternatingRowColors(True)
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 6)


def choose_lines(table: QTableView) -> None:
    """Let whole lines of ``table`` be chosen and nothing be edited; Tab leaves it."""
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.horizontalHeader().setHighlightSections(False)
