"""The rows of one token in every layer, computed off the GUI thread and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from gui.state import Shown
from gui.worker import Lane
from models.across import path_and_reasons
from models.attention import Float
from models.counting import Asked, Direction
from models.errors import MiranteError
from models.record import Record
from models.runtime import Cancel

SMALL: Final = 12 * 12 * 600  # weights that are computed within a frame, on the spot
KEPT: Final = 64
PATIENCE: Final = 150  # milliseconds

# Makes a job of what is shown: the record seen through what counts.
Counted = Callable[[Shown], Callable[[Cancel], Record]]


@dataclass(frozen=True, slots=True)
class _Wish:
    token: int
    heads: tuple[int, ...]
    direction: Direction
    asked: Asked


_Found = tuple[Float, tuple[MiranteError, ...]]


class PathSource(QObject):
    """Answers ``want`` with ``ready(path, reasons)``, the newest wish only.

    ``reasons`` say why layers have no such numbers. Without ``counted`` only weights are known.
    ``busy`` says that an answer is to come, ``late`` that it takes longer than a blink.
    """

    ready = Signal(object, object)  # Float [L, N], tuple[MiranteError, ...]
    failed = Signal(object)  # BaseException
    late = Signal()  # what was shown before is no longer what is asked for

    def __init__(self, parent: QObject | None = None, *, counted: Counted | None = None) -> None:
        super().__init__(parent)
        self._counted = counted
        self.lane = Lane("path", self)
        queued = Qt.ConnectionType.QueuedConnection
        self.lane.done.connect(self._on_done, queued)
        self.lane.failed.connect(self._on_failed, queued)
        self._record: object = None  # the layers of the record that the kept paths are of
        self._kept: OrderedDict[_Wish, _Found] = OrderedDict()
        self.nbytes = 0  # how much memory the kept rows take
        self._wish: _Wish | None = None
        self.busy = False
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self._patience.timeout.connect(self.late)

    def want(self, shown: Shown) -> None:
        """Ask for the path of the token that is shown, by what counts."""
        record, token = shown.record, shown.token
        if token is None:
            return
        if self._record is not record.layers:
            self._record, self._wish = record.layers, None
            self.forget()
        wish = _wish(shown, token)
        if wish in self._kept:
            self.stop()
            self.ready.emit(*self._kept[wish])
            return
        if wish == self._wish and self.busy:
            return
        self._wish = wish
        work = len(record.layers) * record.layers[-1].heads * len(record.tokens)
        work *= len(record.tokens) if wish.direction == "to" else 1
        if wish.asked.plain and work <= SMALL:
            self.stop()
            self._answer(wish, _path(record, wish, None))
        elif wish.asked.plain or self._counted is None:
            self._submit(lambda cancel: (wish, _path(record, wish, cancel)))
        else:
            job = self._counted(shown)
            self._submit(lambda cancel: (wish, _path(job(cancel), wish, cancel)))

    def _submit(self, job: Callable[[Cancel], tuple[_Wish, _Found]]) -> None:
        self.busy = True
        self._patience.start()
        self.lane.submit(job)

    def _rest(self) -> None:
        self.busy = False
        self._patience.stop()

    def forget(self) -> None:
        """Let go of the kept rows."""
        self._kept.clear()
        self.nbytes = 0

    def stop(self) -> None:
        """Drop what is being computed."""
        self._wish = None
        self._rest()
        self.lane.cancel()

    def _on_done(self, number: int, result: object) -> None:
        if number == self.lane.newest and isinstance(result, tuple):
            self._answer(*result)

    def _on_failed(self, number: int, error: object) -> None:
        if number == self.lane.newest:
            self._rest()
            self.failed.emit(error)

    def _answer(self, wish: _Wish, found: _Found) -> None:
        self._rest()
        self._drop(wish)
        self._kept[wish] = found
        self.nbytes += found[0].nbytes
        if len(self._kept) > KEPT:
            self._drop(next(iter(self._kept)))
        self.ready.emit(*found)

    def _drop(self, wish: _Wish) -> None:
        if wish in self._kept:
            self.nbytes -= self._kept.pop(wish)[0].nbytes


def _wish(shown: Shown, token: int) -> _Wish:
    heads = () if shown.all_heads else shown.heads
    asked = replace(shown.asked, layer=0, heads=())
    return _Wish(token, heads, shown.state.direction, asked)


def _path(record: Record, wish: _Wish, cancel: Cancel | None) -> _Found:
    return path_and_reasons(record, wish.token, wish.heads, direction=wish.direction, cancel=cancel)
