"""From attention vectors forward to the sum with what the block was given, node by node.

Passed are operators that turn each token's vector by constants alone: the output projection, its
bias, LayerScale, reshaping, rounding, a norm, and the rolling back of windows. The sum is told by
its other operand: data that the attention itself was computed from.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from models.graph.index import GraphIndex, Node
from models.graph.outflow import Norm, Step
from models.graph.outflow_norms import SKIPPING, norms_of
from models.graph.paths import QUANTISING, SHAPING
from models.graph.products import is_linear, product_at

# Operators that add two tensors: the inputs that hold them.
ADDING: Final = {
    "Add": (0, 1),
    "com.microsoft.QLinearAdd": (0, 3),
    **dict.fromkeys(SKIPPING, (0, 1)),
}
PROJECTING: Final = frozenset({"Conv", "com.microsoft.MatMulNBits", "com.microsoft.MatMulBnb4"})
_MEASURING: Final = frozenset({"Shape", "Size"})
_MOVING: Final = frozenset({"Slice", "Concat", "Split", "Pad", "Gather"})
_BY_CONSTANTS: Final = frozenset({"Mul", "Div", "Sub"})
_MOST: Final = 120

Meeting = Literal["constant", "residual", "beside", "own"]


@dataclass
class Walk:
    """One walk from ``context``. ``trail`` maps each tensor on the way to the step that made it.

    ``norms`` are those on the way, by their results; ``beside`` are the nodes, and the inputs of
    them, that add other data than the residual.
    """

    index: GraphIndex
    context: str
    trail: dict[str, Step | None] = field(default_factory=dict)
    norms: dict[str, Norm] = field(default_factory=dict)
    beside: list[Step] = field(default_factory=list)

    @cached_property
    def sources(self) -> frozenset[str]:
        """Every tensor that the attention vectors are computed from, sizes left out."""
        return upstream(self.index, self.context)

    def to_sum(self) -> Step | None:
        """Return the node that adds the residual, and the input by which attention comes in."""
        waiting: list[int] = []
        self._enter(waiting, self.context, None)
        done: set[int] = set()
        while waiting and len(done) < _MOST:
            place = heapq.heappop(waiting)
            if place in done:
                continue
            done.add(place)
            step = self._step(self.index.nodes[place])
            meeting = self._meets(step) if step.node.op in ADDING else self._passes(step)
            if meeting == "residual":
                return step
            if meeting == "own":
                break
            if meeting == "beside":
                self.beside.append(step)
            if meeting is not None:
                for name in step.node.outputs if step.node.op == "Split" else (step.node.output,):
                    self._enter(waiting, name, step)
        return self.beside[0] if self.beside else None

    def steps_to(self, name: str) -> tuple[Step, ...]:
        """Return the steps that lead to ``name``, in execution order."""
        wanted: dict[int, Step] = {}
        waiting = [name]
        while waiting:
            step = self.trail.get(waiting.pop())
            if step is None or step.node.index in wanted:
                continue
            wanted[step.node.index] = step
            norm = self.norms.get(step.node.output)
            waiting += [norm.source] if norm is not None else step.node.inputs
        return tuple(sorted(wanted.values(), key=lambda s: self.index.position[s.node.index]))

    def _step(self, node: Node) -> Step:
        return Step(node, next(i for i, name in enumerate(node.inputs) if name in self.trail))

    def _enter(self, waiting: list[int], name: str, step: Step | None) -> None:
        if name in self.trail:
            return
        self.trail[name] = step
        for node in self.index.consumers.get(name, ()):
            heapq.heappush(waiting, self.index.position[node.index])
        for norm in norms_of(self.index, name):
            self.norms[norm.result] = norm
            maker = self.index.producer[norm.result]
            self._enter(waiting, norm.result, Step(maker, 0))

    def _meets(self, step: Step) -> Meeting | None:
        """Tell what the attention output is added to."""
        places = ADDING[step.node.op]
        others = [step.node.input(i) for i in places if step.node.input(i) not in self.trail]
        if step.entry not in places:
            return None
        if not others or self.index.is_constant(others[0]):
            return "constant"
        if others[0] in self.sources:
            return "residual"
        return "own" if comes_from(self.index, others[0], self.context) else "beside"

    def _passes(self, step: Step) -> Meeting | None:
        """Tell whether a node that adds nothing lets attention through, as "constant"."""
        node, entry = step.node, step.entry
        if node.op in SHAPING | QUANTISING | _MOVING:
            return "constant" if entry == 0 or node.op == "Concat" else None
        if node.op in PROJECTING:
            return "constant" if entry == 0 else None
        product = product_at(self.index, node)
        if product is not None:
            return "constant" if is_linear(self.index, product) else None
        others = [x for i, x in enumerate(node.inputs) if i != entry and x]
        fixed = all(self.index.is_constant(x) for x in others)
        if node.op == "Einsum":
            return "constant" if fixed else None
        if node.op in _BY_CONSTANTS and (node.op != "Div" or entry == 0):
            return "constant" if fixed or integer_scale(self.index, others[0]) is not None else None
        return "constant" if node.op == "com.microsoft.QLinearMul" and fixed else None


def integer_scale(index: GraphIndex, name: str) -> str | None:
    """Return the weight's scale where ``name`` is it times that of the data, None elsewhere.

    Integer products are made real numbers by one Mul with both scales. Empty where both are the
    data's, told while the model runs.
    """
    node = index.made_by(name, "Mul")
    if node is None:
        return None
    for one, other in (node.inputs, node.inputs[::-1]):
        if _is_scale(index, one) and (index.is_constant(other) or _is_scale(index, other)):
            return other if index.is_constant(other) else ""
    return None


def _is_scale(index: GraphIndex, name: str) -> bool:
    maker = index.made_by(name, "DynamicQuantizeLinear")
    return maker is not None and maker.outputs[1] == name


def upstream(index: GraphIndex, name: str, *, since: int = -1) -> frozenset[str]:
    """Return what ``name`` is computed from, by nodes after the place ``since``, sizes left out."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        node = index.producer.get(waiting.pop())
        if node is None or node.op in _MEASURING or index.position[node.index] <= since:
            continue
        for source in node.inputs:
            if source and source not in found and not index.is_constant(source):
                found.add(source)
                waiting.append(source)
    return frozenset(found)


def comes_from(index: GraphIndex, name: str, source: str) -> bool:
    """Tell whether ``name`` is computed from ``source``."""
    maker = index.producer.get(source)
    since = -1 if maker is None else index.position[maker.index]
    return name == source or source in upstream(index, name, since=since)


def makers(index: GraphIndex, names: frozenset[str]) -> Iterator[Node]:
    """Yield the nodes that make ``names``."""
    for name in names:
        node = index.producer.get(name)
        if node is not None:
            yield node
