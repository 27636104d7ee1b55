"""The head of the row panel: which token, layer and head, and how exact the numbers are."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.naming import check_colour, layer_check_words
from gui.panels.choice_box import ChoiceBox
from gui.panels.row import words
from gui.panels.row.facts import RowFacts
from gui.panels.row.link import RowLink
from gui.panels.row.name import RowName
from gui.steady import Steady
from gui.theme import SPACE, Theme
from models.i18n import tr
from models.record import Provenance

COPIES = ("row", "vector", "query", "key")


class RowHeader(QWidget):
    """Token, place, check; the picker of a head when several are averaged; the copy button."""

    head_asked = Signal(int)
    copy_asked = Signal(str)

    def __init__(self, link: RowLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self.name = RowName(link)
        self.check, self.mean, self.badge = QLabel(), QLabel(), QLabel()
        self.badge.setObjectName("disagreement")
        self.picker, self.heads = QFrame(), ChoiceBox()
        self.picker.setObjectName("mean")
        self.copy = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        self.copies = {name: QAction(self) for name in COPIES}
        self._lay_out()
        self.heads.activated.connect(lambda i: self.head_asked.emit(int(self.heads.itemData(i))))
        for name, action in self.copies.items():
            action.triggered.connect(lambda _=False, name=name: self.copy_asked.emit(name))

    def _lay_out(self) -> None:
        menu = QMenu(self.copy)
        menu.addActions(list(self.copies.values()))
        menu.aboutToShow.connect(self._name_copies)
        self.copy.setMenu(menu)
        self.copy.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self.name, 1)
        top.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        for label in (self.check, self.mean, self.badge):
            label.setWordWrap(True)
        # their words differ from layer to layer
        self._checked, self._badged = Steady(self.check), Steady(self.badge)
        self.badge.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self.picker)
        row.setContentsMargins(SPACE, 2, 2, 2)
        row.addWidget(self.mean, 1)
        row.addWidget(self.heads)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self._checked)
        column.addWidget(self._badged)
        column.addWidget(self.picker)
        self._checked.hide()
        self.badge.hide()
        self._badged.hide()
        self.picker.hide()

    def set_check(self, provenance: Provenance | None, *, theme: Theme) -> None:
        """Say how near the numbers of the layer are to the runtime's; None hides the line."""
        facts = self._link.facts
        self._checked.setVisible(provenance is not None and facts is not None)
        if provenance is None or facts is None:
            return
        layer = facts.shown.layer
        colour = f"color: {check_colour(provenance, theme, layer=layer)};"
        if self.check.styleSheet() != colour:  # polishes and lays out again, however equal
            self.check.setStyleSheet(colour)
        said = layer_check_words(provenance, layer)
        if self.check.text() == said:
            return
        self.check.setText(said)
        self.check.setToolTip(
            tr(
                "The largest difference, over all heads of this layer, between these weights and "
                "vectors and what onnxruntime computed for this input."
            )
        )

    def set_theme(self, theme: Theme) -> None:
        """Have the strip of the averaged heads stand out."""
        self.picker.setStyleSheet(
            f"QFrame#mean {{ background: {theme.accent_soft}; border: none;"
            f" border-left: 3px solid {theme.accent}; }}"
        )
        self.badge.setStyleSheet(
            f"QLabel#disagreement {{ color: {theme.warning}; border: 1px solid {theme.warning};"
            f" border-radius: 6px; padding: 2px {SPACE}px; }}"
        )

    def update_words(self) -> None:
        """Offer the averaged heads, when several are."""
        facts = self._link.facts
        if facts is None:
            return
        self.name.setAccessibleName(f"{facts.query_label}, {words.place(facts)}")
        badge = words.badge(facts)
        if self.badge.text() != badge:
            self.badge.setText(badge)
        self.badge.setVisible(bool(badge))
        self._badged.setVisible(bool(badge))
        averaged = facts.shown.one_head is None
        if averaged:
            self._fill_heads(facts)
        self.picker.setVisible(averaged)

    def retranslate(self) -> None:
        """Name the controls in the language in force."""
        self.badge.setToolTip(
            tr(
                "Share of Σ α against share of Σ |αv| in this head: a key may get much of the "
                "weight and give little, because its value is short. Kobayashi et al. 2020."
            )
        )
        self.copy.setText(tr("Copy") + " ▾")
        self.copy.setAccessibleName(tr("Copy numbers"))
        self.heads.setAccessibleName(tr("Head whose steps are shown"))
        self.heads.setToolTip(
            tr("A mean of heads has no query, keys or scores of its own: choose whose to see.")
        )
        self._name_copies()

    def _fill_heads(self, facts: RowFacts) -> None:
        note = words.mean_note(facts)
        if self.mean.text() != note:
            self.mean.setText(note)
        wanted = list(facts.shown.heads)
        if [self.heads.itemData(i) for i in range(self.heads.count())] != wanted:
            self.heads.clear()
            for head in wanted:
                self.heads.addItem(f"H{head + 1}", head)
        self.heads.setCurrentIndex(self.heads.findData(facts.head))

    def _name_copies(self) -> None:
        facts, key = self._link.facts, self._link.close_up
        named = "" if key is None or facts is None else facts.name(key)
        for name, text in (
            ("row", tr("The row, a line per token")),
            ("vector", tr("The attention vector")),
            ("query", tr("The query vector")),
            ("key", tr("Key and value of “{token}”", token=named)),
        ):
            self.copies[name].setText(text)
