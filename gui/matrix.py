"""The heatmap's matrix, computed off the GUI thread when it is large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from gui.state import Shown
from gui.worker import Lane
from models.attention import Float
from models.record import Layer
from models.runtime import Cancel

SMALL: Final = 12 * 300 * 300  # weights that are computed within a frame, on the spot


@dataclass(frozen=True, eq=False)
class Matrix:
    """Mean weights [N, M] of ``heads`` in ``layer``; ``largest`` ignores what is not a number."""

    layer: Layer
    heads: tuple[int, ...]
    weights: Float
    largest: float


class MatrixSource(QObject):
    """Answers ``want`` with ``ready(Matrix)``, the newest wish only."""

    ready = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lane = Lane("matrix", self)
        self.lane.done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)
        self._wish: tuple[Layer, tuple[int, ...]] | None = None

    def want(self, shown: Shown | None) -> None:
        """Ask for the matrix of what is shown; nothing happens when it is the same as before."""
        if shown is None:
            self._wish = None
            self.lane.cancel()
            return
        layer, heads = wish = (shown.layer, shown.heads)
        if self._wish is not None and self._wish[0] is layer and self._wish[1] == heads:
            return
        self._wish = wish
        queries, keys = layer.query.shape[1], layer.key.shape[1]
        if queries * keys * len(heads) <= SMALL:
            self.lane.cancel()
            self.ready.emit(matrix(layer, heads))
        else:
            self.lane.submit(lambda cancel: matrix(layer, heads, cancel=cancel))

    def _on_done(self, _number: int, result: object) -> None:
        self.ready.emit(result)


def matrix(layer: Layer, heads: tuple[int, ...], *, cancel: Cancel | None = None) -> Matrix:
    """Return the mean weights of ``heads``, checking ``cancel`` between heads."""
    total = np.array(layer.weights(heads[0]), dtype=np.float32)
    for head in heads[1:]:
        if cancel is not None:
            cancel.check()
        total += layer.weights(head)
    total /= np.float32(len(heads))
    finite = total[np.isfinite(total)] if np.isnan(total).any() else total
    return Matrix(layer, heads, total, float(finite.max(initial=0.0)))
