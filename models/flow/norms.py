"""How long the vectors are that each key adds: value-weighted, output-weighted, mixing.

Kobayashi et al. 2020, "Attention is Not Only a Weight" (arXiv:2004.10102), and 2021,
"Incorporating Residual and Normalization Layers" (arXiv:2109.07152). With u_j^h = v_j^h·W_O^h,
token j adds Σ_h α_ij^h·u_j^h to the output of token i. Its length needs no vector per pair:
‖Σ_h α_h u_h‖² = αᵀGα with the products G = u·uᵀ of key j, [H, H]. Sums run in double precision.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.attention import Float
from models.encoded import Array
from models.flow.flow import LayerFlow, NotMeasurableError, Scaling
from models.graph.block import float32
from models.i18n import mark
from models.record import Layer
from models.runtime import Cancel

Double = NDArray[np.float64]
_NUMBERS_AT_ONCE = 4_000_000
_NO_RESIDUAL = mark("Nothing is added to this layer's attention output, so nothing is mixed.")


def value_lengths(layer: Layer) -> Float:
    """Return ‖v_j^h‖: [H, M]."""
    return float32(np.sqrt(np.sum(layer.value.astype(np.float64) ** 2, axis=-1)))


def output_lengths(layer: Layer, kernel: Float) -> Float:
    """Return ‖v_j^h·W_O^h‖ per head: [H, M]. ``kernel`` [H, dv, hidden]."""
    wide = kernel.astype(np.float64)
    inner = wide @ wide.transpose(0, 2, 1)
    values = layer.value.astype(np.float64)
    squares = np.einsum("hmd,hmd->hm", values @ inner, values)
    return float32(np.sqrt(np.maximum(squares, 0)))


def contributions(layer: Layer, kernel: Float, weights: Float) -> Float:
    """Return Σ_h α^h·v_j^h·W_O^h of one query, per key: [M, hidden]. ``weights`` [H, M]."""
    weighted = (weights[..., None] * layer.value).transpose(1, 0, 2)
    heads, inner, hidden = kernel.shape
    return float32(weighted.reshape(-1, heads * inner) @ kernel.reshape(heads * inner, hidden))


def products(
    layer: Layer,
    kernel: Float,
    *,
    scaling: Scaling | None = None,
    cancel: Cancel | None = None,
) -> Double:
    """Return G_j^{hg} = u_j^h·u_j^g of every key: [M, H, H], double.

    ``scaling`` takes each vector through a norm's mean and gain first.
    """
    heads, keys, _ = layer.value.shape
    wide = kernel.astype(np.float64)
    step = max(1, _NUMBERS_AT_ONCE // (heads * kernel.shape[2]))
    found = np.empty((keys, heads, heads), np.float64)
    for start in range(0, keys, step):
        if cancel is not None:
            cancel.check()
        values = layer.value[:, start : start + step].astype(np.float64)
        vectors: Array = (values @ wide).transpose(1, 0, 2)
        vectors = vectors if scaling is None else scaling.part(vectors)
        found[start : start + step] = vectors @ vectors.transpose(0, 2, 1)
    return found


def summed_lengths(weights: Float, grams: Double, *, heads: Sequence[int] | None = None) -> Float:
    """Return ‖Σ_h α_ij^h·u_j^h‖ over ``heads`` (all when None): [n, M].

    ``weights`` [H, n, M] of all heads; ``grams`` [M, H, H].
    """
    chosen = range(weights.shape[0]) if heads is None else heads
    picked = list(dict.fromkeys(chosen))
    alpha = weights[picked].transpose(2, 1, 0).astype(np.float64)
    inside = grams[:, picked][:, :, picked]
    squares = np.sum((alpha @ inside) * alpha, axis=-1)
    return float32(np.sqrt(np.maximum(squares, 0)).T)


def mixing(
    layer: Layer, flow: LayerFlow, grams: Double, *, start: int, stop: int
) -> tuple[Float, Float]:
    """Return (lengths [n, M], mixing ratio [n]) of the queries from ``start`` to ``stop``.

    With x_i the residual: y_ij = Σ_h α_ij^h·u_j^h, and y_ii also x_i. Where a LayerNorm follows
    the sum (BERT), each y becomes g(y) = (y − mean(y)) ⊙ gain / σ_i with the σ_i of the whole
    sum (Kobayashi 2021, equations 5 to 9); b_O and the norm's own bias belong to no token and
    are left out. The ratio is ‖Σ_{j≠i} y_ij‖ / (‖Σ_{j≠i} y_ij‖ + ‖y_ii‖). Raises
    NotMeasurableError where nothing is added or queries and keys are not the same tokens.
    """
    total, residual = flow.total(), flow.residual
    if total is None or residual is None or len(residual) != layer.key.shape[1]:
        raise NotMeasurableError(_NO_RESIDUAL)
    rows = np.arange(start, min(stop, len(total)))
    weights = layer.block(heads=slice(None), queries=slice(start, stop))
    lengths = summed_lengths(weights, grams)
    alpha = weights[:, np.arange(len(rows)), rows].astype(np.float64)
    values = layer.value[:, rows].astype(np.float64)
    own = np.einsum("hn,hnd,hde->ne", alpha, values, flow.kernel.astype(np.float64), optimize=True)
    others = flow.output[rows].astype(np.float64) - flow.bias - own
    came = residual[rows].astype(np.float64)
    if flow.inner is not None:
        deviation = flow.inner.deviation(flow.output[rows])
        own, others = flow.inner.part(own) / deviation, flow.inner.part(others) / deviation
        lengths = lengths / deviation
    if flow.after is not None:
        deviation = flow.after.deviation(total[rows])
        own, others = flow.after.part(own + came) / deviation, flow.after.part(others) / deviation
        lengths = lengths / deviation
    else:
        own = own + came
    kept, mixed = np.linalg.norm(own, axis=-1), np.linalg.norm(others, axis=-1)
    lengths[np.arange(len(rows)), rows] = kept
    return float32(lengths), float32(mixed / np.maximum(mixed + kept, 1e-30))


def mixing_products(layer: Layer, flow: LayerFlow, *, cancel: Cancel | None = None) -> Double:
    """Return the products that ``mixing`` needs: of vectors as the layer's norm takes them."""
    if flow.inner is not None and flow.after is not None:
        raise NotMeasurableError(_NO_RESIDUAL)
    return products(layer, flow.kernel, scaling=flow.inner or flow.after, cancel=cancel)
