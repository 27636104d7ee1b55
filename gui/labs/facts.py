"""Where the numbers of a row belong: its keys as tokens of the input, and what they are called."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gui.labs.state import Place
from models.attention import Float
from models.encoded import Array
from models.errors import MiranteError
from models.experiments.placing import Placing
from models.record import Record

MOST_LINES = 16  # of a list beyond which only the largest are shown
_FEW = 24


def base_row(record: Record, place: Place) -> Float | None:
    """Return the model's own weights [M] of the row at ``place``; None where there is none."""
    if place.token is None:
        return None
    try:
        placing = Placing(record.layers[place.layer], len(record.tokens))
        window, query = placing.queries(place.token)[0]
        return placing.row(window * placing.heads + place.head, query)
    except MiranteError:
        return None


def key_tokens(record: Record, place: Place) -> list[int | None]:
    """Return which token of the input each key [M] of the row is; None for padding of windows."""
    layer = record.layers[place.layer]
    if layer.windows is None or place.token is None:
        return list(range(layer.key.shape[1]))
    window = Placing(layer, len(record.tokens)).queries(place.token)[0][0]
    return [int(i) if i >= 0 else None for i in layer.windows[window]]


def key_labels(record: Record, place: Place) -> list[str]:
    """Return the name of each key [M] of the row."""
    tokens = key_tokens(record, place)
    return ["–" if i is None else label_of(record, i) for i in tokens]


def label_of(record: Record, token: int) -> str:
    """Return what a token is called."""
    return record.tokens[token].label if token < len(record.tokens) else str(token)


def lines_for(*weights: Float, also: Sequence[int] = ()) -> list[int]:
    """Return the keys that a list shows: all of a short row, of a long one the largest and also."""
    count = len(weights[0])
    if count <= _FEW:
        return list(range(count))
    largest = np.max([np.nan_to_num(np.abs(row)) for row in weights], axis=0)
    return sorted({*also, *(int(i) for i in np.argsort(-largest, kind="stable")[:MOST_LINES])})


def highest(*rows: Array | Sequence[float]) -> float:
    """Return the largest number of all rows, 1 where all are 0."""
    top = max((float(np.nanmax(np.abs(np.asarray(row)))) for row in rows if len(row)), default=0.0)
    return top or 1.0
