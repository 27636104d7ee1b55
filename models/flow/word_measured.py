"""What counts, between words: what each word adds is merged first and measured then.

The vectors that the pieces of a key word add are summed before any length or angle is taken,
since ‖a + b‖ is not ‖a‖ + ‖b‖; a query word's row is the mean of its pieces' rows. For weights and
rollout this is Clark et al. 2019 (arXiv:1906.04341), section 4.1: sums over keys, means over
queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from models.attention import Float
from models.counting import WHOLE_LAYER, Asked
from models.flow.filling import Progress, alike, check_size, filled, finished, taken
from models.flow.measured_layers import Shares
from models.flow.norms import Double, mixing, summed_lengths
from models.graph.block import float32
from models.record import Layer
from models.runtime import Cancel
from models.word_layers import WordRecord

if TYPE_CHECKING:
    from models.flow.flow import LayerFlow
    from models.flow.measured import Measurer

_Scaled = Callable[[Double], Double]

_ONE_THREAD: Final = 1 << 18  # products that BLAS makes alone; waking threads takes far longer


class WordMeasurer:
    """Measures a record between words; ``pieces`` measures what lies beneath.

    ``record`` and every index here count words. Errors are those of ``pieces``.
    """

    def __init__(self, pieces: Measurer, merged: WordRecord) -> None:
        self.record = merged.record
        self._pieces, self._words = pieces, merged.words
        self._turned: dict[tuple[int, int], Float] = {}

    def seen(self, asked: Asked) -> Shares:  # noqa: ARG002  # these are words already
        """Return this."""
        return self

    @property
    def nbytes(self) -> int:
        """How much memory is taken by what is kept beside what lies beneath."""
        return sum(row.nbytes for row in list(self._turned.values()))

    def prepare(self, asked: Asked, *, cancel: Cancel | None = None) -> None:
        """Get ready for every layer at once."""
        self._pieces.prepare(asked, cancel=cancel)

    def layer(self, index: int) -> Layer:
        """Return a layer between words, by weights."""
        return self.record.layers[index]

    def row(self, asked: Asked, word: int, *, cancel: Cancel | None = None) -> Float:
        """Return the shares of every key word for the query word: [W]."""
        rows = [
            finished(asked, self._rows(asked, i, i + 1, cancel), self._special)[0]
            for i in self._words.words[word].pieces
        ]
        return float32(np.mean(rows, axis=0))

    def matrix(
        self,
        asked: Asked,
        *,
        cancel: Cancel | None = None,
        progress: Progress | None = None,
    ) -> Float:
        """Return the shares of every key word for every query word: [W, W]."""
        count = self._words.count
        check_size(count, count)  # numbers between pieces lie behind a map of words

        rows = partial(self._rows, asked, cancel=cancel)
        shape = (count, len(self._words.words))
        found = filled(asked, rows, shape, self._special, cancel=cancel, progress=progress)
        return self._queries(found)

    def column(
        self,
        asked: Asked,
        word: int,
        *,
        cancel: Cancel | None = None,
        progress: Progress | None = None,
    ) -> Float:
        """Return the share that every query word takes from ``word``: [W]."""
        rows = partial(self._rows, asked, cancel=cancel)
        shape = self._words.count, self._words.count
        found = taken(asked, rows, shape, self._special, key=word, cancel=cancel, progress=progress)
        return self._queries(found)[:, 0]

    def each_head(
        self, asked: Asked, heads: slice, queries: slice, *, cancel: Cancel | None = None
    ) -> Float:
        """Return the shares of every head by itself: [heads, query words, W]."""
        every = range(len(self._words.words))
        words, count = every[queries], len(range(self.layer(asked.layer).heads)[heads])
        if asked.measure in WHOLE_LAYER:
            return alike(self, asked, heads=count, queries=words, of=every, cancel=cancel)
        layer = self._pieces.layer(asked.layer)
        kernel = None
        if asked.measure == "output":
            kernel = self._pieces.flow(asked.layer, cancel=cancel).kernel[heads]
        found = np.empty((count, len(words), len(every)), np.float32)
        for place, word in enumerate(words):
            if cancel is not None:
                cancel.check()
            rows = np.stack([_piece(layer, heads, i) for i in self._words.words[word].pieces], 1)
            if asked.measure == "weight":
                merged = self._words.row(rows)
            else:
                merged = self._per_head(rows, layer.value[heads], kernel)
            found[:, place] = finished(asked, merged, self._special).mean(axis=1)
        return found

    def mixing_ratio_of(self, layer: int, word: int, *, cancel: Cancel | None = None) -> float:
        """Return how much of a word comes from other words: the mean of its pieces' ratios."""
        ratios = [self._mixed(layer, i, i + 1, cancel)[1] for i in self._words.words[word].pieces]
        return float(np.mean(ratios))

    # -- inside: rows of pieces [n, W], not yet shares

    def _rows(self, asked: Asked, start: int, stop: int, cancel: Cancel | None) -> Float:
        with self._pieces.lock:
            if asked.measure in {"weight", "rollout"}:
                return self._words.row(self._pieces.rows(asked, start, stop, cancel))
            if asked.measure == "zeroing":
                return np.stack([self._turn(asked.layer, i, cancel) for i in range(start, stop)])
            if asked.measure == "mixing":
                return self._mixed(asked.layer, start, stop, cancel)[0]
            layer = self._pieces.layer(asked.layer)
            weights = layer.block(heads=slice(None), queries=slice(start, stop))
            heads = list(asked.heads or range(layer.heads))
            if asked.measure == "value":
                merged = self._per_head(weights[heads], layer.value[heads], None)
                return float32(merged.mean(axis=0))
            return self._added(asked, weights, heads, cancel)

    def _per_head(self, weights: Float, values: Float, kernel: Float | None) -> Float:
        """Return ‖Σ_j α_ij·v_j‖ of each head, j in a word, v·W_O with a kernel: [h, n, W]."""
        found = np.empty((*weights.shape[:2], len(self._words.words)), np.float64)
        for number, word in enumerate(self._words.words):
            pieces = list(word.pieces)
            vectors = weights[:, :, pieces].astype(np.float64) @ values[:, pieces]
            if kernel is not None:
                vectors = vectors @ kernel.astype(np.float64)
            found[:, :, number] = np.linalg.norm(vectors, axis=-1)
        return float32(found)

    def _added(
        self, asked: Asked, weights: Float, heads: list[int], cancel: Cancel | None
    ) -> Float:
        """Return ‖Σ_j Σ_h α_ij^h·v_j^h·W_O^h‖ over ``heads``, j in a word: [n, W]."""
        layer = self._pieces.layer(asked.layer)
        kernel = (
            self._pieces.flow(asked.layer, cancel=cancel)
            .kernel[heads]
            .astype(np.float64, order="C")
        )
        grams = self._pieces.products("output", asked.layer, cancel)
        words, places = self._alone
        found = np.empty((weights.shape[1], len(self._words.words)), np.float64)
        found[:, words] = summed_lengths(weights[:, :, places], grams[places], heads=heads)
        for word, pieces in self._several(cancel):
            added = _sum_of(weights[heads], layer.value[heads], kernel, pieces)
            found[:, word] = np.linalg.norm(added, axis=-1)
        return float32(found)

    def _mixed(
        self, index: int, start: int, stop: int, cancel: Cancel | None
    ) -> tuple[Float, Float]:
        """Return the lengths of what each word adds [n, W], and mixing ratios [n]; see ``mixing``.

        A query's own word holds the residual too.
        """
        flow, layer = self._pieces.flow(index, cancel=cancel), self._pieces.layer(index)
        grams = self._pieces.products("mixing", index, cancel)
        one_by_one, ratios = mixing(layer, flow, grams, start=start, stop=stop)
        rows = np.arange(start, start + len(ratios))
        scaling, residual = _scaled_by(flow, rows)
        weights = layer.block(heads=slice(None), queries=slice(start, stop))
        kernel, everything = (
            flow.kernel.astype(np.float64, order="C"),
            flow.output[rows] - flow.bias,
        )
        words, places = self._alone
        found = np.empty((len(rows), len(self._words.words)), np.float64)
        found[:, words] = one_by_one[:, places]
        for word, pieces in self._several(cancel):
            own = self._words.word_of[rows] == word
            added = _sum_of(weights, layer.value, kernel, pieces)
            vectors = scaling(added) + np.where(own[:, None], residual, 0)
            found[:, word] = np.linalg.norm(vectors, axis=-1)
            others, kept = np.linalg.norm(scaling(everything - added), axis=-1), found[:, word]
            ratios = np.where(own, others / np.maximum(others + kept, 1e-30), ratios)
        return float32(found), float32(ratios)

    def _turn(self, index: int, token: int, cancel: Cancel | None) -> Float:
        """Return one row of value zeroing, every piece of a word zeroed at once: [W]."""
        if (index, token) not in self._turned:
            zeroing = self._pieces.zeroing(index, cancel)
            rows = zeroing.row(token, merge=self._merge, cancel=cancel)
            self._turned[index, token] = rows[: len(self._words.words)]
        return self._turned[index, token]

    def _merge(self, added: Float) -> Float:
        """Return what keys add [M, hidden] as what words add: sums, and nothing below them.

        The rest of the layer is cut out for as many rows as there are tokens.
        """
        found = np.zeros_like(added)
        found[: len(self._words.words)] = self._words.row(added.T).T
        return found

    @property
    def _special(self) -> NDArray[np.bool_]:
        return self.record.encoded.special

    def _queries(self, rows: Float) -> Float:
        """Return rows of pieces [N, W] as rows of words [W, W]: means."""
        return np.ascontiguousarray(self._words.column(rows.T).T)

    @cached_property
    def _alone(self) -> tuple[list[int], list[int]]:
        """The words of one piece, and the pieces that they are."""
        found = [(i, word.first) for i, word in enumerate(self._words.words) if not word.pieces[1:]]
        return [word for word, _ in found], [piece for _, piece in found]

    def _several(self, cancel: Cancel | None) -> Iterator[tuple[int, list[int]]]:
        """Yield the words of several pieces, and their pieces."""
        for number, word in enumerate(self._words.words):
            if word.pieces[1:]:
                if cancel is not None:
                    cancel.check()
                yield number, list(word.pieces)


