"""A record of thousands of tokens, as no bundled model makes it. Never part of the program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.attention import Float
from models.encoded import Encoded, Token
from models.layer_list import LayerList
from models.record import Layer, Record
from tests.helpers.records import PROVENANCE, layer


def long_record(
    tokens: int,
    *,
    layers: int = 1,
    heads: int = 2,
    size: int = 64,
    seed: int = 11,
    near: int = 0,
) -> Record:
    """Return a record of ``tokens`` words with seeded queries, keys and values.

    With ``near``, two of three layers see that many tokens to each side, as ModernBERT's do; each
    comes with a mask of its own, as graphs may give it.
    """
    named = tuple(Token(f"w{i}", f"w{i}", "text", word=i) for i in range(tokens))

    def read(index: int) -> Layer:
        made = layer(index, heads=heads, tokens=tokens, size=size, seed=seed + index)
        return replace(made, bias=_band(tokens, near)) if near and index % 3 else made

    made = LayerList(range(layers), read)
    return Record(Encoded("text", {}, named, text="long"), made[:], {}, PROVENANCE)


def _band(tokens: int, near: int) -> Float:
    """Return a mask that hides what is farther away than ``near``: [1, N, N]."""
    mask = np.full((1, tokens, tokens), -np.inf, np.float32)
    for token in range(tokens):
        mask[0, token, max(token - near, 0) : token + near + 1] = 0
    return mask
