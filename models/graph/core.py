"""Attention as two matrix products with a softmax between them, read from its operands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from models.encoded import Array
from models.graph.axes import Axes, NotReplayable, order_of
from models.graph.block import (
    Known,
    Parts,
    Tensors,
    flat_lead,
    float32,
    largest_difference,
    slim_lead,
    weights_of,
)
from models.graph.edit import Edit
from models.graph.index import GraphIndex, Node
from models.graph.operands import Scaled, unscaled
from models.graph.paths import QUANTISING, SHAPING, Path, Step
from models.graph.products import Operand
from models.graph.scores import (
    is_guard,
    known_step,
    replay_scores,
    replay_weights,
    settled_bias,
    side_inputs,
)
from models.graph.softmaxes import Softmax

_TAPPED = " (weights tapped)"


@dataclass(frozen=True, eq=False)
class CoreReader:
    """q·kᵀ, what is done to it, softmax, what is done to that, weights·v.

    ``direct`` taps the weights themselves because the scores cannot be replayed.
    """

    index: GraphIndex
    softmax: Softmax
    scores: Path
    values: Path
    left: Scaled
    right: Scaled
    constants: Mapping[str, Array]
    pattern: str
    direct: bool = False

    @property
    def name(self) -> str:
        """The softmax's name, else that of what it makes."""
        return self.softmax.nodes[-1].name or self.softmax.weights

    @property
    def node(self) -> Node:
        """The product of weights and values."""
        return self.values.product.node

    @property
    def taps(self) -> Edit:
        """The operands of both products and the small tensors met between them."""
        names = [*self.left.operand.taps(), *self.right.operand.taps(), *self.vectors.taps()]
        names += [*self.left.factors(), *self.right.factors()]
        for step in self.scores.steps + self.values.steps:
            names += side_inputs(self.index, step) if known_step(step) else ()
        names += [x for x in (self.scores.product.bias, self.softmax.added) if x]
        if self.direct:
            names += self._weight_names()
        return Edit(tuple(dict.fromkeys(n for n in names if n not in self.constants)))

    @property
    def checks(self) -> Edit:
        """The runtime's own weights and context."""
        shapes = [
            n for s in self.values.steps if s.node.op in SHAPING for n in side_inputs(self.index, s)
        ]
        names = [*self._weight_names(), self.values.product.output, *shapes]
        return Edit(tuple(n for n in names if n not in self.constants))

    @property
    def vectors(self) -> Operand:
        """The values' side of weights·v."""
        product = self.values.product
        return product.right if self.values.side == 0 else product.left

    @property
    def _weight(self) -> Operand:
        product = self.values.product
        return product.left if self.values.side == 0 else product.right

    @property
    def _rounded(self) -> bool:
        """Whether the file rounds the weights to 8 bits before they meet the values."""
        ops = {step.node.op for step in self.values.steps}
        return bool(ops & QUANTISING) or bool(self._weight.zero_point) or self._weight.rounded

    def _weight_names(self) -> tuple[str, ...]:
        if not self._softmax_tells:
            return self._weight.taps()
        facts = (self.softmax.weights, self.softmax.scale, self.softmax.zero_point)
        return tuple(x for x in facts if x)

    @property
    def _softmax_tells(self) -> bool:
        """Whether the softmax's own output is the weights, but for shape and rounding."""
        plain = SHAPING | QUANTISING
        only = all(s.node.op in plain for s in self.values.steps)
        return only and (self._rounded or bool(self.softmax.scale))

    def directly(self) -> CoreReader | None:
        """Return a reader that taps the weights the runtime computes."""
        if self.direct:
            return None
        return replace(self, direct=True, pattern=self.pattern + _TAPPED)

    def read(self, tensors: Tensors, *, batch: int) -> Parts:
        """Return the block's numbers; raise NotReplayable when they do not add up."""
        found = Known(tensors, self.constants)
        left, left_scale = self.left.read(found, found.__getitem__)
        right, right_scale = self.right.read(found, found.__getitem__)
        axes, lead, order = self._start(left, right)
        scale = left_scale * right_scale * self._alpha(found)
        axes.carried["scale"] = np.full((1,) * len(axes.shape), scale, np.float32)
        self._to_softmax(axes, found)
        bias = None if self.direct else self._bias(axes)
        small = {"scale": axes.restored(axes.carried["scale"])}
        if bias is not None:
            small["bias"] = axes.restored(bias)
        axes.carried = {}
        at_softmax = list(axes.labels)
        self._to_values(axes, found)
        if "keep" in axes.carried and not self.direct:
            small["keep"] = axes.restored(axes.carried["keep"])
        if order != tuple(range(len(order))):
            inverse = np.argsort(order)
            small = {name: array.transpose(inverse) for name, array in small.items()}
        if self._keys_on_the_left(axes, at_softmax):
            left, right = right, left
            small = {name: np.swapaxes(array, -1, -2) for name, array in small.items()}
        if small["scale"].shape[-2:] != (1, 1):
            raise NotReplayable
        query = float32(flat_lead(left, lead, batch=batch))
        key = flat_lead(right, lead, batch=batch).astype(np.float32, copy=False)
        value = self._read_value(axes, found, lead, batch=batch)
        slim = {name: slim_lead(array, lead, batch=batch) for name, array in small.items()}
        return Parts(
            query=query,
            key=key,
            value=value,
            scale=float32(flat_lead(small["scale"], lead, batch=batch).reshape(-1)),
            bias=self._unguarded(slim["bias"]) if "bias" in slim else None,
            keep=slim.get("keep"),
            direct=self._runtime_weights(found, batch=batch) if self.direct else None,
        )

    def compare(self, tensors: Tensors, parts: Parts, *, batch: int) -> float | None:
        """Return the largest difference in weights and, unless they are rounded, in context."""
        found = Known(tensors, self.constants)
        theirs = self._runtime_weights(found, batch=batch)
        ours = weights_of(parts)
        gap = largest_difference(ours, theirs)
        if self._rounded or self.values.product.requantised or self.values.product.integer:
            return gap
        product = self.values.product
        context = found[product.output].astype(np.float32)
        context = context.transpose(np.argsort(product.order(context.ndim)))
        if self.values.side == 1:
            context = np.swapaxes(context, -1, -2)
        flat = flat_lead(context, context.shape[:-2], batch=batch)
        return max(gap, largest_difference(ours @ parts.value, flat))

    def _start(self, left: Array, right: Array) -> tuple[Axes, tuple[int, ...], tuple[int, ...]]:
        lead = left.shape[:-2]
        if lead != right.shape[:-2]:
            lead = np.broadcast_shapes(lead, right.shape[:-2])
        canonical = (*lead, left.shape[-2], right.shape[-2])
        order = self.scores.product.order(len(canonical))
        shape = tuple(canonical[i] for i in order)
        return Axes(shape, list(order), len(shape)), lead, order

    def _alpha(self, found: Tensors) -> float:
        product = self.scores.product
        if not product.integer:
            return product.alpha
        scales = [side.scale for side in (product.left, product.right) if side.scale]
        return product.alpha / float(np.prod([float(found[s].reshape(-1)[0]) for s in scales]))

    def _to_softmax(self, axes: Axes, found: Tensors) -> None:
        lookup = found.__getitem__
        if self.scores.product.bias:
            axes.carried["bias"] = axes.pad(lookup(self.scores.product.bias).astype(np.float32))
        for step in self.scores.steps:
            _replayed(axes, step, found, lenient=self.direct)
        if self.softmax.added and not self.direct:
            added = axes.pad(lookup(self.softmax.added).astype(np.float32))
            axes.carried["bias"] = axes.carried.get("bias", np.float32(0)) + added

    def _bias(self, axes: Axes) -> Array | None:
        bias = settled_bias(axes)
        return None if bias is None or not np.any(bias) else bias

    def _to_values(self, axes: Axes, found: Tensors) -> None:
        for step in self.values.steps:
            try:
                replay_weights(self.index, axes, step, found.__getitem__)
            except NotReplayable:
                if not self.direct:
                    raise

    def _keys_on_the_left(self, axes: Axes, at_softmax: list[int | None]) -> bool:
        """Tell whether the left operand of q·kᵀ holds the keys.

        The axis that weights·v sums over is the key axis, and the softmax must run along it.
        """
        order = order_of(self._weight.arrange, len(axes.shape))
        label = axes.labels[order[-1]]
        if self.softmax.axis is not None and not self.direct:
            along = at_softmax[self.softmax.axis]
            if label is not None and along != label:
                raise NotReplayable
        return label == axes.original - 2

    def _read_value(
        self, axes: Axes, found: Tensors, lead: tuple[int, ...], *, batch: int
    ) -> Array:
        value = np.swapaxes(self.vectors.read(found), -1, -2)
        order = order_of(self._weight.arrange, len(axes.shape))[:-2]
        grown = tuple(axes.shape[i] for i in order)
        if grown != value.shape[:-2]:
            grown = np.broadcast_shapes(grown, value.shape[:-2])
        if math.prod(grown) != math.prod(lead):
            raise NotReplayable
        return float32(flat_lead(value, grown, batch=batch))

    def _unguarded(self, bias: Array) -> Array:
        """Make NaN of rows that are minus infinity throughout, as the runtime's softmax does.

        Unless the graph guards against that, in which case such rows have weights of zero.
        """
        if any(is_guard(self.index, step) for step in self.values.steps):
            return bias.astype(np.float32, copy=False)
        blocked = np.isneginf(bias).all(axis=-1, keepdims=True)
        bias = np.where(blocked, np.float32(np.nan), bias) if blocked.any() else bias
        return bias.astype(np.float32, copy=False)

    def _runtime_weights(self, found: Tensors, *, batch: int) -> Array:
        if not self._softmax_tells:
            weights = self._weight.read(found)
        else:
            array = found[self.softmax.weights]
            if self.softmax.zero_point:
                array = array.astype(np.int32) - found[self.softmax.zero_point].astype(np.int32)
            array = array.astype(np.float32)
            if self.softmax.scale:
                array = array * found[self.softmax.scale].astype(np.float32)
            axes = Axes(array.shape, list(range(array.ndim)), array.ndim, carried={"w": array})
            for step in self.values.steps:
                if step.node.op in SHAPING:
                    _replayed(axes, step, found, lenient=False)
            weights = self._weight.arrange(axes.carried["w"])
        return float32(flat_lead(weights, weights.shape[:-2], batch=batch))


