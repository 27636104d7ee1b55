"""What can count as attention, and how to ask for it: light words, without the numbers.

``models.flow.measured`` computes them; docs/measures.md has the formulas and papers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np

from models.attention import Float
from models.i18n import mark, tr

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray

Measure = Literal["weight", "value", "output", "mixing", "rollout", "zeroing"]
Direction = Literal["from", "to"]
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
DIRECTIONS: Final[tuple[Direction, ...]] = get_args(Direction)
# These look at the layer as a whole: the choice of heads changes nothing.
WHOLE_LAYER: Final[frozenset[Measure]] = frozenset({"mixing", "rollout", "zeroing"})
# These need a second run, with what passes between layers tapped.
SECOND_RUN: Final[frozenset[Measure]] = frozenset({"output", "mixing", "zeroing"})

_NAMES: Final[dict[Measure, str]] = {
    "weight": mark("weight α"),
    "value": mark("value-weighted |αv|"),
    "output": mark("output-weighted |αvW|"),
    "mixing": mark("mixing with residual"),
    "rollout": mark("rollout"),
    "zeroing": mark("value zeroing"),
}
_LONG_NAMES: Final[dict[Measure, str]] = {
    "weight": mark("attention weight"),
    "value": mark("share of |αv|"),
    "output": mark("share of |αvW|"),
    "mixing": mark("share of the mix with the residual"),
    "rollout": mark("attention rollout"),
    "zeroing": mark("share of value zeroing"),
}
_SAID: Final[dict[Measure, str]] = {
    "weight": mark(
        "Weight α = softmax(q·k·scale): how the query divides its attention. "
        "Vaswani et al. 2017, equation 1."
    ),
    "value": mark(
        "Length of weight times value, as a share of the row: a key with a short value adds "
        "little, whatever its weight. Kobayashi et al. 2020."
    ),
    "output": mark(
        "Length of Σ α·v·W_O over the heads shown, as a share of the row: what each key really "
        "adds to the layer. Kobayashi et al. 2020, arXiv:2004.10102."
    ),
    "mixing": mark(
        "The same with the residual connection and, after it, the LayerNorm: all heads; most is "
        "usually the token itself. Kobayashi et al. 2021, arXiv:2109.07152."
    ),
    "rollout": mark(
        "Â = ½Ā + ½I multiplied over all layers up to this one: which inputs reach the token if "
        "attention only mixed. All heads. Abnar & Zuidema 2020, arXiv:2005.00928."
    ),
    "zeroing": mark(
        "1 − cosine between the layer's output and the same with the key's value set to zero, as "
        "a share of the row. All heads. Mohebbi et al. 2023, arXiv:2301.12971."
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which numbers: a measure, a layer from 0, heads (empty for all), and special tokens.

    ``hide_special`` takes special tokens out as keys and divides the rest of each row by what is
    left. ``guarded`` keeps them from passing anything on in the rollout. ``words`` merges the
    pieces of each word; tokens then count words.
    """

    measure: Measure = "weight"
    layer: int = -1
    heads: tuple[int, ...] = ()
    hide_special: bool = False
    guarded: bool = False
    words: bool = False

    @property
    def fitted(self) -> Asked:
        """The same without what changes nothing for its measure."""
        heads = () if self.measure in WHOLE_LAYER else self.heads
        return replace(self, heads=heads, guarded=self.guarded and self.measure == "rollout")

    @property
    def plain(self) -> bool:
        """Whether the weights themselves are asked for."""
        return self.measure == "weight" and not self.hide_special

    @property
    def merged_weights(self) -> bool:
        """Whether the mean weights of a layer, words or not, give these numbers."""
        return self.measure == "weight" and not (self.hide_special and self.words)


@dataclass(frozen=True, slots=True)
class Row:
    """One token's row ("from" it) or column ("to" it)."""

    token: int
    direction: Direction = "from"

    def of(self, matrix: Float) -> Float:
        """Return this row or column of ``matrix`` [N, M]."""
        return matrix[self.token] if self.direction == "from" else matrix[:, self.token].copy()


def shares(rows: Float) -> Float:
    """Return rows [.., M] divided by their sums; a row of zeros stays one."""
    total = rows.sum(axis=-1, keepdims=True, dtype=np.float64)
    divided = np.divide(rows, total, out=np.zeros(rows.shape), where=total != 0)
    return np.asarray(divided, dtype=np.float32)


def hidden(rows: Float, special: NDArray[np.bool_]) -> Float:
    """Return rows [.., M] with special tokens at 0 and the rest divided by what is left."""
    if len(special) != rows.shape[-1]:
        return rows
    return shares(np.where(special, np.float32(0), rows))


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A key that gets much of the weight and little of the vector, or the other way round.

    ``weight`` and ``vector`` are shares of the row, from 0 to 1.
    """

    key: int
    weight: float
    vector: float


# A share of weight and a share of vector are worth a word when they are this far apart.
_FAR_APART: Final = 0.25


def disagreement(weights: Float, lengths: Float) -> Disagreement | None:
    """Return the key whose share of the weight is farthest from its share of the vector.

    ``weights`` [M] and ``lengths`` [M] of one query; None where no two shares are 25 percentage
    points apart. After Kobayashi et al. 2020, section 4: much weight on [SEP], little vector.
    """
    if not weights.size or not (np.isfinite(weights).all() and np.isfinite(lengths).all()):
        return None
    one, other = shares(weights), shares(lengths)
    gaps = np.abs(one - other)
    if gaps.max() < _FAR_APART:
        return None
    key = int(gaps.argmax())
    return Disagreement(key, float(one[key]), float(other[key]))


def short_name(measure: Measure) -> str:
    """Return what a list calls a measure."""
    return tr(_NAMES[measure])


def counted_name(asked: Asked) -> str:
    """Return the measure's name, and what is left out."""
    name = short_name(asked.measure)
    if asked.guarded:
        name = tr("{measure} past special tokens", measure=name)
    return tr("{measure}, special tokens hidden", measure=name) if asked.hide_special else name


def long_name(measure: Measure) -> str:
    """Return what a colour bar calls a measure."""
    return tr(_LONG_NAMES[measure])


def explained(measure: Measure) -> str:
    """Return the formula in words, and the paper."""
    return tr(_SAID[measure])
