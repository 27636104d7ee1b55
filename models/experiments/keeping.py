"""Keeping what many passes give, as long as it fits into memory."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.attention import Float
from models.encoded import Array
from models.errors import InputError
from models.graph.instruments.played import Played
from models.i18n import mark
from models.record import Layer

MOST_HIDDEN_BYTES: Final = 512_000_000
_MOST_OUTPUT_BYTES: Final = 1_500_000_000
Watch = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Watched:
    """One row followed through every pass: ``rows`` [K, M] and the ``vectors`` [K, dv] it made.

    ``place`` is (layer, head, token), each from 0; ``base_row`` [M] and ``base_vector`` [dv] are
    the base run's.
    """

    place: Watch
    base_row: Float
    base_vector: Float
    rows: Float
    vectors: Float


class Keeper:
    """Takes pass after pass: outputs all, hidden states if they fit, and always their moments.

    Raises InputError when outputs of so many passes cannot be kept.
    """

    def __init__(
        self, outputs: Mapping[str, Array], hidden: Mapping[int, Array], *, passes: int
    ) -> None:
        whole = sum(array.nbytes for array in outputs.values()) * passes
        if whole > _MOST_OUTPUT_BYTES and passes > 1:
            raise InputError(
                mark("The outputs of {passes} passes would take {size} GB of memory."),
                hint=mark("Ask for at most {most} passes of this input."),
                passes=passes,
                size=math.ceil(whole / 1e9),
                most=max(1, _MOST_OUTPUT_BYTES * passes // whole),
            )
        size = sum(array.nbytes for array in hidden.values()) * passes
        self.mean_only = size > MOST_HIDDEN_BYTES and passes > 1
        self.outputs: dict[str, list[Array]] = {}
        self._shapes = {name: array.shape for name, array in outputs.items()}
        self._hidden: dict[int, list[Array]] = {}
        self._moments: dict[int, Moments] = {}

    def take(self, one: Played) -> None:
        """Keep what one pass gave."""
        for name, array in one.outputs.items():
            rows = self._shapes[name][0] if self._shapes[name] else None
            kept = array if rows is None or array.shape[0] == rows else array[:rows]
            self.outputs.setdefault(name, []).append(kept)
        for layer, array in one.hidden.items():
            self._moments.setdefault(layer, Moments()).take(array)
            if not self.mean_only:
                self._hidden.setdefault(layer, []).append(array)

    def hidden(self) -> dict[int, Array]:
        """Return the hidden states of all passes [K, …], or where they do not fit, their mean."""
        if self.mean_only:
            means = {layer: found.mean for layer, found in self._moments.items()}
            return {k: mean.astype(np.float32)[None] for k, mean in means.items()}
        return {layer: np.stack(arrays) for layer, arrays in self._hidden.items()}

    def deviations(self) -> dict[int, Float]:
        """Return the standard deviation of every hidden number over the passes (divided by K)."""
        return {k: found.deviation().astype(np.float32) for k, found in self._moments.items()}


class Moments:
    """Mean and deviation of arrays that come one after another, in float64.

    Welford 1962, "Note on a method for calculating corrected sums of squares and products",
    Technometrics 4.
    """

    def __init__(self) -> None:
        self.count = 0
        self.mean: Array = np.zeros((), np.float64)
        self._squares: Array = np.zeros((), np.float64)

    def take(self, array: Array) -> None:
        """Add one array."""
        self.count += 1
        gap = array.astype(np.float64) - self.mean
        self.mean = self.mean + gap / self.count
        self._squares = self._squares + gap * (array.astype(np.float64) - self.mean)

    def deviation(self) -> Array:
        """Return √(Σ(x − mean)²/K)."""
        return np.asarray(np.sqrt(self._squares / max(1, self.count)))


class Watcher:
    """Follows one row through the passes."""

    def __init__(self, place: Watch, entry: int, query: int, base: Layer) -> None:
        self.place, self._entry, self._query = place, entry, query
        self._base = self._read(base)
        self._found: list[tuple[Float, Float]] = []

    def take(self, one: Played) -> None:
        """Read the row of one pass."""
        self._found.append(self._read(one.layers[self.place[0]]))

    def watched(self) -> Watched:
        """Return everything that was read."""
        rows, vectors = (np.stack(part) for part in zip(*self._found, strict=True))
        return Watched(self.place, *self._base, rows, vectors)

    def _read(self, layer: Layer) -> tuple[Float, Float]:
        chosen = slice(self._entry, self._entry + 1)
        row = layer.block(heads=chosen, queries=slice(self._query, self._query + 1))[0, 0]
        return row, np.asarray(row @ layer.value[self._entry], np.float32)
