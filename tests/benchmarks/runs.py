"""What tapping costs: the bundled models with taps against the same files without, in turn."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from models.api import Model, open_model
from models.encoded import Encoded
from models.library import DEFAULT_IMAGE_MODEL, DEFAULT_TEXT_MODEL
from models.runtime import RuntimeOptions, Session
from tests.benchmarks.measure import Result, median, milliseconds

_TAPPED_GOAL: Final = 1.05
_SESSIONS: Final = 4
_SHORT: Final = "O gato está no telhado"  # what Python adds is felt most where a run is quick
_SENTENCE: Final = "O gato está no telhado e o cachorro late para ele à noite. " * 6


def results(*, quick: bool) -> Mapping[str, Result]:
    """Return the results of both bundled models."""
    found: dict[str, Result] = {}
    for name in (DEFAULT_TEXT_MODEL, DEFAULT_IMAGE_MODEL):
        found.update(_of_model(name, quick=quick))
    return found


def _of_model(name: str, *, quick: bool) -> Iterator[tuple[str, Result]]:
    opening = median(lambda: open_model(name), times=1 if quick else 3)
    yield f"{name}.open", Result(opening, "ms")
    model = open_model(name)
    encoded = model.sample() if model.modality == "image" else model.encode_text(_SENTENCE)
    given = {name: (encoded, 6 if quick else 20)}
    if model.modality == "text":
        given[f"{name}.short"] = model.encode_text(_SHORT), 40 if quick else 200
    for title, (one, turns) in given.items():
        ratio, tapped, plain, noise = _tapped_and_plain(model, one, turns=turns)
        yield f"{title}.tapped_over_plain", Result(ratio, "×", goal=_TAPPED_GOAL)
        yield f"{title}.plain_over_plain", Result(noise, "×")  # how far from 1 noise alone takes it
        yield f"{title}.tapped", Result(tapped, "ms")
        yield f"{title}.plain", Result(plain, "ms")
    record = model.run(encoded)
    middle = len(record.tokens) // 2
    layer = record.layers[-1]
    yield f"{name}.row_of_all_heads", Result(median(lambda: layer.row(middle), times=50), "ms")
    yield f"{name}.weights_of_a_head", Result(median(lambda: layer.weights(0), times=20), "ms")


def _tapped_and_plain(
    model: Model, encoded: Encoded, *, turns: int
) -> tuple[float, float, float, float]:
    """Measure a whole capture, arrays read and shaped, against a run of the untouched file.

    Two sessions of one and the same file differ by up to a tenth, by where their memory came to
    lie; so there are ``_SESSIONS`` of each, run in turn in a new order every time. Return the
    ratio of the medians, both medians, and the ratio of one half of the untouched to the other.
    """
    options = RuntimeOptions(config=dict(model.files.session))
    models = [open_model(model.files.reference) for _ in range(_SESSIONS)]
    sessions = [Session(model.files.onnx, options=options) for _ in range(_SESSIONS)]
    runs: list[Callable[[], object]] = [
        *(partial(one.tapped.capture, encoded.feeds) for one in models),
        *(partial(one.run, encoded.feeds) for one in sessions),
    ]
    times: list[list[float]] = [[] for _ in runs]
    for run in runs:
        run()
    order = random.Random(0)  # noqa: S311  # nobody must be kept from guessing it
    for _ in range(turns):
        for place in order.sample(range(len(runs)), len(runs)):
            times[place].append(milliseconds(runs[place]))
    tapped, plain = times[:_SESSIONS], times[_SESSIONS:]
    ours, bare = _median(tapped), _median(plain)
    return ours / bare, ours, bare, _median(plain[::2]) / _median(plain[1::2])


def _median(times: Sequence[Sequence[float]]) -> float:
    return statistics.median(one for session in times for one in session)
