"""Reading what follows each attention block in a graph: see ``models.graph.outflow``."""

from __future__ import annotations

from collections.abc import Sequence

from models.graph.block import Reader
from models.graph.core import CoreReader
from models.graph.index import GraphIndex, Node
from models.graph.outflow import NoOutflow, Norm, Order, Outflow, Place, Step
from models.graph.outflow_norms import (
    SKIPPING,
    SUM_OUTPUT,
    behind,
    norms_of,
    skipping_norm,
    users_of,
)
from models.graph.outflow_walk import (
    ADDING,
    PROJECTING,
    Walk,
    integer_scale,
    makers,
    upstream,
)
from models.graph.products import product_at
from models.i18n import mark

_NO_PROJECTION = mark("No output projection was found after this layer's attention.")
_SCALES = {"com.microsoft.QLinearAdd": ((0, 1, 2), (3, 4, 5))}


def outflows(index: GraphIndex, readers: Sequence[Reader]) -> tuple[Outflow | NoOutflow, ...]:
    """Return what follows each attention block, or why that cannot be told."""
    contexts = frozenset(context_of(reader) for reader in readers)
    return tuple(_outflow(index, context_of(reader), contexts) for reader in readers)


def context_of(reader: Reader) -> str:
    """Return the name of the tensor that holds a block's attention vectors."""
    return reader.context if isinstance(reader, CoreReader) else reader.node.output


def _outflow(index: GraphIndex, context: str, contexts: frozenset[str]) -> Outflow | NoOutflow:
    walk = Walk(index, context)
    meeting = walk.to_sum()
    if meeting is None:
        return _unsummed(walk)
    node, entry = meeting.node, meeting.entry
    first = walk.beside[0] if walk.beside else meeting
    steps = walk.steps_to(first.node.input(first.entry))
    if not any(is_projection(index, step) for step in steps):
        return NoOutflow(_NO_PROJECTION)
    other = next(i for i in ADDING[node.op] if i != entry)
    residual = _operand(node, other)
    order, norm, total, mixed = _after(index, node, residual, walk)
    forward, state, last = _forward(index, mixed, order, contexts)
    beside = _beside(walk, meeting)
    if forward is None and beside:  # a feed-forward that runs side by side with the attention
        forward = beside[0]
    return Outflow(
        context=context,
        steps=steps,
        attention=_operand(first.node, first.entry),
        residual=residual,
        total=total,
        order=order,
        norm=norm,
        inner=_inner(walk, steps),
        mixed=mixed,
        forward=forward,
        state=state or mixed,
        state_norm=last,
        beside=tuple(place.name for place in beside),
        bias_inside=node.input(4 if SKIPPING[node.op] else 3) if node.op in SKIPPING else "",
    )


def is_projection(index: GraphIndex, step: Step) -> bool:
    """Tell whether a step on the way from attention vectors multiplies them with a weight."""
    op = step.node.op
    return op in PROJECTING or op == "Einsum" or product_at(index, step.node) is not None


def _unsummed(walk: Walk) -> Outflow | NoOutflow:
    """Return the projection alone, where its output is added to nothing."""
    projecting = [s for s in walk.trail.values() if s and is_projection(walk.index, s)]
    if not projecting:
        return NoOutflow(_NO_PROJECTION)
    first = min(projecting, key=lambda step: walk.index.position[step.node.index])
    end = _end_of_projection(walk, first.node.output)
    steps = walk.steps_to(end)
    return Outflow(
        context=walk.context,
        steps=steps,
        attention=_place(walk.index, end),
        residual=None,
        total=None,
        order="none",
        norm=None,
        inner=_inner(walk, steps),
        mixed=None,
        forward=None,
        state=None,
        state_norm=None,
    )


def _end_of_projection(walk: Walk, end: str) -> str:
    """Return what the projection's output becomes by its scale and its bias."""
    for op in ("Mul", "Add"):
        for user, entry, _ in users_of(walk.index, end):
            other = user.input(1 - entry) if entry < 2 else ""  # noqa: PLR2004  # two operands
            fixed = walk.index.is_constant(other) or integer_scale(walk.index, other)
            if user.op == op and user.output in walk.trail and fixed:
                end = user.output
                break
    return end


def _inner(walk: Walk, steps: Sequence[Step]) -> Norm | None:
    return next((walk.norms[s.node.output] for s in steps if s.node.output in walk.norms), None)


