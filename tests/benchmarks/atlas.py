"""How long every head takes: small pictures, first paint of the atlas, measures, similarity."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice
from typing import Final

from models.api import open_model
from models.measures.per_head import measure
from models.measures.similarity import similarity
from models.record import Record
from models.thumbnails import thumbnails
from tests.benchmarks.measure import Result, median

_FIRST_PAINT: Final = 100.0
_SENTENCE: Final = "O gato está no telhado, e o gato dorme. "


def results(*, quick: bool) -> Mapping[str, Result]:
    """Return the median times for 144 heads at 128 and 512 tokens."""
    model, times = open_model("multilingual-e5-small"), 3 if quick else 10
    found: dict[str, Result] = {}
    for count, repeated, goal in ((128, 10, _FIRST_PAINT), (512, 60, None)):
        encoded = model.encode_text(_SENTENCE * repeated)
        while len(encoded.tokens) > count:  # cut word by word to the very count, where it can be
            encoded = model.encode_text(encoded.text.rsplit(" ", 1)[0])
        record = model.run(encoded)
        name = f"atlas.{len(record.tokens)}_tokens"
        found[f"{name}.first_paint"] = Result(_painted(record, times), "ms", goal=goal)
        works: dict[str, Callable[[Record], object]] = {
            "refined": lambda shown: list(thumbnails(shown)),
            "measures": measure,
            "similarity": similarity,
        }
        for kind, work in works.items():
            tries = 3 if kind == "similarity" else times
            taken = median(partial(work, record), times=tries)
            found[f"{name}.{kind}"] = Result(taken, "ms")
    return found


def _painted(record: Record, times: int) -> float:
    """Return how long it takes from a record to the first picture of all its heads."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  # after the platform is chosen

    app = QApplication.instance() or QApplication([])
    assert app is not None
    from gui.views.atlas_view import AtlasView  # noqa: PLC0415

    view = AtlasView()
    view.resize(700, 400)
    count = len(record.layers)

    def paint() -> None:
        view.set_heads([layer.heads for layer in record.layers])
        view.set_room(700, 400)
        view.set_layers(dict(enumerate(islice(thumbnails(record), count))))
        view.grab()

    return median(paint, times=times)
