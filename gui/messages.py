"""One bus of short sentences for people, and the one place on screen where they appear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.event_filters import while_whole
from gui.theme import LIGHT, RADIUS, SPACE, Theme
from models.errors import MiranteError
from models.i18n import mark, tr

Kind = Literal["hint", "warning", "error"]
HINT_MILLISECONDS: Final = 2500  # that a hint stays at least, to be noticed
_PER_LETTER: Final = 60  # milliseconds that a hint stays longer for each letter to be read
_ONCE_LEFT: Final = 1500  # and once the pointer or the keyboard has left it
MOST_AT_ONCE: Final = 3
_SIGNS: Final = {"hint": "i", "warning": "!", "error": "×"}  # the colours, without colour
INPUT: Final = "input"  # what a message may be about: the sentence or the photo that was given


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence marked for translation, what to do next, and details for a report.

    ``about`` names what the sentence speaks of ("input"): it goes when that is over.
    """

    text: str
    hint: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    details: str = ""
    kind: Kind = "hint"
    about: str = ""

    @classmethod
    def of(cls, error: BaseException) -> Message:
        """Return the message for an error: its own words, or a plain one for a bug."""
        if isinstance(error, MiranteError):
            return cls(error.message, error.hint, error.values, error.details, "error")
        return cls(
            mark("Something went wrong inside Mirante ({kind}). What you had is unchanged."),
            mark("Copy the details and report it, please."),
            {"kind": type(error).__name__},
            f"{type(error).__name__}: {error}",
            "error",
        )

    @property
    def sentence(self) -> str:
        """The words now, in the language in force."""
        parts = (tr(self.text, **self.values), tr(self.hint, **self.values))
        return " ".join(part for part in parts if part)


class MessageStrip(QFrame):
    """One message with its buttons; Esc closes it while one of them has the keyboard."""

    closed = Signal()

    def __init__(self, message: Message, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = message
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.sign, self.label = QLabel(_SIGNS[message.kind]), QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.copy_button = QPushButton()
        if not message.details:  # to show it without a parent would open a window
            self.copy_button.hide()
        self.copy_button.clicked.connect(self._copy)
        self.close_button = QToolButton()
        self.close_button.setText("✕")
        self.close_button.setAutoRaise(True)
        self.close_button.clicked.connect(self.closed)
        for button in (self.copy_button, self.close_button):
            button.installEventFilter(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * SPACE, SPACE // 2, SPACE // 2, SPACE // 2)
        row.addWidget(self.sign)
        row.addWidget(self.label, 1)
        row.addWidget(self.copy_button)
        row.addWidget(self.close_button)
        self.set_theme(theme)
        self.retranslate()

    def set_theme(self, theme: Theme) -> None:
        """Colour the strip by its kind, which its sign tells too, and words to screen readers."""
        colours = {"hint": theme.accent, "warning": theme.warning, "error": theme.error}
        self.sign.setStyleSheet(f"color: {colours[self.message.kind]}; font-weight: 700;")
        self.setStyleSheet(
            f"MessageStrip {{ background: {theme.surface}; border: 1px solid {theme.border};"
            f" border-left: 4px solid {colours[self.message.kind]}; border-radius: {RADIUS}px; }}"
        )

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.label.setText(self.message.sentence)
        self.copy_button.setText(tr("Copy details"))
        self.close_button.setAccessibleName(tr("Close this message"))
        self.close_button.setToolTip(tr("Close this message"))
        self.sign.setAccessibleName(self._kind_words or tr("Hint"))
        self.setAccessibleName(self.spoken)

    @property
    def spoken(self) -> str:
        """The sentence as it is read out: what colour tells the eye comes first in words."""
        named = self._kind_words
        return f"{named}: {self.message.sentence}" if named else self.message.sentence

    @property
    def held(self) -> bool:
        """Whether the pointer is over it, or one of its buttons has the keyboard."""
        return self.underMouse() or any(
            button.hasFocus() for button in (self.copy_button, self.close_button)
        )

    @property
    def _kind_words(self) -> str:
        return {"warning": tr("Warning"), "error": tr("Error")}.get(self.message.kind, "")

    @while_whole
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close on Esc before the window takes it for something else."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.closed.emit()
                return True
        return super().eventFilter(watched, event)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.message.sentence}\n\n{self.message.details}")


class MessageStack(QWidget):
    """The strips, newest last. The same sentence never stands twice."""

    changed = Signal()  # strips came, went or say something else

    def __init__(self, theme: Theme = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE // 2)

    @property
    def strips(self) -> list[MessageStrip]:
        """The strips on screen, oldest first."""
        found = (self._column.itemAt(i) for i in range(self._column.count()))
        widgets = (item.widget() for item in found if item is not None)
        return [widget for widget in widgets if isinstance(widget, MessageStrip)]

    def show_message(self, message: Message) -> None:
        """Show a message; hints leave by themselves, errors stay until closed or pushed out.

        What already stands as more than a hint is not said again as one.
        """
        for strip in self.strips:
            if strip.message.sentence == message.sentence:
                if strip.message.kind != "hint" and message.kind == "hint":
                    return
                self._remove(strip)
        strip = MessageStrip(message, self._theme)
        strip.closed.connect(lambda: self._remove(strip))
        self._column.addWidget(strip)
        for old in self.strips[:-MOST_AT_ONCE]:
            self._remove(old)
        if message.kind == "hint":
            timer = QTimer(strip, singleShot=True, interval=_reading_time(message.sentence))
            timer.timeout.connect(lambda: self._leave(strip, timer))
            timer.start()
        announce(self, strip.spoken, urgent=message.kind == "error")
        self.changed.emit()

    def clear_kind(self, kind: Kind) -> None:
        """Take away the messages of one kind: what they spoke of is over."""
        for strip in self.strips:
            if strip.message.kind == kind:
                self._remove(strip)

    def clear_about(self, about: str) -> None:
        """Take away what speaks of something that is over, whatever its kind."""
        for strip in self.strips:
            if strip.message.about == about:
                self._remove(strip)

    def dismiss(self) -> bool:
        """Take the newest strip away; return whether there was one."""
        strips = self.strips
        if strips:
            self._remove(strips[-1])
        return bool(strips)

    def set_theme(self, theme: Theme) -> None:
        """Recolour every strip."""
        self._theme = theme
        for strip in self.strips:
            strip.set_theme(theme)

    def retranslate(self) -> None:
        """Say every strip again in the language in force."""
        for strip in self.strips:
            strip.retranslate()
        self.changed.emit()

    def _leave(self, strip: MessageStrip, timer: QTimer) -> None:
        """Take a hint away, unless the pointer or the keyboard is on it: then once it has left."""
        if strip.held:
            timer.start(_ONCE_LEFT)
        else:
            self._remove(strip)

    def _remove(self, strip: MessageStrip) -> None:
        if self._column.indexOf(strip) < 0:
            return  # a second click, or its time ran out as well
        self._column.removeWidget(strip)
        strip.hide()  # at once: what lies below can be clicked again
        strip.deleteLater()
        self.changed.emit()


def _reading_time(sentence: str) -> int:
    """Return for how many milliseconds a hint stays: about 17 letters are read in a second."""
    return HINT_MILLISECONDS + _PER_LETTER * len(sentence)


def announce(widget: QWidget, words: str, *, urgent: bool = False) -> None:
    """Have ``words`` read out to those who listen, at once when ``urgent``."""
    event = QAccessibleAnnouncementEvent(widget, words)
    if urgent:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)
