"""What the benches are made of: cards with one experiment each, and rows of controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCursor, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QButtonGroup,
    QDoubleSpinBox,
    QFrame,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.labs.state import Kind
from gui.numbers import locale
from gui.theme import LIGHT, SPACE, Theme
from gui.views.flow import FlowLayout
from models.i18n import mark, tr

STALE_OPACITY: Final = 0.4
RECIPE_ACTIONS: Final = {
    "save": mark("Save the recipe (JSON) …"),
    "copy": mark("Copy the script command"),
    "csv": mark("Export the numbers (CSV) …"),
    "npz": mark("Export the arrays (NPZ) …"),
}


def words_label(*, muted: bool = False, title: bool = False) -> QLabel:
    """Return a label of plain text that wraps."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("muted", muted)
    label.setProperty("title", title)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class Segments(QWidget):
    """A few buttons of which one is down; speaks in the chosen key."""

    chosen = Signal(str)

    def __init__(self, words: Mapping[Any, str], parent: QWidget | None = None) -> None:
        """Offer ``words``, marked English by key."""
        super().__init__(parent)
        self._words = dict(words)
        self.buttons = {key: QToolButton() for key in words}
        group = QButtonGroup(self)
        flow = FlowLayout(self, spacing=2)
        for key, button in self.buttons.items():
            button.setCheckable(True)
            group.addButton(button)
            flow.addWidget(button)
            button.clicked.connect(lambda _on, key=key: self.chosen.emit(key))

    def show_choice(self, key: str) -> None:
        """Show what is chosen."""
        self.buttons[key].setChecked(True)

    def set_words(self, key: str, words: str, *, tip: str = "") -> None:
        """Write something else on one button, in the language in force."""
        self.buttons[key].setText(words)
        self.buttons[key].setToolTip(tip)

    def retranslate(self, name: str, tips: Mapping[str, str] | None = None) -> None:
        """Say everything again; ``name`` is what is chosen here, ``tips`` explain it by key."""
        self.setAccessibleName(name)
        for key, button in self.buttons.items():
            button.setText(tr(self._words[key]))
            button.setToolTip((tips or {}).get(key, name))
            button.setAccessibleName(f"{name}: {button.text()}")


