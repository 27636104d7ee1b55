"""The order in which a person expects layers: one tower after another, each from first to last.

Optimisers re-sort nodes, so that the towers of a two-tower model (CLIP) come out interleaved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from models.graph.block import Reader
from models.graph.index import GraphIndex

# PyTorch's TorchScript exporter numbers the weights it transposes as it meets them.
_COUNTED = re.compile(r"(.*?[^\d_])(?:_(\d+))?")
_NUMBERED = re.compile(r"onnx::(?:MatMul|Gemm)_(\d+)")


def in_towers(index: GraphIndex, readers: Sequence[Reader]) -> tuple[Reader, ...]:
    """Return ``readers``, given in graph order, so that connected ones follow each other."""
    bits = {reader.node.index: 1 << i for i, reader in enumerate(readers)}
    behind, numbers = _upstream(index, bits)
    masks = [behind[reader.node.index] for reader in readers]
    hints = [numbers[reader.node.index] for reader in readers]
    counts = _counters([reader.name for reader in readers])
    towers = _connected([mask | 1 << i for i, mask in enumerate(masks)])
    first = [min(hints[i] for i in tower) for tower in towers]
    if all(hint > 0 for hint in first):
        towers = [tower for _, tower in sorted(zip(first, towers, strict=True))]
    return tuple(
        readers[i] for tower in towers for i in _side_by_side(tower, masks, counts or hints)
    )


def _side_by_side(
    tower: Sequence[int], masks: Sequence[int], hints: Sequence[int]
) -> Iterator[int]:
    """Yield a tower's blocks, those that run side by side (a head each) as they were numbered."""
    for _, group in groupby(tower, key=lambda i: masks[i]):
        beside = list(group)
        told = len({hints[i] for i in beside}) == len(beside)
        yield from sorted(beside, key=lambda i: hints[i]) if told else beside


def _counters(names: Sequence[str]) -> list[int] | None:
    """Return the numbers that names of one kind end in (Softmax, Softmax_1 …), None if mixed."""
    parts = [_COUNTED.fullmatch(name) for name in names]
    stems = {found[1] for found in parts if found}
    return [int(found[2] or 0) for found in parts if found] if len(stems) == 1 else None


def _upstream(index: GraphIndex, bits: dict[int, int]) -> tuple[dict[int, int], dict[int, int]]:
    """Return, per node, which blocks feed it and the last number among its weights' names."""
    behind: dict[str, int] = {}
    last: dict[str, int] = {}
    masks: dict[int, int] = {}
    numbers: dict[int, int] = {}
    for node in index.nodes:
        mask, number = 0, 0
        for name in node.inputs:
            mask |= behind.get(name, 0)
            number = max(number, last.get(name, 0), _number(name))
        masks[node.index], numbers[node.index] = mask, number
        for name in node.outputs:
            behind[name] = mask | bits.get(node.index, 0)
            last[name] = number
    return masks, numbers


def _number(name: str) -> int:
    found = _NUMBERED.match(name)
    return int(found[1]) if found else 0


def _connected(masks: Sequence[int]) -> list[list[int]]:
    """Return groups of blocks that share a bit, by their first block, members in order."""
    groups: list[tuple[int, list[int]]] = []
    for i, mask in enumerate(masks):
        joined = [group for group in groups if group[0] & mask]
        rest = [group for group in groups if not group[0] & mask]
        whole = mask
        for bits, _ in joined:
            whole |= bits
        members = sorted([i, *(m for _, group in joined for m in group)])
        groups = [*rest, (whole, members)]
    return sorted(members for _, members in groups)
