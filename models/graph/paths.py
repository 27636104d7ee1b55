"""From a softmax back to q·kᵀ and forward to weights·v, through cheap operators only.

Settled by the two matrix products, not by operator names between them: attention is a softmax
fed by a product of data with data and used in a product with data.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from models.graph.index import GraphIndex, Node
from models.graph.products import Product, is_linear, is_product, product_at

# How many nodes may lie between the softmax and a product.
_FARTHEST: Final = 24
_MOST_TENSORS: Final = 400

SHAPING: Final = frozenset(
    {"Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Expand", "Identity", "Cast"}
    | {"Dropout", "CastLike"}
)
QUANTISING: Final = frozenset(
    {"QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear"}
    | {"com.microsoft.QuantizeLinear", "com.microsoft.DequantizeLinear"}
)
_MIXING: Final = frozenset(
    {"BatchNormalization", "InstanceNormalization", "LayerNormalization", "Conv", "Slice"}
)

# operator -> the inputs through which scores may come
_BACK: Final = {
    **dict.fromkeys(SHAPING | QUANTISING | {"Clip", "Neg", "Tanh"}, (0,)),
    **dict.fromkeys(("Add", "Sub", "Mul", "Div"), (0, 1)),
    **dict.fromkeys(("Max", "Min", "Sum"), tuple(range(8))),
    "Where": (1, 2),
    # Each operand of the quantised operators is followed by its scale and zero point.
    **dict.fromkeys(("com.microsoft.QLinearAdd", "com.microsoft.QLinearMul"), (0, 3)),
    "com.microsoft.QLinearWhere": (1, 4),
}
# Looked through only when nothing nearer was found: attention sinks join and cut columns.
_BACK_AFAR: Final = {**_BACK, "Concat": tuple(range(4)), "Slice": (0,), "Pad": (0,)}
_FORWARD: Final = (
    SHAPING
    | QUANTISING
    | _MIXING
    | {"Where", "Mul", "Add"}
    | {"com.microsoft.QLinearMul", "com.microsoft.QLinearWhere"}
)
_FORWARD_DIVIDE: Final = frozenset({"Div", "Sub"})


@dataclass(frozen=True, slots=True)
class Step:
    """One node between a product and the softmax; scores come in through input ``entry``."""

    node: Node
    entry: int


@dataclass(frozen=True, slots=True)
class Path:
    """The product at one end and the steps between it and the softmax, in execution order.

    ``side`` is the input of the product through which the weights come in (forward paths only).
    """

    product: Product
    steps: tuple[Step, ...]
    side: int = 0


def find_values(index: GraphIndex, weights: str) -> Path | None:
    """Follow ``weights`` to the nearest product with data: the one that makes the context."""
    return next(_forward(index, weights), None)


def find_scores(index: GraphIndex, scores: str, *, accept: Callable[[Path], bool]) -> Path | None:
    """Follow ``scores`` back to the nearest product of data with data that is accepted: q·kᵀ."""
    for doors in (_BACK, _BACK_AFAR):
        for path in _backward(index, scores, doors):
            if accept(path):
                return path
    return None


def _forward(index: GraphIndex, start: str) -> Iterator[Path]:
    waiting: deque[tuple[str, tuple[Step, ...]]] = deque([(start, ())])
    seen = {start}
    while waiting and len(seen) < _MOST_TENSORS:
        name, steps = waiting.popleft()
        if len(steps) > _FARTHEST:
            continue
        for node in index.consumers.get(name, ()):
            entry = node.inputs.index(name)
            product = product_at(index, node)
            if product is not None and _meets_data(index, product, name):
                yield Path(product, steps, 0 if product.left.name == name else 1)
            elif _goes_on(index, node, product, entry) and node.output not in seen:
                seen.add(node.output)
                waiting.append((node.output, (*steps, Step(node, entry))))


def _meets_data(index: GraphIndex, product: Product, name: str) -> bool:
    sides = (product.left.name, product.right.name)
    return name in sides and not is_linear(index, product)


def _goes_on(index: GraphIndex, node: Node, product: Product | None, entry: int) -> bool:
    if product is not None:
        return _mixes_heads(index, product)
    if node.op == "Einsum":
        return any(index.is_constant(x) for x in node.inputs)
    if node.op == "Where":
        return entry > 0
    if node.op in _MIXING:
        return entry == 0 and (node.op != "Conv" or _pointwise(node))
    if node.op in _FORWARD_DIVIDE:
        return entry == 0
    return node.op in _FORWARD and entry in _BACK.get(node.op, (0,))


def _backward(index: GraphIndex, start: str, doors: dict[str, tuple[int, ...]]) -> Iterator[Path]:
    waiting: deque[tuple[str, tuple[Step, ...], int]] = deque([(start, (), 0)])
    seen = {start}
    while waiting and len(seen) < _MOST_TENSORS:
        name, steps, mixed = waiting.popleft()
        node = index.producer.get(name)
        if node is None or len(steps) > _FARTHEST or index.is_constant(name):
            continue
        product = product_at(index, node)
        if product is not None and not is_linear(index, product):
            yield Path(product, steps)
            continue
        entries, mixing = _doors(index, node, product, doors)
        if mixing and mixed:
            continue
        for entry in entries:
            source = node.input(entry)
            if source and source not in seen:
                seen.add(source)
                waiting.append((source, (Step(node, entry), *steps), mixed + mixing))


def _doors(
    index: GraphIndex, node: Node, product: Product | None, doors: dict[str, tuple[int, ...]]
) -> tuple[tuple[int, ...], bool]:
    """Return the inputs to follow back, and whether the node mixes heads."""
    if product is not None:
        entry = 1 if index.is_constant(node.inputs[0]) else 0
        return ((entry,), True) if _mixes_heads(index, product) else ((), False)
    if node.op == "Einsum":
        data = tuple(i for i, x in enumerate(node.inputs) if not index.is_constant(x))
        return (data, True) if len(data) == 1 else ((), False)
    if node.op == "Conv":
        return ((0,), True) if _pointwise(node) else ((), False)
    if node.op == "BatchNormalization":
        return (0,), False
    return doors.get(node.op, ()), False


def _mixes_heads(index: GraphIndex, product: Product) -> bool:
    """Tell whether a product with a small square constant may be mixing heads."""
    names = (product.left.name, product.right.name)
    fixed = [name for name in names if index.is_constant(name)]
    if len(fixed) != 1 or not is_product(product.node):
        return False
    dims = index.dims(fixed[0])
    return dims is None or (len(dims) >= 2 and dims[-1] == dims[-2])  # noqa: PLR2004  # a matrix


def _pointwise(node: Node) -> bool:
    kernel = node.attributes.get("kernel_shape")
    return kernel is not None and all(size == 1 for size in kernel)
