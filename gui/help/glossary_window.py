"""The glossary: search on top, terms on the left, one term on the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.first_size import FirstSize
from gui.help.words import explained
from gui.theme import SPACE, Theme
from gui.zoom import scaled
from models.glossary import Term, found, term_of, terms
from models.i18n import tr

_TERM = Qt.ItemDataRole.UserRole


class GlossaryWindow(FirstSize):
    """Stays beside the work until it is closed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.theme = theme
        self.search, self.list, self.text = QLineEdit(), QListWidget(), QLabel()
        self.hint = QLabel()
        self.search.setClearButtonEnabled(True)
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setMargin(SPACE)
        self.hint.setWordWrap(True)
        self.hint.setProperty("muted", True)
        self.list.setMaximumWidth(scaled(230))
        body = QHBoxLayout()
        body.addWidget(self.list)
        body.addWidget(self.text, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.search)
        column.addLayout(body, 1)
        column.addWidget(self.hint)
        self.search.textChanged.connect(lambda _text: self._fill())
        self.search.returnPressed.connect(self.list.setFocus)
        self.list.currentItemChanged.connect(lambda _now, _before: self._show())
        self.set_theme(theme)
        self.retranslate()

    @property
    def term(self) -> Term | None:
        """The term that is shown."""
        item = self.list.currentItem()
        return None if item is None else next(t for t in terms() if t.name == item.data(_TERM))

    def explain(self, part: str) -> None:
        """Show the term of a part of the window; every term where the part has none."""
        term = term_of(part)
        self.search.clear()
        self._fill(None if term is None else term.name)
        self.search.setFocus()

    def _fill(self, wanted: str | None = None) -> None:
        before = self.term
        name = wanted or (None if before is None else before.name)
        hits = found(self.search.text())
        self.list.blockSignals(True)
        self.list.clear()
        for term in hits:
            item = QListWidgetItem(str(term.title))
            item.setData(_TERM, term.name)
            self.list.addItem(item)
        names = [term.name for term in hits]
        self.list.setCurrentRow(names.index(name) if name in names else 0)
        self.list.blockSignals(False)
        self._show()

    def _show(self) -> None:
        term = self.term
        if term is None:
            self.text.setText(tr("No word fits. Try a shorter one."))
        else:
            self.text.setText(explained(term, theme=self.theme, large=True))

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self.theme = theme
        self.list.setStyleSheet(
            f"QListWidget {{ background: {theme.surface}; border: 1px solid {theme.border}; }}"
            f"QListWidget:focus {{ border: 2px solid {theme.accent}; }}"
            f"QListWidget::item {{ padding: 4px 6px; }}"
            f"QListWidget::item:selected {{ background: {theme.accent_soft};"
            f" color: {theme.text}; }}"
        )
        self._show()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setWindowTitle(tr("Glossary"))
        self.search.setPlaceholderText(tr("Search a word …"))
        self.search.setAccessibleName(tr("Search the glossary"))
        self.list.setAccessibleName(tr("Words"))
        self.text.setAccessibleName(tr("What it means"))
        self.hint.setText(
            tr("F1 explains the part where the keyboard is; Shift+F1, the one you click.")
        )
        self._fill()

    def sizeHint(self) -> QSize:
        """A small window."""
        return QSize(scaled(680), scaled(440))
