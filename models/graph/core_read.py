"""Reading attention written as two products: operands laid out, scores and weights replayed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.encoded import Array
from models.graph.axes import Axes, NotReplayable, Shape, order_of
from models.graph.block import Known, Parts, flat_lead, float32, slim_lead
from models.graph.core_check import runtime_weights
from models.graph.paths import Step
from models.graph.scores import (
    fill_where,
    follow_einsum,
    is_guard,
    known_step,
    replay_scores,
    replay_weights,
    settled_bias,
)

if TYPE_CHECKING:
    from models.graph.core import CoreReader


@dataclass(frozen=True, eq=False)
class _Layout:
    """Where everything is: both operands' rows and ``lead``, and what the graph did to scores.

    ``small`` holds "scale", "bias" and "keep" in canonical axes [lead.., left rows, right rows].
    ``swapped`` tells that the left rows are the keys. ``weights_lead`` are the leading sizes of
    the weights where they meet the values.
    """

    lead: Shape
    small: dict[str, Array]
    swapped: bool
    weights_lead: Shape


def read_core(block: CoreReader, found: Known, *, batch: int) -> Parts:
    """Return the numbers of ``block`` in one run, of the first of ``batch`` rows.

    Raises NotReplayable when they do not add up.
    """
    left, left_scale = block.left.read(found, found.__getitem__)
    right, right_scale = block.right.read(found, found.__getitem__)
    scale = left_scale * right_scale * _alpha(block, found)
    layout = _followed(block, found, left, right, scale)
    weights = runtime_weights(block, found, batch=batch) if block.direct else None
    if layout.swapped:
        left, right = right, left
    slim = {name: slim_lead(a, layout.lead, batch=batch) for name, a in layout.small.items()}
    return Parts(
        query=float32(flat_lead(left, layout.lead, batch=batch)),
        key=flat_lead(right, layout.lead, batch=batch).astype(np.float32, copy=False),
        value=_value(block, found, layout, batch=batch),
        scale=float32(flat_lead(layout.small["scale"], layout.lead, batch=batch).reshape(-1)),
        bias=_unguarded(block, slim["bias"]) if "bias" in slim else None,
        keep=slim.get("keep"),
        direct=weights,
    )


def _alpha(block: CoreReader, found: Known) -> float:
    """Return what the product itself multiplies by; integers are made real further on."""
    product = block.scores.product
    if not product.integer:
        return product.alpha
    scales = [side.scale for side in (product.left, product.right) if side.scale]
    return product.alpha / math.prod(float(found[name].item()) for name in scales)


def _followed(block: CoreReader, found: Known, left: Array, right: Array, scale: float) -> _Layout:
    lead = left.shape[:-2]
    if lead != right.shape[:-2]:
        lead = np.broadcast_shapes(lead, right.shape[:-2])
    canonical = (*lead, left.shape[-2], right.shape[-2])
    order = block.scores.product.order(len(canonical))
    axes = Axes(tuple(canonical[i] for i in order), list(order), len(order))
    axes.carried["scale"] = np.full((1,) * len(order), scale, np.float32)
    _to_softmax(block, axes, found)
    single = np.full((1,) * len(axes.shape), scale, np.float32)
    small = {"scale": axes.restored(axes.carried.get("scale", single))}
    bias = None if block.direct else settled_bias(axes)
    if bias is not None and bias.any():
        small["bias"] = axes.restored(bias)
    axes.carried = {}
    at_softmax = list(axes.labels)
    _to_values(block, axes, found)
    if "keep" in axes.carried and not block.direct:
        small["keep"] = axes.restored(axes.carried["keep"])
    if order != tuple(range(len(order))):
        inverse = np.argsort(order)
        small = {name: array.transpose(inverse) for name, array in small.items()}
    swapped = _keys_on_the_left(block, axes, at_softmax)
    if swapped:
        small = {name: np.swapaxes(array, -1, -2) for name, array in small.items()}
    if small["scale"].shape[-2:] != (1, 1):
        raise NotReplayable
    places = order_of(block.weights.arrange, len(axes.shape))[:-2]
    sizes = tuple(axes.shape[i] if i >= 0 else 1 for i in places)
    return _Layout(lead, small, swapped, sizes)


def _to_softmax(block: CoreReader, axes: Axes, found: Known) -> None:
    if block.scores.product.bias:
        axes.carried["bias"] = _padded(axes, found[block.scores.product.bias])
    for step in block.scores.steps:
        _replayed(axes, step, found, lenient=block.direct)
    if block.direct:
        return
    if block.softmax.added:
        added = _padded(axes, found[block.softmax.added])
        before = axes.carried.get("bias")
        axes.carried["bias"] = added if before is None else before + added
    if block.softmax.masked:
        kept = axes.pad(found[block.softmax.masked].astype(np.float32))
        if not np.all((kept == 0) | (kept == 1)):
            raise NotReplayable
        fill_where(axes, kept == 0, np.float32(-np.inf))


def _padded(axes: Axes, array: Array) -> Array:
    return axes.pad(array.astype(np.float32, copy=False))


def _replayed(axes: Axes, step: Step, found: Known, *, lenient: bool) -> None:
    if not lenient:
        if not known_step(step):
            raise NotReplayable
        replay_scores(axes, step, found.__getitem__)
        return
    if step.node.op == "Einsum":
        follow_einsum(axes, step)
    elif known_step(step):
        try:
            replay_scores(axes, step, found.__getitem__)
        except NotReplayable:
            return


def _to_values(block: CoreReader, axes: Axes, found: Known) -> None:
    for step in block.values.steps:
        if step.node.op == "Einsum":
            follow_einsum(axes, step)
            continue
        try:
            replay_weights(block.index, axes, step, found.__getitem__)
        except NotReplayable:
            if not block.direct:
                raise


def _keys_on_the_left(block: CoreReader, axes: Axes, at_softmax: list[int | None]) -> bool:
    """Tell whether the left operand of q·kᵀ holds the keys.

    The axis that weights·v sums over is the key axis, and the softmax must run along it.
    """
    order = order_of(block.weights.arrange, len(axes.shape))
    label = axes.labels[order[-1]]
    if block.softmax.axis is not None and not block.direct:
        along = at_softmax[block.softmax.axis]
        if label is not None and along != label:
            raise NotReplayable
    return label == axes.original - 2


def _value(block: CoreReader, found: Known, layout: _Layout, *, batch: int) -> Array:
    value = np.swapaxes(block.vectors.read(found), -1, -2)
    grown = layout.weights_lead
    if grown != value.shape[:-2]:
        grown = np.broadcast_shapes(grown, value.shape[:-2])
    if math.prod(grown) != math.prod(layout.lead):
        raise NotReplayable
    return float32(flat_lead(value, grown, batch=batch))


def _unguarded(block: CoreReader, bias: Array) -> Array:
    """Make NaN of rows that are minus infinity throughout, as the runtime's softmax does.

    Unless the graph guards against that, in which case such rows have weights of zero.
    """
    guarded = any(is_guard(block.index, step) for step in block.values.steps)
    blocked = np.isneginf(bias).all(axis=-1, keepdims=True)
    if not guarded and blocked.any():
        bias = np.where(blocked, np.float32(np.nan), bias)
    return bias.astype(np.float32, copy=False)
