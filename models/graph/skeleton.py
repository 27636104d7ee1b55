"""A model file without its weights: small enough to parse at once, and where the weights lie."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from models.graph import wire

_SMALL: Final = 4096
_RAW_DATA: Final = 9
Buffer = bytes | mmap.mmap


@dataclass(frozen=True, slots=True)
class Weight:
    """Where a big initializer lies in the file: all of it, and its raw data if it has any."""

    start: int
    end: int
    raw: tuple[int, int] | None


def take_apart(content: Buffer) -> tuple[bytes, dict[str, Weight]]:
    """Return the model with big initializers emptied, and where they are, by name.

    Raises WireError when ``content`` is no protobuf message.
    """
    weights: dict[str, Weight] = {}
    pieces: list[bytes] = []
    for span in wire.fields(content, 0, len(content)):
        if span.number == wire.MODEL_GRAPH:
            graph = b"".join(_graph_pieces(content, span, weights))
            pieces.append(wire.field_of(wire.MODEL_GRAPH, graph))
        else:
            pieces.append(content[span.tag : span.end])
    return b"".join(pieces), weights


def _graph_pieces(content: Buffer, graph: wire.Span, weights: dict[str, Weight]) -> Iterator[bytes]:
    for span in wire.fields(content, graph.start, graph.end):
        if span.number == wire.GRAPH_INITIALIZER and span.end - span.start > _SMALL:
            yield _stub(content, span, weights)
        else:
            yield content[span.tag : span.end]


def _stub(content: Buffer, tensor: wire.Span, weights: dict[str, Weight]) -> bytes:
    name, pieces, raw = "", [], None
    for span in wire.fields(content, tensor.start, tensor.end):
        if span.number == wire.TENSOR_NAME:
            name = content[span.start : span.end].decode("utf-8", "surrogateescape")
        if span.number == _RAW_DATA:
            raw = (span.start, span.end)
        if span.number not in wire.TENSOR_DATA:
            pieces.append(content[span.tag : span.end])
    weights[name] = Weight(tensor.start, tensor.end, raw)
    return wire.field_of(wire.GRAPH_INITIALIZER, b"".join(pieces))
