"""The frame around an output: what it is called, how to read it, its body, a way to copy it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from gui.panels.output.bodies import Body, ClassesBody, PlainBody, ScoreBody
from gui.panels.output.map_body import MapBody
from gui.panels.output.text_bodies import AnswerBody, GuessesBody, LabelsBody
from gui.panels.output.vector_bodies import StatesBody, VectorBody
from gui.theme import SPACE, Theme
from gui.views.words import safe_label
from models.i18n import tr
from models.outputs import (
    Answer,
    Classes,
    Output,
    PhotoMap,
    Plain,
    Score,
    TokenGuesses,
    TokenLabels,
    TokenStates,
    Vector,
)

_BODIES: Final[Mapping[type[Output], Callable[[Any], Body]]] = {
    Classes: ClassesBody,
    Score: ScoreBody,
    TokenGuesses: GuessesBody,
    TokenLabels: LabelsBody,
    Answer: AnswerBody,
    TokenStates: StatesBody,
    Vector: VectorBody,
    PhotoMap: MapBody,
    Plain: PlainBody,
}


class OutputCard(QFrame):
    """One output of the model."""

    def __init__(self, output: Output, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.output = output
        self.body = _BODIES[type(output)](output)
        self.title, self.facts, self.copy = QLabel(tr(output.title)), QLabel(), QToolButton()
        self.title.setProperty("title", True)
        self.copy.setText(tr("Copy"))
        self.copy.setToolTip(tr("Copy as a table, a line per number"))
        self.copy.setAccessibleName(tr("Copy “{name}” as a table", name=output.name))
        shape = "×".join(map(str, output.shape))
        self.facts.setText(f"{safe_label(output.name)} · {output.dtype} {shape}")
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.remark = self._words(output.remark)
        self.warnings = [
            self._words(tr(notice.message, **notice.values)) for notice in output.notices
        ]
        self._lay_out()

    def _words(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("muted", True)
        label.setVisible(bool(text))
        return label

    def _lay_out(self) -> None:
        self.facts.setProperty("muted", True)
        self.facts.setMinimumWidth(1)
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(self.title)
        names.addWidget(self.facts)
        head = QHBoxLayout()
        head.addLayout(names, 1)
        head.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, SPACE, 10, 10)
        column.setSpacing(SPACE - 2)
        column.addLayout(head)
        for label in (self.remark, *self.warnings):
            column.addWidget(label)
        column.addWidget(self.body)

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self.body.set_theme(theme)
        for label in self.warnings:
            label.setStyleSheet(f"color: {theme.warning};")
