"""Waiting for the network without being at its mercy: another thread waits, this one may leave."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Final, Generic, TypeVar

from models.errors import CancelledError
from models.i18n import mark
from models.runtime import Cancel

T = TypeVar("T")
Source = Callable[[threading.Event], Generator[T]]
_GLANCE: Final = 0.05  # seconds between two looks at ``cancel``
_AHEAD: Final = 4  # items produced before they are asked for


class _End:
    """What the thread sends last: the error that ended it, if any."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _Producer(Generic[T]):
    """A thread that runs a source and keeps a few items ahead of whoever reads ``box``."""

    def __init__(self, source: Source[T]) -> None:
        self.source = source
        self.box: queue.Queue[T | _End] = queue.Queue(maxsize=_AHEAD)
        self.stopped = threading.Event()
        threading.Thread(target=self._work, name="mirante-network", daemon=True).start()

    def _work(self) -> None:
        error: BaseException | None = None
        try:
            with closing(self.source(self.stopped)) as items:
                for item in items:
                    self._put(item)
                    if self.stopped.is_set():
                        return
        except BaseException as caught:  # noqa: BLE001  # the thread's edge: raised by the reader
            error = caught
        self._put(_End(error))

    def _put(self, item: T | _End) -> None:
        while not self.stopped.is_set():
            try:
                self.box.put(item, timeout=_GLANCE)
            except queue.Full:
                continue
            return

    def next(self, *, cancel: Cancel | None, seconds: float) -> T | _End:
        limit = time.monotonic() + seconds
        while True:
            if cancel is not None and cancel.cancelled:
                raise CancelledError(mark("Stopped."))
            try:
                return self.box.get(timeout=_GLANCE)
            except queue.Empty:
                if time.monotonic() >= limit:
                    raise TimeoutError(f"nothing for {seconds:g} s") from None


def interruptible(source: Source[T], *, cancel: Cancel | None, seconds: float) -> Iterator[T]:
    """Yield what ``source(stopped)`` yields on a thread of its own, with its errors.

    Names that do not resolve, connections that do not open and answers that do not come can hold
    that thread for a minute; this one raises CancelledError at once when ``cancel`` is used, and
    TimeoutError when no item comes for ``seconds``. The thread sees ``stopped`` and ends alone.
    """
    producer = _Producer(source)
    try:
        while True:
            item = producer.next(cancel=cancel, seconds=seconds)
            if not isinstance(item, _End):
                yield item
            elif item.error is not None:
                raise item.error
            else:
                return
    finally:
        producer.stopped.set()
