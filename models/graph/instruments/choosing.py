"""Which instruments a block takes, by the way in which its attention is written."""

from __future__ import annotations

from collections.abc import Sequence

from models.graph.block import Reader
from models.graph.core import CoreReader
from models.graph.fused.common import FusedReader
from models.graph.index import GraphIndex
from models.graph.instruments.block import BlockInstruments
from models.graph.instruments.core import CoreInstruments
from models.graph.instruments.fused import FusedInstruments


def instruments_for(
    readers: Sequence[Reader], index: GraphIndex
) -> tuple[BlockInstruments | None, ...]:
    """Return the instruments of every block, None for a block of a kind that takes none."""
    names = frozenset(reader.node.output for reader in readers)
    made: list[BlockInstruments | None] = []
    for number, reader in enumerate(readers):
        if isinstance(reader, CoreReader):
            made.append(CoreInstruments(reader, number))
        elif isinstance(reader, FusedReader):
            others = names - {reader.node.output}
            made.append(FusedInstruments(index, reader, number, others))
        else:
            made.append(None)
    return tuple(made)
