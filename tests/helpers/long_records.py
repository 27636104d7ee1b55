"""A record of thousands of tokens, as no bundled model makes it. Never part of the program."""

from __future__ import annotations

from models.encoded import Encoded, Token
from models.record import Record
from tests.helpers.records import PROVENANCE, layer


def long_record(
    tokens: int, *, layers: int = 1, heads: int = 2, size: int = 64, seed: int = 11
) -> Record:
    """Return a record of ``tokens`` words with seeded queries, keys and values."""
    named = tuple(Token(f"w{i}", f"w{i}", "text", word=i) for i in range(tokens))
    made = tuple(
        layer(i, heads=heads, tokens=tokens, size=size, seed=seed + i) for i in range(layers)
    )
    return Record(Encoded("text", {}, named, text="long"), made, {}, PROVENANCE)
