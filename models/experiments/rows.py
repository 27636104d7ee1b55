"""Does this arrow matter? One row is changed and the model run on; how far does the output move?

Uniform and permuted rows, and the search for a very different row that changes the output by less
than ε, are the experiments of Jain & Wallace 2019, "Attention is not Explanation"
(arXiv:1902.10186), sections 4.2.1 and 4.2.2. Wiegreffe & Pinter 2019, "Attention is not not
Explanation" (arXiv:1908.04626), answer that another row that gives the same output does not show
that the model's own row says nothing. Both are about one attention layer over recurrent encoders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from models.attention import Float
from models.differences import localised, power_of_ten
from models.encoded import Encoded
from models.experiments.distances import jensen_shannon, total_variation
from models.experiments.drift import Drift
from models.experiments.laboratory import Laboratory, Progress
from models.experiments.placing import Placing
from models.experiments.recipe import Recipe, ReplaceRow
from models.experiments.results import Base
from models.experiments.settling import new_row, settings_of
from models.graph.instruments.block import Kind
from models.i18n import mark, tr
from models.runtime import Cancel

_PERMUTATIONS = 8
_ONE_HOT = 24
_HALVINGS = 7
_SENTENCES = {
    "jensen_shannon": mark(
        "The row moved by {row} and the predicted probabilities by {output} "
        "(Jensen–Shannon, from 0 to 0.693)."
    ),
    "cosine": mark(
        "The row moved by {row} (Jensen–Shannon, from 0 to 0.693) and the output's vectors by "
        "{output} (1 − cosine, from 0 to 2)."
    ),
    "relative_l2": mark(
        "The row moved by {row} (Jensen–Shannon, from 0 to 0.693) and the output by {output} "
        "of its own length (relative L2)."
    ),
}


@dataclass(frozen=True, eq=False)
class RowChange:
    """One row changed: ``before`` and ``after`` [M], how far it moved and how far the output did.

    ``row_divergence`` is Jensen–Shannon in nats, of rows brought to sum 1; ``row_variation`` is
    total variation. ``passes`` counts the runs that were made to find it.
    """

    row: ReplaceRow
    before: Float
    after: Float
    row_divergence: float
    row_variation: float
    drift: Drift
    passes: int = 1

    @property
    def sentence(self) -> str:
        """How far the output moved against how far the row did, in the language in force."""
        return tr(
            _SENTENCES[self.drift.measure],
            row=localised(power_of_ten(f"{self.row_divergence:.3g}")),
            output=localised(power_of_ten(f"{self.drift.value:.3g}")),
        )


@dataclass(frozen=True, eq=False)
class RowSearch:
    """The most different row found whose drift stays within ``epsilon``; None where none did.

    ``tried`` are all rows that were run, in order.
    """

    epsilon: float
    best: RowChange | None
    tried: tuple[RowChange, ...]


def change_row(
    laboratory: Laboratory,
    encoded: Encoded,
    row: ReplaceRow,
    *,
    seed: int = 0,
    cancel: Cancel | None = None,
) -> RowChange:
    """Replace one row, run the model on and return how far row and output moved.

    Raises InputError for a row that is not there, InstrumentError where the layer does not allow
    it, and as ``Laboratory.run`` does.
    """
    base = laboratory.base(encoded, cancel=cancel)
    return _changed(laboratory, base, row, seed, cancel)


def find_different_row(
    laboratory: Laboratory,
    encoded: Encoded,
    place: tuple[int, int, int],
    *,
    epsilon: float,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> RowSearch:
    """Search a row as different as possible that moves the output by at most ``epsilon``.

    ``place`` is (layer, head, token), each from 0. Tried are the uniform row, permutations, and
    all weight on one key; the most different that went too far are then mixed with the model's
    own row, the share halved until the output stays within ``epsilon``. The best found is a lower
    bound: a search without gradients proves nothing about rows it did not try.
    """
    base = laboratory.base(encoded, cancel=cancel)
    before = _before(base, ReplaceRow(*place, weights="uniform"))
    candidates = list(_candidates(base, place, before, seed))
    most = len(candidates) + _HALVINGS
    tried: list[RowChange] = []

    def attempt(weights: Float) -> RowChange:
        row = ReplaceRow(*place, weights=tuple(float(x) for x in weights))
        tried.append(_changed(laboratory, base, row, seed, cancel))
        if progress is not None:
            progress(len(tried), most)
        return tried[-1]

    for weights in candidates:
        attempt(weights)
    within = [one for one in tried if one.drift.value <= epsilon]
    best = max(within, key=lambda one: one.row_divergence, default=None)
    if best is None or best.row_divergence < max(one.row_divergence for one in tried):
        far = min(tried, key=lambda one: one.drift.value / max(one.row_divergence, 1e-12))
        best = _mixed(before, far, best, epsilon, attempt)
    if progress is not None:
        progress(most, most)
    found = None if best is None else replace(best, passes=len(tried))
    return RowSearch(epsilon, found, tuple(tried))


def _mixed(
    before: Float,
    far: RowChange,
    best: RowChange | None,
    epsilon: float,
    attempt: Callable[[Float], RowChange],
) -> RowChange | None:
    """Return the best mix of the model's own row with one that went too far, by halving."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        share = (low + high) / 2
        one = attempt(np.asarray((1 - share) * before + share * far.after, np.float32))
        if one.drift.value <= epsilon:
            low = share
            if best is None or one.row_divergence > best.row_divergence:
                best = one
        else:
            high = share
    return best


