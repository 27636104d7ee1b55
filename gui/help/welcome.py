"""One screen for a first start: what this is, and three ways to begin."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.theme import SPACE, Theme
from gui.zoom import scaled
from models.i18n import tr
from models.lessons.library import first_lesson

_WIDTH = 460


class Welcome(QDialog):
    """``lesson_asked`` or ``gallery_asked``; Esc and the last button simply begin."""

    lesson_asked = Signal()
    gallery_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.theme = theme
        self.title, self.text, self.foot = QLabel(), QLabel(), QLabel()
        self.lesson, self.gallery, self.skip = QPushButton(), QPushButton(), QPushButton()
        for label in (self.title, self.text, self.foot):
            label.setWordWrap(True)
        self.foot.setProperty("muted", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
        column.setSpacing(SPACE + 4)
        for part in (self.title, self.text, self.lesson, self.gallery, self.skip, self.foot):
            column.addWidget(part)
        self.lesson.clicked.connect(self._on_lesson)
        self.gallery.clicked.connect(self._on_gallery)
        self.skip.clicked.connect(self.reject)
        self.setFixedWidth(scaled(_WIDTH))
        self.lesson.setDefault(True)
        self.set_theme(theme)
        self.retranslate()

    def _on_lesson(self) -> None:
        self.accept()
        self.lesson_asked.emit()

    def _on_gallery(self) -> None:
        self.accept()
        self.gallery_asked.emit()

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self.theme = theme
        self.title.setStyleSheet(
            f"color: {theme.accent}; font-size: {scaled(20)}px; font-weight: 600;"
        )
        self.lesson.setStyleSheet(
            f"QPushButton {{ background: {theme.accent}; color: {theme.on_accent};"
            f" border-color: {theme.accent}; font-weight: 600; }}"
            f"QPushButton:focus {{ border: 2px solid {theme.text}; padding: 4px 11px; }}"
        )

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setWindowTitle(tr("Welcome"))
        self.title.setText(tr("Welcome to Mirante"))
        self.text.setText(
            tr(
                "See where a language model and a vision model look. Type a sentence or drop a "
                "photo, click a word or a patch, and read where each number comes from. They are "
                "the models' own numbers, computed on this computer."
            )
        )
        minutes = first_lesson().minutes
        self.lesson.setText(tr("Begin with the first lesson ({minutes} minutes)", minutes=minutes))
        self.gallery.setText(tr("Show me things to try"))
        self.skip.setText(tr("Skip: I will look around"))
        self.foot.setText(tr("All of this is under Help and “Learn”. F1 explains any part."))
