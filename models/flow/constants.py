"""Values of weights that a graph computes from stored ones (dequantised, cast, transposed)."""

from __future__ import annotations

from collections.abc import Iterable

from models.encoded import Array
from models.graph.cut import cut_model, nodes_between
from models.graph.index import GraphIndex
from models.runtime import Cancel, Session


def known_values(
    index: GraphIndex, names: Iterable[str], *, cancel: Cancel | None = None
) -> dict[str, Array]:
    """Return the values of constants: stored, or computed by the part of the graph behind them.

    Raises RunError or LoadError as the runtime does, CancelledError when stopped.
    """
    wanted = tuple(dict.fromkeys(names))
    values = {name: index.value(name) for name in wanted}
    found = {name: value for name, value in values.items() if value is not None}
    computed = [name for name in wanted if name not in found]
    if not computed:
        return found
    nodes = nodes_between(index, (), computed)
    model = cut_model(index, nodes, inputs={}, outputs=computed)
    return found | Session(model, cancel=cancel).run({}, computed, cancel=cancel)
