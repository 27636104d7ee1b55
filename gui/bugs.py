"""Uncaught errors reach the person instead of ending the program."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType


def watch_for_bugs(tell: Callable[[BaseException], None]) -> None:
    """Write every uncaught error, from any thread, to standard error and ``tell`` it."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        traceback.print_exception(kind, error, trace)
        tell(error)

    sys.excepthook = hook
    threading.excepthook = lambda what: hook(
        what.exc_type, what.exc_value or what.exc_type(), what.exc_traceback
    )
