"""Just enough of the protobuf wire format to leave weights where they are.

A model file is nodes (kilobytes) and initializers (megabytes). Parsing and writing the whole
costs time and memory twice, so big initializers are cut out before parsing and spliced back,
byte for byte, when the edited model is written.
Format: https://protobuf.dev/programming-guides/encoding; field numbers: onnx/onnx.proto.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MODEL_GRAPH: Final = 7
GRAPH_INITIALIZER: Final = 5
TENSOR_NAME: Final = 8
# float_data, int32_data, string_data, int64_data, raw_data, double_data, uint64_data
TENSOR_DATA: Final = frozenset({4, 5, 6, 7, 9, 10, 11})
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MOST_VARINT_BYTES = 10


class WireError(ValueError):
    """The bytes are not a protobuf message, or end too early."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where one field lies: its tag starts at ``tag``, its payload is ``start`` to ``end``."""

    number: int
    tag: int
    start: int
    end: int


def fields(buffer: bytes | mmap.mmap, start: int, end: int) -> Iterator[Span]:
    """Yield every field of the message in ``buffer[start:end]``; raise WireError if it is none."""
    position = start
    while position < end:
        tag = position
        key, position = _varint(buffer, position, end)
        number, kind = key >> 3, key & 7
        if kind == _BYTES:
            length, position = _varint(buffer, position, end)
            stop = position + length
        elif kind == _VARINT:
            _, stop = _varint(buffer, position, end)
        elif kind in {_FIXED32, _FIXED64}:
            stop = position + (4 if kind == _FIXED32 else 8)
        else:
            raise WireError(f"unknown wire type {kind} at byte {tag}")
        if number == 0 or stop > end:
            raise WireError(f"field at byte {tag} reaches beyond its message")
        yield Span(number, tag, position, stop)
        position = stop


def length_delimited(number: int, length: int) -> bytes:
    """Return the tag and length that introduce a payload of ``length`` bytes."""
    return _encoded(number << 3 | _BYTES) + _encoded(length)


def field_of(number: int, payload: bytes) -> bytes:
    """Return ``payload`` as a field with its tag and length."""
    return length_delimited(number, len(payload)) + payload


def _varint(buffer: bytes | mmap.mmap, position: int, end: int) -> tuple[int, int]:
    value = 0
    for count in range(_MOST_VARINT_BYTES):
        if position >= end:
            break
        byte = buffer[position]
        position += 1
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:  # noqa: PLR2004  # the continuation bit of the format
            return value, position
    raise WireError(f"unfinished number at byte {position}")


def _encoded(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:  # noqa: PLR2004  # the continuation bit of the format
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
