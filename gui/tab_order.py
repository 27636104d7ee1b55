"""Tab goes through the window as it is read, also where parts were built long after the others.

Qt puts what is built late at the end of its chain, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget

LAST: Final = "tab_last"  # a control's property: it is visited at the end of its area


def step(window: QWidget, areas: Sequence[QWidget], *, on: bool) -> bool:
    """Give the keyboard to the next stop of ``window``, or the one before; tell whether it went.

    ``areas`` are visited one after another, what lies in none of them last; within an area the
    order is that of the tree of widgets, but for what is marked ``LAST``.
    """
    stops = [stop for stop in stops_in(window) if stop.isVisible() and stop.isEnabled()]
    stops.sort(key=lambda stop: (_area_of(stop, areas), bool(stop.property(LAST))))
    if not stops:
        return False
    here = window.focusWidget()
    place = stops.index(here) if here in stops else (-1 if on else 0)
    wanted = stops[(place + (1 if on else -1)) % len(stops)]
    reason = Qt.FocusReason.TabFocusReason if on else Qt.FocusReason.BacktabFocusReason
    wanted.setFocus(reason)
    _show(wanted)
    return True


def stops_in(part: QWidget) -> list[QWidget]:
    """Return where Tab could ever stop inside ``part``, in the order of the tree of widgets.

    Qt's own chain must not be asked: PySide takes the next of a chain for a child, and when a
    control is deleted it takes those after it for deleted too.
    """
    window = part.window()
    return [
        stop
        for stop in part.findChildren(QWidget)
        if stop.focusPolicy() & Qt.FocusPolicy.TabFocus
        and stop.focusProxy() is None
        and stop.window() is window
    ]


def _area_of(stop: QWidget, areas: Sequence[QWidget]) -> int:
    for number, area in enumerate(areas):
        if area is stop or area.isAncestorOf(stop):
            return number
    return len(areas)


def _show(stop: QWidget) -> None:
    """Scroll what lies around ``stop`` until it is seen."""
    around = stop.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(stop)
        around = around.parentWidget()
