"""Tokens for every position that the attention sees, where an input could not name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.encoded import Array, Encoded, Modality, Notice, Token
from models.i18n import mark
from models.record import Layer


def positions(layers: Sequence[Layer]) -> int | None:
    """Return how many positions the first layer sees, None without layers."""
    if not layers:
        return None
    layer = layers[0]
    return layer.query.shape[1] if layer.windows is None else int(layer.windows.max()) + 1


def numbered(encoded: Encoded, count: int) -> Encoded:
    """Return ``encoded`` with ``count`` tokens, numbered where it has another number of them."""
    if len(encoded.tokens) == count:
        return encoded
    tokens = tuple(Token(f"t{i}", f"t{i}") for i in range(count))
    if not encoded.tokens:
        return replace(encoded, tokens=tokens)
    message = mark("The attention sees {count} positions, not the {given} tokens of the text.")
    notice = Notice(message, {"count": count, "given": len(encoded.tokens)})
    return replace(encoded, tokens=tokens, notices=(*encoded.notices, notice))


def described_by_ids(modality: Modality, feeds: dict[str, Array], *, ids: str) -> Encoded:
    """Return raw inputs whose tokens are told by their numbers: there is no tokenizer."""
    tokens = tuple(Token(f"#{i}", f"#{i}") for i in feeds[ids][0].tolist())
    return Encoded(modality, feeds, tokens)
