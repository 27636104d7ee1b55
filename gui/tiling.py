"""Maps too large to be held: an overview in the background, and the part that is looked at."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

from gui.worker import Lane
from models.runtime import Cancel
from models.tiles import Part, Pooled, Tiles

OVERVIEW: Final = 1024  # dots along a side of the overview, at most
_BETWEEN: Final = 0.12  # seconds between two pictures of one that is still being computed

_Steps = Callable[[Cancel], Iterator[Pooled]]


@dataclass(frozen=True, eq=False)
class _Step:
    work: object  # what this belongs to: an answer to an older wish is not shown
    pooled: Pooled


class TileSource(QObject):
    """Answers ``want`` with ``overview_ready`` and ``refine`` with ``detail_ready``.

    Both tell more and more of the same picture; the newest wish only. The two lanes are apart,
    so that looking closer does not wait for the overview.
    """

    overview_ready = Signal(object)  # Pooled
    detail_ready = Signal(object)  # Pooled
    failed = Signal(object)  # error
    _overview_step = Signal(object)
    _detail_step = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.overviews, self.details = Lane("overview", self), Lane("detail", self)
        self._tiles: Tiles | None = None
        self._works: dict[Lane, object] = {}
        queued = Qt.ConnectionType.QueuedConnection
        self._overview_step.connect(self._on_overview, queued)
        self._detail_step.connect(self._on_detail, queued)
        for lane in (self.overviews, self.details):
            lane.failed.connect(self._on_failed, queued)

    @property
    def tiles(self) -> Tiles | None:
        """The matrix that is being looked at."""
        return self._tiles

    def want(self, tiles: Tiles, known: Pooled | None = None) -> None:
        """Look at this matrix; ``known`` is its overview where there is one already."""
        self.drop()
        self._tiles = tiles
        if known is not None:
            self.overview_ready.emit(known)
            return
        self._start(
            self.overviews, self._overview_step.emit, lambda c: tiles.overview(OVERVIEW, cancel=c)
        )

    def refine(self, part: Part | None) -> None:
        """Compute this part of the matrix; None stops computing parts."""
        tiles = self._tiles
        if part is None or tiles is None:
            self._stop(self.details)
        else:
            self._start(
                self.details, self._detail_step.emit, lambda c: tiles.pooled(part, cancel=c)
            )

    def drop(self) -> None:
        """Stop, and let go of the matrix."""
        self._tiles = None
        for lane in (self.overviews, self.details):
            self._stop(lane)

    def close(self) -> None:
        """Stop, and wait for the threads."""
        self._works.clear()
        for lane in (self.overviews, self.details):
            lane.close()

    def _stop(self, lane: Lane) -> None:
        self._works.pop(lane, None)
        lane.cancel()

    def _start(self, lane: Lane, tell: Callable[[object], None], steps: _Steps) -> None:
        work = self._works[lane] = object()

        def job(cancel: Cancel) -> None:
            for pooled in _paced(steps(cancel)):
                tell(_Step(work, pooled))

        lane.submit(job)

    def _on_overview(self, step: _Step) -> None:
        if step.work is self._works.get(self.overviews):
            self.overview_ready.emit(step.pooled)

    def _on_detail(self, step: _Step) -> None:
        if step.work is self._works.get(self.details):
            self.detail_ready.emit(step.pooled)

    def _on_failed(self, _number: int, error: object) -> None:
        self.failed.emit(error)


def _paced(steps: Iterator[Pooled]) -> Iterator[Pooled]:
    """Pass on a copy now and then, and the complete picture always."""
    last = 0.0
    for step in steps:
        now = time.monotonic()
        if step.complete or now - last >= _BETWEEN:
            last = now
            yield replace(step, dots=step.dots.copy())
