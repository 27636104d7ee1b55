"""Banners: over the work and never in its way, gone with their cause, closed by key, read out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui import messages
from gui.floating import FloatingMessages
from gui.messages import Message, MessageStack

LONG = "A sentence that says at some length what happened and what can be done about it now. " * 4


@pytest.fixture
def stack(qtbot: QtBot) -> MessageStack:
    stack = MessageStack()
    qtbot.addWidget(stack)
    stack.show()
    return stack


class Page:
    """A button to be clicked, and banners over the place where it stands."""

    def __init__(self, qtbot: QtBot) -> None:
        self.whole, self.work, self.stack = QWidget(), QWidget(), MessageStack()
        qtbot.addWidget(self.whole)
        self.line, self.button = QPushButton("line"), QPushButton("button")
        column, inside = QVBoxLayout(self.whole), QVBoxLayout(self.work)
        column.addWidget(self.line)
        column.addWidget(self.work, 1)
        inside.addStretch(1)
        inside.addWidget(self.button)
        self.floating = FloatingMessages(self.stack, over=self.work)
        self.whole.resize(700, 500)
        self.whole.show()


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[Page]:
    page = Page(qtbot)
    qtbot.waitExposed(page.whole)
    return page


def sentences(stack: MessageStack) -> list[str]:
    return [strip.message.text for strip in stack.strips]


def test_banners_move_nothing_and_do_not_cover_what_is_above_the_work(page: Page) -> None:
    before = page.button.mapTo(page.whole, QPoint()), page.line.geometry()
    for number in range(3):
        page.stack.show_message(Message(f"{number}. {LONG}", kind="error"))
    page.whole.layout().activate()
    assert (page.button.mapTo(page.whole, QPoint()), page.line.geometry()) == before
    assert page.work.geometry().contains(page.stack.geometry())
    assert not page.stack.geometry().intersects(page.line.geometry())


def test_every_word_of_every_banner_has_room_and_none_overlap(page: Page) -> None:
    for number in range(3):
        page.stack.show_message(Message(f"{number}. {LONG}", kind="error"))
    page.stack.layout().activate()
    strips = page.stack.strips
    for strip in strips:
        assert strip.label.height() >= strip.label.heightForWidth(strip.label.width())
        assert page.stack.rect().contains(strip.geometry())
    bottoms = [strip.geometry().bottom() for strip in strips]
    tops = [strip.geometry().top() for strip in strips]
    assert all(bottom < top for bottom, top in zip(bottoms, tops[1:], strict=False))


def test_the_stack_takes_no_clicks_once_it_is_empty(page: Page) -> None:
    page.stack.show_message(Message("gone soon", kind="error"))
    assert page.stack.isVisible()
    page.stack.strips[0].close_button.click()
    assert not page.stack.isVisible()


def test_it_follows_the_size_of_the_work(page: Page, qtbot: QtBot) -> None:
    page.stack.show_message(Message(LONG, kind="error"))
    page.whole.resize(420, 500)
    qtbot.waitUntil(lambda: page.stack.width() <= page.work.width())
    strip = page.stack.strips[0]
    qtbot.waitUntil(lambda: strip.label.height() >= strip.label.heightForWidth(strip.label.width()))


def test_what_speaks_of_the_input_goes_with_it_and_the_rest_stays(stack: MessageStack) -> None:
    stack.show_message(Message("type something", about="input"))
    stack.show_message(Message("cut to 512 tokens", kind="warning", about="input"))
    stack.show_message(Message("the model fell back", kind="warning"))
    stack.clear_about("input")
    assert sentences(stack) == ["the model fell back"]


def test_a_hint_leaves_by_itself_and_an_error_stays(
    stack: MessageStack, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "_reading_time", lambda _sentence: 10)
    stack.show_message(Message("an error", kind="error"))
    stack.show_message(Message("a hint"))
    with qtbot.waitSignal(stack.changed, timeout=2000):
        pass
    assert sentences(stack) == ["an error"]


def test_a_short_hint_leaves_soon_and_a_long_one_can_be_read(
    stack: MessageStack,
) -> None:
    for words in ("Saved cat.png.", "word " * 30):
        stack.show_message(Message(words))
    timers = [strip.findChild(QTimer) for strip in stack.strips]
    short, long = (timer.interval() for timer in timers if timer is not None)
    assert short < 4000
    assert long > 10_000


@pytest.mark.parametrize("how", ["pointer", "keyboard"])
def test_a_hint_stays_while_the_pointer_or_the_keyboard_is_on_it(
    stack: MessageStack, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(messages, "_reading_time", lambda _sentence: 20)
    monkeypatch.setattr(messages, "_ONCE_LEFT", 20)
    stack.show_message(Message("a hint"))
    strip = stack.strips[0]
    timer = strip.findChild(QTimer)
    assert timer is not None
    if how == "pointer":
        strip.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, True)
    else:
        stack.activateWindow()
        strip.close_button.setFocus()
        qtbot.waitUntil(strip.close_button.hasFocus)
    for _turn in range(2):
        qtbot.waitSignal(timer.timeout, timeout=2000).wait()
        assert sentences(stack) == ["a hint"]
    with qtbot.waitSignal(stack.changed, timeout=2000):
        strip.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
        strip.close_button.clearFocus()
    assert sentences(stack) == []


def test_escape_on_a_banner_closes_that_banner_alone(stack: MessageStack, qtbot: QtBot) -> None:
    for word in ("first", "second"):
        stack.show_message(Message(word, kind="error"))
    qtbot.keyClick(stack.strips[0].close_button, Qt.Key.Key_Escape)
    assert sentences(stack) == ["second"]


def test_the_newest_is_dismissed_first_until_none_is_left(stack: MessageStack) -> None:
    for word in ("first", "second"):
        stack.show_message(Message(word, kind="error"))
    assert stack.dismiss()
    assert sentences(stack) == ["first"]
    assert stack.dismiss()
    assert not stack.dismiss()


def test_a_banner_is_announced_with_what_its_colour_tells(
    stack: MessageStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[str, QAccessible.AnnouncementPoliteness]] = []

    def listen(event: QAccessibleAnnouncementEvent) -> None:
        said.append((event.message(), event.politeness()))

    monkeypatch.setattr(QAccessible, "updateAccessibility", listen)
    stack.show_message(Message("it broke", kind="error"))
    stack.show_message(Message("by the way"))
    polite = QAccessible.AnnouncementPoliteness
    assert said == [("Error: it broke", polite.Assertive), ("by the way", polite.Polite)]


def test_the_same_sentence_never_stands_twice(stack: MessageStack) -> None:
    for _ in range(3):
        stack.show_message(Message("once", kind="error"))
    assert sentences(stack) == ["once"]
