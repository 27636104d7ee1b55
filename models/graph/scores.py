"""Replaying what a graph does to q·kᵀ on its way to the softmax, and to the weights after it.

Everything a model does there is a scale per head, an added bias, or a mask, in some order and
under some reshapes. These are gathered in small arrays; the scores themselves are never made.
A new operator is one function and one row of ``_STEPS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from models.encoded import Array
from models.graph.axes import Axes, NotReplayable, resolved_shape
from models.graph.index import GraphIndex, Node
from models.graph.paths import Step

Lookup = Callable[[str], Array]
_LOWEST = np.finfo(np.float32).min
# A fill at least this far down leaves nothing of a weight, unless a whole row is filled.
_SURELY_MASKED = -1000.0
_BOUNDLESS = 1e30

# Inputs a step reads beside the scores; None means all of them.
_SIDES: Final[Mapping[str, tuple[int, ...] | None]] = {
    "Reshape": (1,),
    "Expand": (1,),
    "Squeeze": (1,),
    "Unsqueeze": (1,),
    "Clip": (1, 2),
    "Where": None,
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "Max", "Min", "Sum"), None),
}


def side_inputs(index: GraphIndex, step: Step) -> tuple[str, ...]:
    """Return the names of the tensors that replaying ``step`` reads."""
    positions = _SIDES.get(step.node.op, ())
    wanted = range(len(step.node.inputs)) if positions is None else positions
    names = (step.node.input(i) for i in wanted if i != step.entry)
    kept = tuple(name for name in names if name)
    return () if is_guard(index, step) else kept


def is_guard(index: GraphIndex, step: Step) -> bool:
    """Tell whether ``step`` only replaces NaN: Where(IsNaN(w), 0, w)."""
    node = step.node
    return node.op == "Where" and index.made_by(node.inputs[0], "IsNaN") is not None


def known_step(step: Step) -> bool:
    """Tell whether ``step`` can be replayed exactly as far as the graph tells."""
    return step.node.op in _STEPS


def replay_scores(axes: Axes, step: Step, lookup: Lookup) -> None:
    """Apply ``step`` to ``axes.carried``: "scale", "bias" and "fill" (NaN where not filled).

    Raises NotReplayable when the step cannot be expressed with these.
    """
    _STEPS[step.node.op](axes, step, lookup)


def replay_weights(index: GraphIndex, axes: Axes, step: Step, lookup: Lookup) -> None:
    """Apply a ``step`` after the softmax to ``axes.carried["keep"]``, bool.

    Raises NotReplayable unless it leaves weights alone or sets some to zero.
    """
    node = step.node
    if node.op in _SHAPING:
        _STEPS[node.op](axes, step, lookup)
    elif node.op == "Where" and not is_guard(index, step):
        condition = axes.pad(lookup(node.inputs[0]).astype(bool))
        other = lookup(node.inputs[3 - step.entry])
        if np.any(other):
            raise NotReplayable
        _keep(axes, condition if step.entry == 1 else ~condition)
    elif node.op == "Mul":
        factor = axes.pad(lookup(node.inputs[1 - step.entry]).astype(np.float32))
        if not np.all((factor == 0) | (factor == 1)):
            raise NotReplayable
        if not np.all(factor == 1):
            _keep(axes, factor == 1)


def _keep(axes: Axes, keep: Array) -> None:
    before = axes.carried.get("keep")
    axes.carried["keep"] = keep if before is None else before & keep


def settled_bias(axes: Axes) -> Array | None:
    """Return bias and fill as one array to be added to the scaled scores, None for neither.

    Raises NotReplayable when a fill is too mild to leave nothing of the scores under it.
    """
    bias, fill = axes.carried.get("bias"), axes.carried.get("fill")
    if fill is None:
        return bias
    filled = ~np.isnan(fill)
    if np.any(fill[filled] > _SURELY_MASKED):
        raise NotReplayable
    deep = np.where(np.isneginf(fill), fill, np.minimum(fill, _LOWEST))
    return np.where(filled, deep, np.float32(0) if bias is None else bias).astype(np.float32)


def fill_where(axes: Axes, where: Array, value: Array | np.float32) -> None:
    """Note that scores are replaced by ``value`` where ``where`` is true."""
    before = axes.carried.get("fill", np.full((1,) * len(axes.shape), np.nan, np.float32))
    axes.carried["fill"] = np.where(where, value, before)


def follow_einsum(axes: Axes, step: Step) -> None:
    """Move the axes as an Einsum with a constant does, which mixes one of them (heads).

    The mixed axis keeps its size and loses its label; only a single scale is carried through.
    """
    terms, _, out = step.node.attributes["equation"].decode().replace(" ", "").partition("->")
    data = terms.split(",")[step.entry]
    lost = [i for i, x in enumerate(data) if x not in out]
    places = [data.index(x) if x in data else lost[0] for x in out]
    labels = [axes.labels[i] if x in data else None for i, x in zip(places, out, strict=True)]
    axes.shape, axes.labels = tuple(axes.shape[i] for i in places), labels
    kept = axes.carried.get("scale")
    axes.carried = {} if kept is None or kept.size > 1 else {"scale": kept}


def _add_to(axes: Axes, other: Array) -> None:
    bias = axes.carried.get("bias")
    axes.carried["bias"] = other if bias is None else _sum(bias, other)
    if "fill" in axes.carried:
        axes.carried["fill"] = _sum(axes.carried["fill"], other)


def _sum(one: Array, other: Array) -> Array:
    """Return the sum as the runtime has it: two masks may overflow to minus infinity."""
    with np.errstate(invalid="ignore", over="ignore"):
        return one + other


def _times(axes: Axes, factor: Array) -> None:
    with np.errstate(invalid="ignore", over="ignore"):
        for key in ("scale", "bias", "fill"):
            if key in axes.carried:
                axes.carried[key] = axes.carried[key] * factor


def _per_head(axes: Axes, array: Array) -> bool:
    """Tell whether ``array`` is the same for all queries and keys."""
    if array.size == 1:
        return True
    heads = range(axes.original - 2)
    return all(
        size == 1 or label in heads for size, label in zip(array.shape, axes.labels, strict=True)
    )


def _float(axes: Axes, lookup: Lookup, name: str) -> Array:
    # Never copied where it fits: a mask of a long input takes as much room as a layer's weights.
    return axes.pad(lookup(name).astype(np.float32, copy=False))


def _add(axes: Axes, step: Step, lookup: Lookup) -> None:
    for position, name in enumerate(step.node.inputs):
        if position != step.entry:
            _add_to(axes, _float(axes, lookup, name))


def _sub(axes: Axes, step: Step, lookup: Lookup) -> None:
    other = _float(axes, lookup, step.node.inputs[1 - step.entry])
    if step.entry == 1:
        _neg(axes, step, lookup)
    _add_to(axes, -other if step.entry == 0 else other)


def _mul(axes: Axes, step: Step, lookup: Lookup) -> None:
    factor = _float(axes, lookup, step.node.inputs[1 - step.entry])
    if _per_head(axes, factor):
        _times(axes, factor)
    elif np.all((factor == 0) | (factor == 1)):
        fill_where(axes, factor == 0, np.float32(0))
    else:
        raise NotReplayable


def _div(axes: Axes, step: Step, lookup: Lookup) -> None:
    factor = _float(axes, lookup, step.node.inputs[1])
    if step.entry == 1 or not _per_head(axes, factor):
        raise NotReplayable
    _times(axes, np.float32(1) / factor)


def _neg(axes: Axes, _step: Step, _lookup: Lookup) -> None:
    _times(axes, np.full((1,) * len(axes.shape), -1, np.float32))


def _where(axes: Axes, step: Step, lookup: Lookup) -> None:
    condition = axes.pad(lookup(step.node.inputs[0]).astype(bool))
    other = _float(axes, lookup, step.node.inputs[3 - step.entry])
    fill_where(axes, ~condition if step.entry == 1 else condition, other)


def _limit(axes: Axes, step: Step, lookup: Lookup) -> None:
    """Accept a bound that only tames minus infinity; refuse one that cuts real scores."""
    others = [n for i, n in enumerate(step.node.inputs) if i != step.entry and n]
    bounds = [lookup(name).astype(np.float32) for name in others]
    attributes = step.node.attributes
    bounds += [
        np.asarray(attributes[key], np.float32) for key in ("min", "max") if key in attributes
    ]
    for bound in bounds:
        if np.any(np.abs(bound) < _BOUNDLESS):
            raise NotReplayable
    for key in ("bias", "fill"):
        for bound in bounds:
            if key in axes.carried and bound.size == 1 and float(bound.reshape(())) < 0:
                axes.carried[key] = np.maximum(axes.carried[key], np.float32(bound.reshape(())))


def _transpose(axes: Axes, step: Step, _lookup: Lookup) -> None:
    rank = len(axes.shape)
    order = step.node.attributes.get("perm", tuple(reversed(range(rank))))
    if len(order) != rank:
        raise NotReplayable
    axes.transpose(order)


def _reshape(axes: Axes, step: Step, lookup: Lookup) -> None:
    wanted = lookup(step.node.inputs[1]).reshape(-1).tolist()
    allow_zero = bool(step.node.attributes.get("allowzero", 0))
    axes.reshape(resolved_shape(axes.shape, wanted, allow_zero=allow_zero))


def _given_axes(node: Node, lookup: Lookup) -> list[int] | None:
    if node.input(1):
        return [int(x) for x in lookup(node.input(1)).reshape(-1)]
    found = node.attributes.get("axes")
    return None if found is None else list(found)


def _squeeze(axes: Axes, step: Step, lookup: Lookup) -> None:
    given = _given_axes(step.node, lookup)
    rank = len(axes.shape)
    gone = {a % rank for a in given} if given else {i for i, s in enumerate(axes.shape) if s == 1}
    axes.reshape(tuple(s for i, s in enumerate(axes.shape) if i not in gone))


def _unsqueeze(axes: Axes, step: Step, lookup: Lookup) -> None:
    given = _given_axes(step.node, lookup) or []
    rank = len(axes.shape) + len(given)
    added, sizes = {a % rank for a in given}, iter(axes.shape)
    axes.reshape(tuple(1 if i in added else next(sizes) for i in range(rank)))


def _flatten(axes: Axes, step: Step, _lookup: Lookup) -> None:
    axis = int(step.node.attributes.get("axis", 1))
    sizes = [int(np.prod(part, dtype=np.int64)) for part in (axes.shape[:axis], axes.shape[axis:])]
    axes.reshape(tuple(sizes))


def _expand(axes: Axes, step: Step, lookup: Lookup) -> None:
    wanted = [int(x) for x in lookup(step.node.inputs[1]).reshape(-1)]
    grown = np.broadcast_shapes(axes.shape, tuple(wanted))
    if int(np.prod(grown)) != int(np.prod(axes.shape)):
        raise NotReplayable
    axes.reshape(tuple(grown))


def _nothing(_axes: Axes, _step: Step, _lookup: Lookup) -> None:
    """Leave the scores as they are."""


_Replay = Callable[[Axes, Step, Lookup], None]
_SHAPING: Final[Mapping[str, _Replay]] = {
    "Transpose": _transpose,
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Flatten": _flatten,
    "Expand": _expand,
    **dict.fromkeys(("Cast", "CastLike", "Identity", "Dropout"), _nothing),
}
_STEPS: Final[Mapping[str, _Replay]] = {
    **_SHAPING,
    "Add": _add,
    "Sum": _add,
    "Sub": _sub,
    "Mul": _mul,
    "Div": _div,
    "Neg": _neg,
    "Where": _where,
    "Max": _limit,
    "Min": _limit,
    "Clip": _limit,
}
