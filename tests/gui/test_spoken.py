"""Drawn views have a role that screen readers stop at, and words that follow what they show."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.panels.link_label import LinkLabel
from gui.spoken import ROLES, describe, give_roles, read_in_order
from gui.views.number_strip import NumberStrip
from gui.views.said import apart_said

GUI = Path(__file__).resolve().parent.parent.parent / "gui"


@pytest.fixture(autouse=True)
def _roles(qapp: object) -> None:
    give_roles()


def _role(widget: QWidget) -> QAccessible.Role:
    return QAccessible.queryAccessibleInterface(widget).role()


def test_every_role_belongs_to_a_class_that_exists() -> None:
    made = {
        node.name
        for path in GUI.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    assert set(ROLES) - made == {"QScrollArea"}


def test_a_drawn_view_is_no_filler_and_what_qt_knows_stays_as_it_is(qtbot: QtBot) -> None:
    strip, button = NumberStrip(), QPushButton("Run")
    for widget in (strip, button):
        qtbot.addWidget(widget)
    strip.setAccessibleName("Layer")
    describe(strip, "Layer 3 of 12")
    spoken = QAccessible.queryAccessibleInterface(strip)
    assert spoken.role() == QAccessible.Role.Pane
    assert spoken.text(QAccessible.Text.Name) == "Layer"
    assert spoken.text(QAccessible.Text.Description) == "Layer 3 of 12"
    assert _role(button) == QAccessible.Role.Button


def test_a_link_is_called_what_it_says(qtbot: QtBot) -> None:
    link = LinkLabel()
    qtbot.addWidget(link)
    link.setText("bert · 12 layers")
    spoken = QAccessible.queryAccessibleInterface(link)
    assert spoken.role() == QAccessible.Role.Link
    assert spoken.text(QAccessible.Text.Name) == "bert · 12 layers"


def test_roles_outlive_the_widgets_they_were_asked_of(qtbot: QtBot) -> None:
    """Both Python and Qt know the interface; only one may delete it."""
    for _turn in range(300):
        holder = QWidget()
        qtbot.addWidget(holder)
        strip = NumberStrip(holder)
        assert _role(strip) == QAccessible.Role.Pane
        strip.deleteLater()


def test_siblings_are_read_in_the_order_asked_for(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    first, second = QPushButton("1"), QPushButton("2")
    column = QVBoxLayout(holder)
    for part in (second, first):
        column.addWidget(part)
    read_in_order(first, second)
    spoken = QAccessible.queryAccessibleInterface(holder)
    names = [spoken.child(i).text(QAccessible.Text.Name) for i in range(spoken.childCount())]
    assert names == ["1", "2"]


def test_differences_are_told_farthest_first_with_their_signs() -> None:
    row = np.array([0.1, -0.5, np.nan, 0.2], np.float32)
    assert apart_said(row, ["a", "b", "c", "d"]).startswith(
        "Largest: b -0.50000; d 0.20000; a 0.10000"
    )
