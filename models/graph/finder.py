"""Finding every attention of a graph: each way of writing it is one row of ``_FINDERS``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from models.graph.alignment import may_be_scores, sums_softmax_axis
from models.graph.block import Reader, Rejected
from models.graph.core import core_reader
from models.graph.fused.grouped import find_grouped
from models.graph.fused.multi_head import find_multi_head
from models.graph.fused.onnx_attention import find_onnx_attention
from models.graph.fused.packed import find_packed
from models.graph.index import GraphIndex
from models.graph.paths import Path, find_scores, find_values
from models.graph.softmaxes import Softmax, softmaxes
from models.graph.towers import in_towers
from models.i18n import mark

Found = tuple[int, "Reader | Rejected"]


@dataclass(frozen=True, eq=False)
class Findings:
    """What was found, in execution order, and what was looked at and turned down."""

    readers: tuple[Reader, ...]
    rejected: tuple[Rejected, ...]


def find_attention(index: GraphIndex) -> Findings:
    """Look for attention in every way we know."""
    found = sorted(
        (place for finder in _FINDERS for place in finder(index)), key=lambda place: place[0]
    )
    readers = tuple(x for _, x in found if not isinstance(x, Rejected))
    return Findings(
        in_towers(index, readers), tuple(x for _, x in found if isinstance(x, Rejected))
    )


def _cores(index: GraphIndex) -> Iterator[Found]:
    used = [(softmax, find_values(index, softmax.weights)) for softmax in softmaxes(index)]
    contexts = frozenset(path.product.node.index for _, path in used if path is not None)
    for softmax, values in used:
        place = index.position[softmax.nodes[-1].index]
        yield place, _core(index, softmax, values, contexts)


def _core(
    index: GraphIndex, softmax: Softmax, values: Path | None, contexts: frozenset[int]
) -> Reader | Rejected:
    name = softmax.nodes[-1].name or softmax.weights
    if values is None:
        return Rejected(
            name, mark("its output does not weight any data (no matrix product follows)")
        )
    if not sums_softmax_axis(softmax.axis, values):
        return Rejected(
            name, mark("its rows are not what weights the data (it runs along queries)")
        )

    def accept(path: Path) -> bool:
        return path.product.node.index not in contexts and may_be_scores(path, values)

    scores = find_scores(index, softmax.scores, accept=accept)
    if scores is None:
        return Rejected(name, mark("it is not fed by a product of two data tensors (no query·key)"))
    return core_reader(index, softmax, scores, values)


_FINDERS: Final[tuple[Callable[[GraphIndex], Iterator[Found]], ...]] = (
    _cores,
    find_onnx_attention,
    find_multi_head,
    find_packed,
    find_grouped,
)