def _candidates(
    base: Base, place: tuple[int, int, int], before: Float, seed: int
) -> Iterator[Float]:
    layer, head, token = place
    placing = Placing(base.ground.layers[layer], len(base.record.tokens))
    window, query = placing.queries(token)[0]
    entry = window * placing.heads + head
    yield new_row(
        placing, ReplaceRow(layer, head, token, "uniform"), entry=entry, query=query, seed=seed
    )
    shuffled = ReplaceRow(layer, head, token, "permuted")
    for i in range(_PERMUTATIONS):
        yield new_row(placing, shuffled, entry=entry, query=query, seed=seed + i)
    seen = np.flatnonzero(placing.seen(entry, query))
    for key in seen[np.argsort(before[seen], kind="stable")][:_ONE_HOT]:
        alone = np.zeros(before.size, np.float32)
        alone[key] = 1
        yield alone


def _changed(
    laboratory: Laboratory, base: Base, row: ReplaceRow, seed: int, cancel: Cancel | None
) -> RowChange:
    settings = settings_of(
        Recipe(replace_rows=(row,), seed=seed), base.ground.layers, base.record.tokens
    )
    structure: dict[int, frozenset[Kind]] = {row.layer: frozenset({"weights"})}
    outputs = laboratory.play(base, settings, structure=structure, cancel=cancel)
    drift = laboratory.drift(base, outputs)
    if drift is None:
        raise TypeError("a model without numeric outputs cannot be compared")
    before = _before(base, row)
    placing = Placing(base.ground.layers[row.layer], len(base.record.tokens))
    window, query = placing.queries(row.token)[0]
    entry = window * placing.heads + row.head
    after = new_row(placing, row, entry=entry, query=query, seed=seed)
    shares = [_as_shares(x) for x in (before, after)]
    return RowChange(
        row,
        before,
        after,
        float(jensen_shannon(shares[0], shares[1])),
        float(total_variation(shares[0], shares[1])),
        drift,
    )


def _before(base: Base, row: ReplaceRow) -> Float:
    settings_of(Recipe(replace_rows=(row,)), base.ground.layers, base.record.tokens)  # checks it
    placing = Placing(base.ground.layers[row.layer], len(base.record.tokens))
    window, query = placing.queries(row.token)[0]
    return placing.row(window * placing.heads + row.head, query)


def _as_shares(row: Float) -> Float:
    """Return a row brought to sum 1, negative weights counted by their size."""
    sizes = np.abs(row)
    total = float(sizes.sum(dtype=np.float64))
    shares = sizes / total if total else np.full(sizes.size, 1 / sizes.size)
    return np.asarray(shares, np.float32)
