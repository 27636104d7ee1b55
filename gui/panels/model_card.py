"""The model card: what the open model is, what was found in it, what is missing, what is fed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.panels.model.card_text import CardText
from gui.panels.model.corrections_form import CorrectionsForm
from gui.panels.model.layer_table import LayerTable
from gui.panels.model.missing_box import MissingBox
from gui.theme import LIGHT, SPACE, Theme
from models.api import Model
from models.card import Card, Row, Section, card_of
from models.card.fields import fields_of
from models.i18n import tr
from models.record import Record


class ModelCard(QWidget):
    """Shows a model and one of its runs; written when it is seen, since it looks at all layers.

    ``corrections_asked(Corrections)`` wants the inputs prepared otherwise.
    """

    corrections_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: Model | None = None
        self._record: Record | None = None
        self._written: Model | None = None  # the model that the page is about
        self._stale = False
        self._theme: Theme = LIGHT
        self.card: Card | None = None
        self.empty, self.title, self.said = QLabel(), QLabel(), QLabel()
        self.copy_button = QPushButton()
        self.facts, self.rejected = CardText(), CardText()
        self.form, self.layers, self.layers_title = CorrectionsForm(), LayerTable(), QLabel()
        self.missing: list[MissingBox] = []
        self.page, self._lacks = QScrollArea(), QVBoxLayout()
        self._lay_out()
        self.copy_button.clicked.connect(self.copy)
        self.form.asked.connect(self.corrections_asked)
        self.retranslate()

    def _lay_out(self) -> None:
        for label in (self.title, self.layers_title):
            label.setProperty("title", True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        for label in (self.empty, self.said):
            label.setProperty("muted", True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignTop)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(SPACE)
        self._lacks.setSpacing(SPACE)
        column.addLayout(self._lacks)
        for part in (self.facts, self.form, self.layers_title, self.layers, self.rejected):
            column.addWidget(part)
        column.addStretch(1)
        self.page.setWidget(inside)
        self.page.setWidgetResizable(True)
        self.page.setFrameShape(QFrame.Shape.NoFrame)
        self.page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(SPACE, SPACE, SPACE // 2, SPACE // 2)
        outside.setSpacing(SPACE)
        outside.addLayout(head)
        outside.addWidget(self.empty, 1)
        outside.addWidget(self.page, 1)
        outside.addWidget(self.said)

    # -- facts

    def set_facts(self, model: Model | None, record: Record | None) -> None:
        """Show ``model``, and of ``record`` (one of its runs) heads, tokens and differences."""
        self._model, self._record, self._stale = model, record, True
        self.said.hide()
        if self.isVisible():
            self._write()

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self._theme = theme
        for text in (self.facts, self.rejected):
            text.set_theme(theme)
        for box in self.missing:
            box.set_theme(theme)
        self.form.set_theme(theme)
        self.layers.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        for part in (self, self.page, self.facts, self.rejected):
            part.setAccessibleName(tr("Model card"))
        self.empty.setText(tr("What is known about the model appears here once it is open."))
        self.copy_button.setText(tr("Copy the card"))
        self.copy_button.setToolTip(tr("Copy everything on this page as text"))
        self.layers_title.setText(tr("Layers"))
        self.form.retranslate()
        self.set_facts(self._model, self._record)

    def copy(self) -> None:
        """Copy the whole card as text, the table of the layers included."""
        if self.card is not None:
            QGuiApplication.clipboard().setText(self.card.text())
            self.said.setText(tr("The card is on the clipboard."))
            self.said.show()

    # -- inside

    def _write(self) -> None:
        self._stale = False
        model = self._model
        self.card = None if model is None else card_of(model, self._record, hashed=False)
        for part in (self.page, self.copy_button, self.title):
            part.setVisible(self.card is not None)
        self.empty.setVisible(self.card is None)
        if self.card is None or model is None:
            return
        place = self.page.verticalScrollBar().value() if model is self._written else 0
        self._written = model
        self.title.setText(self.card.title)
        self._write_missing(self.card)
        self.facts.set_sections(_sections(self.card))
        self.form.set_fields(fields_of(model, self._record))
        self.layers.set_lines(self.card.layers)
        rejected = Section(tr("Softmaxes that are no attention"), self.card.rejected)
        self.rejected.set_sections((rejected,) if self.card.rejected else ())
        self.rejected.setVisible(bool(self.card.rejected))
        self.page.verticalScrollBar().setValue(place)

    def _write_missing(self, card: Card) -> None:
        if [box.missing.text() for box in self.missing] == [m.text() for m in card.missing]:
            return
        for box in self.missing:
            self._lacks.removeWidget(box)
            box.deleteLater()
        self.missing = [MissingBox(missing) for missing in card.missing]
        for box in self.missing:
            box.set_theme(self._theme)
            self._lacks.addWidget(box)
            box.show()

    # -- Qt

    def showEvent(self, event: QShowEvent) -> None:
        """Write the card that was waiting to be seen."""
        super().showEvent(event)
        if self._stale:
            self._write()

    def sizeHint(self) -> QSize:
        """Comfortable beside the map."""
        return QSize(440, 720)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the row's panel."""
        return QSize(340, 240)


def _sections(card: Card) -> tuple[Section, ...]:
    """Return the card's sections, what was assumed first: without it the rest may mislead."""
    if not card.notices:
        return card.sections
    notices = tuple(Row("", sentence) for sentence in card.notices)
    return (Section(tr("Assumptions and notices"), notices), *card.sections)
