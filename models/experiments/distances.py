"""How far apart two arrays are: the measures that experiments report, in float64."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.encoded import Array

Double = NDArray[np.float64]


def jensen_shannon(one: Array, other: Array) -> Double:
    """Return the Jensen–Shannon divergence over the last axis, in nats: 0 to ln 2.

    ½ KL(p‖m) + ½ KL(q‖m) with m = (p + q)/2: Lin 1991, "Divergence measures based on the Shannon
    entropy", IEEE Transactions on Information Theory 37, equation 4.1 with equal weights.
    """
    p, q = one.astype(np.float64), other.astype(np.float64)
    middle = (p + q) / 2
    found = (_kl(p, middle) + _kl(q, middle)) / 2
    return np.clip(found, 0.0, np.log(2.0))


def total_variation(one: Array, other: Array) -> Double:
    """Return ½ Σ|p − q| over the last axis: 0 to 1."""
    return np.asarray(np.abs(one.astype(np.float64) - other.astype(np.float64)).sum(axis=-1) / 2)


def cosine_distance(one: Array, other: Array) -> Double:
    """Return 1 − cosine over the last axis: 0 for the same direction, 2 for the opposite."""
    a, b = one.astype(np.float64), other.astype(np.float64)
    lengths = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    dots = (a * b).sum(axis=-1)
    cosine = np.divide(dots, lengths, out=np.ones_like(dots), where=lengths > 0)
    same = np.all(a == b, axis=-1)
    return np.where(same, 0.0, np.clip(1 - cosine, 0.0, 2.0))


def relative_l2(before: Array, after: Array) -> float:
    """Return ‖after − before‖₂ / ‖before‖₂ over all numbers; infinite where ``before`` is 0."""
    old, new = before.astype(np.float64), after.astype(np.float64)
    moved, length = float(np.linalg.norm(new - old)), float(np.linalg.norm(old))
    if moved == 0:
        return 0.0
    return moved / length if length else float("inf")


def spearman(one: Array, other: Array) -> float | None:
    """Return Spearman's rank correlation of two lists, ties at their mean rank; None if constant.

    Spearman 1904, "The proof and measurement of association between two things".
    """
    if len(one) < 2 or not (np.all(np.isfinite(one)) and np.all(np.isfinite(other))):  # noqa: PLR2004  # a correlation needs two
        return None
    a, b = ranks(one), ranks(other)
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum() / size) if size else None


def ranks(numbers: Array) -> Double:
    """Return the rank of each number from 1, equal numbers at their mean rank."""
    _, inverse, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse.reshape(-1)], np.float64)


def _kl(p: Double, q: Double) -> Double:
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p > 0, p * np.log(p / q), 0.0)
    return np.asarray(terms.sum(axis=-1))
