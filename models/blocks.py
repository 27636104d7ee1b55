"""What is known of one attention of a model before anything has run."""

from __future__ import annotations

from dataclasses import dataclass

from models.graph.block import Reader
from models.graph.windows import WindowPlan


@dataclass(frozen=True, eq=False)
class AttentionBlock:
    """One attention found in the graph, counted from 0 in execution order.

    ``pattern`` says in a few words how it is written there; ``taps`` are the tensors it is read
    from; ``direct`` tells that the runtime's own weights are tapped, not computed from them.
    """

    index: int
    name: str
    pattern: str
    taps: tuple[str, ...]
    direct: bool
    reader: Reader
    windows: WindowPlan | None


def block_of(index: int, reader: Reader, plan: WindowPlan | None) -> AttentionBlock:
    """Return the block that ``reader`` reads, the ``index``th of its model."""
    return AttentionBlock(
        index, reader.name, reader.pattern, reader.taps.outputs, reader.direct, reader, plan
    )
