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
    order is that of the tree of widgets, but for what is marked ``LAST``. From a control that was
    just hidden it goes no further than it must: to a neighbour in the same area, if there is one.
    """
    every = sorted(
        _by_tab(window), key=lambda one: (_area_of(one, areas), bool(one.property(LAST)))
    )
    stops = [one for one in every if is_stop(one)]
    if not stops:
        return False
    here = window.focusWidget()
    if here is None or here in stops:
        place = stops.index(here) if here in stops else (-1 if on else 0)
        wanted = stops[(place + (1 if on else -1)) % len(stops)]
    else:
        wanted = _nearest(stops, here, every=every, areas=areas)
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
    return [child for child in _by_tab(part) if is_stop(child)]


def is_stop(part: QWidget) -> bool:
    """Whether Tab stops at ``part`` now."""
    return _takes_tab(part) and part.isVisible() and part.isEnabled()


def _by_tab(part: QWidget) -> list[QWidget]:
    """Return what Tab could stop at inside ``part``, seen or not."""
    window = part.window()
    children = part.findChildren(QWidget)
    return [child for child in children if _takes_tab(child) and child.window() is window]


def _takes_tab(part: QWidget) -> bool:
    return bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus) and part.focusProxy() is None


def _nearest(
    stops: Sequence[QWidget], here: QWidget, *, every: Sequence[QWidget], areas: Sequence[QWidget]
) -> QWidget:
    """Return the stop after ``here``, which is none itself, or before it, in its own area."""
    place = every.index(here) if here in every else -1
    after = [stop for stop in stops if every.index(stop) > place]
    before = [stop for stop in stops if every.index(stop) < place]
    area = _area_of(here, areas)
    near = (*after, *before) if place < 0 else (*after[:1], *before[-1:])
    return next((stop for stop in near if _area_of(stop, areas) == area), (*after, stops[0])[0])


def _area_of(stop: QWidget, areas: Sequence[QWidget]) -> int:
    for number, area in enumerate(areas):
        if area is stop or area.isAncestorOf(stop):
            return number
    return len(areas)
