"""The strip at the top: which model, which language, light or dark, and the way out as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from gui.panels.bar_air import leave_air
from gui.theme import SPACE, Theme
from gui.zoom import scaled
from models.hub.cache import cached_listing
from models.hub.reference import hub_reference
from models.i18n import language, tr


@dataclass(frozen=True, slots=True)
class Choice:
    """One model that can be opened at once: a bundled name or a path."""

    reference: str
    label: str
    there: bool = True


class TopBar(QWidget):
    """Speaks in ``model_chosen(reference)``, ``file_asked``, ``model_asked`` and so on."""

    model_chosen = Signal(str)
    file_asked = Signal()
    model_asked = Signal()
    export_asked = Signal()
    learn_asked = Signal()
    theme_asked = Signal()
    language_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.brand, self.model_button = QLabel("Mirante"), QToolButton()
        self.model_menu = QMenu(self.model_button)
        self.portuguese, self.english = QToolButton(), QToolButton()
        self.theme_button, self.export_button = QToolButton(), QPushButton()
        self.learn_button = QToolButton()
        self._bundled: tuple[Choice, ...] = ()
        self._recent: tuple[Choice, ...] = ()
        self._model, self._opening = "", False
        self._told = False  # whether a model is open, or none
        self._dark = False
        self._lay_out()
        self._connect()
        self.retranslate()

    def set_low(self, *, low: bool) -> None:
        """Take less height in a window that has little of it."""
        leave_air(self._row, low=low)

    def _lay_out(self) -> None:
        self._row = row = QHBoxLayout(self)
        leave_air(row)
        row.setSpacing(SPACE)
        row.addWidget(self.brand)
        row.addSpacing(SPACE)
        row.addWidget(self.model_button)
        row.addStretch(1)
        for button, text in ((self.portuguese, "PT"), (self.english, "EN")):
            button.setText(text)
            button.setCheckable(True)
            row.addWidget(button)
        row.addWidget(self.theme_button)
        row.addSpacing(SPACE)
        row.addWidget(self.learn_button)
        row.addWidget(self.export_button)
        self.model_button.setMenu(self.model_menu)
        self.model_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.model_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.model_button.setMinimumWidth(220)

    def _connect(self) -> None:
        self.portuguese.clicked.connect(lambda: self.language_asked.emit("pt_BR"))
        self.english.clicked.connect(lambda: self.language_asked.emit("en"))
        self.theme_button.clicked.connect(self.theme_asked)
        self.export_button.clicked.connect(self.export_asked)
        self.learn_button.clicked.connect(self.learn_asked)
        self.learn_button.setCheckable(True)

    def set_model(self, name: str, *, opening: bool) -> None:
        """Show the model in front, or that one is being opened."""
        self._model, self._opening, self._told = name, opening, True
        text = name or tr("No model is open")
        if opening:
            text = tr("Opening {name} …", name=name)
        self.model_button.setText(text.replace("&", "&&") + "   ")

    def set_learning(self, shown: bool) -> None:  # noqa: FBT001  # a signal's shape
        """Show whether the lessons are beside the work."""
        self.learn_button.setChecked(shown)

    def set_choices(self, bundled: Sequence[Choice], recent: Sequence[Choice]) -> None:
        """Offer these models in the menu; recent ones that are gone are greyed."""
        self._bundled, self._recent = tuple(bundled), tuple(recent)
        self._fill_menu()

    def set_theme(self, theme: Theme) -> None:
        """Follow the theme: the button offers the other one."""
        self._dark = theme.name == "dark"
        self.brand.setStyleSheet(
            f"color: {theme.accent}; font-size: {scaled(17)}px; font-weight: 600;"
        )
        self.export_button.setStyleSheet(
            f"QPushButton {{ background: {theme.accent}; color: {theme.on_accent};"
            f" border-color: {theme.accent}; font-weight: 600; }}"
            f"QPushButton:disabled {{ background: {theme.raised}; color: {theme.muted};"
            f" border-color: {theme.border}; }}"
        )
        self.theme_button.setText("☀" if self._dark else "☾")
        self._name_theme_button()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.portuguese.setChecked(language() == "pt_BR")
        self.english.setChecked(language() == "en")
        self.portuguese.setAccessibleName("Português")
        self.portuguese.setToolTip("Português")
        self.english.setAccessibleName("English")
        self.english.setToolTip("English")
        self.export_button.setText(tr("Export PNG …"))
        self.learn_button.setText(tr("Learn"))
        self.learn_button.setAccessibleName(tr("Lessons"))
        self.learn_button.setToolTip(tr("Short lessons beside your work, on the real model."))
        self.model_button.setAccessibleName(tr("Model"))
        self.model_button.setToolTip(tr("The open model. Click to open another."))
        self._name_theme_button()
        self._fill_menu()
        if self._told:
            self.set_model(self._model, opening=self._opening)

    def _name_theme_button(self) -> None:
        words = tr("Use the light theme") if self._dark else tr("Use the dark theme")
        self.theme_button.setToolTip(words)
        self.theme_button.setAccessibleName(words)

    def _fill_menu(self) -> None:
        menu = self.model_menu
        menu.clear()
        self._add_choices(menu, tr("Bundled"), self._bundled)
        self._add_choices(menu, tr("Recent"), self._recent)
        menu.addSeparator()
        menu.addAction(tr("Open an ONNX file …"), self.file_asked.emit)
        menu.addAction(tr("Open a model …"), self.model_asked.emit)

    def _add_choices(self, menu: QMenu, title: str, choices: Sequence[Choice]) -> None:
        if not choices:
            return
        menu.addSeparator()
        menu.addAction(_heading(title, menu))
        for choice in choices:
            action = menu.addAction(choice.label.replace("&", "&&"))
            action.setEnabled(choice.there)
            action.triggered.connect(
                lambda _=False, wanted=choice.reference: self.model_chosen.emit(wanted)
            )


def _heading(words: str, menu: QMenu) -> QWidgetAction:
    """Return a line that names what follows; style sheets hide the text of Qt's own sections."""
    label, action = QLabel(words), QWidgetAction(menu)
    label.setProperty("muted", True)
    label.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE // 2)
    action.setDefaultWidget(label)
    action.setEnabled(False)
    return action


def recent_choice(reference: str) -> Choice:
    """Return how a recent model is offered: a path by its last parts, greyed when it is gone.

    A model of the hub stays on offer when it is no longer on this computer: it can come again.
    """
    path = Path(reference)
    named = None if path.is_absolute() else hub_reference(reference)
    if named is not None:
        here = cached_listing(named) is not None
        return Choice(reference, reference if here else tr("{name} (to download)", name=reference))
    last = 3 if path.parent.name == "onnx" else 2
    return Choice(reference, str(Path(*path.parts[-last:])), there=path.exists())
