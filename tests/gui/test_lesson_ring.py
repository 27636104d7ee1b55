"""The ring of lessons brings what it marks into sight, however deep it scrolls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.lessons.ring import Ring


def _tall(*parts: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.addSpacing(900)
    for part in parts:
        column.addWidget(part)
    column.addSpacing(900)
    return page


def _scrolled(page: QWidget, height: int) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(page)
    area.setFixedHeight(height)
    return area


def test_a_part_that_scrolls_inside_what_scrolls_is_brought_into_sight(qtbot: QtBot) -> None:
    window, part = QWidget(), QPushButton("here")
    qtbot.addWidget(window)
    inner = _scrolled(_tall(part), 200)
    outer = _scrolled(_tall(inner), 400)
    QVBoxLayout(window).addWidget(outer)
    window.show()
    ring = Ring(window)
    ring.mark(part)
    QApplication.processEvents()
    place = QRect(part.mapTo(window, QPoint(0, 0)), part.size())
    for area in (inner, outer):
        port = area.viewport()
        assert QRect(port.mapTo(window, QPoint(0, 0)), port.size()).contains(place)
    assert ring.isVisible()
    assert ring.geometry().contains(place)
    outer.verticalScrollBar().setValue(0)
    QApplication.sendEvent(part, QEvent(QEvent.Type.LayoutRequest))
    assert not ring.isVisible()
