"""The check of what is on screen against onnxruntime: in the background, newest wins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal

from gui.bench import Bench
from gui.looking import Looking
from gui.messages import Message
from gui.moving import Checked, compared
from gui.worker import Lane
from models.encoded import Notice
from models.record import Record


class Checking(Looking):
    """Checks every record that comes to the front, and puts the result on its bench."""

    checked = Signal()  # the check of the record in front ended; see provenance
    misread = Signal(object)  # Bench: the check mended how its model is read, so run again
    message = Signal(object)  # Message

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._in_check: Record | None = None
        self.checker = Lane("check", self)
        queued = Qt.ConnectionType.QueuedConnection
        self.checker.done.connect(self._on_checked, queued)
        self.checker.failed.connect(self._on_check_failed, queued)

    def _check(self, bench: Bench) -> None:
        """Check the record of ``bench``, unless it is checked, or in check, already."""
        model, record = bench.model, bench.record
        if model is None or record is None:
            return
        if bench.check is not None or record.provenance.checked_on:
            self.checked.emit()
        elif record is not self._in_check or not self.checker.busy:
            self._in_check = record
            self.checker.submit(lambda cancel: compared(model, record, cancel))

    def _stop_checking(self) -> None:
        """Leave the processor to what the person waits for; ``_check`` begins again."""
        self._in_check = None
        self.checker.cancel()

    def _bench_in_check(self) -> Bench | None:
        record, self._in_check = self._in_check, None
        fits = (bench for bench in self._benches.values() if bench.record is record is not None)
        return next(fits, None)

    def _on_checked(self, _number: int, answer: object) -> None:
        assert isinstance(answer, Checked)  # noqa: S101  # the lane's only result
        bench = self._bench_in_check()
        if bench is None or bench.record is not answer.record:
            return  # something else was run meanwhile
        bench.check = answer.check
        if answer.strays is not None:
            self._warn(answer.strays)
        if answer.outdated:
            self.misread.emit(bench)
        elif bench is self.bench:
            self.checked.emit()

    def _on_check_failed(self, _number: int, error: object) -> None:
        assert isinstance(error, BaseException)  # noqa: S101  # what lanes send
        bench = self._bench_in_check()
        if bench is None or bench.model is None:
            return
        self.message.emit(replace(Message.of(error), kind="warning"))
        from models.checking import Check  # noqa: PLC0415  # not at start-up

        bench.check = Check((None,) * len(bench.model.tapped.blocks), "failed")
        self.checked.emit()

    def _warn(self, notice: Notice, *, about: str = "") -> None:
        self.message.emit(
            Message(notice.message, values=notice.values, kind="warning", about=about)
        )

    def _tell(self, notices: Iterable[Notice], *, about: str = "") -> None:
        for notice in notices:
            self.message.emit(Message(notice.message, values=notice.values, about=about))
