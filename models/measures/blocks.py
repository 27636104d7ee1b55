"""A layer's weights some rows at a time, so that no measure ever holds them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.attention import Float
from models.measures.facts import Places, TokenFacts
from models.record import Layer

_WEIGHTS_AT_ONCE: Final = 2_000_000  # 8 MB; several copies of a block live at a time


@dataclass(frozen=True, eq=False)
class Block:
    """The weights [H, q, M] of the rows ``queries`` [q], and what the M positions are."""

    weights: Float
    queries: Places
    facts: TokenFacts


def blocks(layer: Layer, *, facts: TokenFacts, at_once: int = _WEIGHTS_AT_ONCE) -> Iterator[Block]:
    """Yield every row of every head of ``layer``, at most ``at_once`` weights at a time."""
    heads, rows, keys = layer.heads, layer.query.shape[1], layer.key.shape[1]
    step = max(1, at_once // max(heads * keys, 1))
    for start in range(0, rows, step):
        queries = slice(start, min(start + step, rows))
        weights = layer.block(heads=slice(0, heads), queries=queries)
        yield Block(weights, np.arange(rows)[queries], facts)


def uniform_blocks(facts: TokenFacts, *, at_once: int = _WEIGHTS_AT_ONCE) -> Iterator[Block]:
    """Yield the rows of one head that gives every visible position the same weight."""
    row = np.where(facts.visible, np.float32(1) / np.float32(max(facts.shown, 1)), np.float32(0))
    step = max(1, at_once // max(facts.count, 1))
    for start in range(0, facts.count, step):
        queries = np.arange(start, min(start + step, facts.count))
        weights = np.broadcast_to(row.astype(np.float32), (1, len(queries), facts.count))
        yield Block(weights, queries, facts)
