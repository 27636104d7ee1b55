"""Which tokens each window of a windowed attention holds, recovered by following rows of numbers.

Partitioning only moves rows about. So one run on noise is enough: the value vectors of a window
are found again, bit for bit, among the rows they were cut from, and those among the tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.encoded import Array
from models.graph.block import Parts
from models.graph.index import GraphIndex, Node
from models.graph.products import Operand, product_at

_CUTTING: Final = frozenset(
    {"Reshape", "Transpose", "Split", "Gather", "Slice", "Squeeze", "Unsqueeze", "Identity", "Cast"}
)
_MOVING: Final = _CUTTING | {"Concat", "Pad", "ScatterND", "Expand"}
_POINTWISE: Final = frozenset(
    {"Add", "Sub", "Mul", "Div", "Cast", "Identity", "QuantizeLinear", "DequantizeLinear"}
    | {"DynamicQuantizeLinear"}
)
_FARTHEST = 64
# Splitting queries, keys and values apart takes five axes; windows add one. Cutting a map of
# tokens into windows takes at least four.
_AXES_WITH_WINDOWS = 6
_AXES_OF_MAP = 4


@dataclass(frozen=True)
class WindowPlan:
    """Where to look for windows.

    Value ``vectors`` are cut from ``rows``, which are made of ``placed`` one by one, and these
    in turn are ``tokens`` moved about.
    """

    vectors: Operand
    rows: str
    placed: str
    tokens: str

    def taps(self) -> tuple[str, ...]:
        """Return the tensors that ``windows_of`` reads."""
        return tuple(dict.fromkeys((*self.vectors.taps(), self.rows, self.placed, self.tokens)))


@dataclass(frozen=True, eq=False)
class WindowMap:
    """The windows of one block.

    ``positions`` [W, n]: the token at each place, −1 for padding. ``order`` sorts the leading
    axis of a block's arrays so that it counts windows first, heads second.
    """

    positions: NDArray[np.intp]
    order: NDArray[np.intp]


def plan_windows(index: GraphIndex, values: Operand | None) -> WindowPlan | None:
    """Return how to recover windows of the attention with these values, None if it has none."""
    if values is None:
        return None
    cut = list(_back(index, values.name, _CUTTING))
    rows = cut[-1].inputs[0] if cut else values.name
    source = _projected(index, rows)
    if source is None:
        return None
    moved = list(_back(index, source, _MOVING))
    if _transposed(cut) < _AXES_WITH_WINDOWS and _transposed(moved) < _AXES_OF_MAP:
        return None
    return WindowPlan(values, rows, source, moved[-1].inputs[0] if moved else source)


def _transposed(nodes: list[Node]) -> int:
    """Return the most axes that one of ``nodes`` permutes."""
    return max((len(node.attributes.get("perm", ())) for node in nodes), default=0)


def _back(index: GraphIndex, name: str, ops: frozenset[str]) -> Iterator[Node]:
    for _ in range(_FARTHEST):
        node = index.producer.get(name)
        if node is None or node.op not in ops or index.is_constant(name):
            return
        yield node
        name = node.inputs[0]


def _projected(index: GraphIndex, name: str) -> str | None:
    """Return what a linear layer makes ``name`` of, row by row."""
    for _ in range(_FARTHEST):
        node = index.producer.get(name)
        if node is None:
            return None
        product = product_at(index, node)
        data = [x for x in node.inputs if x and not index.is_constant(x) and not index.is_single(x)]
        if product is not None:
            return _unquantised(index, data[0]) if data else None
        if node.op not in _POINTWISE or not data:
            return None
        name = data[0]
    return None


def _unquantised(index: GraphIndex, name: str) -> str:
    node = index.made_by(name, "DynamicQuantizeLinear")
    return name if node is None else node.inputs[0]


def windows_of(plan: WindowPlan, tensors: Mapping[str, Array]) -> WindowMap | None:
    """Return the windows seen in one run on noise, None when there is one or they are unclear."""
    exact = _traced(plan, tensors, np.float32)
    return exact if exact is not None else _traced(plan, tensors, np.float16)


def _traced(
    plan: WindowPlan, tensors: Mapping[str, Array], precision: type[np.floating[Any]]
) -> WindowMap | None:
    """Follow rows that are equal once rounded to ``precision``: casts on the way may round."""
    vectors = np.swapaxes(plan.vectors.read(tensors), -1, -2).astype(precision)
    vectors = vectors.reshape(-1, *vectors.shape[-2:])
    lead, count, size = vectors.shape
    rows = tensors[plan.rows].astype(precision)
    pieces = rows.reshape(-1, size) if rows.shape[-1] % size == 0 else None
    if pieces is None:
        return None
    found = _found(vectors.reshape(-1, size), pieces)
    if np.any(found < 0):
        return None
    row, piece = np.divmod(found.reshape(lead, count), rows.shape[-1] // size)
    placed, tokens = (
        _as_rows(tensors[name].astype(precision)) for name in (plan.placed, plan.tokens)
    )
    if placed.shape[1] != tokens.shape[1] or placed.shape[0] <= row.max():
        return None
    return _grouped(_found(placed, tokens)[row], piece)


def _grouped(positions: NDArray[np.intp], piece: NDArray[np.intp]) -> WindowMap | None:
    """Return window-major order for ``positions`` [W·H, n] of heads told apart by ``piece``."""
    if np.any(piece != piece[:, :1]):
        return None
    _, first, window = np.unique(positions, axis=0, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))[window.reshape(-1)]
    windows = len(first)
    order = np.lexsort((piece[:, 0], rank))
    if (
        windows == 1
        or len(positions) % windows
        or np.any(np.bincount(rank) != len(rank) // windows)
    ):
        return None
    return WindowMap(positions[order][:: len(positions) // windows], order)


def _as_rows(array: Array) -> Array:
    return array.reshape(-1, array.shape[-1])


def _found(wanted: Array, among: Array) -> NDArray[np.intp]:
    """Return for each row of ``wanted`` the first equal row of ``among``, −1 where none is."""
    places: dict[bytes, int] = {}
    for i, row in enumerate(np.ascontiguousarray(among)):
        places.setdefault(row.tobytes(), i)
    rows = np.ascontiguousarray(wanted)
    return np.array([places.get(row.tobytes(), -1) for row in rows], dtype=np.intp)


def in_windows(parts: Parts, found: WindowMap) -> Parts:
    """Return ``parts`` with the leading axis sorted by window, then head."""
    lead = parts.query.shape[0]
    order = found.order

    def sort(array: Array | None) -> Array | None:
        return array if array is None or array.shape[0] != lead else array[order]

    return replace(
        parts,
        query=parts.query[order],
        key=parts.key[order],
        value=parts.value[order],
        scale=parts.scale[order],
        bias=sort(parts.bias),
        keep=sort(parts.keep),
        direct=sort(parts.direct),
        windows=len(found.positions),
    )


def noise_like(feeds: Mapping[str, Array]) -> dict[str, Array]:
    """Return ``feeds`` with real numbers replaced by fixed noise, so that no two rows are equal."""
    source = np.random.default_rng(0)
    return {
        name: source.standard_normal(array.shape).astype(array.dtype)
        if np.issubdtype(array.dtype, np.floating)
        else array
        for name, array in ((name, np.asarray(array)) for name, array in feeds.items())
    }
