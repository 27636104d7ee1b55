"""Lessons in the window: owns the panel, plays the open lesson, and remembers how far it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog

from gui.event_filters import while_whole
from gui.lessons.facts import facts_of, live_in
from gui.lessons.list_page import THINGS_TAB
from gui.lessons.panel import LessonPanel
from gui.lessons.places import place
from gui.lessons.placing import PanelPlace
from gui.lessons.progress import Progress
from gui.lessons.ring import Ring
from gui.lessons.stage import Stage
from gui.lessons.tabs import bring_tab, experiments
from gui.main_window import MainWindow
from gui.messages import Message, announce
from gui.panels.row_panel import STEPS_TAB
from models.errors import MiranteError
from models.i18n import mark, tr
from models.lessons.conditions import met, strayed
from models.lessons.expression import LessonError
from models.lessons.lesson import Fact, Lesson
from models.lessons.library import bundled_lessons, gallery
from models.lessons.naming import position
from models.lessons.reading import read_lesson
from models.record import Record

Playing = Callable[[Mapping[str, object]], None]
NO_TOKEN = mark("Step {step} of this lesson asks for the token “{name}”, which is not here.")
NO_TOKEN_HINT = mark("Name a token as the window writes it, or by its position: @3.")
NO_LAYER = mark("Step {step} of this lesson asks for layer {layer}, but there are {count}.")


class Learning(QObject):
    """The panel and the lesson that is open in it.

    ``play`` opens the playground with settings, ``played`` says its facts.
    """

    step_ready = Signal()  # the window stands as the step says
    step_done = Signal()  # what the step asks for was done
    progress_changed = Signal(str)
    visible_changed = Signal(bool)

    def __init__(self, window: MainWindow, *, progress: str) -> None:
        super().__init__(window)
        self.window = window
        self.panel, self.ring = LessonPanel(), Ring(window)
        self.stage = Stage(window.controller, self)
        self.progress = Progress.read(progress)
        self.play: Playing = lambda _settings: None
        self.played: Callable[[], Mapping[str, Fact]] = dict
        self.kept: dict[str, Record] = {}
        self._before: dict[str, Fact] = {}
        self._settled = self._follows_experiments = False
        self.place = PanelPlace(window, self.panel)
        self._connect()
        self.panel.list.set_progress(self.progress)
        self.panel.list.set_lessons(bundled_lessons())
        self.gallery = gallery()
        self.panel.list.set_things(self.gallery)
        self.set_theme()

    def _connect(self) -> None:
        panel, told = self.panel, self.window.controller
        panel.close_asked.connect(self.hide)
        panel.list.chosen.connect(self.open)
        panel.list.thing_chosen.connect(lambda at: self._go_to(self.gallery, at))
        panel.list.file_asked.connect(self.ask_file)
        panel.step.back_asked.connect(lambda: self.go(-1))
        panel.step.next_asked.connect(lambda: self.go(1))
        panel.step.set_asked.connect(self.try_it)
        panel.step.list_asked.connect(self.show_list)
        self.stage.ready.connect(self._on_ready)
        self.stage.failed.connect(self._on_failed)
        queued = Qt.ConnectionType.QueuedConnection
        for signal in (told.shown_changed, told.bench_changed):
            signal.connect(lambda _thing: self.look(), queued)
        self.window.side.currentChanged.connect(lambda _tab: self.look(), queued)
        self.window.row.tabs.currentChanged.connect(lambda _tab: self.look(), queued)
        self.window.installEventFilter(self)

    @while_whole
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep panel and ring in their places when the window is resized."""
        if event.type() == QEvent.Type.Resize:
            self.place.fit()
            if self.ring.target is not None:
                self.ring.mark(self.ring.target)
        return super().eventFilter(watched, event)

    # -- what the person asks for

    def toggle(self) -> None:
        """Show the panel, or hide it where it is seen."""
        if self.place.shown and self.place.in_front:
            self.hide()
        else:
            self.show()

    def show(self) -> None:
        """Show the panel where it was left."""
        self.place.show()
        front = self.panel.step.next if self.panel.in_lesson else self.panel.list.buttons[0]
        front.setFocus()
        self._mark()
        self.visible_changed.emit(True)

    def hide(self) -> None:
        """Put the panel and the ring away."""
        self.place.hide()
        self.ring.mark(None)
        self.visible_changed.emit(False)

    def show_list(self) -> None:
        """Show the list of lessons."""
        self.ring.mark(None)
        self.panel.show_list()

    def show_things(self) -> None:
        """Show the things to try."""
        self.show_list()
        self.panel.list.tabs.setCurrentIndex(THINGS_TAB)
        self.show()

    def begin(self) -> None:
        """Open the first lesson."""
        self.open(self.panel.list.buttons[0].lesson)

    def ask_file(self) -> None:
        """Let the person choose a lesson's file."""
        kinds = tr("Lessons (*.toml);;All files (*)")
        path, _kind = QFileDialog.getOpenFileName(self.window, tr("Open a lesson"), "", kinds)
        if path:
            self.open_file(Path(path))

    def open_file(self, path: Path) -> None:
        """Open the lesson at ``path``, or say in one sentence what is wrong with it."""
        try:
            lesson = read_lesson(path)
        except MiranteError as error:
            self.window.messages.show_message(Message.of(error))
            return
        self.open(lesson)

    def open(self, lesson: Lesson) -> None:
        """Open a lesson where it was left.

        A lesson that compares with an earlier step begins at the first: the numbers of that step
        are not kept between sittings.
        """
        self.kept = {}
        number = min(self.progress.step(lesson.name), len(lesson.steps) - 1)
        if any(step.scene.keep for step in lesson.steps[:number]):
            number = 0
        if not self.place.shown:
            self.show()
        self._go_to(lesson, number)

    def go(self, by: int) -> None:
        """Go a step back or on; after the last, mark the lesson and show the list."""
        lesson, number = self.panel.step.lesson, self.panel.step.number + by
        if lesson is None or number < 0:
            return
        if number >= len(lesson.steps):
            if lesson is not self.gallery:
                self._remember(self.progress.finished(lesson.name))
            self.show_list()
            if lesson is not self.gallery:
                self.panel.list.offer_after(lesson.name)
            announce(self.panel, tr("Lesson finished."))
            return
        self._go_to(lesson, number)

    def try_it(self) -> None:
        """Set the window again and put the keyboard on the part the step speaks of."""
        self._set()
        step = self.panel.step.step
        target = None if step is None else place(self.window, step.point)
        self.place.uncover(target)
        if target is not None:
            target.setFocus()

    # -- playing

    def _go_to(self, lesson: Lesson, number: int) -> None:
        page = self.panel.step
        page.show_step(lesson, number)
        self.panel.show_step()
        if lesson is not self.gallery:
            self._remember(self.progress.at(lesson.name, number))
        self._set()
        page.next.setFocus()
        announce(self.panel, str(lesson.steps[number].title))

    def _set(self) -> None:
        step = self.panel.step.step
        if step is not None:
            self._settled = False
            self.ring.mark(None)
            self.panel.step.set_done(done=False)
            self.stage.set(step.scene)

    def _on_ready(self) -> None:
        step = self.panel.step.step
        if step is None:
            return
        record = self.window.controller.bench.record
        if step.scene.keep and record is not None:
            self.kept[step.scene.keep] = record
        self.place.fit()  # photo and map want more room than chips
        if not self.place.covering:  # else the words themselves would go away
            bring_tab(self.window, step.scene.tab or "row")
        self.window.row.tabs.setCurrentIndex(STEPS_TAB)
        if step.scene.playground is not None:
            self.play(step.scene.playground)
        self._before = facts_of(self.window, self.played())
        self._settled = True
        self._mark()
        self.look()
        if record is not None:
            self._tell_absent(record)
        self.step_ready.emit()

    def _on_failed(self) -> None:
        """The window could not be set: say so beside the step, and offer it again."""
        self.panel.step.set_away(away=True)

    def _tell_absent(self, record: Record) -> None:
        """Say what a lesson's step asks for that this input or model does not have."""
        page = self.panel.step
        if page.step is None:
            return
        scene, number = page.step.scene, page.number + 1
        for name in (scene.token, scene.key):
            if name is not None and position(record, name) is None:
                error = LessonError(NO_TOKEN, hint=NO_TOKEN_HINT, step=number, name=name)
                self.window.messages.show_message(Message.of(error))
        count = len(record.layers)
        if scene.layer is not None and scene.layer > count:
            error = LessonError(NO_LAYER, step=number, layer=scene.layer, count=count)
            self.window.messages.show_message(Message.of(error))

    def _mark(self) -> None:
        step = self.panel.step.step
        inside = self.panel.in_lesson and step is not None and self._settled
        self.ring.mark(place(self.window, step.point) if inside and step is not None else None)

    def look(self) -> None:
        """Read the live numbers again, and see whether what is asked for was done."""
        self._follow_experiments()
        page = self.panel.step
        step = page.step
        if step is None or not self._settled or not self.panel.in_lesson:
            return
        facts = facts_of(self.window, self.played())
        page.set_away(away=strayed(step, facts=facts, before=self._before))
        if page.away:  # the words keep the numbers of what they speak of
            return
        page.set_live(live_in(self.window, step.scene, self.kept))
        if step.done and not page.done and met(step.done, facts=facts, before=self._before):
            page.set_done(done=True)
            announce(self.panel, tr("✓ Done"))
            self.step_done.emit()

    def _follow_experiments(self) -> None:
        """Look again when an experiment is chosen; they are built when first shown."""
        tab = experiments(self.window)
        if tab is not None and tab.lab is not None and not self._follows_experiments:
            self._follows_experiments = True
            tab.lab.changed.connect(self.look)

    def _remember(self, progress: Progress) -> None:
        self.progress = progress
        self.panel.list.set_progress(progress)
        self.progress_changed.emit(progress.written())

    # -- look and words

    def set_theme(self) -> None:
        """Follow the window's theme."""
        self.place.set_theme(self.window.theme)
        self.ring.set_theme(self.window.theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.place.retranslate()
