"""Ranking all heads by how far the output moves without them.

Michel et al. 2019, "Are Sixteen Heads Really Better than One?" (arXiv:1905.10650), section 3.2:
one head is off at a time. With "mean" it gives instead the mean of what it gives to all tokens
(mean ablation, as in Wang et al. 2022, arXiv:2211.00593, here over one input).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.encoded import Encoded
from models.experiments.drift import Drift, Measure
from models.experiments.laboratory import Laboratory, Progress
from models.experiments.placing import Placing
from models.experiments.recipe import Recipe
from models.experiments.results import Base
from models.experiments.settling import settings_of
from models.graph.instruments.block import Kind
from models.runtime import Cancel

Without = Literal["zero", "mean"]


@dataclass(frozen=True, slots=True)
class HeadDrift:
    """What one head's absence did; ``layer`` and ``head`` from 0."""

    layer: int
    head: int
    drift: Drift


@dataclass(frozen=True, eq=False)
class HeadRanking:
    """The drift of every head: ``drifts`` [layers, heads], NaN where a layer has fewer heads."""

    without: Without
    measure: Measure
    drifts: NDArray[np.float64]
    heads: tuple[HeadDrift, ...]

    @property
    def ranked(self) -> tuple[HeadDrift, ...]:
        """The heads, the one that matters most first."""
        return tuple(sorted(self.heads, key=lambda one: -one.drift.value))


def heads_one_by_one(
    laboratory: Laboratory, base: Base, *, without: Without = "zero", cancel: Cancel | None = None
) -> Iterator[HeadDrift]:
    """Switch every head off in turn and yield what that did, layer by layer.

    One session serves all runs. Raises as ``Laboratory.run`` does.
    """
    layers = base.ground.layers
    structure: dict[int, frozenset[Kind]] = {
        number: frozenset({"vectors"}) for number in range(len(layers))
    }
    wanted = range(len(layers)) if without == "mean" else ()
    made = laboratory.vectors(base, wanted, cancel=cancel)
    for number, layer in enumerate(layers):
        for head in range(Placing(layer, len(base.record.tokens)).heads):
            cell = ((number, head),)
            recipe = Recipe(heads_off=cell) if without == "zero" else Recipe(heads_mean=cell)
            settings = settings_of(recipe, layers, base.record.tokens, made)
            outputs = laboratory.play(base, settings, structure=structure, cancel=cancel)
            drift = laboratory.drift(base, outputs)
            if drift is not None:
                yield HeadDrift(number, head, drift)


def rank_heads(
    laboratory: Laboratory,
    encoded: Encoded,
    *,
    without: Without = "zero",
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> HeadRanking:
    """Return the ranking of all heads; ``progress`` is told (heads done, heads in all).

    (0, 0) says that the base run is on its way, and heads are not counted yet.
    """
    if progress is not None:
        progress(0, 0)
    base = laboratory.base(encoded, cancel=cancel)
    counts = [Placing(layer, len(base.record.tokens)).heads for layer in base.ground.layers]
    found: list[HeadDrift] = []
    if progress is not None:
        progress(0, sum(counts))
    for one in heads_one_by_one(laboratory, base, without=without, cancel=cancel):
        found.append(one)
        if progress is not None:
            progress(len(found), sum(counts))
    drifts = np.full((len(counts), max(counts)), np.nan)
    for one in found:
        drifts[one.layer, one.head] = one.drift.value
    measure = found[0].drift.measure if found else "relative_l2"
    return HeadRanking(without, measure, drifts, tuple(found))
