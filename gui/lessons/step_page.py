"""One step of a lesson: its words with live numbers, what to try, and the way on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.lessons.markup import WEIGHTS, inline, rich
from gui.numbers import fixed, tidy
from gui.theme import LIGHT, RADIUS, SPACE, Theme
from gui.zoom import scaled
from models.i18n import tr
from models.lessons.lesson import Lesson, Said, Step
from models.lessons.live import Live
from models.lessons.words import filled


class StepPage(QWidget):
    """Speaks in ``back_asked``, ``next_asked``, ``set_asked`` (try it) and ``list_asked``."""

    back_asked = Signal()
    next_asked = Signal()
    set_asked = Signal()
    list_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self.lesson: Lesson | None = None
        self.number, self.done, self.away = 0, False, False
        self.live: Live | None = None
        self.to_list, self.lesson_title, self.count = QToolButton(), QLabel(), QLabel()
        self.bar = QProgressBar()
        self.title, self.text, self.sources = QLabel(), QLabel(), QLabel()
        self.box, self.ask_title, self.ask = QFrame(), QLabel(), QLabel()
        self.notice = QLabel()
        self.try_button = QPushButton()
        self.back, self.next = QPushButton(), QPushButton()
        self.area = QScrollArea()
        self._lay_out()
        self.to_list.clicked.connect(self.list_asked)
        self.back.clicked.connect(self.back_asked)
        self.next.clicked.connect(self.next_asked)
        self.try_button.clicked.connect(self.set_asked)

    def _lay_out(self) -> None:
        wrapped = (self.title, self.text, self.sources, self.ask, self.lesson_title, self.notice)
        for label in wrapped:
            label.setWordWrap(True)
        for label in (self.text, self.sources, self.ask):
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (self.lesson_title, self.title, self.ask_title, self.count, self.notice):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.count.setProperty("muted", True)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        head = QHBoxLayout()
        head.addWidget(self.to_list)
        head.addStretch(1)
        head.addWidget(self.count)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, SPACE, 0)
        column.setSpacing(SPACE)
        for part in (self.title, self.text, self._ask_box(), self.sources):
            column.addWidget(part)
        column.addStretch(1)
        self.area.setWidget(inside)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        foot = QHBoxLayout()
        foot.addWidget(self.back)
        foot.addStretch(1)
        foot.addWidget(self.next)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(SPACE)
        page.addLayout(head)
        page.addWidget(self.lesson_title)
        page.addWidget(self.bar)
        page.addWidget(self.area, 1)
        page.addLayout(foot)

    def _ask_box(self) -> QFrame:
        self.box.setObjectName("askBox")
        top = QHBoxLayout()
        top.addWidget(self.ask_title, 1)
        top.addWidget(self.try_button)
        column = QVBoxLayout(self.box)
        column.setSpacing(SPACE // 2)
        column.addLayout(top)
        column.addWidget(self.notice)
        column.addWidget(self.ask)
        return self.box

    # -- facts

    @property
    def step(self) -> Step | None:
        """The step on screen."""
        return None if self.lesson is None else self.lesson.steps[self.number]

    def show_step(self, lesson: Lesson, number: int) -> None:
        """Show step ``number``, from 0, not done yet."""
        self.lesson, self.number, self.done, self.away = lesson, number, False, False
        self.area.verticalScrollBar().setValue(0)
        self.retranslate()

    def set_live(self, live: Live | None) -> None:
        """Take live numbers from here; words that stay the same are not laid out again."""
        self.live = live
        self._say()

    def set_done(self, *, done: bool) -> None:
        """Say whether what is asked for was done."""
        self.done = done
        self._say()

    def set_away(self, *, away: bool) -> None:
        """Say whether the window shows something else than what the step speaks of."""
        if away != self.away:
            self.away = away
            self._say()

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self.theme = theme
        self.title.setStyleSheet(f"font-size: {scaled(17)}px; font-weight: 600;")
        self.lesson_title.setStyleSheet(f"color: {theme.muted}; font-weight: 600;")
        self.bar.setStyleSheet(
            f"QProgressBar {{ border: none; background: {theme.raised}; border-radius: 2px; }}"
            f"QProgressBar::chunk {{ background: {theme.accent}; border-radius: 2px; }}"
        )
        self.box.setStyleSheet(
            f"QFrame#askBox {{ background: {theme.accent_soft}; border-radius: {RADIUS}px; }}"
        )
        self.next.setStyleSheet(
            f"QPushButton {{ background: {theme.accent}; color: {theme.on_accent};"
            f" border-color: {theme.accent}; font-weight: 600; }}"
            f"QPushButton:focus {{ border: 2px solid {theme.text}; padding: 4px 11px; }}"
        )
        self._say()

    # -- words

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.to_list.setText(tr("‹ Lessons"))
        self.to_list.setToolTip(tr("Back to the list of lessons; your place is kept."))
        self.back.setText(tr("Back"))
        self.back.setToolTip(tr("The step before."))
        self.try_button.setToolTip(
            tr("Set the window as this step needs it, and go to the part it speaks of.")
        )
        self.bar.setAccessibleName(tr("Steps of this lesson"))
        if self.lesson is None:
            return
        count = len(self.lesson.steps)
        last = self.number == count - 1
        self.next.setText(tr("Finish") if last else tr("Next"))
        self.next.setToolTip(tr("End this lesson.") if last else tr("The next step."))
        self.back.setEnabled(self.number > 0)
        self.count.setText(tr("step {number} of {count}", number=self.number + 1, count=count))
        self.bar.setRange(0, count)
        self.bar.setValue(self.number + 1)
        self.lesson_title.setText(str(self.lesson.title))
        self.title.setText(str(self.lesson.steps[self.number].title))
        self.sources.setVisible(last and bool(self.lesson.sources))
        heading = tr("Sources")  # in an f-string the catalogue's extraction would not see it
        items = "".join(f"<li>{inline(str(source))}</li>" for source in self.lesson.sources)
        self.sources.setText(
            f"{WEIGHTS}<p><b>{inline(heading)}</b></p>"
            f'<ul style="margin: 0 0 0 -20px; -qt-list-indent: 1;">{items}</ul>'
        )
        self._say()

    def _say(self) -> None:
        step = self.step
        if step is None:
            return
        _set(self.text, rich(self._filled(step.text), border=self.theme.border))
        self.box.setVisible(step.ask is not None or self.away)
        self.ask.setVisible(step.ask is not None)
        self.notice.setVisible(self.away)
        _set(self.notice, tr("The window no longer shows what this step speaks of."))
        self.try_button.setText(tr("Set it up again") if self.away else tr("Try it"))
        said = tr("✓ Done") if self.done else tr("Your turn")
        _set(self.ask_title, tr("Somewhere else") if self.away else said)
        good = self.done and not self.away
        colour = self.theme.good if good else self.theme.text
        self.ask_title.setStyleSheet(f"color: {colour}; font-weight: 600;")
        if step.ask is not None:
            _set(self.ask, rich(self._filled(step.ask)))

    def _filled(self, said: Said) -> str:
        return filled(
            str(said),
            self.live,
            write=lambda value, digits: tidy(fixed(value, digits=digits)),
            frame=lambda number: f"**{number}**",
        )


def _set(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
