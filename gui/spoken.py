"""What drawn views are to a screen reader: their roles, and words that are told as they change.

Qt calls a widget that it does not know a filler, which screen readers pass over even where the
keyboard is. The factory gives every drawn view a role: a chart, a picture, or a pane with words.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_CHART, _PICTURE = QAccessible.Role.Chart, QAccessible.Role.Graphic
_PANE, _LINK = QAccessible.Role.Pane, QAccessible.Role.Link
_GROUP = QAccessible.Role.Grouping
# By the name of a class, or of one that it comes from.
ROLES: Final = MappingProxyType(
    {
        "AtlasView": _CHART,
        "BarList": _CHART,
        "Canvas": _CHART,
        "ChipArea": _PANE,
        "CompareMap": _CHART,
        "ComparePhoto": _PICTURE,
        "CostQuestion": _GROUP,
        "CurveView": _CHART,
        "DropTarget": _PANE,
        "ExperimentCard": _GROUP,
        "HeadGrid": _CHART,
        "HeadLegend": _PANE,
        "HeadMap": _CHART,
        "HeatmapView": _CHART,
        "LayerMaps": _PICTURE,
        "LayerStrip": _CHART,
        "Legend": _PICTURE,
        "LessonPanel": _PANE,
        "LinesScale": _CHART,
        "LinesView": _CHART,
        "LinkLabel": _LINK,
        "MessageStrip": QAccessible.Role.Notification,
        "NumberStrip": _PANE,
        "PatchMaps": _PICTURE,
        "PhotoCanvas": _PICTURE,
        "RowBars": _CHART,
        "RowName": QAccessible.Role.StaticText,
        "RowPanel": _PANE,
        "Segments": _GROUP,
        "QScrollArea": _PANE,
        "SenseChart": _CHART,
    }
)


class _Factory:
    """Whether Qt was told of the roles: once in a process, as Qt keeps them."""

    told: bool = False


def give_roles() -> None:
    """Tell Qt what the drawn views are."""
    if not _Factory.told:
        _Factory.told = True
        QAccessible.installFactory(_interface)


def _interface(name: str, part: QObject) -> QAccessibleInterface | None:
    """Return what is told of ``part``, None for what Qt knows itself."""
    role = ROLES.get(name)
    if role is None or not isinstance(part, QWidget):
        return None
    if name == "QScrollArea" and not part.focusPolicy() & Qt.FocusPolicy.TabFocus:
        return None  # the keyboard goes to what it holds
    return QAccessibleWidget(part, role)


def describe(widget: QWidget, words: str) -> None:
    """Say ``words`` of a view; where the keyboard is and somebody listens, they are read out."""
    if words == widget.accessibleDescription():
        return
    widget.setAccessibleDescription(words)
    if words and QAccessible.isActive() and widget.hasFocus():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


def read_in_order(*parts: QWidget) -> None:
    """Let ``parts``, siblings, be read in this order; a splitter turns it around."""
    for part in reversed(parts):
        part.lower()
