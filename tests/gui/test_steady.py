"""Places where what changes inside moves nothing outside."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.steady import Covered, SteadySplitter


class Requests(QObject):
    """Counts how often a widget is asked to lay out what it holds."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__()
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


class Part(QWidget):
    """Wants a room that can be set."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted = QSize(80, 60)

    def want(self, size: QSize) -> None:
        self.wanted = size
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return self.wanted

    def minimumSizeHint(self) -> QSize:
        return self.wanted


def events() -> None:
    for _ in range(5):
        QCoreApplication.processEvents()


def inside(outer: QWidget, part: QWidget) -> None:
    column = QVBoxLayout(outer)
    column.addWidget(part)


@pytest.fixture
def outer(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_a_cover_comes_and_goes_and_nothing_is_laid_out(outer: QWidget) -> None:
    part, cover = Part(), QLabel("computing …")
    covered = Covered(cover)
    covered.set_part(part)
    inside(outer, covered)
    outer.show()
    events()
    requests, place = Requests(outer), part.geometry()
    covered.set_covered(covered=True)
    cover.setText("Words that are so long that the label would like to be far wider " * 3)
    events()
    assert cover.isVisible()
    assert not part.isVisible()
    assert cover.geometry() == place
    covered.set_covered(covered=False)
    events()
    assert part.isVisible()
    assert not cover.isVisible()
    assert requests.count == 0


def test_a_cover_gives_a_part_that_needs_more_room_that_room(outer: QWidget) -> None:
    part = Part()
    covered = Covered(QLabel())
    covered.set_part(part)
    inside(outer, covered)
    outer.show()
    events()
    part.want(QSize(300, 200))
    events()
    assert outer.minimumSizeHint().width() >= 300
    assert part.size().width() >= 300


def test_before_there_is_a_part_the_cover_is_what_is_seen(outer: QWidget) -> None:
    cover = QLabel("The heatmap appears here.")
    covered = Covered(cover)
    inside(outer, covered)
    outer.show()
    covered.set_covered(covered=False)
    events()
    assert cover.isVisible()
    assert cover.size() == covered.size()


@pytest.fixture
def splitter(outer: QWidget) -> SteadySplitter:
    widget = SteadySplitter()
    widget.setChildrenCollapsible(False)
    for _ in range(2):
        widget.addWidget(Part())
    inside(outer, widget)
    outer.resize(600, 300)
    outer.show()
    events()
    return widget


def test_a_request_for_nothing_new_goes_no_further(
    splitter: SteadySplitter, outer: QWidget
) -> None:
    part = splitter.widget(0)
    assert part is not None
    part.updateGeometry()  # the first one on screen is followed
    events()
    requests, asked = Requests(outer), Requests(splitter)
    part.updateGeometry()
    events()
    assert asked.count == 1
    assert requests.count == 0


def test_a_part_of_a_splitter_that_needs_more_room_gets_it(
    splitter: SteadySplitter, outer: QWidget
) -> None:
    requests, part = Requests(outer), splitter.widget(0)
    assert isinstance(part, Part)
    splitter.setSizes([80, 500])
    part.want(QSize(240, 60))
    events()
    assert requests.count >= 1
    assert part.width() >= 240
    part.hide()
    events()
    other = splitter.widget(1)
    assert other is not None
    assert other.width() == splitter.width()
