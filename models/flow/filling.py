"""Maps of a measure, some rows at a time; between tokens and between words alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.attention import Float
from models.counting import Asked, Measure, hidden, shares
from models.flow.flow import NotMeasurableError
from models.flow.measured_layers import Shares
from models.i18n import Count, mark
from models.runtime import Cancel

Progress = Callable[[float], None]
ROWS_AT_ONCE: Final = 128
_LARGEST: Final = 4096 * 4096  # numbers in a map: 64 MB
_DEAR_ROWS: Final[frozenset[Measure]] = frozenset({"rollout", "zeroing"})
_EVERY: Final = slice(None)
_TOO_MANY: Final = mark(
    "A map of this measure is not computed for {count} tokens. Rows are: click a token."
)


def has_room(queries: int, keys: int) -> bool:
    """Tell whether a map of so many tokens is computed."""
    return queries * keys <= _LARGEST


def check_size(queries: int, keys: int) -> None:
    """Raise NotMeasurableError for so many tokens that no map of them is computed."""
    if not has_room(queries, keys):
        raise NotMeasurableError(_TOO_MANY, count=Count(max(queries, keys)))


def finished(asked: Asked, rows: Float, special: NDArray[np.bool_]) -> Float:
    """Return shares, special tokens left out where asked."""
    if asked.hide_special:
        return hidden(rows, special)
    return rows if asked.measure in {"weight", "rollout"} else shares(rows)


def filled(
    asked: Asked,
    rows: Callable[[int, int], Float],
    shape: tuple[int, int],
    special: NDArray[np.bool_],
    *,
    cancel: Cancel | None = None,
    progress: Progress | None = None,
    keys: slice = _EVERY,
) -> Float:
    """Return the shares of every query; ``rows`` gives those from one to before another, raw.

    Only those of ``keys`` are kept: ``shape`` counts these.
    """
    step = 1 if asked.measure == "zeroing" else ROWS_AT_ONCE
    found = np.empty(shape, np.float32)
    for start in range(0, len(found), step):
        if cancel is not None:
            cancel.check()
        stop = min(start + step, len(found))
        found[start:stop] = finished(asked, rows(start, stop), special)[:, keys]
        if progress is not None:
            progress(stop / len(found))
    return found


def taken(
    asked: Asked,
    rows: Callable[[int, int], Float],
    shape: tuple[int, int],
    special: NDArray[np.bool_],
    *,
    key: int,
    cancel: Cancel | None = None,
    progress: Progress | None = None,
) -> Float:
    """Return the share that every query takes from ``key``: [N, 1]; see ``filled``.

    No map is kept, so that there may be any number of tokens; but where every row takes runs of
    the model, so many are refused as for a map.
    """
    queries, keys = shape
    if asked.measure in _DEAR_ROWS:
        check_size(queries, keys)
    only = slice(key, key + 1)
    return filled(asked, rows, (queries, 1), special, cancel=cancel, progress=progress, keys=only)


def alike(
    measurer: Shares, asked: Asked, *, heads: int, queries: range, of: range, cancel: Cancel | None
) -> Float:
    """Return rows of a measure of the whole layer, the same for each head; all are ``of``."""
    if queries == of:
        rows = measurer.matrix(asked.fitted, cancel=cancel)
    else:
        rows = np.stack([measurer.row(asked.fitted, i, cancel=cancel) for i in queries])
    return np.broadcast_to(rows, (heads, *rows.shape))
