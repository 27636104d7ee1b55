"""The order in which a person expects layers: one tower after another, each from first to last.

Optimisers re-sort nodes, so that the towers of a two-tower model (CLIP) come out interleaved.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.graph.block import Reader
from models.graph.index import GraphIndex

# PyTorch's TorchScript exporter numbers the weights it transposes as it meets them.
_NUMBERED = re.compile(r"onnx::(?:MatMul|Gemm)_(\d+)")


def in_towers(index: GraphIndex, readers: Sequence[Reader]) -> tuple[Reader, ...]:
    """Return ``readers``, given in graph order, so that connected ones follow each other."""
    bits = {reader.node.index: 1 << i for i, reader in enumerate(readers)}
    behind, numbers = _upstream(index, bits)
    towers = _connected([behind[reader.node.index] | 1 << i for i, reader in enumerate(readers)])
    hints = [min(numbers[readers[i].node.index] for i in tower) for tower in towers]
    if all(hint < _NO_NUMBER for hint in hints):
        towers = [tower for _, tower in sorted(zip(hints, towers, strict=True))]
    return tuple(readers[i] for tower in towers for i in tower)


_NO_NUMBER = 1 << 62


def _upstream(index: GraphIndex, bits: dict[int, int]) -> tuple[dict[int, int], dict[int, int]]:
    """Return, per node, which blocks feed it and the least number in its weights' names."""
    behind: dict[str, int] = {}
    least: dict[str, int] = {}
    masks: dict[int, int] = {}
    numbers: dict[int, int] = {}
    for node in index.nodes:
        mask, number = 0, _NO_NUMBER
        for name in node.inputs:
            mask |= behind.get(name, 0)
            number = min(number, least.get(name, _NO_NUMBER), _number(name))
        masks[node.index], numbers[node.index] = mask, number
        for name in node.outputs:
            behind[name] = mask | bits.get(node.index, 0)
            least[name] = number
    return masks, numbers


def _number(name: str) -> int:
    found = _NUMBERED.match(name)
    return int(found[1]) if found else _NO_NUMBER


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
