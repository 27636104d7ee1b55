"""Work off the GUI thread: numbered requests, the newest wins, everything can be cancelled."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

from models.errors import CancelledError
from models.runtime import Cancel

Job = Callable[[Cancel], object]
# The window's thread waits this long, each time that it comes back from Qt, for a thread that runs
# Python; the usual 5 ms add up to a stall of half a second while a long text is read.
_TURN: Final = 0.0005  # seconds


@dataclass(frozen=True, slots=True)
class _Request:
    number: int
    job: Job
    cancel: Cancel


class Lane(QObject):
    """One background thread that does one kind of work.

    Submitting cancels what the lane is doing and replaces what waits. ``done`` and ``failed``
    carry the request's number and reach the receiver's own thread; an answer whose number is
    no longer ``newest`` is never sent. The lane is busy until its answer has arrived.
    """

    done = Signal(int, object)
    failed = Signal(int, object)
    busy_changed = Signal(bool)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._condition = threading.Condition()
        self._waiting: _Request | None = None
        self._running: _Request | None = None
        self._newest = 0
        self._sent: int | None = None  # the answer on its way to the lane's own thread
        self._closing = False
        self._thread = threading.Thread(target=self._work, name=f"mirante-{name}", daemon=True)
        self._started = False
        for answer in (self.done, self.failed):  # before every other receiver
            answer.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)

    @property
    def newest(self) -> int:
        """The number of the request that counts."""
        return self._newest

    @property
    def busy(self) -> bool:
        """Whether a request waits or runs, or its answer is still on its way."""
        with self._condition:
            coming = self._sent == self._newest
            return coming or self._waiting is not None or self._running is not None

    def submit(self, job: Job) -> int:
        """Ask for ``job(cancel)``; return its number."""
        with self._condition:
            self._stop_running()
            self._newest += 1
            self._waiting = _Request(self._newest, job, Cancel())
            self._condition.notify()
            number = self._newest
            begins, self._started = not self._started and not self._closing, True
        if begins:  # with the first request: the window is painted before
            self._thread.start()
        self.busy_changed.emit(True)
        return number

    def cancel(self) -> None:
        """Drop what waits and stop what runs; no answer will come."""
        with self._condition:
            self._stop_running()
            self._waiting = None
            self._newest += 1

    def close(self, *, seconds: float = 10.0) -> None:
        """Cancel, end the thread and wait for it."""
        self.cancel()
        with self._condition:
            self._closing = True
            self._condition.notify()
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def _stop_running(self) -> None:
        if self._running is not None:
            self._running.cancel.cancel()

    def _on_arrived(self, number: int, _answer: object) -> None:
        with self._condition:
            if self._sent == number:
                self._sent = None

    def _work(self) -> None:
        while True:
            with self._condition:
                while self._waiting is None and not self._closing:
                    self._condition.wait()
                if self._closing:
                    return
                request, self._waiting = self._waiting, None
                self._running = request
            assert request is not None  # noqa: S101  # the wait above ends only with one
            self._answer(request)
            del request  # while it waits, nothing of the last job is kept: not the model, for one

    def _answer(self, request: _Request) -> None:
        result: object = None
        error: BaseException | None = None
        try:
            result = request.job(request.cancel)
        except CancelledError:
            error = None
            result = None
        except BaseException as caught:  # noqa: BLE001  # the thread's edge: panics of tokenizers too
            error = caught
        with self._condition:
            self._running = None
            current = request.number == self._newest and not request.cancel.cancelled
            idle = self._waiting is None
            self._sent = request.number if current else None
        if current and error is not None:
            self.failed.emit(request.number, error)
        elif current:
            self.done.emit(request.number, result)
        error = None  # it remembers this frame, which would remember it: neither would ever go
        if idle and not self._closing:
            self.busy_changed.emit(False)


def take_short_turns() -> None:
    """Let background work give way to the window soon: for the whole process."""
    sys.setswitchinterval(_TURN)


def threads_end(seconds: float) -> bool:
    """Wait for every other thread, ``seconds`` each at most; return whether all have ended."""
    threads = [one for one in threading.enumerate() if one is not threading.current_thread()]
    for thread in threads:
        thread.join(seconds)
    return not any(thread.is_alive() for thread in threads)


def leave_at_once(status: int) -> None:
    """End the process, though threads still work.

    A thread that comes back from native code into an interpreter that is being taken down would
    end the process with an abort (Python's documentation of ``threading``, "Daemon threads").
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
