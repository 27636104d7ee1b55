"""Dropout on one pinned row: arithmetic on the record's own numbers, without running the model.

r ~ Bernoulli(1 − p), α̃ = r ⊙ α / (1 − p), so that E[α̃] = α and Var[α̃] = α²·p/(1 − p):
Srivastava et al. 2014, JMLR 15. The masks are those that the model is run with for the same seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.attention import Float
from models.experiments.masks import mask_row
from models.experiments.placing import Placing
from models.record import Layer

Double = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DroppedRow:
    """One draw: ``mask`` [M] is 0 or 1/(1 − p), ``weights`` = mask·α, ``vector`` = Σ weights·v."""

    mask: Float
    weights: Float
    vector: Float

    @property
    def dropped(self) -> NDArray[np.intp]:
        """The keys whose weight became 0."""
        return np.flatnonzero(self.mask == 0)

    @property
    def total(self) -> float:
        """The sum of the weights, which is 1 only on average."""
        return float(self.weights.sum(dtype=np.float64))


@dataclass(frozen=True, eq=False)
class Average:
    """The mean over 1, 2 … K draws against the inference row.

    ``errors`` [K] is ‖mean of the first k vectors − inference vector‖; ``row_errors`` [K] the
    same of the weights. ``expected`` [K] and ``expected_row`` [K] are what chance makes of it:
    √(p/(1 − p) · Σ α²‖v‖² / k) and √(p/(1 − p) · Σ α² / k), exactly 1/√k.
    """

    mean_weights: Double
    mean_vector: Double
    errors: Double
    row_errors: Double
    expected: Double
    expected_row: Double


@dataclass(frozen=True, eq=False)
class RowDropout:
    """Dropout on the row of ``token`` in one ``head`` (from 0) of ``layer``, a base run's.

    ``tokens`` is N of the input. Draw k is what pass k of the model run has in this row.
    """

    layer: Layer
    head: int
    token: int
    tokens: int
    rate: float
    seed: int

    @property
    def weights(self) -> Float:
        """The inference row [M]."""
        entry, query = self._place
        return Placing(self.layer, self.tokens).row(entry, query)

    @property
    def vector(self) -> Float:
        """The inference vector [dv]."""
        return np.asarray(self.weights @ self._values, np.float32)

    def draw(self, number: int) -> DroppedRow:
        """Return draw ``number``, from 0."""
        entry, query = self._place
        shape = Placing(self.layer, self.tokens).shape
        mask = mask_row(
            shape, entry, query, self.rate, seed=self.seed, layer=self.layer.index, draw=number
        )
        weights = self.weights * mask
        return DroppedRow(mask, weights, np.asarray(weights @ self._values, np.float32))

    def average(self, draws: int) -> Average:
        """Return how the mean over the first ``draws`` draws nears the inference row."""
        entry, query = self._place
        shape, weights = Placing(self.layer, self.tokens).shape, self.weights.astype(np.float64)
        values = self._values.astype(np.float64)
        masks = np.stack(
            [
                mask_row(shape, entry, query, self.rate, seed=self.seed,
                         layer=self.layer.index, draw=k)
                for k in range(draws)
            ]
        )  # fmt: skip
        counts = np.arange(1, draws + 1)
        means = np.cumsum(masks * weights, axis=0, dtype=np.float64) / counts[:, None]
        gaps = means - weights
        spread = self.rate / (1 - self.rate)
        lengths = (values**2).sum(axis=-1)
        return Average(
            means[-1],
            means[-1] @ values,
            np.linalg.norm(gaps @ values, axis=-1),
            np.linalg.norm(gaps, axis=-1),
            np.sqrt(spread * (weights**2 * lengths).sum() / counts),
            np.sqrt(spread * (weights**2).sum() / counts),
        )

    @property
    def _place(self) -> tuple[int, int]:
        placing = Placing(self.layer, self.tokens)
        placing.check_head(self.head)
        window, query = placing.queries(self.token)[0]
        return window * placing.heads + self.head, query

    @property
    def _values(self) -> Float:
        return self.layer.value[self._place[0]]
