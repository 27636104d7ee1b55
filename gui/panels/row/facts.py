"""What the row panel draws: one query's steps, and a few numbers derived from them once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from gui.state import Shown
from gui.views.words import safe_label
from models.attention import Float, RowParts
from models.encoded import Token
from models.row_table import RowTable, key_labels, row_table

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray

STRONGEST: Final = 5  # tokens with a colour of their own in the stacked contributions
CLOSE: Final = 1e-4  # relative: scales nearer than this to 1/√d are called ÷ √d


@dataclass(frozen=True, eq=False)
class RowFacts:
    """One row in one head: ``parts`` are the steps, ``shown`` says of what.

    ``mean`` [M] holds the weights averaged over the shown heads, None when only one is shown.
    """

    shown: Shown
    parts: RowParts
    labels: tuple[str, ...]
    mean: Float | None

    @property
    def position(self) -> int:
        """The query's position."""
        return 0 if self.shown.token is None else self.shown.token

    @property
    def query_label(self) -> str:
        """The query token, as people are shown it."""
        return safe_label(self.shown.record.tokens[self.position].label)

    def name(self, key: int) -> str:
        """Return a key's label, fit to show anywhere."""
        return safe_label(self.labels[key])

    @property
    def head(self) -> int:
        """The head whose steps these are."""
        return self.shown.inspected_head

    @property
    def count(self) -> int:
        """M: how many keys there are."""
        return len(self.labels)

    @property
    def previewed(self) -> bool:
        """Whether the row is that of a hovered token that is not pinned."""
        state = self.shown.state
        return state.hovered is not None and state.hovered != state.pinned

    def key_token(self, key: int) -> Token | None:
        """Return the key's token, None where keys are not the sequence's tokens."""
        tokens = self.shown.record.tokens
        return tokens[key] if len(tokens) == self.count else None

    @property
    def has_bias(self) -> bool:
        """Whether anything but zero is added to this row's scores."""
        return self.parts.bias is not None and bool(np.any(self.parts.bias))

    @property
    def usual_scale(self) -> bool:
        """Whether the model's scale is 1/√d."""
        usual = len(self.parts.query) ** -0.5
        return abs(self.parts.scale - usual) <= CLOSE * usual

    @cached_property
    def value_norms(self) -> Float:
        """|v| of every key: [M]."""
        return np.sqrt(np.einsum("md,md->m", self.parts.values, self.parts.values))

    @cached_property
    def contributions(self) -> Float:
        """Weight × |v| of every key: [M]."""
        return self.parts.weights * self.value_norms

    @cached_property
    def key_limit(self) -> float:
        """The largest size of any number in the query and the keys."""
        return max(largest(self.parts.query), largest(self.parts.keys))

    @cached_property
    def value_limit(self) -> float:
        """The largest size of any number in the values."""
        return largest(self.parts.values)

    @cached_property
    def by_weight(self) -> NDArray[np.intp]:
        """Key positions [M], heaviest first."""
        return np.argsort(-self.parts.weights, kind="stable")

    @cached_property
    def strongest(self) -> tuple[int, ...]:
        """The few keys that contribute most to the attention vector, strongest first."""
        order = np.argsort(-self.contributions, kind="stable")
        return tuple(int(key) for key in order[:STRONGEST])

    @cached_property
    def table(self) -> RowTable:
        """The row as a table, for the table tab and for copying."""
        tokens = self.shown.record.tokens
        return row_table(self.parts, tokens=tokens, mean=self.mean)


def row_facts(shown: Shown, parts: RowParts) -> RowFacts:
    """Return what to draw of ``parts``, the steps of the inspected head."""
    count = len(parts.weights)
    averaged = shown.one_head is None and shown.weights is not None and len(shown.weights) == count
    encoded = shown.record.encoded
    known = len(encoded.tokens) == count  # thousands of labels, the same at every click
    return RowFacts(
        shown=shown,
        parts=parts,
        labels=encoded.labels if known else key_labels(encoded.tokens, count=count),
        mean=shown.weights if averaged else None,
    )


def largest(values: Float) -> float:
    """Return the largest finite size, 0 when there is none."""
    sizes = np.abs(values)
    top = float(sizes.max(initial=0.0))
    if not np.isfinite(top):
        top = float(sizes[np.isfinite(sizes)].max(initial=0.0))
    return top
