"""The heatmap's matrix: on the spot, off the GUI thread when it is large, in tiles when huge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from gui.state import Shown
from gui.tiling import TileSource
from gui.worker import Lane
from models.attention import Float
from models.byte_cache import ByteCache
from models.counting import Asked
from models.record import Layer, Record
from models.runtime import Cancel
from models.tiles import Part, Pooled, Tiled, Tiles

MAPS: Final = "maps"  # whose memory it is; of the record that is shown
SMALL: Final = 150_000  # weights, of all heads together, computed well within a frame
HUGE: Final = 2048 * 2048  # cells above which the matrix is never held whole


@dataclass(frozen=True, eq=False)
class Matrix:
    """Mean weights [N, M] of ``heads`` in ``layer``; ``largest`` ignores what is not a number.

    With another measure ``asked`` for, the weights are its shares. ``tiled`` stands in for
    weights [0, 0] where there are too many.
    """

    layer: Layer
    heads: tuple[int, ...]
    weights: Float
    largest: float
    asked: Asked = field(default_factory=Asked)
    tiled: Tiled | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns it has."""
        rows, columns = self.weights.shape if self.tiled is None else self.tiled.tiles.shape
        return rows, columns

    def fits(self, shown: Shown) -> bool:
        """Whether these are the numbers that ``shown`` asks for."""
        same = self.layer is shown.layer and _numbers(self.asked) == _numbers(shown.asked)
        return same and (not self.asked.plain or self.heads == shown.heads)


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

    def __init__(
        self, parent: QObject | None = None, *, memory: ByteCache[Matrix] | None = None
    ) -> None:
        """Keep maps in ``memory``, which others may share; without it in one of its own."""
        super().__init__(parent)
        self.lane = Lane("matrix", self)
        self.lane.done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)
        self.lane.failed.connect(self._on_failed, Qt.ConnectionType.QueuedConnection)
        self.kept: ByteCache[Matrix] = ByteCache() if memory is None else memory
        self._record: Record | None = None
        self._tiles = TileSource(self)
        self._tiles.overview_ready.connect(self._on_overview)
        self._tiles.detail_ready.connect(self._on_detail)
        self._tiles.failed.connect(self.refused)
        self._tiled: Matrix | None = None
        self._wish: tuple[Layer, tuple[int, ...], Asked | None] | None = None

    def close(self) -> None:
        """Stop, and wait for the threads."""
        self.lane.close()
        self._tiles.close()

    def refine(self, part: Part | None) -> None:
        """Compute this part of a huge matrix more finely; None: no part is wanted."""
        self._tiles.refine(part)

    def want(self, shown: Shown | None) -> None:
        """Ask for the matrix of what is shown; nothing happens when it is the same as before."""
        if shown is None:
            self._wish = None
            self._stop()
            return
        wish = (shown.layer, shown.heads, asked := _numbers(shown.asked))
        if wish == self._wish:  # layers are equal only to themselves
            return
        self._wish = wish
        self._stop()
        if shown.record is not self._record:
            self._record = shown.record
            self.kept.drop_all(MAPS)
        kept = self.kept.get((MAPS, wish))
        if kept is not None:
            self._show_kept(kept)
        elif asked is not None:
            self._want_measured(shown)
        else:
            self._want_weights(shown)

    def _stop(self) -> None:
        self.lane.cancel()
        self._tiles.drop()
        self._tiled = None

    def _show_kept(self, kept: Matrix) -> None:
        if kept.tiled is None:
            self.ready.emit(kept)
        else:
            self._tiles.want(kept.tiled.tiles, kept.tiled.overview)

    def _want_weights(self, shown: Shown) -> None:
        layer, heads = shown.layer, shown.heads
        cells = layer.query.shape[1] * layer.key.shape[1]
        if cells > HUGE:
            places = shown.record.encoded.visible if shown.regular else None
            self._tiles.want(Tiles(layer, heads, places=places))
        elif cells * len(heads) <= SMALL:
            self._keep(matrix(layer, heads))
        else:
            self.lane.submit(lambda cancel: matrix(layer, heads, cancel=cancel))

    def _keep(self, made: Matrix) -> None:
        nbytes = made.weights.nbytes
        if made.tiled is not None:
            nbytes = made.tiled.overview.dots.nbytes + made.tiled.tiles.nbytes
        self.kept.put((MAPS, self._wish), made, nbytes)
        self.ready.emit(made)

    def _want_measured(self, shown: Shown) -> None:
        if self.measured is None:
            return
        job = self.measured(shown)

        def compute(cancel: Cancel) -> Matrix:
            return _made(shown.layer, shown.heads, job(cancel), shown.asked)

        self.lane.submit(compute)

    def _on_done(self, number: int, result: object) -> None:
        assert isinstance(result, Matrix)  # noqa: S101  # the lane's only result
        if number == self.lane.newest:  # an older answer may have been on its way already
            self._keep(result)

    def _on_overview(self, overview: Pooled) -> None:
        tiles = self._tiles.tiles
        if tiles is None:
            return
        before = None if self._tiled is None else self._tiled.tiled
        detail = None if before is None else before.detail
        tiled = Tiled(tiles, overview, detail)
        nothing = np.zeros((0, 0), np.float32)
        made = Matrix(tiles.layer, tiles.heads, nothing, overview.largest, tiled=tiled)
        self._tiled = made
        if overview.complete:
            self._keep(made)
        else:
            self.ready.emit(made)

    def _on_detail(self, detail: Pooled) -> None:
        made = self._tiled
        if made is not None and made.tiled is not None:
            self._tiled = replace(made, tiled=replace(made.tiled, detail=detail))
            self.ready.emit(self._tiled)

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
