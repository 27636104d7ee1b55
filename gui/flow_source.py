"""What passes between the layers of the record on screen, read off the GUI thread, once."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

from gui.controller import Controller
from gui.worker import Lane
from models.api import Model
from models.flow.flow import Flow
from models.flow.reader import FlowReader
from models.record import Record
from models.runtime import Cancel

MOST: Final = 400_000_000  # bytes of hidden states that are read without being asked


class FlowSource(QObject):
    """``want`` asks; ``changed`` tells that ``flow`` or ``error`` is another."""

    changed = Signal()

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._do = controller
        self.flow: Flow | None = None
        self.error: BaseException | None = None
        self._layers: object = None  # of the record that was asked about: its identity
        self._reader: tuple[Model, FlowReader] | None = None
        self.lane = Lane("flow", self)
        queued = Qt.ConnectionType.QueuedConnection
        self.lane.done.connect(self._on_done, queued)
        self.lane.failed.connect(self._on_failed, queued)

    def want(self, record: Record | None, *, large: bool = False) -> None:
        """Ask for the flow of ``record``; of one that takes much memory only when ``large``."""
        model = self._do.bench.model
        if record is None or model is None:
            self._forget(None)
            return
        same = self._layers is record.layers
        if same and (self.busy or self.flow is not None or self.error is not None or not large):
            return
        if not same:
            self._forget(record)
        if not large and estimate(record) > MOST:
            return
        self.lane.submit(lambda cancel: self._read(model, record, cancel))

    @property
    def busy(self) -> bool:
        """Whether it is being read."""
        return self.lane.busy

    def stop(self) -> None:
        """Drop what is being read."""
        if self.flow is None:
            self._layers = None
        self.lane.cancel()

    def close(self) -> None:
        """End the thread."""
        self.lane.close()

    def forget(self) -> None:
        """Let go of what was read, and of what reads it: it holds the model once more."""
        self._forget(None)
        self._reader = None

    def _forget(self, record: Record | None) -> None:
        self.lane.cancel()
        self.flow = self.error = None
        self._layers = None if record is None else record.layers

    def _read(self, model: Model, record: Record, cancel: Cancel) -> Flow:
        if self._reader is None or self._reader[0] is not model:
            self._reader = (model, FlowReader(model.tapped))
        return self._reader[1].read(record, cancel=cancel)

    def _on_done(self, number: int, flow: object) -> None:
        if number == self.lane.newest and isinstance(flow, Flow):
            self.flow, self.error = flow, None
            self.changed.emit()

    def _on_failed(self, number: int, error: object) -> None:
        if number == self.lane.newest and isinstance(error, BaseException):
            self.flow, self.error = None, error
            self.changed.emit()


def estimate(record: Record) -> int:
    """Return about how many bytes reading takes: three vectors a token and layer, in float32."""
    layer = record.layers[0]
    hidden = layer.heads * layer.value.shape[2]
    return 3 * 4 * len(record.layers) * len(record.tokens) * hidden
