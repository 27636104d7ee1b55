"""What is known of one attention of a model before anything has run, and a layer of one run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.graph.block import Parts, Reader
from models.graph.windows import WindowMap, WindowPlan, in_windows
from models.record import Layer


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


def as_layer(index: int, pattern: str, found: Parts, windows: WindowMap | None) -> Layer:
    """Return what was read of one block as a layer, sorted by window where it has windows."""
    parts = found if windows is None else in_windows(found, windows)
    return Layer(
        index=index,
        pattern=pattern,
        query=parts.query,
        key=parts.key,
        value=parts.value,
        scale=parts.scale,
        bias=parts.bias,
        keep=None if parts.keep is None else parts.keep.astype(np.bool_),
        direct=parts.direct,
        windows=None if windows is None else windows.positions,
    )
