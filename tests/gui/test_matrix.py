"""The heatmap's matrix: only what is needed is computed, the newest wish wins, the rest stops."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.matrix import Matrix, MatrixSource
from gui.state import Shown, ViewState, resolve
from models.attention import Float
from models.errors import CancelledError
from models.record import Layer, Record
from models.runtime import Cancel
from models.tiles import Part, Pooled, Tiles
from tests.helpers.long_records import long_record

TOKENS = 90


@pytest.fixture
def record() -> Record:
    """Ninety tokens, counted as too many by ``source``."""
    return long_record(TOKENS, layers=2, heads=3, size=8)


@pytest.fixture
def source(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MatrixSource]:
    """A source that holds no matrix of ninety tokens whole."""
    monkeypatch.setattr("gui.matrix.HUGE", 80 * 80)
    monkeypatch.setattr("gui.tiling.OVERVIEW", 30)
    made = MatrixSource()
    yield made
    made.close()


def shown(record: Record, **state: object) -> Shown:
    return resolve(ViewState(**state), record)  # type: ignore[arg-type]


def mean(layer: Layer, heads: tuple[int, ...]) -> Float:
    return layer.weights()[list(heads)].mean(axis=0)


def complete(matrix: Matrix) -> bool:
    return matrix.tiled is not None and matrix.tiled.overview.complete


def test_a_click_computes_one_row_and_never_the_matrix(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[tuple[int, int]] = []
    original = Layer._weights

    def counted(self: Layer, heads: slice, queries: slice) -> Float:
        weights = original(self, heads, queries)
        computed.append((weights.shape[0], weights.shape[1]))
        return weights

    monkeypatch.setattr(Layer, "_weights", counted)
    assert shown(record, layer=0, heads=(1,), pinned=5).row is not None
    assert computed == [(1, 1)]
    computed.clear()
    assert shown(record, layer=0, pinned=5).row is not None
    assert computed == [(3, 1)]


def test_a_huge_matrix_is_told_as_an_overview_and_exact_rows(
    qtbot: QtBot, source: MatrixSource, record: Record
) -> None:
    with qtbot.waitSignal(source.ready, check_params_cb=complete) as told:
        source.want(shown(record, layer=0, heads=(0, 2)))
    assert told.args is not None
    matrix = told.args[0]
    wanted = mean(record.layers[0], (0, 2))
    assert matrix.weights.size == 0
    assert matrix.shape == (TOKENS, TOKENS)
    assert matrix.largest == pytest.approx(wanted.max(), abs=1e-6)
    pooled = wanted.reshape(30, 3, 30, 3).max(axis=(1, 3))
    np.testing.assert_allclose(matrix.tiled.overview.dots, pooled, atol=1e-6)
    np.testing.assert_allclose(matrix.tiled.tiles.row(40), wanted[40], atol=1e-6)


def test_a_part_that_is_looked_at_is_told_cell_by_cell(
    qtbot: QtBot, source: MatrixSource, record: Record
) -> None:
    with qtbot.waitSignal(source.ready, check_params_cb=complete):
        source.want(shown(record, layer=0, heads=(1,)))
    with qtbot.waitSignal(
        source.ready, check_params_cb=lambda m: m.tiled.detail is not None
    ) as told:
        source.refine(Part(10, 20, 40, 60))
    assert told.args is not None
    detail = told.args[0].tiled.detail
    wanted = record.layers[0].weights(1)[10:40, 20:60]
    np.testing.assert_allclose(detail.dots, wanted, atol=1e-6)


def test_the_newest_wish_wins_and_the_older_one_stops(
    qtbot: QtBot, source: MatrixSource, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, stopped = threading.Event(), threading.Event()
    original = Tiles.overview

    def held(self: Tiles, size: int, *, cancel: Cancel, **rest: object) -> Iterator[Pooled]:
        if self.heads != (0,):
            return original(self, size, cancel=cancel)
        return forever(cancel)

    def forever(cancel: Cancel) -> Iterator[Pooled]:
        started.set()
        try:
            while True:
                cancel.check()
                yield Pooled(Part(0, 0, TOKENS, TOKENS, 3), np.zeros((30, 30), np.float32), 3, 9.0)
        except CancelledError:
            stopped.set()
            raise

    monkeypatch.setattr(Tiles, "overview", held)
    source.want(shown(record, layer=0, heads=(0,)))
    assert started.wait(10)
    told: list[Matrix] = []
    source.ready.connect(told.append)
    with qtbot.waitSignal(source.ready, check_params_cb=complete):
        source.want(shown(record, layer=0, heads=(1,)))
    assert stopped.wait(10)
    assert {matrix.heads for matrix in told} == {(1,)}


def test_an_answer_that_was_on_its_way_is_not_taken_for_the_next_wish(
    qtbot: QtBot, source: MatrixSource, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.matrix.HUGE", TOKENS * TOKENS)
    monkeypatch.setattr("gui.matrix.SMALL", 0)
    answered = threading.Event()
    source.lane.done.connect(lambda *_: answered.set(), Qt.ConnectionType.DirectConnection)
    source.want(shown(record, layer=0, heads=(0,)))
    assert answered.wait(10)  # sent, and not yet received: no event was processed since
    told: list[Matrix] = []
    source.ready.connect(told.append)
    source.want(shown(record, layer=0, heads=(1,)))
    qtbot.waitUntil(lambda: bool(told))
    assert [matrix.heads for matrix in told] == [(1,)]


def test_what_was_seen_before_is_there_at_once_and_within_its_budget(
    qtbot: QtBot, source: MatrixSource, record: Record
) -> None:
    for heads in ((0,), (1,)):
        with qtbot.waitSignal(source.ready, check_params_cb=complete):
            source.want(shown(record, layer=0, heads=heads))
    assert 0 < source.kept.used <= source.kept.budget
    with qtbot.waitSignal(source.ready, timeout=0) as told:
        source.want(shown(record, layer=0, heads=(0,)))
    assert told.args is not None
    assert told.args[0].heads == (0,)
    assert complete(told.args[0])


def test_another_record_lets_go_of_what_was_kept(
    qtbot: QtBot, source: MatrixSource, record: Record
) -> None:
    with qtbot.waitSignal(source.ready, check_params_cb=complete):
        source.want(shown(record, layer=0, heads=(0,)))
    used = source.kept.used
    with qtbot.waitSignal(source.ready, check_params_cb=complete):
        source.want(shown(long_record(TOKENS, heads=3, size=8), layer=0, heads=(0,)))
    assert source.kept.used == used


def test_a_map_of_other_heads_is_never_taken_for_the_one_asked_for(record: Record) -> None:
    made = Matrix(record.layers[0], (0,), record.layers[0].weights(0), 1.0)
    assert made.fits(shown(record, layer=0, heads=(0,)))
    assert not made.fits(shown(record, layer=0, heads=(1,)))
