"""The rows of one token in every layer, computed off the GUI thread and kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

from gui.worker import Lane
from models.across import path_of
from models.attention import Float
from models.record import Record

SMALL: Final = 12 * 12 * 600  # weights that are computed within a frame, on the spot
KEPT: Final = 64


class PathSource(QObject):
    """Answers ``want`` with ``ready(path)``, the newest wish only."""

    ready = Signal(object)  # Float [L, N]

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lane = Lane("path", self)
        self.lane.done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)
        self._record: object = None  # the layers of the record that the kept paths are of
        self._kept: OrderedDict[tuple[int, tuple[int, ...]], Float] = OrderedDict()

    def want(self, record: Record, token: int, heads: tuple[int, ...]) -> None:
        """Ask for the path of ``token`` over ``heads``, none for all."""
        if self._record is not record.layers:
            self._record = record.layers
            self._kept.clear()
        wish = (token, heads)
        if wish in self._kept:
            self.lane.cancel()
            self.ready.emit(self._kept[wish])
            return
        work = len(record.layers) * record.layers[-1].heads * len(record.tokens)
        if work <= SMALL:
            self.lane.cancel()
            self._answer(wish, path_of(record, token, heads))
        else:
            self.lane.submit(lambda cancel: (wish, path_of(record, token, heads, cancel=cancel)))

    def stop(self) -> None:
        """Drop what is being computed."""
        self.lane.cancel()

    def _on_done(self, number: int, result: object) -> None:
        if number == self.lane.newest and isinstance(result, tuple):
            self._answer(*result)

    def _answer(self, wish: tuple[int, tuple[int, ...]], path: Float) -> None:
        self._kept[wish] = path
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.ready.emit(path)
