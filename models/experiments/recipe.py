"""What an experiment changes: a recipe, which is a JSON document that can be saved and run again.

Layers and heads count from 1 in the document and from 0 in code; tokens from 0 in both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, get_args

Cell = tuple[int, int]
With = Literal["uniform", "permuted"]
Kind = Literal["heads", "occlusion", "row_search", "row_dropout", "faithfulness"]
Order = Literal["attention", "norm", "rollout", "occlusion", "random"]
STUDIES: Final[tuple[Kind, ...]] = get_args(Kind)
ORDERS: Final[tuple[Order, ...]] = get_args(Order)
MODELS_OWN: Final = -1.0  # a dropout rate that is the model's own


@dataclass(frozen=True, slots=True)
class Hide:
    """``token`` is hidden as a key: everywhere, in one ``layer``, or in one ``head`` of it."""

    token: int
    layer: int | None = None
    head: int | None = None


@dataclass(frozen=True, slots=True)
class ReplaceRow:
    """The row of ``token`` in one head becomes uniform, permuted, or the ``weights`` given."""

    layer: int
    head: int
    token: int
    weights: With | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """One arrow, from ``token`` to ``key`` in one head, gets weight 0.

    The rest of the row stays as it is, or with ``renormalise`` grows to sum 1 again.
    """

    layer: int
    head: int
    token: int
    key: int
    renormalise: bool = False


@dataclass(frozen=True, slots=True)
class Dropout:
    """Training mode: rates for attention weights and for hidden numbers, and how many passes.

    A rate of ``MODELS_OWN`` is the one config.json names, 0 where it names none.
    """

    attention: float = MODELS_OWN
    hidden: float = MODELS_OWN
    seed: int = 0
    passes: int = 1


@dataclass(frozen=True, slots=True)
class Study:
    """Many runs of the model as it is, to one end; see docs/experiments.md for each ``kind``."""

    kind: Kind
    layer: int | None = None
    head: int | None = None
    token: int | None = None
    without: Literal["zero", "mean"] = "zero"
    epsilon: float = 0.01
    rate: float = MODELS_OWN
    draws: int = 1000
    steps: int = 10
    orders: tuple[Order, ...] = ORDERS


@dataclass(frozen=True)
class Recipe:
    """Everything that is changed in one experiment; an empty recipe changes nothing.

    ``heads_off`` give nothing to their layer; ``heads_mean`` give the mean of what they give to
    all tokens in the base run. ``occlude`` are tokens put out of sight in the input: [MASK] for
    words, the mean colour for patches. ``seed`` is that of permuted rows. ``study`` looks at the
    model as it is, beside all that.
    """

    heads_off: tuple[Cell, ...] = ()
    heads_mean: tuple[Cell, ...] = ()
    hide_tokens: tuple[Hide, ...] = ()
    cut_arrows: tuple[Cut, ...] = ()
    replace_rows: tuple[ReplaceRow, ...] = ()
    occlude: tuple[int, ...] = ()
    dropout: Dropout | None = None
    study: Study | None = None
    seed: int = 0
    note: str = field(default="", compare=False)

    @property
    def empty(self) -> bool:
        """Whether it changes nothing."""
        every = (self.heads_off, self.heads_mean, self.hide_tokens, self.cut_arrows)
        return not any((*every, self.replace_rows, self.occlude, self.dropout))

    @property
    def passes(self) -> int:
        """How many times the model is run."""
        return 1 if self.dropout is None else self.dropout.passes
