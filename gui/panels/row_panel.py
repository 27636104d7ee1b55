"""Where one attention row comes from: every number between a token's query and what it takes away.

The steps are those of scaled dot-product attention (Vaswani et al. 2017, arXiv:1706.03762,
equation 1), with the model's own query, keys, values, scale and bias.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.panels.row import words
from gui.panels.row.copying import copied_lines, copied_numbers
from gui.panels.row.facts import RowFacts, row_facts
from gui.panels.row.header import RowHeader
from gui.panels.row.link import Order, Pointed, RowLink
from gui.panels.row.sorting import Sorting
from gui.panels.row.steps import StepsPage
from gui.panels.row.table import RowTableView
from gui.state import Shown
from gui.steady import Steady
from gui.still_tabs import StillTabBar
from gui.theme import LIGHT, SPACE, Theme
from gui.zoom import scaled
from models.attention import RowParts
from models.i18n import tr
from models.record import Provenance

NARROWEST = 356
STEPS_TAB, TABLE_TAB = 0, 1
EMPTY_PAGE, ROW_PAGE = 0, 1


class RowPanel(QWidget):
    """Shows the steps of one row, drawn and as a table.

    ``key_hovered(position | None)`` and ``key_clicked(position)`` speak of keys;
    ``head_asked(head)`` wants the steps of another of the averaged heads; ``order_chosen(order)``
    tells the order of keys that was chosen, ``position`` or ``weight``.
    """

    key_hovered = Signal(object)
    key_clicked = Signal(int)
    things_asked = Signal()  # with nothing chosen: the things to try
    head_asked = Signal(int)
    order_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.link = RowLink(self)
        self._theme: Theme = LIGHT
        self._check: Provenance | None = None
        self.header = RowHeader(self.link)
        self.steps = StepsPage(self.link)
        self.table = RowTableView()
        self.tabs, self.sorting, self.order_note = StillTabBar(), Sorting(), QLabel()
        self.pages, self.body = QStackedWidget(), QStackedWidget()
        self.empty_title, self.empty_text, self.readout = QLabel(), QLabel(), QLabel()
        self.things = QPushButton()
        self._lay_out()
        self._connect()
        self.set_theme(LIGHT)
        self.retranslate()

    # -- building

    def _lay_out(self) -> None:
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.addTab("")
        self.tabs.addTab("")
        bar = QHBoxLayout()
        bar.addWidget(self.tabs)
        bar.addStretch(1)
        bar.addWidget(self.sorting)
        self.body.addWidget(self.steps)
        self.body.addWidget(self.table)
        self.order_note.setProperty("muted", True)
        self.order_note.setWordWrap(True)
        self.order_note.hide()
        self.readout.setTextFormat(Qt.TextFormat.PlainText)
        self.readout.setProperty("muted", True)
        row = QWidget()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.header)
        column.addLayout(bar)
        column.addWidget(self.order_note)
        column.addWidget(self.body, 1)
        column.addWidget(Steady(self.readout))
        self.pages.addWidget(self._empty_page())
        self.pages.addWidget(row)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(SPACE, SPACE, SPACE, SPACE // 2)
        outside.addWidget(self.pages)

    def _empty_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(2)
        for label in (self.empty_title, self.empty_text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            column.addWidget(label)
        self.empty_title.setTextFormat(Qt.TextFormat.RichText)
        self.empty_text.setProperty("muted", True)
        column.addSpacing(SPACE)
        column.addWidget(self.things, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        return page

    def _connect(self) -> None:
        link = self.link
        link.key_hovered.connect(self.key_hovered)
        link.key_clicked.connect(self.key_clicked)
        link.pointed_changed.connect(self._update_readout)
        self.header.head_asked.connect(self.head_asked)
        self.header.copy_asked.connect(self.copy)
        self.steps.copy_asked.connect(self._on_step_copied)
        self.table.copy_asked.connect(self.copy)
        self.table.key_clicked.connect(self.key_clicked)
        self.table.key_hovered.connect(self._on_table_hovered)
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self.sorting.order_asked.connect(self._on_order_asked)
        self.things.clicked.connect(self.things_asked)

    # -- facts

    def set_facts(self, shown: Shown | None, parts: RowParts | None) -> None:
        """Show the steps ``parts`` of the inspected head of ``shown``; None for no token."""
        facts = None
        if shown is not None and parts is not None and shown.token is not None:
            facts = row_facts(shown, parts)
        self.link.set_facts(facts)
        self.pages.setCurrentIndex(EMPTY_PAGE if facts is None else ROW_PAGE)
        self._show(facts)

    def _show(self, facts: RowFacts | None) -> None:
        if facts is None:
            self.setAccessibleDescription(tr("No token is chosen."))
            return
        self.header.update_words()
        self.header.set_check(self._check, theme=self._theme)
        self._show_order()
        described = words.description(facts)
        if self.tabs.currentIndex() == TABLE_TAB:
            self.table.set_table(facts.table)
            self.table.mark(facts.shown.state.key)
        else:
            self.steps.update_words(described)
        self.setAccessibleDescription(described)
        self._update_readout()

    def set_check(self, provenance: Provenance | None) -> None:
        """Show how near the layer's numbers are to onnxruntime's; None hides the line."""
        self._check = provenance
        self.header.set_check(provenance, theme=self._theme)

    def highlight_key(self, key: int | None) -> None:
        """Point at a key that is hovered elsewhere, without announcing it again."""
        if key == self.link.key:
            return  # our own announcement come back: keep the dimension that is pointed at
        fits = key is not None and self.link.facts is not None and key < self.link.count
        self.link.blockSignals(True)
        self.link.point(Pointed("score", key) if fits else None)
        self.link.blockSignals(False)
        self.link.repainted.emit()
        self._update_readout()

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self._theme = theme
        self.link.set_theme(theme)
        self.header.set_theme(theme)
        self.header.set_check(self._check, theme=theme)
        self.steps.set_theme(theme)
        self.table.set_theme(theme)
        colours = (("q", theme.query), ("k", theme.key), ("v", theme.value))
        q, k, v = (f'<i><b style="color:{colour}">{name}</b></i>' for name, colour in colours)
        self.empty_title.setText(
            f'<p style="font-size:{scaled(17)}pt">softmax({q}·{k} ÷ √d)·{v}</p>'
        )

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.tabs.setTabText(STEPS_TAB, tr("Steps"))
        self.tabs.setTabText(TABLE_TAB, tr("Table"))
        self.tabs.setAccessibleName(tr("Steps or table"))
        self.sorting.retranslate()
        self.header.retranslate()
        self.table.setAccessibleName(tr("The row as a table"))
        self.setAccessibleName(tr("Where the row comes from"))
        self.readout.setAccessibleName(tr("Exact value"))
        self.empty_text.setText(
            tr("Click a token or a patch to see, number by number, where its row comes from.")
        )
        self.things.setText(tr("Things to try"))
        self.things.setToolTip(
            tr("Sentences and photos with something to see; a click sets the window.")
        )
        if self.link.facts is not None:
            self.table.set_table(None)
            self.steps.update_words()
        self._show(self.link.facts)

    # -- copying

    def copy(self, what: str) -> None:
        """Copy as text: ``row``, ``table`` (chosen lines), ``vector``, ``query`` or ``key``."""
        facts = self.link.facts
        if facts is None:
            return
        if what in {"row", "table"}:
            keys = self.table.chosen() if what == "table" else None
            text, said = copied_lines(facts, keys)
        else:
            text, said = copied_numbers(facts, what, key=self.link.close_up)
        QGuiApplication.clipboard().setText(text)
        self.readout.setText(said)

    def _on_step_copied(self, part: str) -> None:
        self.copy({"query": "query", "vector": "vector"}.get(part, "row"))

    # -- what the person does

    def set_order(self, order: Order) -> None:
        """Keep to this order of keys, whatever their number; "auto" chooses by their number."""
        self.link.set_order(order)
        self._show_order()

    def _on_order_asked(self, order: Order) -> None:
        self.set_order(order)
        self.order_chosen.emit(order)

    def _show_order(self) -> None:
        self.sorting.set_facts(by_weight=self.link.sorted_by_weight)
        note = words.order_note(self.link)
        if note != self.order_note.text():
            self.order_note.setText(note)
        self.order_note.setVisible(bool(note) and self.tabs.currentIndex() == STEPS_TAB)

    def _on_table_hovered(self, key: int | None) -> None:
        self.link.point(None if key is None else Pointed("score", key))

    def _on_tab_changed(self, tab: int) -> None:
        self.body.setCurrentIndex(tab)
        self.sorting.setVisible(tab == STEPS_TAB)
        self._show(self.link.facts)

    def _update_readout(self) -> None:
        facts = self.link.facts
        text = "" if facts is None else words.readout(facts, self.link.pointed)
        text = text or tr("Point at a cell for its exact value.")
        room = max(self.readout.width(), 100)
        fitted = self.readout.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        if fitted != self.readout.text():
            self.readout.setText(fitted)
            self.readout.setToolTip(text)

    # -- Qt

    def sizeHint(self) -> QSize:
        """Comfortable beside the map."""
        return QSize(440, 720)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the columns allow; any height, since the steps scroll."""
        return QSize(scaled(NARROWEST), 240)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the number of lines to the height, and the texts to the width."""
        super().resizeEvent(event)
        self.steps.fit_height(self.height())
        self._show(self.link.facts)

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the font changed."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "steps"):
            self._show(self.link.facts)
