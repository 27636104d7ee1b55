"""The frame around a step: its number, name, formula, sentence, and the drawing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.panels.row.canvas import Canvas
from gui.theme import SPACE, Theme
from gui.views.words import tabular
from gui.zoom import scaled
from models.i18n import tr

PADDING = 10
BADGE = 20


class StepCard(QFrame):
    """One numbered step. The formula stands beside the name where there is room, else below."""

    def __init__(self, number: int, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.canvas = canvas
        self.badge, self.title, self.formula = QLabel(str(number)), QLabel(), QLabel()
        self.sentence = QLabel()
        self._heading = QGridLayout()
        self._beside: bool | None = None
        self._lay_out()

    def _lay_out(self) -> None:
        self.title.setProperty("title", True)
        self.badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.formula.setTextFormat(Qt.TextFormat.RichText)
        self.sentence.setProperty("muted", True)
        self.sentence.setWordWrap(True)
        for label in (self.title, self.formula):
            label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            label.setMinimumWidth(1)  # or a formula beside the name would keep the card wide
        self._heading.setHorizontalSpacing(SPACE)
        self._heading.setVerticalSpacing(2)
        self._heading.setColumnStretch(3, 1)
        self._heading.addWidget(self.badge, 0, 0)
        self._heading.addWidget(self.title, 0, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(PADDING, PADDING - 2, PADDING, PADDING)
        self.column.setSpacing(4)
        self.column.addLayout(self._heading)
        self.column.addWidget(self.sentence)
        self.column.addWidget(self.canvas)
        self.sentence.setFont(tabular(self.font(), scale=0.92))
        self._place_formula()

    def set_words(self, *, title: str, formula: str, sentence: str, tip: str) -> None:
        """Say what the step is; unchanged words cost nothing."""
        changed = (title, formula, sentence) != (
            self.title.text(),
            self.formula.text(),
            self.sentence.text(),
        )
        if changed:
            self.title.setText(title)
            self.formula.setText(formula)
            self.sentence.setText(sentence)
            self._place_formula()
        for label in (self.badge, self.title, self.formula, self.sentence):
            if label.toolTip() != tip:
                label.setToolTip(tip)
                if label is not self.title:  # read out once, with the name
                    label.setAccessibleDescription(" ")
        self.badge.setAccessibleName(tr("Step {number}", number=self.badge.text()))
        self.canvas.setAccessibleName(title)

    def set_theme(self, theme: Theme) -> None:
        """Colour the badge."""
        self.badge.setFixedSize(scaled(BADGE), scaled(BADGE))
        self.badge.setStyleSheet(
            f"background: {theme.raised}; color: {theme.text}; font-weight: 600;"
            f" border-radius: {scaled(BADGE) // 2}px;"
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Move the formula beside or below the name."""
        super().resizeEvent(event)
        self._place_formula()

    def _place_formula(self) -> None:
        needed = scaled(BADGE) + self.title.sizeHint().width() + self.formula.sizeHint().width()
        beside = needed + 4 * SPACE <= self.width() - 2 * PADDING
        if beside != self._beside:
            self._beside = beside
            self._heading.removeWidget(self.formula)
            if beside:
                self._heading.addWidget(self.formula, 0, 2)
            else:
                self._heading.addWidget(self.formula, 1, 1, 1, 3)
