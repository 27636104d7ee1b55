"""The playground's window: tables to edit, and the window's own views of what comes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import partial
from typing import Any, Final, cast

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from gui.first_size import FirstSize
from gui.lessons.places import PLAYGROUND
from gui.panels.row_panel import RowPanel
from gui.playground.controls import Controls
from gui.playground.refusal import Refusal
from gui.playground.tables import VectorTable
from gui.playground.words import moved_words, origin_words
from gui.state import Shown, ViewState, resolve
from gui.still_tabs import StillTabs
from gui.theme import SPACE, Theme
from gui.views.heatmap import HeatmapView
from gui.views.token_chips import TokenChips
from gui.zoom import USUAL, scaled, zoom
from models.i18n import tr
from models.lessons.lesson import Fact
from models.playground import Projected, Small, Table, projected, script

_TABLES: Final[tuple[Table, ...]] = ("query", "key", "value")
_LETTERS: Final = {"query": "Q", "key": "K", "value": "V"}
_FIRST: Final = 2  # “making”


class Playground(FirstSize):
    """``changed`` whenever a number did; ``closed`` when it is put away."""

    changed = Signal()
    closed = Signal()
    head_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName(PLAYGROUND)
        self.theme = theme
        self.small, self.chosen = Small.random(1), _FIRST
        self.real: Projected | None = None
        self._edits = 0
        self.chips, self.controls = TokenChips(), Controls()
        self.tables = {name: VectorTable() for name in _TABLES}
        self.table_labels = {name: QLabel() for name in _TABLES}
        self.moved, self.origin, self.refusal = QLabel(), QLabel(), Refusal()
        self.map, self.row, self.tabs = HeatmapView(), RowPanel(), StillTabs()
        self.code, self.copy_button, self.numbers = QPlainTextEdit(), QPushButton(), QScrollArea()
        self.whole = QScrollArea()
        self._lay_out()
        self._connect()
        self.set_theme(theme)
        self.retranslate()

    # -- layout

    def _lay_out(self) -> None:
        for label in (self.moved, self.origin):
            label.setWordWrap(True)
            label.setProperty("muted", True)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(SPACE)
        for part in (self.controls, self.origin, self.refusal):
            column.addWidget(part)
        for name in _TABLES:
            column.addWidget(self.table_labels[name])
            column.addWidget(self.tables[name])
        column.addStretch(1)
        area = self.numbers
        area.setWidget(left)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.middle, self.split = self._middle(), QSplitter()
        split = self.split
        card = QFrame()  # the ground that the row is drawn for
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.row)
        for column_of in (area, self.middle, card):
            split.addWidget(column_of)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(1, 1)
        split.setSizes([390, 420, 390])
        outside = QVBoxLayout(self)
        outside.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        self.whole.setWidget(split)
        self.whole.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the keys
        self.whole.setWidgetResizable(True)
        self.whole.setFrameShape(QFrame.Shape.NoFrame)
        outside.addWidget(self.whole, 1)
        self._make_room()

    def _make_room(self) -> None:
        """Give every column what it needs at the zoom in force: what a screen lacks is scrolled."""
        self.numbers.setMinimumWidth(scaled(370))
        self.middle.setMinimumWidth(scaled(300))
        self.chips.setFixedHeight(scaled(92))
        self.split.setMinimumHeight(scaled(520) if zoom() > USUAL else 0)

    def _middle(self) -> QWidget:
        self.code.setReadOnly(True)
        self.code.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.code.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        inside = QVBoxLayout(page := QWidget())
        inside.setContentsMargins(0, SPACE, 0, 0)
        inside.addWidget(self.code, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.copy_button)
        inside.addLayout(foot)
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.map, "")
        self.tabs.addTab(page, "NumPy")
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.chips)
        column.addWidget(self.moved)
        column.addWidget(self.tabs, 1)
        return middle

    def _connect(self) -> None:
        self.controls.changed.connect(self._on_changed)
        self.finished.connect(lambda _code: self.closed.emit())
        self.controls.random_asked.connect(self.randomise)
        self.controls.head_asked.connect(self.head_asked)
        for name, table in self.tables.items():
            table.edited.connect(partial(self._on_edited, name))
            table.refused.connect(self.refusal.tell)
        self.chips.token_clicked.connect(self.choose)
        self.chips.token_stepped.connect(
            lambda step: self.choose(min(max(self.chosen + step, 0), len(self.small.tokens) - 1))
        )
        self.map.cell_clicked.connect(lambda query, _key: self.choose(query))
        self.copy_button.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self.code.toPlainText())
        )

    # -- what is set

    def play(self, settings: Mapping[str, Any]) -> None:
        """Set fields of ``Small`` by the names a lesson uses: ``dropout`` is the rate."""
        asked = dict(settings)
        if "dropout" in asked:
            asked["rate"] = float(asked.pop("dropout"))
        known = {f.name for f in fields(Small)}
        small = Small.random(int(asked.pop("seed", 1)))
        self._use(replace(small, **{k: v for k, v in asked.items() if k in known}), real=None)

    def randomise(self, seed: int) -> None:
        """Draw new numbers, everything else as it is."""
        old = self.small
        new = replace(
            Small.random(seed),
            temperature=old.temperature,
            rate=old.rate,
            dropout_seed=old.dropout_seed,
            masked=frozenset() if old.source else old.masked,
        )
        self._use(new, real=None)

    def take_head(self, shown: Shown) -> None:
        """Use the shown head's own numbers, projected down."""
        token = 0 if shown.token is None else shown.token
        head = shown.inspected_head
        row = shown.layer.row(token)[head]
        strongest = [int(i) for i in np.argsort(-row, kind="stable") if int(i) != token]
        positions = tuple(sorted([token, *strongest[:4]]))
        real = projected(shown.record, layer=shown.state.layer, head=head, positions=positions)
        self.chosen = positions.index(token)
        self._use(real.small, real=real)

    def choose(self, query: int) -> None:
        """Look at another token's row."""
        self.chosen = query
        self._show()

    def _use(self, small: Small, *, real: Projected | None) -> None:
        self.small, self.real = small, real
        self.refusal.hide()
        self.chosen = min(self.chosen, len(small.tokens) - 1)
        self._show()
        self.changed.emit()

    def _on_changed(self, name: str, value: object) -> None:
        self._use(replace(self.small, **cast("dict[str, Any]", {name: value})), real=self.real)

    def _on_edited(self, name: Table, row: int, column: int, number: float) -> None:
        self._edits += 1
        self._use(self.small.edited(name, row=row, column=column, number=number), real=None)

    @property
    def facts(self) -> dict[str, Fact]:
        """What lessons can ask about."""
        return {
            "playground": self.isVisible(),
            "playground.temperature": self.small.temperature,
            "playground.masked": float(len(self.small.masked)),
            "playground.dropout": self.small.rate,
            "playground.seed": float(self.small.dropout_seed),
            "playground.numbers": float(self._edits),
        }

    # -- drawing

    def _show(self) -> None:
        small, theme = self.small, self.theme
        record = small.record()
        shown = resolve(ViewState(layer=0, heads=(0,), pinned=self.chosen), record)
        row = small.weights[self.chosen]
        self.controls.show_small(small)
        self.chips.set_tokens(record.tokens)
        self.chips.set_row(row, high=float(row.max()) or 1.0)
        self.chips.set_selection(pinned=self.chosen, hovered=None, key=None)
        for name, colour in zip(_TABLES, (theme.query, theme.key, theme.value), strict=True):
            self.tables[name].set_vectors(getattr(small, name), small.tokens, chosen=self.chosen)
            self.tables[name].set_look(theme, colour)
        weights = small.weights
        self.map.set_labels(small.tokens, small.tokens)
        self.map.set_weights(weights, low=0.0, high=max(1.0, float(weights.max())))
        self.map.set_selection(self.chosen, None)
        self.row.set_facts(shown, shown.layer.parts(self.chosen, 0))
        self.code.setPlainText(script(small, query=self.chosen))
        self._say()

    def _say(self) -> None:
        self.moved.setText(moved_words(self.small, self.chosen))
        self.origin.setVisible(bool(self.small.source))
        self.origin.setText(origin_words(self.small, self.real))

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self.theme = theme
        for part in (self.chips, self.map, self.row, self.controls):
            part.set_theme(theme)
        self.refusal.setStyleSheet(f"color: {theme.warning};")
        self._show()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self._make_room()
        self.setWindowTitle(tr("Playground"))
        self.numbers.setAccessibleName(tr("Numbers to edit"))
        self.controls.retranslate()
        self.row.retranslate()
        self.map.retranslate()
        self.chips.retranslate()
        self.tabs.setTabText(0, tr("Map"))
        self.tabs.tabBar().setAccessibleName(tr("Map or NumPy"))
        self.code.setAccessibleName(tr("The same in NumPy"))
        self.copy_button.setText(tr("Copy"))
        self.copy_button.setToolTip(tr("Copy these lines: they run by themselves."))
        for name, label in self.table_labels.items():
            words = {"query": tr("queries"), "key": tr("keys"), "value": tr("values")}[name]
            label.setText(f"{_LETTERS[name]} · {words}")
            label.setToolTip(tr("Double-click a number to change it."))
            self.tables[name].setAccessibleName(words)
            self.tables[name].setToolTip(tr("Double-click a number to change it."))
        self._show()

    def sizeHint(self) -> QSize:
        """Room for all three columns."""
        return QSize(scaled(1240), scaled(740))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that it is gone."""
        super().closeEvent(event)
        self.closed.emit()
