"""What the atlas shows, made off the GUI thread: thumbnails, measures, similarity, evidence."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

from gui.path_source import Counted
from gui.state import Shown
from gui.worker import Lane
from models.api import Model
from models.counting import WHOLE_LAYER, Asked, Direction, Measure
from models.measures.evidence import Progress, gather
from models.measures.per_head import HeadMeasures, measure
from models.measures.similarity import Similarity, similarity
from models.record import Record
from models.runtime import Cancel
from models.thumbnails import LayerThumbnails, thumbnails

_TOGETHER: Final = 0.03  # seconds; what is made within them is painted at once


class AtlasSource(QObject):
    """Four lanes, each answering its newest wish only.

    ``thumbnails_made`` and ``evidence_grew`` come several times for one wish. Measures and
    similarities are kept for as long as their record is asked for.
    """

    thumbnails_made = Signal(object)  # dict: the layer's place -> LayerThumbnails
    thumbnails_done = Signal()
    measured = Signal(object)  # HeadMeasures
    compared = Signal(object)  # Similarity
    evidence_grew = Signal(object)  # Progress
    evidence_ended = Signal(object)  # Progress | None, when it was stopped
    unmeasured = Signal(object)  # MiranteError: why there are no thumbnails of what counts
    failed = Signal(object)  # the exception
    _some = Signal(int, object)
    _grown = Signal(int, object)

    def __init__(self, parent: QObject | None = None, *, counted: Counted | None = None) -> None:
        """``counted`` makes the record through what counts; without it only weights are known."""
        super().__init__(parent)
        self._counted = counted
        self._thumbs, self._measuring = Lane("thumbnails", self), Lane("measures", self)
        self._comparing, self._evidence = Lane("similarity", self), Lane("evidence", self)
        self._wish: tuple[Record, int | None, Direction, Asked] | None = None
        self._measures: tuple[Record, HeadMeasures | None] | None = None
        self._similarity: tuple[Record, Similarity | None] | None = None
        self._rounds = {"thumbs": 0, "evidence": 0}
        queued = Qt.ConnectionType.QueuedConnection
        self._some.connect(self._on_some, queued)
        self._grown.connect(self._on_grown, queued)
        self._thumbs.done.connect(self._on_thumbs_done, queued)
        self._measuring.done.connect(self._on_measured, queued)
        self._comparing.done.connect(self._on_compared, queued)
        self._evidence.done.connect(self._on_evidence_done, queued)
        for lane in (self._measuring, self._comparing, self._evidence):
            lane.failed.connect(self._on_failed, queued)
        self._thumbs.failed.connect(self._on_thumbs_failed, queued)

    def lanes(self) -> tuple[Lane, ...]:
        """Every lane."""
        return self._thumbs, self._measuring, self._comparing, self._evidence

    @property
    def gathering(self) -> bool:
        """Whether evidence is being gathered."""
        return self._evidence.busy

    # -- wishes

    def want(self, shown: Shown, *, token: int | None) -> bool:
        """Make the thumbnails of what is shown, maps of ``token`` on a photo.

        They are of what counts, where that is of one head; else of the weights. Return whether
        that is another wish than before.
        """
        wish, record = self._wish, shown.record
        asked = head_by_head(shown.asked)
        direction: Direction = "from" if token is None else shown.state.direction
        wanted = (record, token, direction, asked)
        if wish is not None and wish[0] is record and wish[1:] == wanted[1:]:
            return False
        self._wish = wanted
        self._rounds["thumbs"] += 1
        seen = replace(shown, asked=asked)
        job = None if asked.plain or self._counted is None else self._counted(seen)
        self._thumbs.submit(partial(self._make, self._rounds["thumbs"], wanted, job))
        return True

    def want_measures(self, record: Record) -> None:
        """Measure ``record``, once."""
        if self._measures is None or self._measures[0] is not record:
            self._measures = (record, None)
            self._measuring.submit(lambda cancel: (record, measure(record, cancel=cancel)))

    def want_similarity(self, record: Record) -> None:
        """Compare the heads of ``record``, once."""
        if self._similarity is None or self._similarity[0] is not record:
            self._similarity = (record, None)
            self._comparing.submit(lambda cancel: (record, similarity(record, cancel=cancel)))

    def gather(self, model: Model) -> None:
        """Run the bundled inputs through ``model``."""
        self._rounds["evidence"] += 1
        self._evidence.submit(partial(self._collect, self._rounds["evidence"], model))

    def stop_gathering(self) -> None:
        """Stop gathering; what was gathered is dropped."""
        self._rounds["evidence"] += 1
        self._evidence.cancel()
        self.evidence_ended.emit(None)

    def rest(self) -> None:
        """Stop what nobody sees; it is made again when it is wanted again. Evidence goes on."""
        for lane in (self._thumbs, self._measuring, self._comparing):
            if lane.busy:
                lane.cancel()
        self._wish = None
        if self._measures is not None and self._measures[1] is None:
            self._measures = None
        if self._similarity is not None and self._similarity[1] is None:
            self._similarity = None

    def close(self) -> None:
        """End every thread and wait for it."""
        for lane in self.lanes():
            lane.close()

    # -- jobs, on the lanes' threads

    def _make(
        self,
        number: int,
        wish: tuple[Record, int | None, Direction, Asked],
        job: Callable[[Cancel], Record] | None,
        cancel: Cancel,
    ) -> None:
        found: dict[int, LayerThumbnails] = {}
        record, token, direction, _asked = wish
        record = record if job is None else job(cancel)
        since, count = time.perf_counter(), len(record.layers)
        made = thumbnails(record, token=token, direction=direction, cancel=cancel)
        for i, each in enumerate(made):
            found[i % count if i < count else _place(record, each)] = each
            whole = i == count - 1
            if whole or (i >= count and time.perf_counter() - since > _TOGETHER):
                self._some.emit(number, found)
                found, since = {}, time.perf_counter()
        if found:
            self._some.emit(number, found)

    def _collect(self, number: int, model: Model, cancel: Cancel) -> object:
        progress: Progress | None = None
        for progress in gather(model, cancel=cancel):
            self._grown.emit(number, progress)
        return model, progress

    # -- answers, on the GUI thread

    def _on_some(self, number: int, found: object) -> None:
        if number == self._rounds["thumbs"] and self._wish is not None:
            self.thumbnails_made.emit(found)

    def _on_thumbs_done(self, number: int, _answer: object) -> None:
        if number == self._thumbs.newest:
            self.thumbnails_done.emit()

    def _on_grown(self, number: int, progress: object) -> None:
        if number == self._rounds["evidence"]:
            self.evidence_grew.emit(progress)

    def _on_measured(self, _number: int, answer: object) -> None:
        assert isinstance(answer, tuple)  # noqa: S101  # see want_measures
        self._measures = answer
        self.measured.emit(answer[1])

    def _on_compared(self, _number: int, answer: object) -> None:
        assert isinstance(answer, tuple)  # noqa: S101  # see want_similarity
        self._similarity = answer
        self.compared.emit(answer[1])

    def _on_evidence_done(self, _number: int, answer: object) -> None:
        self.evidence_ended.emit(answer)

    def _on_thumbs_failed(self, number: int, error: object) -> None:
        if number == self._thumbs.newest:
            self.unmeasured.emit(error)

    def _on_failed(self, _number: int, error: object) -> None:
        self.failed.emit(error)


def head_by_head(asked: Asked) -> Asked:
    """Return what heads one by one can be asked for; the weights where a measure knows none."""
    measure: Measure = "weight" if asked.measure in WHOLE_LAYER else asked.measure
    return Asked(measure, hide_special=asked.hide_special, words=asked.words)


def _place(record: Record, each: LayerThumbnails) -> int:
    return next(i for i, layer in enumerate(record.layers) if layer.index == each.layer)
