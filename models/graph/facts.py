"""Cheap facts about a model, read from its graph without running it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from models.graph.index import GraphIndex

_QUANTISED: Final = frozenset(
    {"DequantizeLinear", "MatMulInteger", "QLinearMatMul", "DynamicQuantizeLinear"}
)

_PASSING: Final = frozenset({"Cast", "Reshape", "Identity", "Unsqueeze", "Squeeze", "Clip"})


@dataclass(frozen=True)
class ModelFacts:
    """What the file says of itself.

    ``operators`` counts the nodes of each type, most first; ``weights`` counts the numbers in
    initializers; ``subgraphs`` counts the nodes that hold further graphs, which are not searched.
    """

    opset: int
    opsets: tuple[tuple[str, int], ...]
    producer: str
    ir_version: int
    operators: tuple[tuple[str, int], ...]
    weights: int
    embedding_rows: int | None
    subgraphs: int
    quantised: bool


def facts_of(index: GraphIndex) -> ModelFacts:
    """Return the facts of one graph."""
    model = index.source.model
    counts: dict[str, int] = {}
    for node in index.nodes:
        counts[node.op] = counts.get(node.op, 0) + 1
    ranked = tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    return ModelFacts(
        opset=index.opset,
        opsets=tuple((o.domain, int(o.version)) for o in model.opset_import),
        producer=f"{model.producer_name} {model.producer_version}".strip(),
        ir_version=int(model.ir_version),
        operators=ranked,
        weights=sum(_count(tensor.dims) for tensor in model.graph.initializer),
        embedding_rows=_embedding_rows(index),
        subgraphs=sum(1 for node in index.nodes if node.op in {"If", "Loop", "Scan"}),
        quantised=any(op.rsplit(".", 1)[-1] in _QUANTISED for op in counts),
    )


def _count(dims: Iterable[int]) -> int:
    total = 1
    for size in dims:
        total *= int(size)
    return total


def _embedding_rows(index: GraphIndex) -> int | None:
    """Return how many rows the table has that input_ids (else the first input) looks up in."""
    names = [value.name for value in index.source.model.graph.input]
    named = [name for name in names if name.endswith("input_ids")]
    for name in named or names[:1]:
        for table in _tables(index, name):
            dims = index.dims(table)
            if dims is not None and len(dims) == 2:  # noqa: PLR2004  # rows and columns
                return int(dims[0])
    return None


def _tables(index: GraphIndex, name: str) -> Iterator[str]:
    """Yield the tables that ``name`` is looked up in, through casts and reshapes."""
    waiting = [name]
    while waiting:
        current = waiting.pop(0)
        for user in index.consumers.get(current, ()):
            if user.op == "Gather" and user.input(1) == current:
                yield user.inputs[0]
            elif user.op == "com.microsoft.EmbedLayerNormalization" and user.inputs[0] == current:
                yield user.inputs[2]
            elif user.op in _PASSING:
                waiting.append(user.output)
