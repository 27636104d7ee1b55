"""The keyboard stays where the person works when what it was on goes; the wheel turns no tab."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar, QWidget

from gui.app import Program
from gui.tab_order import stops_in
from models.settings import PAGES
from tests.helpers.states import pages, settle, show_input


@pytest.fixture
def active(program: Program) -> Program:
    program.window.activateWindow()
    settle()
    return program


def _here() -> QWidget:
    here = QApplication.focusWidget()
    assert here is not None
    return here


def test_another_page_of_the_map_keeps_the_keyboard_on_the_map(active: Program) -> None:
    window, do, lost = active.window, active.controller, []
    for _page in pages(active):
        pass  # each was seen with a text, and remembers what had the keyboard
    show_input(active, "image")
    for page in PAGES:
        do.change(page=page)
        settle()
        stop = stops_in(window.map)[-1]
        for number, other in enumerate(PAGES, start=1):
            do.change(page=page)
            settle()
            stop.setFocus()
            QTest.keySequence(window.windowHandle(), QKeySequence(f"Ctrl+{number}"))
            settle()
            if not (window.map.isAncestorOf(_here()) and _here().isVisible()):
                lost.append(f"{page} to {other}: {_here().accessibleName()}")
    assert lost == []


@pytest.mark.parametrize("keys", ["F2", "F3"])
def test_another_input_keeps_the_keyboard_on_its_card(active: Program, keys: str) -> None:
    show_input(active, "text" if keys == "F3" else "image")
    show_input(active, "image" if keys == "F2" else "text")
    source = active.window.source
    for stop in stops_in(source):
        show_input(active, "image" if keys == "F2" else "text")
        stop.setFocus()
        QTest.keySequence(active.window.windowHandle(), QKeySequence(keys))
        settle()
        assert source.isAncestorOf(_here()), stop.accessibleName()
        assert _here().isVisible()


def test_a_tab_that_is_built_when_it_is_shown_keeps_the_keyboard_on_that_side(
    active: Program,
) -> None:
    side = active.window.side
    for number in range(1, side.count()):
        stops_in(side)[-1].setFocus()
        side.setCurrentIndex(number)
        settle()
        assert side.isAncestorOf(_here()), side.tabText(number)


def test_the_wheel_over_tabs_changes_no_tab(active: Program) -> None:
    active.teaching.toggle_lessons()
    settle()
    bars = [bar for bar in active.window.findChildren(QTabBar) if bar.isVisible()]
    bars += active.teaching.playground.findChildren(QTabBar)
    assert len(bars) >= 4
    for bar in bars:
        before = bar.currentIndex()
        for down in (-120, -120, 120):
            middle = QPointF(bar.rect().center())
            wheel = QWheelEvent(
                middle, bar.mapToGlobal(middle), QPoint(), QPoint(0, down),
                Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase, False,
            )  # fmt: skip
            QApplication.sendEvent(bar, wheel)
            assert bar.currentIndex() == before