def _piece(layer: Layer, heads: slice, token: int) -> Float:
    return layer.block(heads=heads, queries=slice(token, token + 1))[:, 0]


def _sum_of(weights: Float, values: Float, kernel: Double, pieces: list[int]) -> Double:
    """Return Σ_j Σ_h α_ij^h·v_j^h·W_O^h over ``pieces`` j: [n, hidden].

    ``weights`` [H, n, M], ``values`` [H, M, dv] and ``kernel`` [H, dv, hidden] of the same heads.
    """
    vectors = values[:, pieces].astype(np.float64) @ kernel
    alpha = weights[:, :, pieces].transpose(1, 0, 2).astype(np.float64)
    flat, table = alpha.reshape(len(alpha), -1), vectors.reshape(-1, vectors.shape[2])
    step = max(1, _ONE_THREAD // table.size)
    return np.concatenate([flat[i : i + step] @ table for i in range(0, len(flat), step)])


def _scaled_by(flow: LayerFlow, rows: NDArray[np.intp]) -> tuple[_Scaled, Double]:
    """Return what the layer's norm makes of a part, and of the residual: [n, hidden]."""
    total, given = flow.total(), flow.residual
    assert total is not None  # noqa: S101  # mixing() needed both
    assert given is not None  # noqa: S101
    came, norm = given[rows].astype(np.float64), flow.inner or flow.after
    if norm is None:
        return lambda part: part, came
    deviation = norm.deviation(flow.output[rows] if flow.inner is not None else total[rows])

    def scaled(part: Double) -> Double:
        return np.asarray(norm.part(part) / deviation, np.float64)

    return scaled, came if flow.inner is not None else scaled(came)
