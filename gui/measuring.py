"""Measures of what counts, computed in the background for the token that is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Qt, Signal

from gui.state import Shown
from gui.wording import worded
from gui.worker import Lane
from models.attention import Float
from models.byte_cache import ByteCache
from models.counting import Asked, Row
from models.errors import MiranteError
from models.i18n import mark
from models.lazy_matrices import LazyMatrices
from models.record import Record
from models.runtime import Cancel

if TYPE_CHECKING:  # these load onnx; the window opens without waiting for it
    from models.api import Model
    from models.flow.measured import Measurer
    from models.flow.reader import FlowReader
    from models.tapped import TappedModel

MEASURES: Final = "measures"  # whose memory it is
_MOST_ROWS: Final = 512
_LEAST_ROWS: Final = 4  # of pieces and of words, and those before
_MOST_MATRICES: Final = 2


@dataclass(frozen=True, eq=False)
class _Answer:
    record: Record
    asked: Asked
    row: Row
    found: Float | MiranteError
    matrix: Float | None = None
    ratio: float | None = None


class Measuring(QObject):
    """Knows rows that were measured, of the record in front; answers ``want`` with ``changed``.

    ``progressed`` tells how much of a long measure is done, from 0 to 1.
    """

    changed = Signal()
    progressed = Signal(float)
    found = Signal(object, object, object)  # a matrix measured elsewhere: Record, Asked, Float

    def __init__(
        self, parent: QObject | None = None, *, memory: ByteCache[Any] | None = None
    ) -> None:
        """Count in ``memory`` what is kept."""
        super().__init__(parent)
        self._memory: ByteCache[Any] = ByteCache() if memory is None else memory
        self.lane = Lane("measure", self)
        queued = Qt.ConnectionType.QueuedConnection
        self.lane.done.connect(self._on_done, queued)
        self.lane.failed.connect(self._on_failed, queued)
        self.found.connect(self._keep, queued)
        self._record: Record | None = None
        self._rows: dict[tuple[Asked, Row], Float | MiranteError] = {}
        self._matrices: dict[Asked, Float] = {}
        self._ratios: dict[tuple[Asked, Row], float] = {}
        self._measurer: Measurer | None = None
        self._reader: tuple[TappedModel, FlowReader] | None = None
        self._wish: tuple[Asked, Row] | None = None

    # -- what is known

    def row(self, record: Record, asked: Asked, row: Row) -> Float | MiranteError | None:
        """Return a row, why there is none, or None while it is not known."""
        if record is not self._record:
            return None
        matrix = self._matrices.get(asked)
        with_ratio = asked.measure == "mixing" and row.direction == "from"
        if matrix is None or with_ratio:
            return self._rows.get((asked, row))
        return row.of(matrix)

    def ratio(self, record: Record, asked: Asked, row: Row) -> float | None:
        """Return the mixing ratio that came with a row, None for other measures."""
        return self._ratios.get((asked, row)) if record is self._record else None

    # -- what is wanted

    def want(self, shown: Shown | None, model: Model | None) -> None:
        """Measure the row that ``shown`` waits for, if it does; then the same between words."""
        if self._reader is not None and model is not None and self._reader[0] is not model.tapped:
            self._reader = None  # it holds a model that was replaced
        if shown is not None:
            self._turn_to(shown.record)
        seen = None if shown is None else _waiting(shown, self)
        row = None if seen is None else seen.wanted
        if shown is None or seen is None or row is None or model is None:
            self._wish = None
            self.lane.cancel()
            return
        wish, record = (seen.asked, row), shown.record
        if wish == self._wish and self.lane.busy:
            return
        self._wish = wish
        self.lane.submit(lambda cancel: self._answer(model, record, *wish, cancel))

    def _keep(self, record: Record, asked: Asked, matrix: Float) -> None:
        """Take rows and columns from a matrix that was measured."""
        if record is self._record:
            kept = list(self._matrices.items())[1 - _MOST_MATRICES :]
            self._matrices = {**dict(kept), asked: matrix}
            self._count()

    def knows(self, record: Record, asked: Asked) -> bool:
        """Tell whether the matrix of a measure is there already."""
        return record is self._record and asked in self._matrices

    def matrices(self, record: Record, model: Model) -> LazyMatrices:
        """Return every measure of ``record``, those that are not known computed when read."""
        known = self._matrices if record is self._record else {}
        return LazyMatrices(known, lambda asked: self.measurer(record, model).matrix(asked))

    def measurer(self, record: Record, model: Model) -> Measurer:
        """Return what measures ``record``, which ``model`` made; not on the window's thread."""
        from models.flow.measured import Measurer  # noqa: PLC0415  # loads onnx, when first wanted
        from models.flow.reader import FlowReader  # noqa: PLC0415  # the same

        if self._reader is None or self._reader[0] is not model.tapped:
            self._reader = (model.tapped, FlowReader(model.tapped))
        kept = self._measurer
        if kept is None or kept.record is not record:
            kept = Measurer(record, self._reader[1])
            self._measurer = kept
        return kept

    # -- inside

    def _turn_to(self, record: Record) -> None:
        """Forget what was measured of another record."""
        if record is not self._record:
            self._wish = None
            self._record = record
            self._rows, self._matrices, self._ratios = {}, {}, {}
            self._measurer = None
            self._count()

    def _count(self) -> None:
        """Tell how much is kept, and how it goes."""
        arrays = [*self._matrices.values(), *self._rows.values()]
        nbytes = sum(x.nbytes for x in arrays if not isinstance(x, MiranteError))
        nbytes += 0 if self._measurer is None else self._measurer.nbytes
        self._memory.hold((MEASURES,), nbytes, self._forget)

    def _forget(self) -> bool:
        """Let go of all but the rows that are looked at: those would be measured again at once."""
        self._matrices, self._measurer = {}, None
        self._rows = dict(list(self._rows.items())[-_LEAST_ROWS:])
        return True

    def _answer(
        self, model: Model, record: Record, asked: Asked, row: Row, cancel: Cancel
    ) -> _Answer:
        from models.flow.filling import has_room  # noqa: PLC0415  # loads onnx
        from models.flow.flow import NotMeasurableError  # noqa: PLC0415  # the same

        measurer = self.measurer(record, model)
        try:
            if row.direction == "from":
                found, ratio = measurer.row(asked, row.token, cancel=cancel), None
                if asked.measure == "mixing":
                    ratio = measurer.ratio(asked, row.token, cancel=cancel)
                return _Answer(record, asked, row, found, ratio=ratio)
            tell = self.progressed.emit
            if not has_room(*measurer.shape(asked.layer)):
                column = measurer.column(asked, row.token, cancel=cancel, progress=tell)
                return _Answer(record, asked, row, column)
            matrix = measurer.matrix(asked, cancel=cancel, progress=tell)
        except NotMeasurableError as error:
            return _Answer(record, asked, row, error)
        return _Answer(record, asked, row, row.of(matrix), matrix)

    def _on_done(self, _number: int, answer: object) -> None:
        assert isinstance(answer, _Answer)  # noqa: S101  # the lane's only result
        if answer.matrix is not None:
            self._keep(answer.record, answer.asked, answer.matrix)
        if answer.ratio is not None and answer.record is self._record:
            self._ratios[answer.asked, answer.row] = answer.ratio
        self._note(answer.record, answer.asked, answer.row, answer.found)

    def _on_failed(self, _number: int, error: object) -> None:
        if self._wish is None or self._record is None:
            return
        known = error if isinstance(error, MiranteError) else MiranteError(_FAILED, cause=error)
        self._note(self._record, *self._wish, known)

    def _note(self, record: Record, asked: Asked, row: Row, found: Float | MiranteError) -> None:
        if record is self._record:
            kept = list(self._rows.items())[1 - _MOST_ROWS :]
            self._rows = {**dict(kept), (asked, row): found}
            self._count()
            self.changed.emit()


def _waiting(shown: Shown, known: Measuring) -> Shown | None:
    """Return what of ``shown`` is to be measured: pieces first, then words, None for nothing."""
    if shown.waiting:
        return shown
    if shown.asked.plain and shown.state.direction == "from":
        return None
    seen = worded(shown, known)
    return seen if seen.waiting else None


_FAILED = mark("This could not be measured: {cause}.")
