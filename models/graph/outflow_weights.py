"""W_O and its bias, with every constant on the way between attention vectors and the sum.

The way is affine: x ↦ x·kernel + bias, so its parts are multiplied into one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from models.attention import Float
from models.encoded import Array
from models.graph.block import float32
from models.graph.index import GraphIndex, Node
from models.graph.outflow import NoOutflow, Outflow, OutputWeights, Step
from models.graph.outflow_walk import ADDING, integer_scale
from models.graph.packed import nbits_kernel
from models.graph.products import Operand, Product, product_at
from models.i18n import mark

_OPAQUE = mark("The output projection of this layer is stored in a form that cannot be read.")
_TWICE = mark("Several projections follow this layer's attention, not one.")
_NOT_PLAIN = mark("This layer's attention output is changed by more than a projection.")
_JOINED = mark("This layer joins its attention output with what other operators made.")
_NBITS = "com.microsoft.MatMulNBits"


class _Unreadable(Exception):  # noqa: N818  # a finding, turned into NoOutflow
    """Why the way cannot be written as one kernel and one bias."""


def weight_names(index: GraphIndex, outflow: Outflow) -> tuple[str, ...]:
    """Return the names of the constants that ``output_weights`` needs."""
    found: dict[str, None] = {}
    for step in plain_steps(outflow):
        for i, name in enumerate(step.node.inputs):
            if name and i != step.entry and index.is_constant(name):
                found[name] = None
        if step.node.op == "Mul":
            scale = integer_scale(index, step.node.input(1 - step.entry))
            found.update({scale: None} if scale else {})
    return tuple(found)


def plain_steps(outflow: Outflow) -> tuple[Step, ...]:
    """Return the steps up to a norm on the way, if there is one."""
    if outflow.inner is None:
        return outflow.steps
    ends = [step.node.output for step in outflow.steps]
    return outflow.steps[: ends.index(outflow.inner.result)]


def output_weights(
    index: GraphIndex, outflow: Outflow, found: Mapping[str, Array]
) -> OutputWeights | NoOutflow:
    """Return the kernel [H·dv, hidden] and the bias [hidden], or why they cannot be read.

    ``found`` holds the values of ``weight_names``.
    """
    way = _Way(index, found)
    seen = {outflow.context}
    try:
        for step in plain_steps(outflow):
            way.take(step, seen)
            seen.update(step.node.outputs)
    except _Unreadable as reason:
        return NoOutflow(str(reason))
    if way.kernel is None:
        return NoOutflow(_OPAQUE)
    return OutputWeights(float32(way.kernel), float32(way.bias))


class _Way:
    """What the steps taken so far amount to."""

    def __init__(self, index: GraphIndex, found: Mapping[str, Array]) -> None:
        self.index, self.found = index, found
        self.kernel: Float | None = None
        self.gain: Array = np.ones(1, np.float32)
        self.shift: Array = np.zeros(1, np.float32)
        self.bias: Array = np.zeros(1, np.float32)

    def take(self, step: Step, seen: set[str]) -> None:
        """Take one step further."""
        node = step.node
        if node.op == "Concat" and not seen.issuperset(node.inputs):
            raise _Unreadable(_JOINED)
        if node.op in ADDING or node.op == "Sub":
            self._add(step)
        elif node.op in {"Mul", "Div"}:
            self._multiply(step)
        elif (made := kernel_of(self.index, step, self.found)) is not None:
            self._project(*made)
        elif node.op.startswith("com.microsoft.MatMul") or node.op in {"Einsum", "Conv"}:
            raise _Unreadable(_OPAQUE)

    def _project(self, kernel: Float, bias: Array | None) -> None:
        if self.kernel is not None:
            raise _Unreadable(_TWICE)
        shift = np.broadcast_to(_along(self.shift, kernel.shape[0]), kernel.shape[:1])
        gain = _along(self.gain, kernel.shape[0])
        self.bias = shift @ kernel + (np.float32(0) if bias is None else bias.reshape(-1))
        self.kernel = kernel * gain[:, None]

    def _constant(self, node: Node, entry: int) -> Array:
        places = ADDING.get(node.op, (0, 1))
        other = next(i for i in places if i != entry)
        value = self.found.get(node.input(other))
        if value is None:
            raise _Unreadable(_NOT_PLAIN)
        value = value.astype(np.float32)
        if node.op == "com.microsoft.QLinearAdd":
            zero = self.found[node.input(other + 2)].astype(np.float32)
            value = (value - zero) * self.found[node.input(other + 1)]
        return value.reshape(-1)

    def _add(self, step: Step) -> None:
        value = self._constant(step.node, step.entry)
        if step.node.op == "Sub":
            if step.entry == 1:
                raise _Unreadable(_NOT_PLAIN)
            value = -value
        if self.kernel is None:
            self.shift = self.shift + value
        else:
            self.bias = self.bias + _along(value, self.kernel.shape[1])

    def _multiply(self, step: Step) -> None:
        node = step.node
        scale = integer_scale(self.index, node.input(1 - step.entry))
        if scale == "":
            return
        if scale is not None:
            value: Array = self.found[scale].astype(np.float32).reshape(-1)
        else:
            value = self._constant(node, step.entry)
        value = 1 / value if node.op == "Div" else value
        if self.kernel is None:
            self.gain, self.shift = self.gain * value, self.shift * value
            return
        value = _along(value, self.kernel.shape[1])
        self.kernel = self.kernel * value
        self.bias = self.bias * value


def _along(value: Array, size: int) -> Array:
    """Return one number per channel."""
    if value.size not in {1, size}:
        raise _Unreadable(_NOT_PLAIN)
    return np.broadcast_to(value, (size,))


def kernel_of(
    index: GraphIndex, step: Step, found: Mapping[str, Array]
) -> tuple[Float, Array | None] | None:
    """Return (kernel [in, out], bias) of a step that multiplies by a weight, None for any other.

    Raises nothing: a weight that cannot be read is None too.
    """
    node = step.node
    if node.op == "Conv":
        return _convolution(node, found)
    if node.op == _NBITS:
        bias = found.get(node.input(5)) if node.input(5) else None
        kernel = nbits_kernel(node, found)
        return None if kernel is None else (kernel, bias)
    product = product_at(index, node)
    if product is not None:
        return _product(product, step.entry, found)
    return _einsum(step, found) if node.op == "Einsum" else None


def _product(
    product: Product, entry: int, found: Mapping[str, Array]
) -> tuple[Float, Array | None] | None:
    data = product.node.input(entry)
    side: Operand = product.right if product.left.name == data else product.left
    kernel = side.read(found)
    kernel = kernel.reshape(kernel.shape[-2:]) if math.prod(kernel.shape[:-2]) == 1 else kernel
    if kernel.ndim != 2:  # noqa: PLR2004  # a matrix
        return None
    bias = found[product.bias].astype(np.float32) if product.bias else None
    if bias is not None and product.alpha != 1 and product.node.op != "Gemm":
        return None
    return float32(kernel.T * np.float32(product.alpha)), bias


def _convolution(node: Node, found: Mapping[str, Array]) -> tuple[Float, Array | None] | None:
    weight = found.get(node.input(1))
    if weight is None or math.prod(weight.shape[2:]) != 1:
        return None
    bias = found.get(node.input(2)) if node.input(2) else None
    flat: Array = weight.reshape(weight.shape[0], weight.shape[1]).astype(np.float32)
    groups = int(node.attributes.get("group", 1))
    size = flat.shape[0] // groups
    kernel = np.zeros((flat.shape[1] * groups, flat.shape[0]), np.float32)
    for group in range(groups):
        rows = slice(group * flat.shape[1], (group + 1) * flat.shape[1])
        columns = slice(group * size, (group + 1) * size)
        kernel[rows, columns] = flat[columns].T
    return kernel, bias


def _einsum(step: Step, found: Mapping[str, Array]) -> tuple[Float, Array | None] | None:
    """Return the kernel of a product over several axes at once, such as bhnd,hde->bne."""
    equation = step.node.attributes["equation"].decode().replace(" ", "")
    terms, _, out = equation.partition("->")
    sides = terms.split(",")
    if len(sides) != 2 or not out or "." in equation:  # noqa: PLR2004  # a product
        return None
    weight = found.get(step.node.input(1 - step.entry))
    data, kernel = sides[step.entry], sides[1 - step.entry]
    inner = [x for x in data if x in kernel and x not in out]
    outer = [x for x in kernel if x not in data]
    if weight is None or len(inner) + len(outer) != len(kernel):
        return None
    order = [kernel.index(x) for x in (*inner, *outer)]
    rows = math.prod(weight.shape[kernel.index(x)] for x in inner)
    return float32(weight.transpose(order).reshape(rows, -1)), None


def needed(index: GraphIndex, found: Sequence[Outflow | NoOutflow]) -> Iterator[str]:
    """Yield the constants of every block's way."""
    for outflow in found:
        if isinstance(outflow, Outflow):
            yield from weight_names(index, outflow)
