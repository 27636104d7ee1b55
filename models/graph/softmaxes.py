"""Everything that turns scores into weights: the operator, its quantised form, and written out.

A new form is one function and one row of ``_FORMS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from models.graph.index import GraphIndex, Node
from models.graph.products import is_product

_FIRST_OPSET_WITH_LAST_AXIS = 13
_LONGEST_SUM = 6
# What keeps a sum away from zero; more than this is part of the formula.
_TINY = 1e-4


@dataclass(frozen=True)
class Softmax:
    """A softmax: ``scores`` goes in, ``weights`` comes out, summing to 1 along ``axis``.

    ``axis`` is None when it is unknown. ``added`` is a bias some fused forms add to the scores.
    ``scale`` and ``zero_point`` are set when the weights come out as integers. ``masked`` (0 or
    1) multiplies the exponentials before they are summed. ``context`` is set when the division
    by the sum comes after the product with the values: it is the result. Without ``exact`` the
    rows do not sum to 1, for something else is in the sum. ``nodes`` are those it is made of.
    """

    nodes: tuple[Node, ...]
    scores: str
    weights: str
    axis: int | None
    label: str
    added: str = ""
    scale: str = ""
    zero_point: str = ""
    masked: str = ""
    context: str = ""
    exact: bool = True


def softmaxes(index: GraphIndex) -> Iterator[Softmax]:
    """Yield every softmax of the graph in execution order."""
    for node in index.nodes:
        form = _FORMS.get(node.op)
        found = None if form is None else form(index, node)
        if found is not None:
            yield found


def _operator(index: GraphIndex, node: Node) -> Softmax:
    default = -1 if index.opset >= _FIRST_OPSET_WITH_LAST_AXIS else 1
    axis = int(node.attributes.get("axis", default))
    return Softmax((node,), node.inputs[0], node.output, axis, "Softmax")


def _quantised(_index: GraphIndex, node: Node) -> Softmax:
    axis = int(node.attributes.get("axis", -1))
    label, scale, zero_point = "QLinearSoftmax", node.input(3), node.input(4)
    return Softmax(
        (node,), node.inputs[0], node.output, axis, label, scale=scale, zero_point=zero_point
    )


def _biased(_index: GraphIndex, node: Node) -> Softmax:
    axis = int(node.attributes.get("axis", -1))
    return Softmax((node,), node.inputs[0], node.output, axis, "BiasSoftmax", node.input(1))


def _exponential(index: GraphIndex, node: Node) -> Softmax | None:
    """Recognise exp(a)/Σexp(a), or times its reciprocal, and exp(x − log Σ exp x)."""
    if index.made_by(node.inputs[0], "LogSoftmax"):
        inner = index.producer[node.inputs[0]]
        plain = _operator(index, inner)
        return Softmax((inner, node), plain.scores, node.output, plain.axis, "exp(LogSoftmax)")
    for powers, masks in _powers(index, node):
        found = _divided(index, powers) or _divided_late(index, powers)
        if found is not None:
            scores, shifts = _unshifted(index, node.inputs[0])
            return replace(
                found,
                nodes=(*shifts, node, *masks, *found.nodes),
                scores=scores,
                masked=_other(masks[0], node.output) if masks else "",
            )
    return None


def _powers(index: GraphIndex, node: Node) -> Iterator[tuple[str, tuple[Node, ...]]]:
    """Yield what an Exp gives, and what is left of it after a multiplication (by a mask)."""
    yield node.output, ()
    for user in index.consumers.get(node.output, ()):
        if user.op == "Mul":
            yield user.output, (user,)


def _other(node: Node, name: str) -> str:
    return node.inputs[1] if node.inputs[0] == name else node.inputs[0]


def _divided(index: GraphIndex, powers: str) -> Softmax | None:
    """Recognise powers/Σpowers, or times its reciprocal."""
    same = _same_values(index, powers)
    for user in _divisions(index, same):
        numerator = user.inputs[0] if user.inputs[0] in same else user.inputs[1]
        total = _sum_behind(index, _other(user, numerator), same, reciprocal=user.op == "Mul")
        if total is not None and (user.op == "Mul" or user.inputs[0] == numerator):
            return _written_out(index, total, user, weights=user.output)
    return None


def _divided_late(index: GraphIndex, powers: str) -> Softmax | None:
    """Recognise (powers·v)/Σpowers: the division waits until after the product with values."""
    same = _same_values(index, powers)
    users = [user for name in same for user in index.consumers.get(name, ())]
    for product in (user for user in users if is_product(user)):
        made = _same_values(index, product.output)
        for user in _divisions(index, made):
            numerator = user.inputs[0] if user.inputs[0] in made else user.inputs[1]
            total = _sum_behind(index, _other(user, numerator), same, reciprocal=user.op == "Mul")
            if total is not None:
                late = _written_out(index, total, user, weights=powers)
                return replace(late, context=user.output, label="Softmax (divided after V)")
    return None


def _divisions(index: GraphIndex, names: set[str]) -> Iterator[Node]:
    for name in sorted(names):
        yield from (user for user in index.consumers.get(name, ()) if user.op in {"Div", "Mul"})


def _written_out(index: GraphIndex, total: _Sum, division: Node, *, weights: str) -> Softmax:
    nodes = (*total.nodes, division)
    axis = _reduced_axis(index, total.nodes[0])
    label = "Softmax (written out)"
    return Softmax(nodes, "", weights, axis, label, exact=total.exact)


@dataclass(frozen=True)
class _Sum:
    """The nodes from ReduceSum on; ``exact`` unless something is added to the sum."""

    nodes: tuple[Node, ...]
    exact: bool


def _sum_behind(index: GraphIndex, name: str, powers: set[str], *, reciprocal: bool) -> _Sum | None:
    """Return the sum of ``powers`` that ``name`` is, or is the reciprocal of."""
    chain: list[Node] = []
    inverted, exact = False, True
    for _ in range(_LONGEST_SUM):
        node = index.producer.get(name)
        if node is None:
            return None
        chain.insert(0, node)
        name = node.inputs[0]
        if node.op == "ReduceSum":
            fits = name in powers and inverted == reciprocal
            return _Sum(tuple(chain), exact) if fits else None
        if node.op == "Reciprocal":
            inverted = not inverted
        elif node.op == "Div" and index.is_single(name):
            inverted, name = not inverted, node.inputs[1]
        elif node.op in {"Add", "Max", "Clip"}:
            exact = exact and _negligible(index, node)
            name = _summed_input(index, node)
        elif node.op not in {"Cast", "Identity", "Expand", "Unsqueeze"}:
            return None
    return None


def _summed_input(index: GraphIndex, node: Node) -> str:
    """Return the input of an Add or Max that leads to the ReduceSum."""
    for name in node.inputs[:2]:
        behind = index.producer.get(name)
        if behind is not None and behind.op in {"ReduceSum", "Cast", "Expand", "Unsqueeze"}:
            return name
    return node.inputs[0]


def _negligible(index: GraphIndex, node: Node) -> bool:
    """Tell whether only constants too small to matter are joined to the sum."""
    names = node.inputs[1:2] if node.op == "Clip" else node.inputs
    values = [index.value(name) for name in names if name]
    sizes = [float(abs(value).max()) for value in values if value is not None]
    sizes += [float(node.attributes["min"])] if "min" in node.attributes else []
    return bool(sizes) and max(sizes) < _TINY


def _unshifted(index: GraphIndex, name: str) -> tuple[str, list[Node]]:
    """Return x where ``name`` is x − max(x) (or x − c for one c per row), and the nodes between."""
    node = index.made_by(name, "Sub")
    if node is None:
        return name, []
    around = _sources(index, node.inputs[0])
    top = index.producer.get(node.inputs[1])
    extra = [node]
    while top is not None and top.op in {"Cast", "Identity", "Unsqueeze", "Expand", "Where"}:
        extra.append(top)
        top = index.producer.get(top.inputs[-1 if top.op == "Where" else 0])
    reduced = top is not None and top.op in {"ReduceMax", "ReduceLogSumExp"}
    if top is not None and reduced and _sources(index, top.inputs[0]) & around:
        return node.inputs[0], [*extra, top]
    return name, []


def _sources(index: GraphIndex, name: str) -> set[str]:
    """Return ``name`` and what it was before casts and copies."""
    found = {name}
    node = index.producer.get(name)
    while node is not None and node.op in {"Cast", "Identity"}:
        found.add(node.inputs[0])
        node = index.producer.get(node.inputs[0])
    return found


def _same_values(index: GraphIndex, name: str) -> set[str]:
    """Return ``name`` and its casts and copies."""
    found, waiting = {name}, [name]
    while waiting:
        for user in index.consumers.get(waiting.pop(), ()):
            if user.op in {"Cast", "Identity"} and user.output not in found:
                found.add(user.output)
                waiting.append(user.output)
    return found


def _reduced_axis(index: GraphIndex, node: Node) -> int | None:
    axes = node.attributes.get("axes")
    if axes is None and node.input(1):
        value = index.value(node.input(1))
        axes = None if value is None else value.reshape(-1).tolist()
    return int(axes[0]) if axes is not None and len(axes) == 1 else None


_FORMS: Final[Mapping[str, Callable[[GraphIndex, Node], Softmax | None]]] = {
    "Softmax": _operator,
    "com.microsoft.QLinearSoftmax": _quantised,
    "com.microsoft.BiasSoftmax": _biased,
    "Exp": _exponential,
}
