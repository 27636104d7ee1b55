"""The steps one below the other, in the order in which they are computed."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gui.panels.row import words
from gui.panels.row.canvas import Canvas
from gui.panels.row.card import StepCard
from gui.panels.row.facts import RowFacts
from gui.panels.row.key_list import KeyList
from gui.panels.row.key_steps import KeyCanvas, QueryCanvas
from gui.panels.row.link import RowLink
from gui.panels.row.said import step_said
from gui.panels.row.score_step import ScoreCanvas
from gui.panels.row.value_step import ValueCanvas
from gui.panels.row.vector_step import VectorCanvas
from gui.spoken import describe
from gui.theme import SPACE, Theme
from models.i18n import language, ntr

LINES = ((900, 16), (700, 12), (0, 9))  # from this height on, so many keys in a list


class StepsPage(QScrollArea):
    """Five cards that scroll; ``copy_asked(part)`` when Ctrl+C is pressed in one."""

    copy_asked = Signal(str)

    def __init__(self, link: RowLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.link = link
        kinds = (QueryCanvas, KeyCanvas, ScoreCanvas, ValueCanvas, VectorCanvas)
        self.canvases: list[Canvas] = [kind(link) for kind in kinds]
        self.cards = [StepCard(i, canvas) for i, canvas in enumerate(self.canvases, start=1)]
        self.show_all = QPushButton()
        self.scale, self.odd = QLabel(), QLabel()
        self._told: tuple[object, ...] = ()  # what the words of the steps were made of
        self._lay_out()
        link.reshaped.connect(self._follow)
        self.show_all.toggled.connect(lambda on: link.set_show_all(on=on))
        for canvas in self.canvases:
            canvas.copy_asked.connect(self.copy_asked)
            if isinstance(canvas, KeyList):
                canvas.stepped.connect(lambda canvas=canvas: self.show_key(canvas))

    def _lay_out(self) -> None:
        self.show_all.setCheckable(True)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(SPACE)
        for card in self.cards:
            column.addWidget(card)
        column.addStretch(1)
        self.cards[1].column.insertWidget(3, self.show_all, 0, Qt.AlignmentFlag.AlignLeft)
        for label in (self.scale, self.odd):
            label.setWordWrap(True)
            self.cards[2].column.addWidget(label)
        self.scale.setProperty("muted", True)
        self.odd.hide()
        self.setWidget(inside)

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        for card in self.cards:
            card.set_theme(theme)
        self.odd.setStyleSheet(f"color: {theme.warning};")
        self.update_words()

    def update_words(self, described: str = "") -> None:
        """Say again, for the facts and the language in force, what each step does.

        ``described`` is the row in words, where it is known already.
        """
        facts = self.link.facts
        if facts is None:
            return
        self._name_steps(facts)
        listened = QAccessible.isActive()  # nobody else waits for the words
        text = described or words.description(facts)
        for part, canvas in zip(words.PARTS, self.canvases, strict=True):
            describe(canvas, step_said(part, facts) if listened else text)
        scale = " ".join((words.scale_note(facts), words.bias_note(facts))).strip()
        odd = words.odd_row_note(facts)
        for label, said in ((self.scale, scale), (self.odd, odd)):
            if label.text() != said:  # a new text lays the page out again
                label.setText(said)
        self.odd.setVisible(bool(odd))
        self._follow()

    def _name_steps(self, facts: RowFacts) -> None:
        """Say what the steps are: the same for every row of a layer."""
        told = language(), self.link.theme, *words.told_of(facts)
        if told == self._told:
            return
        self._told = told
        for part, card in zip(words.PARTS, self.cards, strict=True):
            card.set_words(
                title=words.title(part),
                formula=words.formula(part, facts, theme=self.link.theme),
                sentence=words.sentence(part, facts),
                tip=words.tip(part),
            )

    def _follow(self) -> None:
        self.show_all.setVisible(self.link.count > self.link.lines)
        said = ntr("Scroll through {count} key", "Scroll through all {count} keys", self.link.count)
        self.show_all.setChecked(self.link.show_all)
        if said != self.show_all.text():
            self.show_all.setText(said)

    def fit_height(self, height: int) -> None:
        """Choose how many keys the lists show in a page of this height."""
        self.link.set_lines(next(lines for least, lines in LINES if height >= least))

    def show_key(self, canvas: KeyList) -> None:
        """Scroll the page so that the key pointed at by the keyboard is seen."""
        visible = self.link.visible().tolist()
        inside = self.widget()
        if inside is not None and self.link.key in visible:
            middle = canvas.line_rect(visible.index(self.link.key)).center().toPoint()
            place = canvas.mapTo(inside, QPoint(0, middle.y()))
            self.ensureVisible(place.x(), place.y(), 0, 40)
