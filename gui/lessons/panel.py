"""The panel of lessons: the list, or one step."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from gui.lessons.list_page import ListPage
from gui.lessons.step_page import StepPage
from gui.theme import SPACE, Theme
from gui.zoom import scaled
from models.i18n import tr

NARROW, WIDTH, WIDEST = 270, 330, 420  # in logical pixels


class LessonPanel(QWidget):
    """A heading, and below it the list of lessons or the step that is open."""

    close_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading, self.close_button = QLabel(), QToolButton()
        self.list, self.step = ListPage(), StepPage()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.list)
        self.pages.addWidget(self.step)
        self.close_button.setText("✕")
        self.close_button.clicked.connect(self.close_asked)
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(self.pages, 1)
        self.setMinimumWidth(scaled(NARROW) - 10)
        self.retranslate()

    def show_list(self) -> None:
        """Bring the list to the front."""
        self.pages.setCurrentWidget(self.list)

    def show_step(self) -> None:
        """Bring the step to the front."""
        self.pages.setCurrentWidget(self.step)

    @property
    def in_lesson(self) -> bool:
        """Whether a step is in front."""
        return self.pages.currentWidget() is self.step

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self.heading.setStyleSheet(
            f"color: {theme.accent}; font-size: {scaled(15)}px; font-weight: 600;"
        )
        self.list.set_theme(theme)
        self.step.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.heading.setText(tr("Learn"))
        self.close_button.setToolTip(tr("Close the lessons; your place is kept."))
        self.close_button.setAccessibleName(tr("Close the lessons"))
        self.setAccessibleName(tr("Lessons"))
        self.list.retranslate()
        self.step.retranslate()

    def sizeHint(self) -> QSize:
        """Wide enough for short lines of text."""
        return QSize(WIDTH, 600)
