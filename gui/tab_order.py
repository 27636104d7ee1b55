"""Tab goes through the window as it is read, also where parts were built long after the others.

Qt puts what is built late at the end of its chain, and a chain is not to be changed under way:
a control that holds others takes them along.
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
    chain's order stays as it is, but for what is marked ``LAST``.
    """
    stops = [stop for stop in _chain(window) if stop.isVisible() and stop.isEnabled()]
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


def _chain(window: QWidget) -> list[QWidget]:
    """Return where Tab could ever stop, from ``window`` on."""
    found: list[QWidget] = []
    part = window.nextInFocusChain()
    while part is not None and part is not window:
        by_tab = bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if by_tab and part.focusProxy() is None and part.window() is window:
            found.append(part)
        part = part.nextInFocusChain()
    return found


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
