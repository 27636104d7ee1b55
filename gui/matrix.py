"""The heatmap's matrix, computed off the GUI thread when it is large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from gui.state import Shown
from gui.worker import Lane
from models.attention import Float
from models.counting import Asked
from models.record import Layer
from models.runtime import Cancel

SMALL: Final = 12 * 300 * 300  # weights that are computed within a frame, on the spot


@dataclass(frozen=True, eq=False)
class Matrix:
    """Mean weights [N, M] of ``heads`` in ``layer``; ``largest`` ignores what is not a number.

    With another measure ``asked`` for, the weights are its shares.
    """

    layer: Layer
    heads: tuple[int, ...]
    weights: Float
    largest: float
    asked: Asked = field(default_factory=Asked)

    def fits(self, shown: Shown) -> bool:
        """Whether these are the numbers that ``shown`` asks for."""
        return self.layer is shown.layer and _numbers(self.asked) == _numbers(shown.asked)


def _numbers(asked: Asked) -> Asked | None:
    """Return what tells measures apart; None for the weights, which heads tell apart already."""
    return None if asked.plain else asked


# Makes a job of what is shown: the matrix of a measure.
Measured = Callable[[Shown], Callable[[Cancel], Float]]


class MatrixSource(QObject):
    """Answers ``want`` with ``ready(Matrix)`` or ``refused(error)``, the newest wish only.

    ``measured`` tells how a matrix of anything but the weights is computed.
    """

    ready = Signal(object)
    refused = Signal(object)  # MiranteError
    measured: Measured | None = None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lane = Lane("matrix", self)
        self.lane.done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)
        self.lane.failed.connect(self._on_failed, Qt.ConnectionType.QueuedConnection)
        self._wish: tuple[Layer, tuple[int, ...], Asked | None] | None = None

    def want(self, shown: Shown | None) -> None:
        """Ask for the matrix of what is shown; nothing happens when it is the same as before."""
        if shown is None:
            self._wish = None
            self.lane.cancel()
            return
        layer, heads, asked = wish = (shown.layer, shown.heads, _numbers(shown.asked))
        if self._wish is not None and self._wish[0] is layer and self._wish[1:] == wish[1:]:
            return
        self._wish = wish
        if asked is not None:
            self._want_measured(shown)
            return
        queries, keys = layer.query.shape[1], layer.key.shape[1]
        if queries * keys * len(heads) <= SMALL:
            self.lane.cancel()
            self.ready.emit(matrix(layer, heads))
        else:
            self.lane.submit(lambda cancel: matrix(layer, heads, cancel=cancel))

    def _want_measured(self, shown: Shown) -> None:
        if self.measured is None:
            return
        job = self.measured(shown)

        def compute(cancel: Cancel) -> Matrix:
            return _made(shown.layer, shown.heads, job(cancel), shown.asked)

        self.lane.submit(compute)

    def _on_done(self, _number: int, result: object) -> None:
        self.ready.emit(result)

    def _on_failed(self, _number: int, error: object) -> None:
        self.refused.emit(error)


def matrix(layer: Layer, heads: tuple[int, ...], *, cancel: Cancel | None = None) -> Matrix:
    """Return the mean weights of ``heads``, checking ``cancel`` between heads."""
    total = np.array(layer.weights(heads[0]), dtype=np.float32)
    for head in heads[1:]:
        if cancel is not None:
            cancel.check()
        total += layer.weights(head)
    total /= np.float32(len(heads))
    return _made(layer, heads, total, Asked())


def _made(layer: Layer, heads: tuple[int, ...], numbers: Float, asked: Asked) -> Matrix:
    finite = numbers[np.isfinite(numbers)] if np.isnan(numbers).any() else numbers
    return Matrix(layer, heads, numbers, float(finite.max(initial=0.0)), asked)
