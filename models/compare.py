"""Two runs beside each other: words aligned, and where they align, the difference of weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from models.attention import Float
from models.compare_photos import Pairs, Placed, placed_in
from models.counting import Direction, Row
from models.encoded import Encoded
from models.errors import InputError
from models.i18n import mark
from models.record import Layer, Record
from models.runtime import Cancel
from models.windowed import spread
from models.word_merging import Words, words_in


@dataclass(frozen=True, eq=False)
class Side:
    """What is compared: a record, one of its layers from 0, and heads (none: all of them).

    ``numbers`` is the layer seen through a measure, where not the weights are compared; of a text
    between words, where a word has several pieces (``models.flow.word_measured``).
    """

    record: Record
    layer: int
    heads: tuple[int, ...] = ()
    numbers: Layer | None = None


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two sides between words (patches on photos), weights [W, W] each, and which words match.

    ``pairs`` holds (word of a, word of b) in order; ``difference`` [P, P] is a − b between them.
    ``placed`` says which photo was found to be a part of the other, and where.
    """

    a: Side
    b: Side
    words_a: Words
    words_b: Words
    weights_a: Float
    weights_b: Float
    pairs: Pairs
    difference: Float
    placed: Placed | None = None

    @property
    def limit(self) -> float:
        """The largest |a − b|: both ends of the colours of the difference; 0 without any."""
        finite = self.difference[np.isfinite(self.difference)]
        return float(np.abs(finite).max(initial=0.0))

    @property
    def largest(self) -> float:
        """The largest weight of both sides: where the colours of both end."""
        both = [x[np.isfinite(x)].max(initial=0.0) for x in (self.weights_a, self.weights_b)]
        return float(max(both))

    def b_of(self, word: int) -> int | None:
        """Return the word of b that matches a word of a, None without one."""
        return dict(self.pairs).get(word)

    def a_of(self, word: int) -> int | None:
        """Return the word of a that matches a word of b, None without one."""
        return {b: a for a, b in self.pairs}.get(word)

    def rows(self, word: int, direction: Direction) -> Rows:
        """Return the row or column of a word of a, beside that of the word of b that matches."""
        a, there = Row(word, direction).of(self.weights_a), self.b_of(word)
        special = self.a.record.encoded.special
        if there is None:
            return Rows(a, None, None, there, float(np.nanmax(a[~special], initial=0.0)), 0.0)
        b = Row(there, direction).of(self.weights_b)
        ours, theirs = ([pair[i] for pair in self.pairs] for i in (0, 1))
        apart = np.full_like(a, np.nan)
        apart[ours] = a[ours] - b[theirs]
        both = (a[~special], b[~self.b.record.encoded.special])
        largest = max(float(np.nanmax(row, initial=0.0)) for row in both)
        limit = float(np.nanmax(np.abs(apart[~special]), initial=0.0))
        return Rows(a, b, apart, there, largest, limit)


@dataclass(frozen=True, eq=False)
class Rows:
    """Of photos: what a patch of a and the patch ``there`` of b look at, or are looked at by.

    ``apart`` [N] is a − b on the patches of a, NaN where b has none. ``b`` and ``apart`` are None
    where no patch of b matches. ``largest`` and ``limit`` are those of ``Comparison``, special
    tokens left out.
    """

    a: Float
    b: Float | None
    apart: Float | None
    there: int | None
    largest: float
    limit: float


def compare(a: Side, b: Side, *, cancel: Cancel | None = None) -> Comparison:
    """Return both sides' weights between words, and their difference where words align.

    Raises InputError where a layer's rows are not those of the tokens, or photos have patches of
    different numbers and neither is a part of the other; CancelledError.
    """
    words_a, words_b = words_in(a.record.encoded), words_in(b.record.encoded)
    weights_a, weights_b = (_weights(side, words) for side, words in ((a, words_a), (b, words_b)))
    placed = placed_in(a.record.encoded, b.record.encoded, cancel=cancel)
    pairs = placed.pairs if placed is not None else aligned(a.record.encoded, b.record.encoded)
    ours, theirs = ([pair[i] for pair in pairs] for i in (0, 1))
    difference = weights_a[np.ix_(ours, ours)] - weights_b[np.ix_(theirs, theirs)]
    return Comparison(a, b, words_a, words_b, weights_a, weights_b, pairs, difference, placed)


def aligned(a: Encoded, b: Encoded) -> Pairs:
    """Return which words of ``a`` are which of ``b``: pairs of their numbers, in order.

    Words align where they are spelt alike, case apart, in the longest runs that keep their order
    (Ratcliff and Obershelp's matching, ``difflib``). Patches align by their place in the grid;
    ``models.compare_photos.placed_in`` aligns them by their place in the photo.
    """
    if a.modality == "image" or b.modality == "image":
        return _by_place(a, b)
    one, other = (_spelt(words_in(x), x) for x in (a, b))
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return tuple(
        (block.a + i, block.b + i)
        for block in matcher.get_matching_blocks()
        for i in range(block.size)
    )


def _spelt(words: Words, encoded: Encoded) -> list[tuple[str, str, int]]:
    """Return what makes two words alike: spelling, kind, and padding never."""
    return [
        (
            word.label.casefold(),
            word.token.kind,
            word.first if encoded.tokens[word.first].kind == "padding" else -1,
        )
        for word in words.words
    ]


def _by_place(a: Encoded, b: Encoded) -> Pairs:
    if a.grid is None or b.grid is None or a.modality != b.modality:
        raise InputError(mark("A photo can only be compared with a photo."))
    if (a.grid.rows, a.grid.columns) != (b.grid.rows, b.grid.columns):
        raise InputError(
            mark("These photos are cut into {one} and {other} patches, which do not match."),
            hint=mark("Choose the same size for both."),
            one=a.grid.rows * a.grid.columns,
            other=b.grid.rows * b.grid.columns,
        )
    there: dict[tuple[str, object], int] = {
        (token.kind, token.cell or token.label): i for i, token in enumerate(b.tokens)
    }
    found = ((i, there.get((t.kind, t.cell or t.label))) for i, t in enumerate(a.tokens))
    return tuple((i, j) for i, j in found if j is not None)


def _weights(side: Side, words: Words) -> Float:
    """Return what counts between words [W, W]; pieces merge as ``models.word_merging`` says."""
    layer, count = spread(side.record.layers[side.layer]), len(side.record.tokens)
    if not layer.follows(count):
        raise InputError(
            mark("Layer {layer} does not attend from every token to every token."),
            hint=mark("Choose another layer to compare."),
            layer=side.layer + 1,
        )
    numbers = layer if side.numbers is None else side.numbers
    found = numbers.mean_weights(heads_in(side.heads, layer.heads))
    return words.matrix(found) if len(found) == count else found


def heads_in(heads: Sequence[int], count: int) -> tuple[int, ...]:
    """Return those of ``heads`` that exist, all of ``count`` without any."""
    return tuple(head for head in heads if head < count) or tuple(range(count))
