"""Pieces merged into words: weights on a word are summed, weights from it averaged.

Clark et al. 2019 (arXiv:1906.04341), section 4.1: attention *to* a split word is the sum over its
pieces, attention *from* it the mean over its pieces. Rows that sum to 1 still do.
Nothing is lost: the pieces stay, and every word knows its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from models.attention import Float
from models.encoded import Encoded, Token

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Word:
    """What is shown as one: the positions of its pieces, in order, and how it is written.

    ``label`` is the sentence's own spelling, accents and joined emoji whole; of a token that is no
    text it is the token's label. ``token`` stands for the first piece; ``span`` holds the word's
    characters, None where they are not known.
    """

    pieces: tuple[int, ...]
    label: str
    token: Token
    span: tuple[int, int] | None = None

    @property
    def first(self) -> int:
        """The position of the first piece."""
        return self.pieces[0]


@dataclass(frozen=True, eq=False)
class Words:
    """The words of one input, in the order of their first pieces; N tokens make W words."""

    words: tuple[Word, ...]
    count: int

    @cached_property
    def word_of(self) -> NDArray[np.intp]:
        """The word of every token: [N]."""
        places = np.zeros(self.count, dtype=np.intp)
        for i, word in enumerate(self.words):
            places[list(word.pieces)] = i
        return places

    @property
    def merges(self) -> bool:
        """Whether any word has more than one piece."""
        return len(self.words) < self.count

    def row(self, row: Float) -> Float:
        """Return weights on tokens [..., N] as weights on words [..., W]: sums over pieces."""
        order, starts = self._order
        return np.asarray(np.add.reduceat(row[..., order], starts, axis=-1), dtype=row.dtype)

    def column(self, column: Float) -> Float:
        """Return weights from tokens [..., N] as weights from words [..., W]: means over pieces."""
        return np.asarray(self.row(column) / self._sizes, dtype=column.dtype)

    def matrix(self, weights: Float) -> Float:
        """Return weights [..., N, N] between words [..., W, W]."""
        return np.swapaxes(self.column(np.swapaxes(self.row(weights), -1, -2)), -1, -2)

    def query_row(self, weights: Float, word: int) -> Float:
        """Return the row [..., W] of ``word`` from the rows [..., N, N] of all tokens."""
        pieces = list(self.words[word].pieces)
        return np.asarray(self.row(weights[..., pieces, :].mean(axis=-2)), dtype=weights.dtype)

    @cached_property
    def _sizes(self) -> Float:
        return np.array([len(word.pieces) for word in self.words], dtype=np.float32)

    @cached_property
    def _order(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The tokens word by word, and where each word begins among them."""
        starts = np.cumsum([0, *(len(word.pieces) for word in self.words)])[:-1]
        order = [piece for word in self.words for piece in word.pieces]
        return np.array(order, dtype=np.intp), starts


def words_in(encoded: Encoded) -> Words:
    """Return the words of ``encoded``; special tokens, padding and patches stay alone."""
    groups: dict[object, list[int]] = {}
    for i, token in enumerate(encoded.tokens):
        alone = token.kind != "text" or token.word is None
        groups.setdefault(i if alone else (token.segment, token.word), []).append(i)
    words = tuple(_word(encoded, pieces) for pieces in groups.values())
    return Words(words, len(encoded.tokens))


def _word(encoded: Encoded, pieces: Sequence[int]) -> Word:
    tokens = [encoded.tokens[i] for i in pieces]
    spans = [t.span for t in tokens if t.span is not None]
    if len(pieces) == 1 or len(spans) < len(pieces):
        label = tokens[0].label if len(pieces) == 1 else "".join(t.label for t in tokens)
        return Word(tuple(pieces), label, tokens[0], tokens[0].span)
    text = (encoded.pair or "") if tokens[0].segment else encoded.text
    span = min(s[0] for s in spans), max(s[1] for s in spans)
    label = text[slice(*span)].strip()
    return Word(tuple(pieces), label or tokens[0].label, tokens[0], span)
