"""Branches (If) with attention inside: the one that is taken, written out in the graph around it.

Exporters that join two decoders into one file put all of them into an If. What lies in a branch
cannot be tapped from outside; written out, it can. The file itself is never changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

import onnx
from onnx import numpy_helper

ENTERED: Final = frozenset({"If", "Loop", "Scan"})
_BARE: Final = frozenset({"Identity", "Cast", "Squeeze", "Unsqueeze", "Reshape", "Flatten"})
_MOST: Final = 100  # branches within branches; no exporter nests as deep
_LONGEST: Final = 16

Choices = Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Way:
    """A branch that was written out: which If, and what its condition must be for it.

    ``value`` is what the condition is then; ``tensor`` is the condition, empty where the file
    fixes it. ``given`` is the graph's input that it follows, taken to be false; empty where the
    condition is computed.
    """

    node: str
    tensor: str
    value: bool
    given: str = ""


def has_attention_inside(node: onnx.NodeProto) -> bool:
    """Tell whether a branch or loop holds a softmax or an attention operator, however deep."""
    return node.op_type in ENTERED and attentions_inside(node) > 0


def attentions_inside(node: onnx.NodeProto) -> int:
    """Return how many softmaxes and attention operators are in a node's subgraphs."""
    return sum(attentions_of(graph) for graph in _subgraphs(node))


def attentions_of(graph: onnx.GraphProto) -> int:
    """Return how many softmaxes and attention operators a graph and what is inside it hold."""
    own = sum(1 for n in graph.node if n.op_type == "Softmax" or "Attention" in n.op_type)
    return own + sum(attentions_inside(n) for n in graph.node if n.op_type in ENTERED)


def loops_with_attention(graph: onnx.GraphProto) -> tuple[str, ...]:
    """Return the loops whose attention cannot be tapped, and branches too deep to write out."""
    return tuple(n.name or n.output[0] for n in graph.node if has_attention_inside(n))


def computed_conditions(graph: onnx.GraphProto) -> tuple[str, ...]:
    """Return the conditions of branches with attention inside that only a run can tell."""
    return tuple(
        dict.fromkeys(
            node.input[0]
            for node in graph.node
            if _eligible(node) and _decided(graph, node.input[0]) is None
        )
    )


def write_out(model: onnx.ModelProto, choices: Choices) -> tuple[Way, ...]:
    """Replace every branch with attention in ``model`` by the nodes of the one that is taken.

    A condition that is a graph's input is taken to be false: what joined decoders do without a
    memory of earlier tokens. Computed ones are as ``choices`` says, by tensor; without it the
    branch with more attention is taken.
    """
    ways: list[Way] = []
    for count in range(_MOST):
        place = next((i for i, n in enumerate(model.graph.node) if _eligible(n)), None)
        if place is None:
            break
        node = model.graph.node[place]
        way = _way(model.graph, node, choices)
        ways.append(way)
        _replace(model.graph, place, taken=_branch(node, way), prefix=f"mirante_branch_{count}/")
    return tuple(way for way in ways if way.tensor)


def _eligible(node: onnx.NodeProto) -> bool:
    return node.op_type == "If" and not node.domain and has_attention_inside(node)


def _way(graph: onnx.GraphProto, node: onnx.NodeProto, choices: Choices) -> Way:
    name, condition = node.name or node.output[0], node.input[0]
    found = _decided(graph, condition)
    if found is None:
        then, other = (attentions_of(g) for g in _both(node))
        return Way(name, condition, choices.get(condition, then >= other))
    given, value = found
    return Way(name, condition if given else "", value, given)


def _branch(node: onnx.NodeProto, way: Way) -> onnx.GraphProto:
    then, other = _both(node)
    return then if way.value else other


def _both(node: onnx.NodeProto) -> tuple[onnx.GraphProto, onnx.GraphProto]:
    found = {a.name: a.g for a in node.attribute}
    return found["then_branch"], found["else_branch"]


