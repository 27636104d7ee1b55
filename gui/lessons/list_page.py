"""The lessons to choose from, with a mark on those that were read to the end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui.lessons.progress import Progress
from gui.theme import LIGHT, RADIUS, SPACE, Theme
from models.i18n import tr
from models.lessons.lesson import Lesson


class LessonButton(QPushButton):
    """One lesson: its number, title, summary, how long it takes and how far it was read."""

    def __init__(self, number: int, lesson: Lesson, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number, self.lesson = number, lesson
        self.title, self.summary, self.state = QLabel(), QLabel(), QLabel()
        for label in (self.title, self.summary, self.state):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            label.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self.title, self.summary):
            label.setWordWrap(True)
        self.summary.setProperty("muted", True)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.state, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE + 4, SPACE, SPACE, SPACE)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.summary)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def hasHeightForWidth(self) -> bool:
        """As its words, which wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As tall as its words need."""
        layout = self.layout()
        return 0 if layout is None else layout.totalHeightForWidth(width)

    def say(self, progress: Progress, theme: Theme) -> None:
        """Say everything in the language in force."""
        lesson, name = self.lesson, self.lesson.name
        self.title.setText(f"{self.number}. {lesson.title}")
        self.title.setStyleSheet(f"font-weight: 600; color: {theme.text};")
        self.summary.setText(str(lesson.summary))
        count = len(lesson.steps)
        if progress.is_done(name):
            state, colour = tr("✓ done"), theme.good
        elif progress.step(name):
            state = tr("step {number} of {count}", number=progress.step(name) + 1, count=count)
            colour = theme.accent
        else:
            state, colour = tr("{minutes} min", minutes=lesson.minutes), theme.muted
        self.state.setText(state)
        self.state.setStyleSheet(f"color: {colour};")
        self.setAccessibleName(f"{self.number}. {lesson.title}, {state}")
        self.setAccessibleDescription(str(lesson.summary))


class ListPage(QWidget):
    """Speaks in ``chosen(Lesson)`` and ``file_asked``."""

    chosen = Signal(object)
    file_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.progress = Progress()
        self.intro, self.file_button = QLabel(), QPushButton()
        self.intro.setWordWrap(True)
        self.buttons: list[LessonButton] = []
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, SPACE, 0)
        self._column.setSpacing(SPACE)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(SPACE)
        page.addWidget(self.intro)
        page.addWidget(area, 1)
        page.addWidget(self.file_button)
        self.file_button.clicked.connect(self.file_asked)

    def set_lessons(self, lessons: Sequence[Lesson]) -> None:
        """Offer these lessons."""
        for button in self.buttons:
            button.deleteLater()
        self.buttons = [LessonButton(i, lesson) for i, lesson in enumerate(lessons, start=1)]
        for i, button in enumerate(self.buttons):
            self._column.insertWidget(i, button)
            button.clicked.connect(lambda _=False, one=button.lesson: self.chosen.emit(one))
        self.retranslate()

    def set_progress(self, progress: Progress) -> None:
        """Mark what was read."""
        self.progress = progress
        self.retranslate()

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self.theme = theme
        self.setStyleSheet(
            f"LessonButton {{ background: {theme.surface}; border: 1px solid {theme.border};"
            f" border-radius: {RADIUS}px; padding: 0; }}"
            f"LessonButton:hover {{ background: {theme.accent_soft}; }}"
            f"LessonButton:focus {{ border: 2px solid {theme.accent}; }}"
        )
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.intro.setText(
            tr("Short lessons on the window itself. Every number in them is the model's own.")
        )
        self.file_button.setText(tr("Open a lesson …"))
        self.file_button.setToolTip(
            tr("Open a lesson that somebody wrote: a .toml file. docs/lessons.md says how.")
        )
        for button in self.buttons:
            button.say(self.progress, self.theme)
