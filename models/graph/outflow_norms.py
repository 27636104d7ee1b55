"""LayerNorm and RMSNorm: in one operator, with a residual sum in it, or written out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from models.graph.index import GraphIndex, Node
from models.graph.outflow import Norm

_ONE: Final = {
    "LayerNormalization": True,
    "com.microsoft.LayerNormalization": True,
    "SimplifiedLayerNormalization": False,
    "com.microsoft.SimplifiedLayerNormalization": False,
    "RMSNormalization": False,
}
SKIPPING: Final = {
    "com.microsoft.SkipLayerNormalization": True,
    "com.microsoft.SkipSimplifiedLayerNormalization": False,
}
SUM_OUTPUT: Final = 3
_USUAL_EPSILON: Final = 1e-5
# Nothing changes in what they pass on but its type, or how finely it is told.
SILENT: Final = frozenset(
    {"Cast", "CastLike", "Identity", "Dropout", "QuantizeLinear", "DequantizeLinear"}
    | {"com.microsoft.QuantizeLinear", "com.microsoft.DequantizeLinear"}
)
_LONGEST: Final = 6


_RESHAPING: Final = frozenset({"Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten"})


def users_of(
    index: GraphIndex, name: str, *, reshaped: bool = False
) -> Iterator[tuple[Node, int, str]]:
    """Yield (node, input, name there) of what reads ``name``, through operators of no effect.

    ``reshaped`` counts those that only lay it out otherwise among them.
    """
    silent = SILENT | _RESHAPING if reshaped else SILENT
    waiting = [name]
    seen = set(waiting)
    while waiting:
        current = waiting.pop(0)
        for node in index.consumers.get(current, ()):
            if node.op in silent and node.inputs[0] == current:
                if node.output not in seen:
                    seen.add(node.output)
                    waiting.append(node.output)
            else:
                yield node, node.inputs.index(current), current


def behind(index: GraphIndex, name: str) -> str:
    """Return the tensor that ``name`` is but for type and rounding."""
    for _ in range(_LONGEST):
        node = index.producer.get(name)
        if node is None or node.op not in SILENT:
            break
        name = node.inputs[0]
    return name


def skipping_norm(node: Node) -> Norm:
    """Return the norm inside a node that adds the residual itself."""
    centred = SKIPPING[node.op]
    return Norm(
        source=node.outputs[SUM_OUTPUT] if len(node.outputs) > SUM_OUTPUT else "",
        result=node.output,
        gain=node.input(2),
        bias=node.input(3) if centred else "",
        epsilon=float(node.attributes.get("epsilon", 1e-12)),
        centred=centred,
    )


def norms_of(index: GraphIndex, name: str) -> Iterator[Norm]:
    """Yield every norm of the tensor ``name``."""
    for node, entry, _ in users_of(index, name):
        if node.op in _ONE and entry == 0:
            yield Norm(
                source=name,
                result=node.output,
                gain=node.input(1),
                bias=node.input(2) if _ONE[node.op] else "",
                epsilon=float(node.attributes.get("epsilon", _USUAL_EPSILON)),
                centred=_ONE[node.op],
            )
        elif node.op == "ReduceMean":
            found = _centred(index, name, node)
            if found is not None:
                yield found
        elif node.op in {"Pow", "Mul"} and all(
            behind(index, x) == behind(index, name) or node.op == "Pow" for x in node.inputs[:2]
        ):
            found = _scaled(index, name, name, node, centred=False)
            if found is not None:
                yield found


def _centred(index: GraphIndex, name: str, mean: Node) -> Norm | None:
    """Return x − mean(x) over the root of the mean of its square, times gain plus bias."""
    for less, _, _ in users_of(index, mean.output):
        if less.op != "Sub" or behind(index, less.inputs[0]) != behind(index, name):
            continue
        squares = [u for u, _, _ in users_of(index, less.output) if u.op in {"Pow", "Mul"}]
        for square in squares:
            found = _scaled(index, name, less.output, square, centred=True)
            if found is not None:
                return found
    # The exporter may take the difference twice: once to be squared, once to be divided.
    subtractions = [u for u, _, _ in users_of(index, mean.output) if u.op == "Sub"]
    for first in subtractions:
        for square, _, _ in users_of(index, first.output):
            if square.op in {"Pow", "Mul"}:
                for second in subtractions:
                    found = _scaled(index, name, second.output, square, centred=True)
                    if found is not None:
                        return found
    return None


def _scaled(
    index: GraphIndex, name: str, numerator: str, square: Node, *, centred: bool
) -> Norm | None:
    mean = _next(index, square.output, "ReduceMean")
    added = _next(index, mean.output, "Add") if mean is not None else None
    if mean is None or added is None:
        return None
    other = added.inputs[1 - added.inputs.index(behind_input(index, added, mean.output))]
    epsilon = index.value(behind(index, other))
    root = _next(index, added.output, "Sqrt", "Pow")
    if root is None or epsilon is None or epsilon.size != 1:
        return None
    divided = _divided(index, numerator, root)
    if divided is None:
        return None
    result, gain, bias = _affine(index, divided)
    return Norm(name, result, gain, bias, float(epsilon.reshape(-1)[0]), centred)


def behind_input(index: GraphIndex, node: Node, name: str) -> str:
    """Return the input of ``node`` that is ``name`` but for type and rounding."""
    return next(x for x in node.inputs if behind(index, x) == behind(index, name))


def _next(index: GraphIndex, name: str, *ops: str) -> Node | None:
    return next((node for node, _, _ in users_of(index, name) if node.op in ops), None)


def _divided(index: GraphIndex, numerator: str, root: Node) -> str | None:
    """Return numerator / root, also where it is multiplied by the reciprocal."""
    for node, _, _ in users_of(index, root.output):
        if node.op == "Div" and behind(index, node.inputs[0]) == behind(index, numerator):
            return node.output
        if node.op == "Div" and index.is_single(node.inputs[0]):
            return _times(index, node.output, numerator)
        if node.op == "Reciprocal":
            return _times(index, node.output, numerator)
        if node.op == "Mul" and root.op == "Pow":
            return _times(index, root.output, numerator)
    return None


def _times(index: GraphIndex, one: str, other: str) -> str | None:
    for node, _, _ in users_of(index, one):
        if node.op == "Mul" and behind(index, other) in {behind(index, x) for x in node.inputs}:
            return node.output
    return None


def _affine(index: GraphIndex, name: str) -> tuple[str, str, str]:
    """Return what ``name`` becomes by a gain and a bias that follow it, and their names."""
    result, gain, bias = name, "", ""
    for op in ("Mul", "Add"):
        found = None
        for node, entry, _ in users_of(index, result):
            other = node.input(1 - entry) if entry < 2 else ""  # noqa: PLR2004  # two operands
            if node.op == op and other and index.is_constant(other):
                found = (node.output, other)
        if found is None:
            continue
        result = found[0]
        gain, bias = (found[1], bias) if op == "Mul" else (gain, found[1])
    return result, gain, bias
