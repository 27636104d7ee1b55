"""Vectors: one per token (the last hidden state), or one for the whole input (an embedding)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Final

import numpy as np

from models.encoded import Array, Token
from models.i18n import mark, tr
from models.outputs.base import Double, Output, Table, source
from models.outputs.facts import Facts

_STATES: Final = ("last_hidden_state", "hidden_states", "token_embeddings", "sequence_output")
_VECTORS: Final = ("embed", "pool", "feature")
_BARE: Final = "Model"
_VECTOR_RANK, _STATES_RANK = 2, 3


@dataclass(frozen=True, eq=False, kw_only=True)
class TokenStates(Output):
    """One vector per token: ``states`` [N, D]. ``tokens`` [N], empty where they do not match.

    Models that merge tokens on their way (Swin) end with fewer vectors than tokens.
    """

    kind: ClassVar[str] = "states"
    states: Array
    tokens: tuple[Token, ...]
    _asked: dict[int, Double] = field(default_factory=dict, init=False, repr=False)

    @property
    def title(self) -> str:
        """What people call it."""
        last = "last" in self.name.lower()
        return mark("Last hidden state") if last else mark("One vector per token")

    @cached_property
    def norms(self) -> Double:
        """Return the Euclidean length of every vector: [N]."""
        return np.asarray(np.linalg.norm(self.states.astype(np.float64), axis=1))

    @property
    def remark(self) -> str:
        """One sentence on how to read it."""
        count, size = self.states.shape
        return tr(
            "{count} vectors of {size} numbers; the norm is a vector's length.",
            count=count,
            size=size,
        )

    def table(self, top: int | None = None) -> Table:  # noqa: ARG002  # nothing is ranked
        """Return a line per vector: its norm."""
        labels = [token.label for token in self.tokens] or [""] * len(self.states)
        pairs = zip(labels, self.norms.tolist(), strict=True)
        rows = tuple((i, label, norm) for i, (label, norm) in enumerate(pairs))
        return Table(("position", "token", "norm"), rows)

    def cosines(self, position: int) -> Double:
        """Return the cosine of every vector with the one at ``position``: [N].

        a·b / (‖a‖ ‖b‖); NaN for a vector of length zero, which has no direction. The last
        answer is kept: several views ask for the same.
        """
        if position in self._asked:
            return self._asked[position]
        states = self.states.astype(np.float64)
        lengths = self.norms * self.norms[position]
        dots = states @ states[position]
        cosines: Double = np.full(len(states), np.nan)
        np.divide(dots, lengths, out=cosines, where=lengths > 0)
        self._asked.clear()
        self._asked[position] = cosines
        return cosines


@dataclass(frozen=True, eq=False, kw_only=True)
class Vector(Output):
    """One vector for the whole input: ``values`` [D]."""

    kind: ClassVar[str] = "vector"
    values: Array

    @property
    def title(self) -> str:
        """What people call it."""
        lowered = self.name.lower()
        if "pool" in lowered:
            return mark("Pooled vector")
        if "embed" not in lowered:
            return mark("One vector")
        return mark("Image embedding") if "image" in lowered else mark("Embedding")

    @cached_property
    def norm(self) -> float:
        """The Euclidean length of the vector."""
        return float(np.linalg.norm(self.values.astype(np.float64)))

    @property
    def remark(self) -> str:
        """One sentence on how to read it."""
        return tr("One vector of {size} numbers for the whole input.", size=len(self.values))

    def table(self, top: int | None = None) -> Table:  # noqa: ARG002  # nothing is ranked
        """Return a line per number."""
        rows = tuple((i, float(value)) for i, value in enumerate(self.values))
        return Table(("dimension", "value"), rows)


def names_a_vector(name: str) -> bool:
    """Whether an output called ``name`` is a vector for the whole input, or one per token."""
    lowered = name.lower()
    return any(word in lowered for word in (*_STATES, *_VECTORS))


def read_states(name: str, array: Array, facts: Facts) -> Output | None:
    """Return ``array`` [1, N, D] as one vector per token, None when it is something else."""
    if array.ndim != _STATES_RANK or array.shape[0] != 1 or array.dtype.kind != "f":
        return None
    named = any(word in name.lower() for word in _STATES)
    matching = array.shape[1] == facts.count
    if not named and not (matching and array.shape[2] in facts.widths):
        return None
    tokens = facts.encoded.tokens if matching else ()
    return TokenStates(**source(name, array), states=array[0], tokens=tokens)


def read_vector(name: str, array: Array, facts: Facts) -> Output | None:
    """Return ``array`` [1, D] as one vector for the whole input, None when it is something else.

    Its name says so, or its length is one that vectors have in this model.
    """
    if array.ndim != _VECTOR_RANK or array.shape[0] != 1 or array.dtype.kind != "f":
        return None
    if not names_a_vector(name) and array.shape[1] not in facts.widths:
        return None
    return Vector(**source(name, array), values=array[0])
