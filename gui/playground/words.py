"""What the playground says of the row that is looked at, and of where its numbers are from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gui.numbers import fixed, short
from models.i18n import tr
from models.playground import Projected, Small


def moved_words(small: Small, chosen: int) -> str:
    """Return what the row of a token sums to, and how far mask and dropout moved its vector."""
    bare = replace(small, masked=frozenset(), rate=0.0)
    before, after = bare.vectors[chosen], small.vectors[chosen]
    length = float(np.linalg.norm(before))
    moved = float(np.linalg.norm(after - before)) / length if length else 0.0
    return tr(
        "The row of “{token}” sums to {sum}. Mask and dropout moved its vector by {moved} "
        "of its length.",
        token=small.tokens[chosen],
        sum=fixed(float(small.weights[chosen].sum()), digits=3),
        moved=f"{fixed(100 * moved, digits=0)}%",
    )


def origin_words(small: Small, real: Projected | None) -> str:
    """Return which head the numbers are from: ``real`` while they are just as projected."""
    if real is None:
        return tr("From {source}, with numbers changed by hand.", source=small.source)
    return tr(
        "From {source}: the first {size} principal directions of its queries and keys "
        "(SVD). Scores differ from the real ones by at most {error}, where the largest "
        "is {largest}. The softmax is over these tokens alone.",
        source=small.source,
        size=small.query.shape[1],
        error=short(real.error),
        largest=short(real.largest),
    )
