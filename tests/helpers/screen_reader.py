"""What a screen reader meets in a window: every part with its role, name and description."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QWidget

_Role = QAccessible.Role
SPOKEN_BY_OTHERS: Final = {_Role.ScrollBar, _Role.Grip, _Role.Splitter, _Role.Separator}


@dataclass(frozen=True, slots=True)
class Met:
    """One widget as it is spoken. ``way`` names it in a complaint."""

    way: str
    role: QAccessible.Role
    name: str
    description: str
    widget: QWidget

    @property
    def words(self) -> str:
        """Everything that is said of it."""
        return f"{self.name} {self.description} {self.widget.toolTip()}"


def met(window: QWidget) -> Iterator[Met]:
    """Yield every part of ``window`` that is shown and takes the keyboard."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window) or not takes_keys(widget):
            continue
        spoken = QAccessible.queryAccessibleInterface(widget)
        assert spoken is not None, widget
        yield Met(
            way_to(widget, window),
            spoken.role(),
            spoken.text(QAccessible.Text.Name).strip(),
            spoken.text(QAccessible.Text.Description).strip(),
            widget,
        )


def takes_keys(widget: QWidget) -> bool:
    """Whether a person can go there with the keyboard, and it is not a part of another control."""
    if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or widget.focusProxy() is not None:
        return False
    if isinstance(widget, QScrollBar):
        return False
    return type(widget) is not QAbstractScrollArea


def reachable(window: QWidget) -> list[QWidget]:
    """Return what takes the keyboard in ``window`` now."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if takes_keys(widget)
        and widget.isVisible()
        and widget.isEnabled()
        and widget.window() is window
    ]


def way_to(widget: QWidget, window: QWidget) -> str:
    """Return the classes from ``window`` to ``widget``, for people who look for it."""
    names: list[str] = []
    part: QWidget | None = widget
    while part is not None and part is not window:
        names.append(type(part).__name__)
        part = part.parentWidget()
    return "/".join(reversed(names))
