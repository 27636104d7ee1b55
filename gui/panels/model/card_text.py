"""Rows of the card as one text: labels left, values right, everything selectable, never markup."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextLength,
    QTextOption,
    QTextTableFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from gui.theme import LIGHT, SPACE, Theme
from models.card import Row, Section

LABELS = 30  # per cent of the width


class CardText(QTextEdit):
    """As tall as its text; the page around it scrolls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._sections: tuple[Section, ...] = ()
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QTextEdit { background: transparent; border: none; }")
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def set_sections(self, sections: Sequence[Section]) -> None:
        """Show these sections; a row without a label fills the width."""
        self._sections = tuple(sections)
        self._write()

    def set_theme(self, theme: Theme) -> None:
        """Recolour the labels."""
        self._theme = theme
        self._write()

    def _write(self) -> None:
        self.clear()
        cursor = QTextCursor(self.document())
        for number, section in enumerate(self._sections):
            self._title(cursor, section.title, first=number == 0)
            labelled = [row for row in section.rows if row.label]
            if labelled:
                self._table(cursor, labelled)
            for row in section.rows:
                if not row.label:
                    self._bullet(cursor, row.value)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _title(self, cursor: QTextCursor, title: str, *, first: bool) -> None:
        block, letters = QTextBlockFormat(), QTextCharFormat()
        block.setTopMargin(0 if first else 2 * SPACE)
        block.setBottomMargin(SPACE // 2)
        letters.setFontWeight(QFont.Weight.DemiBold)
        letters.setForeground(QColor(self._theme.text))
        if first:
            cursor.setBlockFormat(block)
        else:
            cursor.insertBlock(block)
        cursor.insertText(title, letters)

    def _table(self, cursor: QTextCursor, rows: Sequence[Row]) -> None:
        layout = QTextTableFormat()
        layout.setBorder(0)
        layout.setCellPadding(2)
        layout.setCellSpacing(0)
        percent = QTextLength.Type.PercentageLength
        layout.setColumnWidthConstraints(
            [QTextLength(percent, LABELS), QTextLength(percent, 100 - LABELS)]
        )
        muted, plain = QTextCharFormat(), QTextCharFormat()
        muted.setForeground(QColor(self._theme.muted))
        plain.setForeground(QColor(self._theme.text))
        table = cursor.insertTable(len(rows), 2, layout)
        for number, row in enumerate(rows):
            table.cellAt(number, 0).firstCursorPosition().insertText(row.label, muted)
            # A line separator keeps a value of several lines one paragraph: a triple click
            # selects all of it.
            value = row.value.replace("\n", "\u2028")
            table.cellAt(number, 1).firstCursorPosition().insertText(value, plain)
        cursor.movePosition(QTextCursor.MoveOperation.End)

    def _bullet(self, cursor: QTextCursor, text: str) -> None:
        block, letters = QTextBlockFormat(), QTextCharFormat()
        block.setLeftMargin(SPACE)
        block.setTextIndent(-SPACE)
        block.setBottomMargin(SPACE // 2)
        letters.setForeground(QColor(self._theme.text))
        cursor.insertBlock(block)
        cursor.insertText(f"· {text}", letters)

    def _fit(self) -> None:
        height = math.ceil(self.document().size().height())
        if height != self.height():
            self.setFixedHeight(height)

    # -- Qt

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()

    def sizeHint(self) -> QSize:
        """As tall as the text."""
        return QSize(300, math.ceil(self.document().size().height()))

    def minimumSizeHint(self) -> QSize:
        """Long words wrap anywhere."""
        return QSize(120, 0)