class Share(QDoubleSpinBox):
    """A number with decimals; the wheel scrolls the page unless it is being edited."""

    def __init__(
        self, least: float, most: float, *, step: float, decimals: int = 2,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setRange(least, most)
        self.setDecimals(decimals)
        self.setSingleStep(step)
        _make_quiet(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step only where the person is."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Whole(QSpinBox):
    """A whole number that is taken when it is finished."""

    def __init__(self, least: int, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(least, most)
        _make_quiet(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step only where the person is."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def _make_quiet(box: QAbstractSpinBox) -> None:
    """Take a number when it is finished, and leave the wheel to the page."""
    box.setKeyboardTracking(False)
    for line in box.findChildren(QLineEdit):
        line.setTextMargins(5, 0, 0, 0)  # what a style sheet's padding does not reach
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


def follow_locale(widgets: Sequence[QWidget]) -> None:
    """Let numbers be written and read as the language in force has them."""
    for widget in widgets:
        spoken = QLocale(locale())  # a copy: the locale is shared by the whole window
        spoken.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
        widget.setLocale(spoken)


def line_of(*widgets: QWidget) -> FlowLayout:
    """Return a line of controls that goes on below where room ends."""
    flow = FlowLayout(spacing=SPACE)
    for widget in widgets:
        flow.addWidget(widget)
    return flow


def together(label: QLabel, control: QWidget) -> QWidget:
    """Return a label and its control, which no end of a line parts."""
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE // 2)
    label.setWordWrap(False)
    label.setBuddy(control)
    row.addWidget(label)
    row.addWidget(control)
    return both


def named(control: QWidget, words: str) -> None:
    """Let a control be called ``words``, by a screen reader and in its tool tip."""
    control.setAccessibleName(words)
    control.setToolTip(words)


class ExperimentCard(QFrame):
    """One experiment: its controls, a button that runs it, what came out, and what it is worth.

    ``controls`` and ``results`` are columns to fill. What came out of other choices is pale and
    says so.
    """

    run_asked = Signal(str)  # a Kind
    recipe_asked = Signal(str)  # "save", "csv", "npz" or "copy"

    def __init__(self, kind: Kind, *, button: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind: Kind = kind
        self.theme: Theme = LIGHT
        self.setProperty("card", True)
        self.title, self.about = words_label(title=True), words_label(muted=True)
        self.run, self.note = QPushButton(), words_label(muted=True)
        self.recipe, self.menu_actions = (
            QToolButton(),
            {key: QAction(self) for key in RECIPE_ACTIONS},
        )
        self.error, self.stale = words_label(), words_label()
        self.loaded, self.honesty = words_label(muted=True), words_label(muted=True)
        self.controls, self.results = QVBoxLayout(), QVBoxLayout()
        self.result = QWidget()
        self._fade = QGraphicsOpacityEffect(self.result)
        self._lay_out(button=button)

    def _lay_out(self, *, button: bool) -> None:
        self.results.setContentsMargins(0, 0, 0, 0)
        self.results.setSpacing(SPACE // 2)
        self.result.setLayout(self.results)
        self._fade.setOpacity(STALE_OPACITY)
        self._fade.setEnabled(False)
        self.result.setGraphicsEffect(self._fade)
        menu = QMenu(self)
        for key, action in self.menu_actions.items():
            menu.addAction(action)
            action.triggered.connect(lambda _on, key=key: self.recipe_asked.emit(key))
        menu.aboutToHide.connect(lambda: QTimer.singleShot(0, self.recipe, self._settle_hover))
        self.recipe.setMenu(menu)
        self.recipe.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.recipe.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row = QHBoxLayout()
        row.addWidget(self.run)
        row.addWidget(self.recipe)
        row.addWidget(self.note, 1)
        row.addStretch()
        if not button:  # to show it here, without a parent yet, would open a window
            self.run.hide()
        self.run.clicked.connect(lambda: self.run_asked.emit(self.kind))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.title)
        column.addWidget(self.about)
        self.about.hide()
        column.addLayout(self.controls)
        column.addLayout(row)
        for part in (self.loaded, self.error, self.stale, self.result, self.honesty):
            column.addWidget(part)
        for part in (self.note, self.loaded, self.error, self.stale, self.result):
            part.hide()

    def _settle_hover(self) -> None:
        """Light the button only under the pointer: a menu swallows what tells that it left."""
        under = self.recipe.rect().contains(self.recipe.mapFromGlobal(QCursor.pos()))
        self.recipe.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, under)
        self.recipe.update()

    def show_state(
        self, *, there: bool, stale: str = "", error: str = "", note: str = "", loaded: str = ""
    ) -> None:
        """Show whether there is something to show, and why not or not any more."""
        for label, words in (
            (self.stale, stale), (self.error, error), (self.note, note), (self.loaded, loaded),
        ):  # fmt: skip
            label.setText(words)
            label.setVisible(bool(words))
        self.result.setVisible(there)
        self._fade.setEnabled(bool(stale))

    def can_export(self, *, ready: bool) -> None:
        """Offer to export only what came out of the choices in force."""
        for key in ("csv", "npz"):
            self.menu_actions[key].setEnabled(ready)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.run.setText(tr("Run"))
        self.run.setToolTip(tr("Run the model on this input with what is chosen above."))
        self.run.setAccessibleName(f"{self.title.text()}: {self.run.text()}")
        self.recipe.setText(tr("Recipe") + " ▾")
        self.recipe.setToolTip(tr("Keep this experiment, or make it again from a script."))
        self.recipe.setAccessibleName(f"{self.title.text()}: {tr('Recipe')}")
        for key, words in RECIPE_ACTIONS.items():
            self.menu_actions[key].setText(tr(words))

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self.theme = theme
        self.error.setStyleSheet(f"color: {theme.error};")
        self.stale.setStyleSheet(f"color: {theme.warning};")
