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
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.lessons.progress import Progress
from gui.sight import areas_around
from gui.still_tabs import StillTabBar
from gui.theme import LIGHT, RADIUS, SPACE, Theme
from models.i18n import tr
from models.lessons.lesson import Lesson, Step

LESSONS_TAB, THINGS_TAB = 0, 1


class LessonButton(QPushButton):
    """One lesson: its number, title, summary, how long it takes and how far it was read."""

    def __init__(
        self,
        number: int,
        lesson: Lesson,
        *,
        step: Step | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.number, self.lesson, self.step = number, lesson, step
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
        if self.step is not None:
            self._say_thing(self.step, theme)
            return
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
        self.setWhatsThis(f"{lesson.title}. {lesson.summary}")

    def _say_thing(self, step: Step, theme: Theme) -> None:
        scene = step.scene
        self.title.setText(str(step.title))
        self.title.setStyleSheet(f"font-weight: 600; color: {theme.text};")
        self.summary.setText(tr("Photo") if scene.photo else f"“{scene.text}”")
        heads = "" if not scene.heads else f" H{scene.heads[0]}"
        self.state.setText(f"L{scene.layer}{heads}")
        self.state.setStyleSheet(f"color: {theme.muted};")
        self.setAccessibleName(f"{step.title}, {self.state.text()}")
        self.setAccessibleDescription(self.summary.text())
        self.setWhatsThis(f"{step.title}. {self.summary.text()}")


class ListPage(QWidget):
    """Speaks in ``chosen(Lesson)``, ``thing_chosen(number)`` and ``file_asked``."""

    chosen = Signal(object)
    thing_chosen = Signal(int)
    file_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.progress = Progress()
        self.intro, self.file_button = QLabel(), QPushButton()
        self.intro.setWordWrap(True)
        self.buttons: list[LessonButton] = []
        self.things: list[LessonButton] = []
        self.tabs, self.stack = StillTabBar(), QStackedWidget()
        self.tabs.addTab("")
        self.tabs.addTab("")
        self.tabs.setDrawBase(False)
        self._columns = [self._scrolled(), self._scrolled()]
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(SPACE)
        page.addWidget(self.tabs)
        page.addWidget(self.intro)
        page.addWidget(self.stack, 1)
        page.addWidget(self.file_button)
        self.tabs.currentChanged.connect(self._on_tab)
        self.file_button.clicked.connect(self.file_asked)

    def _scrolled(self) -> QVBoxLayout:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(SPACE)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stack.addWidget(area)
        return column

    def _on_tab(self, tab: int) -> None:
        self.stack.setCurrentIndex(tab)
        self.file_button.setVisible(tab == LESSONS_TAB)
        self.retranslate()

    def set_lessons(self, lessons: Sequence[Lesson]) -> None:
        """Offer these lessons."""
        self.buttons = [LessonButton(i, lesson) for i, lesson in enumerate(lessons, start=1)]
        for i, button in enumerate(self.buttons):
            self._columns[LESSONS_TAB].insertWidget(i, button)
            button.clicked.connect(lambda _=False, one=button.lesson: self.chosen.emit(one))
        self.retranslate()

    def set_things(self, gallery: Lesson) -> None:
        """Offer the steps of ``gallery`` one by one."""
        for i, step in enumerate(gallery.steps):
            button = LessonButton(i + 1, gallery, step=step)
            self._columns[THINGS_TAB].insertWidget(i, button)
            button.clicked.connect(lambda _=False, at=i: self.thing_chosen.emit(at))
            self.things.append(button)
        self.retranslate()

    def set_progress(self, progress: Progress) -> None:
        """Mark what was read."""
        self.progress = progress
        self.retranslate()

    def offer_after(self, name: str) -> None:
        """Put the keyboard on the lesson that follows the one called ``name``, and show it."""
        names = [button.lesson.name for button in self.buttons]
        at = names.index(name) + 1 if name in names else 0
        if at < len(names):
            self.tabs.setCurrentIndex(LESSONS_TAB)
            self.buttons[at].setFocus()
            for area in areas_around(self.buttons[at]):
                area.ensureWidgetVisible(self.buttons[at])

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
        lessons = tr("Short lessons on the window itself. Every number in them is the model's own.")
        things = tr("Sentences and photos with something to see; a click sets the window.")
        front = self.tabs.currentIndex()
        self.intro.setText(lessons if front == LESSONS_TAB else things)
        self.tabs.setTabText(LESSONS_TAB, tr("Lessons"))
        self.tabs.setTabText(THINGS_TAB, tr("Things to try"))
        self.tabs.setAccessibleName(tr("Lessons or things to try"))
        self.file_button.setText(tr("Open a lesson …"))
        self.file_button.setToolTip(
            tr("Open a lesson that somebody wrote: a .toml file. docs/lessons.md says how.")
        )
        for button in (*self.buttons, *self.things):
            button.say(self.progress, self.theme)
