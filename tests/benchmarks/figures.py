"""How long a figure takes from a record to the bytes of its PNG."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from models.figure import FigureRequest, draw, png_bytes
from models.record import Record
from models.settings import FigureView
from tests.benchmarks.measure import Result, median
from tests.helpers.figures import photo_record, text_record

_GOAL: Final = 1000.0


def results(*, quick: bool) -> Mapping[str, Result]:
    """Return the drawing times at 2× of a sentence, 257 and 1,370 tokens."""
    records = {
        "sentence": text_record(["gato"] * 20),
        "257_tokens": photo_record(16),
        "1370_tokens": photo_record(37),
    }
    found: dict[str, Result] = {}
    for name, record in records.items():
        found.update(_of_record(name, record, times=1 if quick else 5))
    return found


def _of_record(name: str, record: Record, *, times: int) -> Iterator[tuple[str, Result]]:
    views: tuple[FigureView, ...] = ("heatmap", "row", "overlay")
    views = views if record.encoded.photo else views[:2]
    for view in views:
        request = FigureRequest(view, 0, heads=(0,), token=1)
        taken = median(partial(_drawn, record, request), times=times)
        yield f"figure.{view}.{name}", Result(taken, "ms", goal=_GOAL)


def _drawn(record: Record, request: FigureRequest) -> bytes:
    return png_bytes(draw(record, request), record, request)
