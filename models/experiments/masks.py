"""Dropout masks: made here, never by the runtime, so that a seed means the same everywhere.

Each number of a mask is kept with probability 1 − p and then divided by 1 − p, else 0:
Srivastava et al. 2014, "Dropout", JMLR 15, section 10 ("inverted dropout" as frameworks do it).
The stream is Philox4x64 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): its
key is the seed and its counter holds the place, the layer and the pass, so that every mask can be
made by itself, in any order, in any process.
"""

from __future__ import annotations

import math
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.attention import Float

Place = Literal["weights", "attention", "forward", "embeddings"]
_PLACES: Final[tuple[Place, ...]] = ("weights", "attention", "forward", "embeddings")
_BITS: Final = 2**32
_WORDS_IN_BLOCK: Final = 8  # of 32 bits, for each step of the counter


def dropout_mask(
    shape: tuple[int, ...], rate: float, *, seed: int, place: Place, layer: int, draw: int
) -> Float:
    """Return a mask of ``shape``, float32: 0, or 1/(1 − ``rate``).

    ``layer`` counts from 0, ``draw`` is the pass. Numbers lie in the order of the last axis
    first. ``rate`` is in [0, 1); at 0 every number is exactly 1.
    """
    whole = _kept(math.prod(shape), 0, rate, seed=seed, place=place, layer=layer, draw=draw)
    return _factors(whole, rate).reshape(shape)


def mask_row(
    shape: tuple[int, int, int],
    entry: int,
    query: int,
    rate: float,
    *,
    seed: int,
    layer: int,
    draw: int,
) -> Float:
    """Return one row [M] of the mask of weights of ``shape`` [L, N, M], without the others."""
    start = (entry * shape[1] + query) * shape[2]
    row = _kept(shape[2], start, rate, seed=seed, place="weights", layer=layer, draw=draw)
    return _factors(row, rate)


def _kept(
    count: int, start: int, rate: float, *, seed: int, place: Place, layer: int, draw: int
) -> NDArray[np.bool_]:
    """Return which of ``count`` numbers from ``start`` on are kept."""
    block, skipped = divmod(start, _WORDS_IN_BLOCK)
    counter = [block, _PLACES.index(place), layer, draw]
    stream = np.random.Philox(key=[seed & (2**64 - 1), 0], counter=counter)
    raw = stream.random_raw((skipped + count + 1) // 2)
    words = raw.astype("<u8").view("<u4")[skipped : skipped + count]
    return np.asarray(words >= min(round(rate * _BITS), _BITS - 1), np.bool_)


def _factors(kept: NDArray[np.bool_], rate: float) -> Float:
    return np.where(kept, np.float32(1 / (1 - rate)), np.float32(0))
