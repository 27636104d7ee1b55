"""Batches: how many rows are fed, and one row repeated for a file whose batch is fixed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from models.encoded import Array
from models.runtime import Port

Feeds = Mapping[str, Array]


def rows_fed(feeds: Feeds, inputs: Sequence[Port]) -> int:
    """Return how many rows are fed, told by the first input that has axes."""
    arrays = (np.asarray(feeds[port.name]) for port in inputs if port.name in feeds)
    return next((int(a.shape[0]) for a in arrays if a.ndim), 1) or 1


def fitted(feeds: Feeds, inputs: Sequence[Port]) -> tuple[Feeds, Callable[[Array], Array]]:
    """Return ``feeds`` repeated as often as a file with a fixed batch wants one row.

    And a function that takes the repetitions out of outputs again.
    """
    fixed = {p.name: p.shape[0] for p in inputs if p.shape and p.name in feeds}
    sizes = {size for size in fixed.values() if isinstance(size, int)}
    batch = max(sizes, default=1)
    if len(sizes) != 1 or batch == 1:
        return feeds, lambda array: array
    if any(np.shape(feeds[name])[:1] != (1,) for name in fixed):
        return feeds, lambda array: array
    repeated = {name: np.repeat(array, batch, axis=0) for name, array in feeds.items()}
    return repeated, lambda array: array[:1] if array.shape[:1] == (batch,) else array
