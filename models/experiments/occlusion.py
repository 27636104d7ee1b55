"""Importance by occlusion: how far the output moves when one token cannot be seen in the input.

Zeiler & Fergus 2014 (arXiv:1311.2901); Li et al. 2016 (arXiv:1612.08220). The rank correlation
with attention follows Jain & Wallace 2019 (arXiv:1902.10186), section 4.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.attention import Float
from models.encoded import Encoded
from models.experiments.distances import spearman
from models.experiments.drift import Drift, Measure
from models.experiments.laboratory import Laboratory, Progress
from models.experiments.occluding import can_occlude, occluded
from models.experiments.results import Base
from models.feeds import repeated
from models.runtime import Cancel


@dataclass(frozen=True, eq=False)
class Importance:
    """How far the output moved without each token: ``values`` [n], of ``tokens`` [n].

    Special tokens are not occluded and so are not listed.
    """

    tokens: tuple[int, ...]
    values: NDArray[np.float64]
    measure: Measure
    drifts: tuple[Drift, ...]

    def correlation(self, shares: Float | NDArray[np.float64]) -> float | None:
        """Return Spearman's ρ with ``shares`` [N], one number per token of the input."""
        return spearman(self.values, np.asarray(shares)[list(self.tokens)])

    def spread(self, count: int) -> NDArray[np.float64]:
        """Return the values at their positions [count], NaN elsewhere."""
        found = np.full(count, np.nan)
        found[list(self.tokens)] = self.values
        return found


def tokens_one_by_one(
    laboratory: Laboratory,
    base: Base,
    tokens: Sequence[int],
    *,
    cancel: Cancel | None = None,
) -> Iterator[tuple[int, Drift]]:
    """Occlude each of ``tokens`` in turn and yield (token, what that did)."""
    for token in tokens:
        feeds = occluded(laboratory.model, base.record.encoded, (token,))
        fed = repeated(feeds, laboratory.model.inputs)
        outputs = laboratory.play(base, {}, feeds=fed, cancel=cancel)
        drift = laboratory.drift(base, outputs)
        if drift is not None:
            yield token, drift


def importance(
    laboratory: Laboratory,
    encoded: Encoded,
    *,
    tokens: Sequence[int] | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Importance:
    """Return the importance of ``tokens`` (all words or patches when None), one run each.

    Raises InputError where nothing can be occluded, and as ``Laboratory.run`` does.
    """
    base = laboratory.base(encoded, cancel=cancel)
    asked = can_occlude(base.record.encoded) if tokens is None else tuple(tokens)
    found: list[tuple[int, Drift]] = []
    if progress is not None:
        progress(0, len(asked))
    for one in tokens_one_by_one(laboratory, base, asked, cancel=cancel):
        found.append(one)
        if progress is not None:
            progress(len(found), len(asked))
    drifts = tuple(drift for _, drift in found)
    return Importance(
        tuple(token for token, _ in found),
        np.array([drift.value for drift in drifts], np.float64),
        drifts[0].measure if drifts else "relative_l2",
        drifts,
    )
