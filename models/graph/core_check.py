"""The runtime's own weights and context of attention written as two products, to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.attention import Float
from models.encoded import Array
from models.graph.axes import Axes
from models.graph.block import (
    Known,
    Parts,
    flat_lead,
    float32,
    largest_difference,
    weights_of,
)
from models.graph.paths import SHAPING
from models.graph.scores import replay_scores

if TYPE_CHECKING:
    from models.graph.core import CoreReader


def runtime_weights(block: CoreReader, found: Known, *, batch: int) -> Float:
    """Return the weights that the runtime computed, [H, N, M]."""
    weights = _after_softmax(block, found) if block.softmax_tells else block.weights.read(found)
    if block.softmax.context:
        weights = weights / weights.sum(axis=-1, keepdims=True)
    return float32(flat_lead(weights, weights.shape[:-2], batch=batch))


def _after_softmax(block: CoreReader, found: Known) -> Array:
    """Return what the softmax gave, before it was rounded, laid out as it meets the values."""
    softmax = block.softmax
    array = found[softmax.weights]
    if softmax.zero_point:
        array = array.astype(np.int32) - found[softmax.zero_point].astype(np.int32)
    array = array.astype(np.float32)
    if softmax.scale:
        array = array * found[softmax.scale].astype(np.float32)
    axes = Axes(array.shape, list(range(array.ndim)), array.ndim, carried={"w": array})
    for step in block.values.steps:
        if step.node.op in SHAPING:
            replay_scores(axes, step, found.__getitem__)
    return block.weights.arrange(axes.carried["w"])


def largest_gap(block: CoreReader, found: Known, parts: Parts, *, batch: int) -> float:
    """Return the largest difference in weights and, unless these are rounded, in context."""
    ours = weights_of(parts)
    gap = largest_difference(ours, runtime_weights(block, found, batch=batch))
    product = block.values.product
    if block.rounded or product.requantised or product.integer:
        return gap
    context = found[block.context].astype(np.float32)
    context = context.transpose(np.argsort(product.order(context.ndim)))
    if block.values.side == 1:
        context = np.swapaxes(context, -1, -2)
    flat = flat_lead(context, context.shape[:-2], batch=batch)
    return max(gap, largest_difference(ours @ parts.value, flat))
