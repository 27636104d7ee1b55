"""A record seen word by word: the same weights, pieces merged, nothing run again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from models.attention import Float
from models.encoded import Encoded, Token
from models.layer_list import LayerList
from models.record import Layer, Record
from models.word_merging import Word, Words, words_in


@dataclass(frozen=True, eq=False)
class WordLayer(Layer):
    """A layer between words: weights summed over key pieces, averaged over query pieces.

    ``pieces`` is the layer as it ran. Queries, keys and values here are means over pieces, to say
    how many words there are; no weight is computed from them, and ``parts`` belong to ``pieces``.
    """

    pieces: Layer | None = None
    words: Words | None = None

    def _weights(self, heads: slice, queries: slice) -> Float:
        assert self.pieces is not None  # noqa: S101  # made by in_words alone
        assert self.words is not None  # noqa: S101
        wanted = self.words.words[queries]
        if not wanted:
            return self.words.row(self.pieces.block(heads=heads, queries=slice(0, 0)))
        first = min(word.pieces[0] for word in wanted)
        last = max(word.pieces[-1] for word in wanted)
        rows = self.words.row(self.pieces.block(heads=heads, queries=slice(first, last + 1)))
        means = [rows[:, np.array(word.pieces) - first].mean(axis=1) for word in wanted]
        return np.asarray(np.stack(means, axis=1), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class WordRecord:
    """``record`` holds words in place of tokens; ``words`` says which pieces each is made of."""

    record: Record
    words: Words

    def word_of(self, token: int | None) -> int | None:
        """Return the word of a piece, None for none."""
        return None if token is None else int(self.words.word_of[token])


@lru_cache(maxsize=2)
def in_words(record: Record) -> WordRecord | None:
    """Return ``record`` word by word; None where no word has several pieces.

    Only for layers whose positions are the input's tokens, as those of text models are.
    """
    words = words_in(record.encoded)
    count = len(record.tokens)
    first = record.layers[0]
    if not words.merges or (first.query.shape[1], first.key.shape[1]) != (count, count):
        return None
    tokens = tuple(map(_token, words.words))
    encoded: Encoded = replace(record.encoded, tokens=tokens)
    layers = LayerList(range(len(record.layers)), lambda i: _layer(record.layers[i], words))
    return WordRecord(replace(record, encoded=encoded, layers=layers), words)


def _token(word: Word) -> Token:
    if len(word.pieces) == 1:
        return word.token
    return replace(word.token, text=word.label, label=word.label, span=word.span)


def _layer(layer: Layer, words: Words) -> WordLayer:
    query, key, value = (_means(array, words) for array in (layer.query, layer.key, layer.value))
    return WordLayer(
        index=layer.index,
        pattern=layer.pattern,
        query=query,
        key=key,
        value=value,
        scale=layer.scale,
        # Says that weights cannot be replayed from queries and keys.
        keep=np.ones((1, 1, 1), dtype=np.bool_),
        pieces=layer,
        words=words,
    )


def _means(array: Float, words: Words) -> Float:
    """Return [H, N, d] as [H, W, d]: means over pieces."""
    return np.swapaxes(words.column(np.swapaxes(array, -1, -2)), -1, -2)
