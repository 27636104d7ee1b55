"""Lines that share a pen look like lines drawn one by one, and many of them never hold a frame."""

from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QLineF
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from pytestqt.qtbot import QtBot

from gui.views.lines import LinesView
from gui.views.lines_strokes import SEEN, THICKEST, THINNEST, Batch, batches
from models.attention import Float
from models.links import links_from
from tests.helpers.long_records import long_record

INK = "#0072b2"
SIDE = 200


def _ends(shares: Float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    ends = np.linspace(4.0, SIDE - 4, len(shares))
    return np.random.default_rng(5).permutation(ends), ends


def _lines(shares: Float) -> list[Batch]:
    starts, ends = _ends(shares)
    return list(batches(QColor(INK), shares, x=(5, 195), y=(starts, ends), pixel=1.0))


def _painted(*drawn: tuple[QColor, float, list[QLineF]]) -> NDArray[np.int64]:
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width, lines in drawn:
        painter.setPen(QPen(colour, width))
        for line in lines:
            painter.drawLine(line)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(SIDE, SIDE, 4).astype(np.int64)


def test_batches_hold_every_line_that_is_seen_once_at_its_own_strength() -> None:
    shares = np.random.default_rng(3).random(3000).astype(np.float32) ** 6
    found = _lines(shares)
    told = sorted((line.y2(), batch.colour.alphaF()) for batch in found for line in batch.lines)
    ends = np.linspace(4.0, SIDE - 4, len(shares))
    seen = np.flatnonzero(shares >= SEEN)
    np.testing.assert_allclose([y for y, _ in told], ends[seen])
    np.testing.assert_allclose([a for _, a in told], shares[seen], atol=1 / 255)
    alphas = [batch.colour.alphaF() for batch in found]
    assert alphas == sorted(alphas, reverse=True)
    assert len(found) < len(seen) / 2
    assert max(len(batch.lines) for batch in found) <= 64


def test_lines_that_share_a_pen_look_as_if_drawn_one_by_one() -> None:
    shares = np.random.default_rng(4).random(120).astype(np.float32) ** 3
    single = []
    for share, start, end in zip(shares.tolist(), *_ends(shares), strict=True):
        ink, width = QColor(INK), THINNEST + (THICKEST - THINNEST) * share
        ink.setAlphaF(share)
        single.append((ink, 1.0 if width < 1.5 else width, [QLineF(5, start, 195, end)]))
    together = [(batch.colour, batch.width, batch.lines) for batch in _lines(shares)]
    difference = np.abs(_painted(*single) - _painted(*together))
    assert np.percentile(difference, 99) <= 2
    assert difference.max() <= 8  # rounding of many layers of ink over one pixel


@pytest.mark.parametrize("direction", ["from", "to"])
def test_a_word_among_thousands_is_drawn_over_several_frames(qtbot: QtBot, direction: str) -> None:
    record, view = long_record(1024, layers=1, heads=12), LinesView()
    qtbot.addWidget(view)
    view.resize(700, 500)
    chosen = links_from(
        record.layers[0], record.encoded, range(12), token=3,
        direction="from" if direction == "from" else "to",
    )  # fmt: skip
    view.set_links(chosen, record.tokens, high=chosen.high)
    query, key = (3, None) if direction == "from" else (None, 3)
    view.set_selection(query=query, key=key, pinned=query)
    view.show()
    qtbot.waitExposed(view)
    frames, busy = 0, 0.0
    while not view.finished or frames == 0:
        begun = time.thread_time()
        view.viewport().repaint()
        busy = max(busy, time.thread_time() - begun)
        QCoreApplication.processEvents()
        frames += 1
        assert frames < 5000
    assert frames > 1
    before = view.viewport().grab().toImage()
    view.viewport().update()
    assert view.viewport().grab().toImage() == before
    assert busy < 0.2  # all at once took several times that
