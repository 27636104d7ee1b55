"""What follows from what was found: tokens to mark, drifts for the atlas, what still fits."""

from __future__ import annotations

import numpy as np

from gui.labs.state import BENCHES, Kind, LabState, Outcome
from models.experiments.studying import Studied
from models.record import Record


def least_sure(found: Outcome) -> tuple[int, ...]:
    """Return a tenth of the words or patches, at least one: whose last state varied most."""
    if found.spread is None:
        return ()
    special = found.record.encoded.special
    count = len(found.record.tokens)
    order = [int(i) for i in found.spread.least_sure if i < count and not special[i]]
    return tuple(order[: max(1, round(len(order) / 10))])


def by_head(studied: Studied) -> dict[tuple[int, int], float]:
    """Return the drifts of a ranking by (layer, head), each from 0."""
    drifts = studied.arrays["drift"]
    return {(i, j): float(drifts[i, j]) for i, j in np.ndindex(drifts.shape)}


def same_bench(one: Kind, other: Kind) -> bool:
    """Tell whether two experiments are on one bench."""
    return BENCHES[one] == BENCHES[other]


def fits(state: LabState, record: Record | None) -> bool:
    """Tell whether the heads that are off exist in another run."""
    if record is None:
        return False
    return all(layer < len(record.layers) for layer, _ in state.heads)