def _decided(graph: onnx.GraphProto, name: str) -> tuple[str, bool] | None:
    """Return (graph input, value of the condition) of a condition that need not be computed.

    The input is empty for a constant; an input counts as false.
    """
    makers = {out: node for node in graph.node for out in node.output}
    constants = {tensor.name: tensor for tensor in graph.initializer}
    inputs = {port.name for port in graph.input}
    turned = False
    for _ in range(_LONGEST):
        if name in constants:
            return "", bool(numpy_helper.to_array(constants[name]).any()) != turned
        if name in inputs:
            return name, turned
        node = makers.get(name)
        if node is None:
            return None
        if node.op_type == "Constant":
            value = next((a.t for a in node.attribute if a.name == "value"), None)
            known = value is not None and bool(numpy_helper.to_array(value).any())
            return None if value is None else ("", known != turned)
        if node.op_type == "Not":
            turned = not turned
        elif node.op_type not in _BARE:
            return None
        name = node.input[0]
    return None


# -- writing a branch out


def _replace(graph: onnx.GraphProto, place: int, *, taken: onnx.GraphProto, prefix: str) -> None:
    node, branch = onnx.NodeProto(), onnx.GraphProto()
    node.CopyFrom(graph.node[place])
    branch.CopyFrom(taken)
    names, passed = _names(branch, list(node.output), prefix)
    inner = [_renamed(n, names) for n in branch.node]
    _name_apart(inner, {n.name for n in graph.node}, prefix)
    inner += [onnx.helper.make_node("Identity", [names.get(a, a)], [b]) for a, b in passed]
    kept = [*graph.node[:place], *inner, *graph.node[place + 1 :]]
    del graph.node[:]
    graph.node.extend(kept)
    for tensor in branch.initializer:
        tensor.name = names.get(tensor.name, tensor.name)
        graph.initializer.append(tensor)


def _name_apart(nodes: Sequence[onnx.NodeProto], taken: AbstractSet[str], prefix: str) -> None:
    """Rename nodes called as others already are: the runtime refuses two of one name."""
    for node in nodes:
        if node.name and node.name in taken:
            node.name = prefix + node.name


def _names(
    branch: onnx.GraphProto, outputs: Sequence[str], prefix: str
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return new names of what a branch makes, and (inner, outer) names of what it passes on.

    What a node of the branch makes and hands out once takes the outer name at once.
    """
    made = {name for node in branch.node for name in node.output if name}
    names = {name: prefix + name for name in (*made, *(t.name for t in branch.initializer))}
    passed: list[tuple[str, str]] = []
    handed: set[str] = set()
    for inner, outer in zip((o.name for o in branch.output), outputs, strict=True):
        if not outer:
            continue
        if inner in made and inner not in handed:
            names[inner] = outer
            handed.add(inner)
        else:
            passed.append((inner, outer))
    return names, passed


def _renamed(node: onnx.NodeProto, names: Mapping[str, str]) -> onnx.NodeProto:
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    copy.input[:] = [names.get(name, name) for name in node.input]
    copy.output[:] = [names.get(name, name) for name in node.output]
    for graph in _subgraphs(copy):
        _rename_inside(graph, names)
    return copy


def _rename_inside(graph: onnx.GraphProto, names: Mapping[str, str]) -> None:
    """Rename what a subgraph reads from outside it."""
    own = {port.name for port in graph.input} | {tensor.name for tensor in graph.initializer}
    own |= {name for node in graph.node for name in node.output}
    outer = {name: new for name, new in names.items() if name not in own}
    for node in graph.node:
        node.input[:] = [outer.get(name, name) for name in node.input]
        for inner in _subgraphs(node):
            _rename_inside(inner, outer)
    for output in graph.output:
        output.name = outer.get(output.name, output.name)


def _subgraphs(node: onnx.NodeProto) -> Iterator[onnx.GraphProto]:
    for attribute in node.attribute:
        if attribute.type == onnx.AttributeProto.GRAPH:
            yield attribute.g
        elif attribute.type == onnx.AttributeProto.GRAPHS:
            yield from attribute.graphs
