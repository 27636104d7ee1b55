"""Finds what does not fit in a window: cut words, widgets that reach out, scroll bars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QScrollBar,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QTabBar,
    QTableView,
    QToolButton,
    QWidget,
)

from gui.elided import ElidedLabel

SLACK: Final = 1  # logical pixels that rounding may take
_ELIDED: Final = "…"
_CELL_AIR: Final = 3  # beside the words of a cell


def faults(window: QWidget) -> list[str]:
    """Return a line for everything visible in ``window`` that is cut, hidden or in the way."""
    found: list[str] = []
    for widget in [window, *window.findChildren(QWidget)]:
        if widget.isVisible() and widget.window() is window:
            found.extend(f"{way(widget)}: {fault}" for fault in _faults(widget))
    return found


def way(widget: QWidget) -> str:
    """Return the classes from the window down to ``widget``, and its place among its like."""
    parts: list[str] = []
    at: QWidget | None = widget
    while at is not None and not at.isWindow():
        name = at.objectName() if not at.objectName().startswith("qt_") else ""
        parts.append(type(at).__name__ + (f"#{name}" if name else ""))
        at = at.parentWidget()
    return " > ".join(reversed(parts)) or type(widget).__name__


def _faults(widget: QWidget) -> Iterator[str]:
    for kind, check in _CHECKS:
        if isinstance(widget, kind):
            yield from check(widget)  # type: ignore[operator]
    yield from _outside(widget)


def _label(label: QLabel) -> Iterator[str]:
    text, room = label.text(), label.contentsRect()
    if not text or isinstance(label, ElidedLabel):
        return  # one that is too long says so, and tells the rest under the pointer
    margin = 2 * label.margin() + max(label.indent(), 0)
    width, height = room.width() - margin, room.height() - 2 * label.margin()
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        if needed > label.height() + SLACK:
            yield f"“{text}” needs {needed} pixels of height and has {label.height()}"
        return
    rich = label.textFormat() == Qt.TextFormat.RichText or (
        label.textFormat() == Qt.TextFormat.AutoText and "<" in text
    )
    if rich:
        document = QTextDocument()
        document.setDefaultFont(label.font())
        document.setDocumentMargin(0)
        document.setHtml(text)
        wanted = document.idealWidth()
    else:
        wanted = max(label.fontMetrics().horizontalAdvance(line) for line in text.split("\n"))
    if wanted > width + SLACK:
        yield f"“{text}” needs {wanted:.0f} pixels and has {width}"
    if label.fontMetrics().height() > height + 2 * SLACK:
        yield f"“{text}” needs {label.fontMetrics().height()} pixels of height and has {height}"


def _button(button: QAbstractButton) -> Iterator[str]:
    text = button.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
    if not text or isinstance(button.parentWidget(), QTabBar):
        return
    if isinstance(button, QToolButton):
        if button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly and (
            not button.icon().isNull()
        ):
            return
        if text.endswith(_ELIDED) and button.toolTip():
            return  # said in full in the tool tip
    wanted = max(button.fontMetrics().horizontalAdvance(line) for line in text.split("\n"))
    if isinstance(button, (QCheckBox, QRadioButton)):
        option = QStyleOptionButton()
        button.initStyleOption(option)
        element = (
            QStyle.SubElement.SE_CheckBoxContents
            if isinstance(button, QCheckBox)
            else QStyle.SubElement.SE_RadioButtonContents
        )
        room = button.style().subElementRect(element, option, button).width()
    else:
        icon = 0 if button.icon().isNull() else button.iconSize().width() + 4
        room = button.width() - icon - 4  # a border and a pixel of air on each side
    if wanted > room + SLACK:
        yield f"“{text}” needs {wanted} pixels and has {room}"
    if button.fontMetrics().height() * len(text.split("\n")) > button.height() + SLACK:
        yield f"“{text}” is lower than its letters"


def _combo(box: QComboBox) -> Iterator[str]:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    field = QStyle.SubControl.SC_ComboBoxEditField
    room = box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, box)
    text = box.currentText()
    wanted = box.fontMetrics().horizontalAdvance(text)
    if wanted > room.width() + SLACK:
        yield f"“{text}” needs {wanted} pixels and has {room.width()}"
    if box.fontMetrics().height() > box.height() - 2:
        yield f"“{text}” is lower than its letters"


def _line(line: QLineEdit) -> Iterator[str]:
    text = line.placeholderText() if not line.text() else ""
    if isinstance(line.parentWidget(), QAbstractSpinBox) or line.isReadOnly():
        text = line.text()
    wanted, room = line.fontMetrics().horizontalAdvance(text), line.contentsRect().width() - 4
    if wanted > room + SLACK:
        yield f"“{text}” needs {wanted} pixels and has {room}"


def _tabs(tabs: QTabBar) -> Iterator[str]:
    for button in tabs.findChildren(QToolButton):
        if button.isVisible():
            yield f"tabs need buttons to scroll: {[tabs.tabText(i) for i in range(tabs.count())]}"
            break
    for at in range(tabs.count()):
        if not tabs.isTabVisible(at):
            continue
        rect, text = tabs.tabRect(at), tabs.tabText(at).replace("&", "")
        wanted = tabs.fontMetrics().horizontalAdvance(text)
        if rect.right() > tabs.width() + SLACK or wanted > rect.width():
            yield f"tab “{text}” is cut"


def _group(box: QGroupBox) -> Iterator[str]:
    wanted = box.fontMetrics().horizontalAdvance(box.title())
    if wanted > box.width() - 2 * 8:
        yield f"title “{box.title()}” needs {wanted} pixels and has {box.width() - 16}"


def _area(area: QAbstractScrollArea) -> Iterator[str]:
    if isinstance(area, QScrollArea) and area.horizontalScrollBar().maximum() > SLACK:
        yield f"scrolls sideways by {area.horizontalScrollBar().maximum()} pixels"


def _table(table: QTableView) -> Iterator[str]:
    header, model = table.horizontalHeader(), table.model()
    if model is None:
        return
    for column in range(model.columnCount()):
        if header.isSectionHidden(column):
            continue
        room = header.sectionSize(column) - 2 * _CELL_AIR
        words = str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        wanted = header.fontMetrics().horizontalAdvance(words)
        if header.isVisible() and wanted > room + SLACK:
            yield f"heading “{words}” needs {wanted} pixels and has {room}"
    if header.length() > table.viewport().width() + SLACK and not table.horizontalScrollBar():
        yield "columns reach out"


def _outside(widget: QWidget) -> Iterator[str]:
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or isinstance(widget, (QScrollBar, QHeaderView)):
        return
    around = parent.parentWidget()
    if isinstance(around, QAbstractScrollArea) and around.viewport() is parent:
        return  # moves under its window on purpose
    if isinstance(parent, (QAbstractItemView, QComboBox, QAbstractSpinBox)):
        return
    rect = widget.geometry()
    room = parent.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK)
    if not rect.isEmpty() and not room.contains(rect):
        yield f"{_written(rect)} reaches out of its parent {_written(parent.rect())}"


def _written(rect: QRect) -> str:
    return f"{rect.width()}×{rect.height()} at {rect.x()}, {rect.y()}"


_CHECKS: Final = (
    (QLabel, _label),
    (QAbstractButton, _button),
    (QComboBox, _combo),
    (QLineEdit, _line),
    (QTabBar, _tabs),
    (QGroupBox, _group),
    (QAbstractScrollArea, _area),
    (QTableView, _table),
)

_WORD: Final = re.compile(r"[^\W\d_]{3,}")


def texts(window: QWidget) -> dict[str, str]:
    """Return every text that visible parts of ``window`` show or tell, by part and property."""
    found: dict[str, str] = {}
    for number, widget in enumerate([window, *window.findChildren(QWidget)]):
        if widget.isVisible() and widget.window() is window:
            for name, text in _texts(widget):
                if _WORD.search(text):
                    found[f"{way(widget)} [{number}] {name}"] = text
    return found


def _texts(widget: QWidget) -> Iterator[tuple[str, str]]:
    yield "tool tip", widget.toolTip()
    yield "name", widget.accessibleName()
    yield "description", widget.accessibleDescription()
    if isinstance(widget, (QLabel, QAbstractButton)):
        yield "text", widget.text()
    elif isinstance(widget, QLineEdit):
        yield "placeholder", widget.placeholderText()
    elif isinstance(widget, QGroupBox):
        yield "title", widget.title()
    elif isinstance(widget, QComboBox):
        for at in range(widget.count()):
            yield f"entry {at}", widget.itemText(at)
    elif isinstance(widget, QTabBar):
        for at in range(widget.count()):
            yield f"tab {at}", widget.tabText(at)
            yield f"tip of tab {at}", widget.tabToolTip(at)
    elif isinstance(widget, QTableView) and widget.model() is not None:
        for at in range(widget.model().columnCount()):
            words = widget.model().headerData(at, Qt.Orientation.Horizontal)
            yield f"heading {at}", str(words or "")
