"""Tab goes through the window as it is read, also where parts were built long after the others.

Qt puts what is built late at the end of its chain, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gui.sight import areas_around

LAST: Final = "tab_last"  # a control's property: it is visited at the end of its area


def step(window: QWidget, areas: Sequence[QWidget], *, on: bool) -> bool:
    """Give the keyboard to the next stop of ``window``, or the one before; tell whether it went.

    ``areas`` are visited one after another, what lies in none of them last; within an area the
    order is that of the tree of widgets, but for what is marked ``LAST``.
    """
    stops = sorted(
        stops_in(window),
        key=lambda stop: (_area_of(stop, areas), bool(stop.property(LAST))),
    )
    if not stops:
        return False
    here = window.focusWidget()
    place = stops.index(here) if here in stops else (-1 if on else 0)
    wanted = stops[(place + (1 if on else -1)) % len(stops)]
    reason = Qt.FocusReason.TabFocusReason if on else Qt.FocusReason.BacktabFocusReason
    wanted.setFocus(reason)
    for area in areas_around(wanted):
        area.ensureWidgetVisible(wanted)
    return True


def stops_in(part: QWidget) -> list[QWidget]:
    """Return where Tab stops inside ``part``, in the order of the tree of widgets.

    Qt's own chain must not be asked: PySide takes the next of a chain for a child, and when a
    control is deleted it takes those after it for deleted too.
    """
    window = part.window()
    children = part.findChildren(QWidget)
    return [child for child in children if is_stop(child) and child.window() is window]


def is_stop(part: QWidget) -> bool:
    """Whether Tab stops at ``part`` now."""
    by_tab = bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and part.focusProxy() is None and part.isVisible() and part.isEnabled()


def _area_of(stop: QWidget, areas: Sequence[QWidget]) -> int:
    for number, area in enumerate(areas):
        if area is stop or area.isAncestorOf(stop):
            return number
    return len(areas)
