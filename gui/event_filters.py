"""What every event filter written in Python needs while windows are taken down.

Qt still sends events to a widget that is being destroyed, and so calls filters whose window, or
whose own attributes, are gone. An error raised there has no caller that could take it: at best it
is printed, at worst the process ends. What is half gone has nothing left to be told.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Final, TypeVar

import shiboken6
from PySide6.QtCore import QEvent, QObject

_GONE: Final = "already deleted"  # how shiboken names a C++ object that is no more
_Watcher = TypeVar("_Watcher", bound=QObject)
_Filter = Callable[[_Watcher, QObject, QEvent], bool]


def alive(*things: QObject | None) -> bool:
    """Whether all of these are there and Qt has destroyed none of them."""
    return all(thing is not None and shiboken6.isValid(thing) for thing in things)


def while_whole(look: _Filter[_Watcher]) -> _Filter[_Watcher]:
    """Make ``eventFilter`` pass every event on once it, or what it watches, is half gone."""

    @wraps(look)
    def filtered(self: _Watcher, watched: QObject, event: QEvent) -> bool:
        if sys.is_finalizing() or not alive(self, watched) or not vars(self):
            return False  # the collector empties an object before Qt destroys it
        try:
            return look(self, watched, event)
        except RuntimeError as error:
            if _GONE in str(error):
                return False
            raise

    return filtered
