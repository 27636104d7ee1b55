"""What teaches, each made when it is first asked for: lessons, playground, help, gallery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWhatsThis, QWidget

if TYPE_CHECKING:
    from gui.app import Program
    from gui.help.glossary_window import GlossaryWindow
    from gui.help.welcome import Welcome
    from gui.lessons.learning import Learning
    from gui.playground.window import Playground
    from models.lessons.lesson import Fact


class Teaching(QObject):
    """Wires the teaching parts to the program; costs nothing until one is used."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._program = program
        self._learning: Learning | None = None
        self._playground: Playground | None = None
        self._glossary: GlossaryWindow | None = None
        self.welcome: Welcome | None = None
        program.window.top.learn_asked.connect(self.toggle_lessons)
        program.window.row.things_asked.connect(self.show_things)
        program.controller.lesson_asked.connect(self.open_lesson)

    @property
    def learning(self) -> Learning:
        """The lessons, built on first use."""
        if self._learning is None:
            from gui.lessons.learning import Learning  # noqa: PLC0415  # when first asked for

            program = self._program
            made = Learning(program.window, progress=program.preferences.lessons)
            made.progress_changed.connect(self._on_progress)
            made.visible_changed.connect(program.window.top.set_learning)
            made.play, made.played = self.play, self._played
            self._learning = made
        return self._learning

    @property
    def playground(self) -> Playground:
        """The playground, built on first use."""
        if self._playground is None:
            from gui.playground.window import Playground  # noqa: PLC0415  # when first asked for

            window = self._program.window
            made = Playground(window.theme, window)
            made.head_asked.connect(self._take_head)
            made.changed.connect(self._look)
            made.closed.connect(self._look)
            window.closing.connect(made.close)
            QShortcut(QKeySequence("F1"), made, self.explain)  # those of the menu are the window's
            QShortcut(QKeySequence("Shift+F1"), made, self.ask_what)
            self._playground = made
        return self._playground

    @property
    def panel(self) -> QWidget | None:
        """The lessons' panel, where it was ever shown."""
        return None if self._learning is None else self._learning.panel

    def open_playground(self) -> None:
        """Show the playground as it was left, above all else: it may lie behind the window."""
        self.playground.show()
        self.playground.activateWindow()

    def play(self, settings: Mapping[str, object]) -> None:
        """Show the playground with these settings."""
        self.playground.play(settings)
        self.open_playground()
        from gui.playground.placing import keep_in_sight  # noqa: PLC0415  # with the playground

        keep_in_sight(self.playground, self.panel)

    def _played(self) -> Mapping[str, Fact]:
        return {} if self._playground is None else self._playground.facts

    def _take_head(self) -> None:
        shown = self._program.controller.shown
        if shown is not None and shown.regular:
            self.playground.take_head(shown)

    def _look(self) -> None:
        if self._learning is not None:
            self._learning.look()

    def toggle_lessons(self) -> None:
        """Show the lessons, or hide them."""
        self.learning.toggle()

    def put_away(self) -> None:
        """Hide the lessons, where they are shown."""
        if self._learning is not None:
            self._learning.hide()

    def open_lesson(self, path: Path) -> None:
        """Open a lesson's file beside the work."""
        self.learning.open_file(path)

    # -- help

    @property
    def glossary(self) -> GlossaryWindow:
        """The glossary, built on first use."""
        if self._glossary is None:
            from gui.help.glossary_window import GlossaryWindow  # noqa: PLC0415  # as above

            window = self._program.window
            self._glossary = GlossaryWindow(window.theme, window)
            window.closing.connect(self._glossary.close)
        return self._glossary

    def explain(self) -> None:
        """Explain the part of the window where the keyboard is, or offer every word."""
        from gui.help.words import part_in_focus  # noqa: PLC0415  # as above

        part = part_in_focus(self._program.window)
        self.glossary.show()
        self.glossary.activateWindow()  # over the playground, where that has the keyboard
        self.glossary.explain(part)

    def ask_what(self) -> None:
        """Explain the next thing that is clicked."""
        from gui.help.words import explain_parts  # noqa: PLC0415  # as above

        explain_parts(self._program.window)
        QWhatsThis.enterWhatsThisMode()

    def show_things(self) -> None:
        """Show the things to try."""
        self.learning.show_things()

    def begin(self) -> None:
        """Open the first lesson."""
        self.learning.begin()

    def greet(self) -> None:
        """Show the welcome, once in the life of these preferences."""
        from gui.help.welcome import Welcome  # noqa: PLC0415  # as above

        program = self._program
        program.remember(replace(program.preferences, welcomed="yes"))
        made = Welcome(program.window.theme, program.window)
        made.lesson_asked.connect(self.begin)
        made.gallery_asked.connect(self.show_things)
        made.finished.connect(lambda _code: setattr(self, "welcome", None))
        self.welcome = made
        made.open()

    def ask_lesson(self) -> None:
        """Let the person choose a lesson's file."""
        self.learning.ask_file()

    def set_theme(self) -> None:
        """Follow the window's theme."""
        if self._learning is not None:
            self._learning.set_theme()
        for other in (self._playground, self._glossary, self.welcome):
            if other is not None:
                other.set_theme(self._program.window.theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        if self._learning is not None:
            self._learning.retranslate()
        for other in (self._playground, self._glossary, self.welcome):
            if other is not None:
                other.retranslate()

    def _on_progress(self, written: str) -> None:
        program = self._program
        program.remember(replace(program.preferences, lessons=written))
