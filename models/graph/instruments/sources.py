"""Queries, keys and values of the fused operators as nodes: [B, H, N, d] in float32.

A further operator is one function and one row of ``_BUILDERS``. The formulas are those of the
readers in ``models.graph.fused``, which name the documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from models.graph.fused.common import FusedReader
from models.graph.fused.multi_head import MultiHeadReader
from models.graph.fused.onnx_attention import OnnxAttentionReader
from models.graph.fused.packed import PackedReader, QuantisedPackedReader
from models.graph.instruments.wiring import FLOAT, Wiring
from models.i18n import mark

Three = tuple[str, str, str]


@dataclass(frozen=True, eq=False)
class Heads:
    """How to make queries, keys and values; ``apart``: the output has a head axis of its own.

    ``masks`` are the inputs that are added to the scores.
    """

    build: Callable[[Wiring], Three]
    masks: tuple[str, ...]
    apart: bool = False


def sources_of(reader: FusedReader) -> Heads | str:
    """Return how queries, keys and values are made, or why they are not, marked for people."""
    if reader.direct:
        return mark("its operator does more to the scores than is known")
    for kind, builder in _BUILDERS.items():
        if isinstance(reader, kind):
            return builder(reader)
    return mark("its operator joins keys of earlier runs, as decoders do")


def _split(wiring: Wiring, name: str, heads: int) -> str:
    """Return [B, N, heads·d] as [B, heads, N, d]."""
    apart = wiring.node("Reshape", name, wiring.constant([0, 0, heads, -1]))
    return wiring.node("Transpose", apart, perm=[0, 2, 1, 3])


def _onnx(reader: FusedReader) -> Heads | str:
    node = reader.node
    heads, groups = (int(node.attributes.get(f"{x}_num_heads", 0)) for x in ("q", "kv"))
    if any(node.input(place) for place in (4, 5, 6)):
        return mark("its operator joins keys of earlier runs, as decoders do")
    if heads != groups:
        return mark("several of its heads share one key")

    def build(wiring: Wiring) -> Three:
        names = [wiring.real(node.input(place)) for place in range(3)]
        if heads:
            names = [_split(wiring, name, heads) for name in names]
        return names[0], names[1], names[2]

    return Heads(build, (node.input(3),), apart=not heads)


def _multi_head(reader: FusedReader) -> Heads | str:
    node = reader.node
    heads = int(node.attributes["num_heads"])
    packed = not node.input(1) or not node.input(2)
    if packed or any(node.input(place) for place in (6, 7)):
        return mark("its operator packs queries, keys and values, or joins earlier ones")

    def build(wiring: Wiring) -> Three:
        names = [wiring.real(node.input(place)) for place in range(3)]
        if node.input(3):
            bias = wiring.real(node.input(3))
            parts = [_third(wiring, bias, place, names[0]) for place in range(3)]
            names = [wiring.node("Add", *pair) for pair in zip(names, parts, strict=True)]
        split = [_split(wiring, name, heads) for name in names]
        return split[0], split[1], split[2]

    return Heads(build, (node.input(4), node.input(5)))


def _third(wiring: Wiring, bias: str, place: int, like: str) -> str:
    """Return a third of a bias [3·D]; ``like`` [B, N, D] tells D."""
    whole = wiring.node("Shape", like)
    size = wiring.node("Gather", whole, wiring.constant([2]))
    start = wiring.node("Mul", size, wiring.constant([place]))
    end = wiring.node("Mul", size, wiring.constant([place + 1]))
    return wiring.node("Slice", bias, start, end, wiring.constant([0]))


def _packed(reader: FusedReader) -> Heads | str:
    node = reader.node
    if not isinstance(reader, PackedReader):
        return mark("its operator does more to the scores than is known")
    if node.input(reader.past):
        return mark("its operator joins keys of earlier runs, as decoders do")
    heads = int(node.attributes["num_heads"])
    sizes = node.attributes.get("qkv_hidden_sizes")
    if sizes is not None and len(set(sizes)) > 1:
        return mark("its queries, keys and values have different widths")
    whole = isinstance(reader, QuantisedPackedReader)

    def build(wiring: Wiring) -> Three:
        if whole:
            source = _dequantised(wiring, reader, 0, scale=3, zero_point=6)
            kernel = _dequantised(wiring, reader, 1, scale=4, zero_point=7)
        else:
            source, kernel = (wiring.real(node.input(place)) for place in (0, 1))
        joined = wiring.node("MatMul", source, kernel)
        if node.input(2):
            joined = wiring.node("Add", joined, wiring.real(node.input(2)))
        shape = wiring.constant([0, 0, 3, heads, -1])
        apart = wiring.node("Reshape", joined, shape)
        turned = wiring.node("Transpose", apart, perm=[2, 0, 3, 1, 4])
        parts = [wiring.node("Gather", turned, wiring.constant(i), axis=0) for i in range(3)]
        return parts[0], parts[1], parts[2]

    added = node.input(reader.added) if reader.added else ""
    return Heads(build, (node.input(reader.mask), added))


def _dequantised(
    wiring: Wiring, reader: FusedReader, place: int, *, scale: int, zero_point: int
) -> str:
    node = reader.node
    real = wiring.node("Cast", node.input(place), to=FLOAT)
    if node.input(zero_point):
        zero = wiring.node("Cast", node.input(zero_point), to=FLOAT)
        real = wiring.node("Sub", real, zero)
    return wiring.node("Mul", real, node.input(scale))


_BUILDERS: Final[Mapping[type[FusedReader], Callable[[FusedReader], Heads | str]]] = {
    OnnxAttentionReader: _onnx,
    MultiHeadReader: _multi_head,
    PackedReader: _packed,
}
