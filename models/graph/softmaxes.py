"""Everything that turns scores into weights: the operator, its quantised form, and written out.

A new form is one function and one row of ``_FORMS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from models.graph.index import GraphIndex, Node

_FIRST_OPSET_WITH_LAST_AXIS = 13


@dataclass(frozen=True)
class Softmax:
    """A softmax: ``scores`` goes in, ``weights`` comes out, summing to 1 along ``axis``.

    ``axis`` is None when it is unknown. ``added`` is a bias some fused forms add to the scores.
    ``scale`` and ``zero_point`` are set when the weights come out as integers. ``nodes`` are all
    the nodes it is made of.
    """

    nodes: tuple[Node, ...]
    scores: str
    weights: str
    axis: int | None
    label: str
    added: str = ""
    scale: str = ""
    zero_point: str = ""


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
    parts = _normalised(index, node)
    if parts is None:
        return None
    summed, divided = parts
    scores, shifts = _unshifted(index, node.inputs[0])
    return Softmax(
        (*shifts, node, *summed, divided),
        scores,
        divided.output,
        _reduced_axis(index, summed[0]),
        "Softmax (written out)",
    )


def _normalised(index: GraphIndex, node: Node) -> tuple[list[Node], Node] | None:
    """Return (the sum and what is done to it, the division) that follow an Exp."""
    powers = _same_values(index, node.output)
    for name in powers:
        for user in index.consumers.get(name, ()):
            if user.op not in {"Div", "Mul"}:
                continue
            other = user.inputs[1] if user.inputs[0] in powers else user.inputs[0]
            if user.op == "Div" and user.inputs[0] not in powers:
                continue
            chain = _sum_behind(index, other, powers, reciprocal=user.op == "Mul")
            if chain:
                return chain, user
    return None


def _sum_behind(index: GraphIndex, name: str, powers: set[str], *, reciprocal: bool) -> list[Node]:
    """Return the nodes from Σexp to ``name``, the sum first; empty when it is no such sum."""
    chain: list[Node] = []
    inverted = False
    for _ in range(6):
        node = index.producer.get(name)
        if node is None:
            return []
        chain.insert(0, node)
        if node.op == "ReduceSum":
            return chain if node.inputs[0] in powers and inverted == reciprocal else []
        if node.op == "Reciprocal" or (node.op == "Div" and index.is_single(node.inputs[0])):
            inverted = not inverted
            name = node.inputs[-1]
        elif node.op in {"Cast", "Identity", "Expand", "Unsqueeze", "Clip", "Max", "Add"}:
            name = node.inputs[0]
        else:
            return []
    return []


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
