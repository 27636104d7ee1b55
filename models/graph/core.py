"""Attention as two matrix products with a softmax between them: what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from models.encoded import Array
from models.graph.axes import NotReplayable
from models.graph.block import Known, Parts, Tensors
from models.graph.core_check import largest_gap
from models.graph.core_read import read_core
from models.graph.edit import Edit
from models.graph.index import GraphIndex, Node
from models.graph.operands import Scaled, unscaled
from models.graph.paths import QUANTISING, SHAPING, Path, Step
from models.graph.products import Operand
from models.graph.scores import known_step, side_inputs
from models.graph.softmaxes import Softmax

_TAPPED = " (weights tapped)"


@dataclass(frozen=True, eq=False)
class CoreReader:
    """q·kᵀ, what is done to it, softmax, what is done to that, weights·v.

    ``left`` and ``right`` are the operands of q·kᵀ, in the graph's order. ``constants`` holds
    those tensors that are known without running. ``direct`` taps the weights themselves, because
    the scores cannot be replayed.
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
        names += [self.scores.product.bias, self.softmax.added, self.softmax.masked]
        if self.direct:
            names += self.weight_names
        return Edit(self._to_tap(names))

    @property
    def checks(self) -> Edit:
        """The runtime's own weights and context."""
        shaping = [step for step in self.values.steps if step.node.op in SHAPING]
        shapes = [name for step in shaping for name in side_inputs(self.index, step)]
        return Edit(self._to_tap([*self.weight_names, self.context, *shapes]))

    def _to_tap(self, names: list[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(n for n in names if n and n not in self.constants))

    @property
    def vectors(self) -> Operand:
        """The values' side of weights·v."""
        product = self.values.product
        return product.right if self.values.side == 0 else product.left

    @property
    def weights(self) -> Operand:
        """The weights' side of weights·v."""
        product = self.values.product
        return product.left if self.values.side == 0 else product.right

    @property
    def context(self) -> str:
        """The tensor that holds the attention vectors."""
        return self.softmax.context or self.values.product.output

    @cached_property
    def rounded(self) -> bool:
        """Whether the file rounds the weights to 8 bits before they meet the values."""
        ops = {step.node.op for step in self.values.steps}
        return bool(ops & QUANTISING) or bool(self.weights.zero_point) or self.weights.rounded

    @cached_property
    def softmax_tells(self) -> bool:
        """Whether the softmax's own output is the weights, but for shape and rounding."""
        only = all(step.node.op in SHAPING | QUANTISING for step in self.values.steps)
        return only and (self.rounded or bool(self.softmax.scale))

    @property
    def weight_names(self) -> tuple[str, ...]:
        """The tensors that hold the runtime's own weights."""
        if not self.softmax_tells:
            return self.weights.taps()
        facts = (self.softmax.weights, self.softmax.scale, self.softmax.zero_point)
        return tuple(x for x in facts if x)

    def directly(self) -> CoreReader | None:
        """Return a reader that taps the weights the runtime computes."""
        if self.direct:
            return None
        return replace(self, direct=True, pattern=self.pattern + _TAPPED)

    def read(self, tensors: Tensors, *, batch: int) -> Parts:
        """Return the block's numbers; raise NotReplayable when they do not add up."""
        try:
            return read_core(self, Known(tensors, self.constants), batch=batch)
        except (ValueError, IndexError) as error:  # shapes that do not fit what was assumed
            raise NotReplayable(str(error)) from error

    def compare(self, tensors: Tensors, parts: Parts, *, batch: int) -> float | None:
        """Return the largest difference in weights and, unless they are rounded, in context."""
        return largest_gap(self, Known(tensors, self.constants), parts, batch=batch)


def core_reader(index: GraphIndex, softmax: Softmax, scores: Path, values: Path) -> CoreReader:
    """Return the reader of the attention around ``softmax``."""
    left = unscaled(index, scores.product.left)
    right = unscaled(index, scores.product.right)
    exact = softmax.exact and all(known_step(step) for step in scores.steps)
    plain = all(_leaves_weights(step) for step in values.steps)
    direct = not (exact and plain) or scores.product.requantised or bool(softmax.scale)
    pattern = _pattern(softmax, scores, values) + (_TAPPED if direct else "")
    reader = CoreReader(index, softmax, scores, values, left, right, {}, pattern, direct)
    names = {*reader.taps.outputs, *reader.checks.outputs}
    known = {name: index.value(name) for name in names}
    return replace(reader, constants={k: value for k, value in known.items() if value is not None})


def _leaves_weights(step: Step) -> bool:
    return step.node.op in SHAPING | QUANTISING | {"Where", "Mul"}


def _pattern(softmax: Softmax, scores: Path, values: Path) -> str:
    """Return the operators from one product to the other, but for shaping and rounding."""
    silent = SHAPING | QUANTISING
    before = [s.node.op for s in scores.steps if s.node.op not in silent]
    after = [s.node.op for s in values.steps if s.node.op not in silent]
    ops = [scores.product.node.op, *before, softmax.label, *after, values.product.node.op]
    return " · ".join(op.rsplit(".", 1)[-1] for op in ops)
