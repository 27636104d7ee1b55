"""Monte Carlo dropout: what many passes in training mode say about how sure the model is.

Gal & Ghahramani 2016, "Dropout as a Bayesian Approximation" (arXiv:1506.02142): mean and variance
over T stochastic passes, section 3. Predictive entropy H[p̄] and mutual information
H[p̄] − mean H[p_t]: Gal 2016, "Uncertainty in Deep Learning", equations 3.20 to 3.23. Entropies
are in nats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.encoded import Array
from models.experiments.drift import Reading, probabilities, rows_of
from models.experiments.results import Result

Double = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Prediction:
    """Probabilities over K passes: ``mean`` and ``deviation`` [rows, C], entropies [rows].

    ``entropy`` is that of the mean (predictive entropy), ``expected_entropy`` the mean of each
    pass's own; ``mutual_information`` is their difference: what dropout alone makes unsure.
    ``agreement`` [rows] is the share of passes whose likeliest class is that of the base run.
    """

    base: Double
    mean: Double
    deviation: Double
    entropy: Double
    expected_entropy: Double
    mutual_information: Double
    agreement: Double


@dataclass(frozen=True, eq=False)
class OutputSpread:
    """One output over K passes: ``mean`` and ``deviation`` in its own shape."""

    reading: Reading
    mean: Double
    deviation: Double
    prediction: Prediction | None


@dataclass(frozen=True, eq=False)
class Spread:
    """Everything that varied: every output, and hidden states per layer and token.

    ``tokens`` maps layers from 0 (−1: before the first) to [N]: the root of the summed variance
    of a token's vector over the length of its base vector. ``layers`` is the mean over tokens.
    """

    passes: int
    outputs: tuple[OutputSpread, ...]
    tokens: Mapping[int, Double]
    layers: Mapping[int, float]

    @property
    def least_sure(self) -> NDArray[np.intp]:
        """Token positions, the one whose last hidden state varied most first; empty if unknown."""
        if not self.tokens:
            return np.zeros(0, np.intp)
        return np.argsort(-self.tokens[max(self.tokens)], kind="stable")


def spread_of(result: Result) -> Spread:
    """Return what varied over the passes of ``result``; deviations divide by K."""
    outputs = tuple(_output(reading, result) for reading in result.base.readings)
    tokens: dict[int, Double] = {}
    for layer, deviation in result.hidden_deviation.items():
        base = result.base.hidden[layer].astype(np.float64)
        wide = deviation.astype(np.float64).reshape(-1, deviation.shape[-1])
        lengths = np.linalg.norm(base.reshape(-1, base.shape[-1]), axis=-1)
        moved = np.linalg.norm(wide, axis=-1)
        tokens[layer] = np.divide(moved, lengths, out=np.zeros_like(moved), where=lengths > 0)
    return Spread(result.passes, outputs, tokens, {k: float(v.mean()) for k, v in tokens.items()})


def _output(reading: Reading, result: Result) -> OutputSpread:
    passes = result.outputs[reading.name].astype(np.float64)
    prediction = None
    if reading.measure == "jensen_shannon":
        prediction = _prediction(reading, result.base.outputs[reading.name], passes)
    return OutputSpread(reading, passes.mean(axis=0), passes.std(axis=0), prediction)


def _prediction(reading: Reading, base: Array, passes: Array) -> Prediction:
    each = np.stack([probabilities(reading, rows_of(reading, one)) for one in passes])
    own = probabilities(reading, rows_of(reading, base))
    mean = each.mean(axis=0)
    whole, parts = _entropy(mean, reading), _entropy(each, reading).mean(axis=0)
    agreement = (each.argmax(axis=-1) == own.argmax(axis=-1)).mean(axis=0)
    gain = np.maximum(whole - parts, 0.0)
    return Prediction(own, mean, each.std(axis=0), whole, parts, gain, agreement)


def _entropy(p: Double, reading: Reading) -> Double:
    """Return −Σ p ln p over the last axis; of classes by themselves, the mean of each one's."""
    if reading.law == "sigmoid":
        both = np.stack([p, 1 - p], axis=-1)
        return np.asarray(_plain_entropy(both).mean(axis=-1))
    return _plain_entropy(p)


def _plain_entropy(p: Double) -> Double:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(-np.where(p > 0, p * np.log(p), 0.0).sum(axis=-1))