def _beside(walk: Walk, meeting: Step) -> tuple[Place, ...]:
    """Return what else was added on the way to the residual."""
    found = [step for step in walk.beside if step.node.index != meeting.node.index]
    return tuple(
        _operand(step.node, i) for step in found for i in ADDING[step.node.op] if i != step.entry
    )


def _after(
    index: GraphIndex, node: Node, residual: Place, walk: Walk
) -> tuple[Order, Norm | None, Place | None, Place]:
    """Return (order, its norm, the sum, what goes on) for the node that adds the residual."""
    if node.op in SKIPPING:
        norm = skipping_norm(node)
        if not norm.source or norm.source not in index.consumers:
            total = _place(index, norm.source) if norm.source else None
            return "post", norm, total, _place(index, norm.result)
        total = _place(index, node.outputs[SUM_OUTPUT])
        return "pre", _before(index, residual, walk), total, total
    total = _made(index, node)
    norms = list(norms_of(index, node.output))
    before = _before(index, residual, walk)
    if norms and before is None and not _goes_round(index, node.output, norms):
        return "post", norms[0], total, _place(index, norms[0].result)
    return "pre", before, total, total


def _goes_round(index: GraphIndex, name: str, norms: Sequence[Norm]) -> bool:
    """Tell whether ``name`` is also used without being normalised: it is the residual stream."""
    if len(norms) > 1:
        return True
    since = index.position[index.producer[name].index]
    inside = {norm.result for norm in norms}
    for norm in norms:
        inside |= upstream(index, norm.result, since=since)
    for node, _, _ in users_of(index, name):
        if node.op not in {"Shape", "Size"} and not inside & set(node.outputs):
            return True
    return False


def _before(index: GraphIndex, residual: Place, walk: Walk) -> Norm | None:
    """Return the norm through which the block reads what it is given."""
    maker = index.producer.get(residual.name)
    if maker is not None and maker.op in SKIPPING and residual.name != maker.output:
        return skipping_norm(maker)
    source = behind(index, residual.name)
    found = (norm for norm in norms_of(index, source) if norm.result in walk.sources)
    return next(found, None)


def _forward(
    index: GraphIndex, mixed: Place, order: Order, contexts: frozenset[str]
) -> tuple[Place | None, Place | None, Norm | None]:
    """Return (the feed-forward's output, the layer's output, the norm that made that)."""
    start = behind(index, mixed.name)
    maker = index.producer[mixed.name]
    # A node that also normalises gives its sum and its norm by two names.
    starts = {start, mixed.name, maker.output}
    since = index.position[maker.index]
    users = users_of(index, start, reshaped=True)
    sums = [(node, i) for node, i, _ in users if i in ADDING.get(node.op, ())]
    for node, entry in sorted(sums, key=lambda found: index.position[found[0].index]):
        other = next(i for i in ADDING[node.op] if i != entry)
        name = node.input(other)
        way = upstream(index, name, since=since) | {name}
        turned = any(product_at(index, n) or n.op in PROJECTING for n in makers(index, way))
        if way & starts and turned and not way & contexts:
            return _operand(node, other), *_output(index, node, order)
    return None, None, None


def _output(index: GraphIndex, node: Node, order: Order) -> tuple[Place, Norm | None]:
    if node.op in SKIPPING:
        norm = skipping_norm(node)
        if order == "post" or not norm.source:
            return _place(index, norm.result), norm
        return _place(index, norm.source), None
    last = next(norms_of(index, node.output), None) if order == "post" else None
    return (_made(index, node), None) if last is None else (_place(index, last.result), last)


def _operand(node: Node, entry: int) -> Place:
    """Return the input of a sum as a place that goes into this sum."""
    user = ((node.index, entry),)
    for name, scale, zero_point in _SCALES.get(node.op, ()):
        if name == entry:
            return Place(node.input(name), user, node.input(scale), node.input(zero_point))
    return Place(node.input(entry), user)


def _place(index: GraphIndex, name: str) -> Place:
    users = (
        (node.index, i)
        for node in index.consumers.get(name, ())
        for i, x in enumerate(node.inputs)
        if x == name and node.op not in {"Shape", "Size"}
    )
    return Place(name, tuple(users))


def _made(index: GraphIndex, node: Node) -> Place:
    """Return what a sum makes, with what makes real numbers of it where it is rounded."""
    place = _place(index, node.output)
    if node.op == "com.microsoft.QLinearAdd":
        return Place(place.name, place.users, node.input(6), node.input(7))
    return place
