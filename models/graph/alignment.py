"""Whether a product's two row axes are the query and key axes that weights·v uses.

Told without running, from axis positions counted from the end, which Transpose and Einsum state
and other operators keep. It sorts out products whose result is only added to the scores, such
as XLNet's segment term.
"""

from __future__ import annotations

from models.graph.axes import order_of
from models.graph.paths import Path, Step
from models.graph.products import Product

_PLAIN_RANK = 4
_UNTOLD = frozenset({"Transpose", "Squeeze", "Einsum", "Flatten"})
# These change the axes before the last two, in ways that only shapes tell.
_LEADING = frozenset({"Reshape", "Unsqueeze"})


def may_be_scores(scores: Path, values: Path) -> bool:
    """Tell whether the rows of ``scores``' product can be what ``values`` weights and sums."""
    have = {_moved(axis, (*scores.steps, *values.steps)) for axis in _row_axes(scores.product)}
    return None in have or have == _weight_axes(values)


def sums_softmax_axis(axis: int | None, values: Path) -> bool:
    """Tell whether weights·v may sum over the softmax's ``axis``, so that a row sums to 1."""
    if axis is None:
        return True
    if axis >= 0:
        order = values.steps[0].node.attributes.get("perm") if values.steps else None
        if order is None:
            return True
        axis -= len(order)
    there = _moved(axis, values.steps)
    return there is None or there == _summed_axis(values)


def _summed_axis(values: Path) -> int:
    product = values.product
    operand = product.left if values.side == 0 else product.right
    rank = _rank(product)
    return order_of(operand.arrange, rank)[-1] - rank


def _row_axes(product: Product) -> tuple[int, int]:
    """Return where the rows of left and of right are in the output, counted from the end."""
    rank = _rank(product)
    order = product.order(rank)
    return order.index(rank - 2) - rank, order.index(rank - 1) - rank


def _weight_axes(values: Path) -> set[int | None]:
    product = values.product
    operand = product.left if values.side == 0 else product.right
    rank = _rank(product)
    order = order_of(operand.arrange, rank)
    return {order[-2] - rank, order[-1] - rank}


def _rank(product: Product) -> int:
    equation = product.node.attributes.get("equation")
    return len(equation.decode().split("->")[1].strip()) if equation else _PLAIN_RANK


def _moved(axis: int | None, steps: tuple[Step, ...]) -> int | None:
    """Return where ``steps`` take an axis, None when the graph does not tell."""
    for step in steps:
        if axis is None:
            return None
        order = step.node.attributes.get("perm") if step.node.op == "Transpose" else None
        if order is not None:
            axis = list(order).index(axis + len(order)) - len(order)
        elif step.node.op in _UNTOLD or (step.node.op in _LEADING and axis < -2):  # noqa: PLR2004
            return None
    return axis