def core_reader(index: GraphIndex, softmax: Softmax, scores: Path, values: Path) -> CoreReader:
    """Return the reader of the attention around ``softmax``."""
    left = unscaled(index, scores.product.left)
    right = unscaled(index, scores.product.right)
    exact = all(known_step(step) for step in scores.steps)
    plain = all(_leaves_weights(step) for step in values.steps)
    direct = not (exact and plain) or scores.product.requantised or bool(softmax.scale)
    pattern = _pattern(softmax, scores, values) + (_TAPPED if direct else "")
    reader = CoreReader(index, softmax, scores, values, left, right, {}, pattern, direct)
    names = {*reader.taps.outputs, *reader.checks.outputs}
    values_known = {name: index.value(name) for name in names}
    constants = {name: value for name, value in values_known.items() if value is not None}
    return replace(reader, constants=constants)


def _leaves_weights(step: Step) -> bool:
    return step.node.op in SHAPING | QUANTISING | {"Where", "Mul"}


def _replayed(axes: Axes, step: Step, found: Tensors, *, lenient: bool) -> None:
    if not known_step(step):
        if lenient:
            return
        raise NotReplayable
    try:
        replay_scores(axes, step, found.__getitem__)
    except NotReplayable:
        if not lenient:
            raise


def _pattern(softmax: Softmax, scores: Path, values: Path) -> str:
    """Return the operators from one product to the other, but for shaping and rounding."""
    silent = SHAPING | QUANTISING
    before = [s.node.op for s in scores.steps if s.node.op not in silent]
    after = [s.node.op for s in values.steps if s.node.op not in silent]
    ops = [scores.product.node.op, *before, softmax.label, *after, values.product.node.op]
    return " · ".join(op.rsplit(".", 1)[-1] for op in ops)
