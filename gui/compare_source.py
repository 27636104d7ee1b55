"""Comparisons and senses, computed off the GUI thread, the newest wish only."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from gui.controller import Controller
from gui.worker import Lane
from models.api import Model
from models.compare import Comparison, Side
from models.compare_other import WEIGHTS, Other, Others
from models.compare_senses import Curves, WordReader, WordSenses, sense_curves
from models.counting import Asked
from models.runtime import Cancel


class CompareSource(QObject):
    """``compare`` and ``ask_senses`` answer with ``compared``, ``curves_known`` or ``failed``.

    A model runs one input at a time: while the controller is busy, wishes wait.
    """

    compared = Signal(object)  # Comparison
    curves_known = Signal(object)  # Curves
    failed = Signal(object)  # BaseException
    progressed = Signal(float)

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._do = controller
        self._others = Others()
        self._reader: WordReader | None = None
        self._waiting: tuple[object, ...] | None = None
        # what the lane compares, or has compared
        self._running: tuple[Model, Other, Asked] | None = None
        self._checking = 0  # the request that checks side B
        self.lane = Lane("compare", self)
        queued = Qt.ConnectionType.QueuedConnection
        self.lane.done.connect(self._on_done, queued)
        self.lane.failed.connect(self._on_failed, queued)
        controller.busy_changed.connect(self._on_busy)

    @property
    def busy(self) -> bool:
        """Whether something is being computed or waits."""
        return self._waiting is not None or self.lane.busy

    def compare(self, side: Side, other: Other, asked: Asked = WEIGHTS) -> None:
        """Ask for ``side`` beside ``other``, by what ``asked`` counts."""
        self._ask((side, (other, asked)))

    def ask_senses(self, senses: WordSenses, pair: tuple[str, str] | None) -> None:
        """Ask for the curves of a word, and of two sentences that have it."""
        self._ask((senses, pair))

    def forget(self) -> None:
        """Let go of the other model and the other run."""
        self.stop()
        self._others, self._reader, self._running = Others(), None, None

    @property
    def nbytes(self) -> int:
        """How much memory the other run takes, and what was measured of both sides."""
        return self._others.nbytes

    def stop(self) -> None:
        """Drop what is being computed."""
        self._waiting = None
        self.lane.cancel()

    def close(self) -> None:
        """End the thread."""
        self._do.busy_changed.disconnect(self._on_busy)
        self.lane.close()

    def _ask(self, wish: tuple[object, ...]) -> None:
        self.stop()
        model = self._do.bench.model
        if model is None or self._do.busy:
            self._waiting = wish
            return
        what, beside = wish
        if isinstance(what, Side) and isinstance(beside, tuple):
            other, asked = beside
            if self._running is not None and self._running[0] is not model:
                self._others, self._reader = Others(), None  # they hold a model that was replaced
            self._running = (model, other, asked)
            self.lane.submit(
                lambda cancel: self._others.comparison(
                    what, model, other, asked=asked, cancel=cancel
                )
            )
        elif isinstance(what, WordSenses):
            pair = beside if isinstance(beside, tuple) else None
            self.lane.submit(lambda cancel: self._senses(model, what, pair, cancel))

    def _senses(
        self, model: Model, senses: WordSenses, pair: tuple[str, str] | None, cancel: Cancel
    ) -> Curves:
        if self._reader is None or self._reader.model is not model:
            self._reader = WordReader(model)
        tell = self.progressed.emit
        return sense_curves(self._reader, senses, pair=pair, cancel=cancel, progress=tell)

    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001  # the signal's shape
        if not busy and self._waiting is not None:
            self._ask(self._waiting)

    def _on_done(self, number: int, result: object) -> None:
        if number != self.lane.newest:
            return
        if isinstance(result, Comparison):
            self.compared.emit(result)
            if number != self._checking:
                self._check(result)
        elif isinstance(result, Curves):
            self.curves_known.emit(result)

    def _check(self, found: Comparison) -> None:
        """Compare side B with onnxruntime, now that it is seen; what fails is told as unchecked."""
        if self._running is None or found.b.record.provenance.checked_on:
            return
        model, other, asked = self._running
        self._checking = self.lane.submit(
            lambda cancel: self._others.checked(found, model, other, asked=asked, cancel=cancel)
        )

    def _on_failed(self, number: int, error: object) -> None:
        if number == self.lane.newest and number != self._checking:
            self.failed.emit(error)
