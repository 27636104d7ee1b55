"""Everything that multiplies two matrices, brought to one form: [.., R, c] by [.., S, c].

A new kind of product is one function and one row of ``_KINDS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from models.encoded import Array
from models.graph.index import GraphIndex, Node

Tensors = Mapping[str, Array]
Arrange = Callable[[Array], Array]


@dataclass(frozen=True)
class Operand:
    """One side of a product.

    ``name`` is the tensor; ``arrange`` turns its array into [lead.., rows, contracted].
    ``zero_point`` and ``scale`` name the tensors that make real numbers of integers; they are
    applied before ``arrange``. ``rounded`` operands are quantised inside the operator.
    """

    name: str
    arrange: Arrange
    zero_point: str = ""
    scale: str = ""
    rounded: bool = False

    def taps(self) -> tuple[str, ...]:
        """Return the names of the tensors that ``read`` needs."""
        return tuple(x for x in (self.name, self.zero_point, self.scale) if x)

    def read(self, tensors: Tensors) -> Array:
        """Return the operand as float32 [lead.., rows, contracted]."""
        array = tensors[self.name]
        if self.zero_point:
            array = array.astype(np.int32) - tensors[self.zero_point].astype(np.int32)
        array = array.astype(np.float32, copy=False)
        if self.rounded:
            array = _rounded(array)
        if self.scale:
            array = array * tensors[self.scale].astype(np.float32)
        return self.arrange(array)


@dataclass(frozen=True)
class Product:
    """left·rightᵀ summed over the contracted axis, times ``alpha``.

    The output has the canonical axes (lead.., rows of left, rows of right) in the order
    ``order(rank)``: position i of the output holds canonical axis ``order(rank)[i]``.
    ``integer`` products still have to be multiplied by both operands' scales downstream.
    """

    node: Node
    left: Operand
    right: Operand
    output: str
    alpha: float = 1.0
    order: Callable[[int], tuple[int, ...]] = field(default=lambda rank: tuple(range(rank)))
    integer: bool = False
    bias: str = ""
    requantised: bool = False


def product_at(index: GraphIndex, node: Node) -> Product | None:
    """Return ``node`` as a product of two matrices, None when it is not one."""
    kind = _KINDS.get(node.op)
    return None if kind is None else kind(index, node)


def is_product(node: Node) -> bool:
    """Tell whether ``node`` multiplies matrices, of data or of weights."""
    return node.op in _KINDS


def _same(array: Array) -> Array:
    return array


def _swap(array: Array) -> Array:
    return np.swapaxes(array, -1, -2)


def _matmul(_index: GraphIndex, node: Node) -> Product:
    left, right = Operand(node.inputs[0], _same), Operand(node.inputs[1], _swap)
    return Product(node, left, right, node.output)


def _fused_matmul(_index: GraphIndex, node: Node) -> Product:
    facts = node.attributes
    batch_a, batch_b = facts.get("transBatchA", 0), facts.get("transBatchB", 0)
    swap_a, swap_b = facts.get("transA", 0), not facts.get("transB", 0)
    left = Operand(node.inputs[0], _fused_arrange(batch=batch_a, swap=swap_a))
    right = Operand(node.inputs[1], _fused_arrange(batch=batch_b, swap=swap_b))
    return Product(node, left, right, node.output, alpha=float(facts.get("alpha", 1.0)))


def _fused_arrange(*, batch: bool, swap: bool) -> Arrange:
    def arrange(array: Array) -> Array:
        if batch:
            array = np.moveaxis(array, 0, -2)
        return np.swapaxes(array, -1, -2) if swap else array

    return arrange


def _gemm(_index: GraphIndex, node: Node) -> Product:
    facts = node.attributes
    left = Operand(node.inputs[0], _swap if facts.get("transA", 0) else _same)
    right = Operand(node.inputs[1], _same if facts.get("transB", 0) else _swap)
    bias = node.input(2) if facts.get("beta", 1.0) == 1.0 else ""
    return Product(node, left, right, node.output, alpha=float(facts.get("alpha", 1.0)), bias=bias)


def _matmul_integer(index: GraphIndex, node: Node) -> Product:
    left = _quantised(index, node.inputs[0], node.input(2), _same)
    right = _quantised(index, node.inputs[1], node.input(3), _swap)
    return Product(node, left, right, node.output, integer=True)


def _quantised(index: GraphIndex, name: str, zero_point: str, arrange: Arrange) -> Operand:
    """Return an integer operand with the scale of the node that quantised it, if it is found."""
    scale = ""
    maker = index.producer.get(name)
    while maker is not None and maker.op in {"Transpose", "Reshape", "Identity"}:
        maker = index.producer.get(maker.inputs[0])
    if maker is not None and maker.op == "DynamicQuantizeLinear":
        scale = maker.outputs[1]
    return Operand(name, arrange, zero_point, scale)


def _matmul_integer_to_float(_index: GraphIndex, node: Node) -> Product:
    left = Operand(node.inputs[0], _same, node.input(4), node.input(2))
    right = Operand(node.inputs[1], _swap, node.input(5), node.input(3))
    return Product(node, left, right, node.output, bias=node.input(6))


def _dynamic_quantize_matmul(_index: GraphIndex, node: Node) -> Product:
    left = Operand(node.inputs[0], _same, rounded=True)
    right = Operand(node.inputs[1], _swap, node.input(3), node.input(2))
    return Product(node, left, right, node.output, bias=node.input(4))


def _rounded(array: Array) -> Array:
    """Return what is left of ``array`` after ONNX DynamicQuantizeLinear to 8 bits and back."""
    low, high = min(0.0, float(array.min())), max(0.0, float(array.max()))
    scale = np.float32((high - low) / 255) or np.float32(1)
    zero = np.clip(np.rint(-np.float32(low) / scale), 0, 255)
    return (np.clip(np.rint(array / scale) + zero, 0, 255) - zero).astype(np.float32) * scale


def _qlinear_matmul(_index: GraphIndex, node: Node) -> Product:
    left = Operand(node.inputs[0], _same, node.inputs[2], node.inputs[1])
    right = Operand(node.inputs[3], _swap, node.inputs[5], node.inputs[4])
    return Product(node, left, right, node.output, requantised=True)


def _einsum(_index: GraphIndex, node: Node) -> Product | None:
    """Return an Einsum of two data with one contracted axis as a product.

    Where a side has several axes of its own, the last of them counts its rows, and the others
    are leading axes along which the other side is the same (grouped queries).
    """
    equation = node.attributes["equation"].decode().replace(" ", "")
    terms, _, out = equation.partition("->")
    sides = terms.split(",")
    if len(sides) != 2 or not out or "." in equation:  # noqa: PLR2004  # a product has two sides
        return None
    a, b = sides
    own_a = [x for x in out if x in a and x not in b]
    own_b = [x for x in out if x in b and x not in a]
    inner = [x for x in a if x in b and x not in out]
    lost = [x for x in a + b if x not in out and x not in inner]
    if not own_a or not own_b or len(inner) != 1 or lost:
        return None
    lead = "".join(x for x in out if x not in {own_a[-1], own_b[-1]})
    canonical = lead + own_a[-1] + own_b[-1]
    order = tuple(canonical.index(x) for x in out)
    left = Operand(node.inputs[0], _permuted(a, lead + own_a[-1] + inner[0]))
    right = Operand(node.inputs[1], _permuted(b, lead + own_b[-1] + inner[0]))
    return Product(node, left, right, node.output, order=lambda _rank: order)


def _permuted(have: str, want: str) -> Arrange:
    """Return a permutation of axes from ``have`` to ``want``; missing ones get size 1."""
    axes = tuple(have.index(x) for x in want if x in have)
    missing = tuple(i for i, x in enumerate(want) if x not in have)

    def arrange(array: Array) -> Array:
        return np.expand_dims(array.transpose(axes), missing)

    return arrange


_KINDS: Final[Mapping[str, Callable[[GraphIndex, Node], Product | None]]] = {
    "MatMul": _matmul,
    "com.microsoft.FusedMatMul": _fused_matmul,
    "com.microsoft.TransposeMatMul": _fused_matmul,
    "Gemm": _gemm,
    "MatMulInteger": _matmul_integer,
    "com.microsoft.MatMulIntegerToFloat": _matmul_integer_to_float,
    "com.microsoft.DynamicQuantizeMatMul": _dynamic_quantize_matmul,
    "QLinearMatMul": _qlinear_matmul,
    "Einsum": _einsum,
}


def is_linear(index: GraphIndex, product: Product) -> bool:
    """Tell whether one side is a weight: a linear layer, not attention.

    A constant with three or more axes is a real query (learnt, or folded by the exporter),
    except in an Einsum, where a kernel may have as many axes as it likes.
    """
    for name in (product.left.name, product.right.name):
        if index.is_constant(name):
            rank = index.rank(name)
            if product.node.op == "Einsum" or rank is None or rank <= 2:  # noqa: PLR2004
                return True
    return False
