"""What the person chose, frozen; and what of it exists in the record that is shown.

``ViewState`` is the wish. ``resolve`` fits it to a record: layer, heads and tokens that do not
exist fall back to ones that do. Views are told only the resolved facts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from models.attention import Float
from models.colour import DEFAULT
from models.record import Layer, Record

Limits = Literal["fixed", "view", "row"]


@dataclass(frozen=True, slots=True)
class ViewState:
    """The person's choices. ``heads`` empty means the mean of all heads."""

    layer: int = 0
    heads: tuple[int, ...] = ()
    pinned: int | None = None
    hovered: int | None = None
    key: int | None = None
    colour_map: str = DEFAULT
    limits: Limits = "view"
    opacity: float = 0.75
    smooth: bool = False


@dataclass(frozen=True, eq=False)
class Shown:
    """The facts on screen: a view state that fits ``record``.

    ``token`` is the query whose row is shown (hovered before pinned), or None. ``heads`` is never
    empty. ``row`` [M] is the mean row of ``heads``.
    """

    record: Record
    state: ViewState
    layer: Layer
    heads: tuple[int, ...]
    token: int | None
    row: Float | None

    @property
    def one_head(self) -> int | None:
        """The head, when exactly one is shown."""
        return self.heads[0] if len(self.heads) == 1 else None

    @property
    def head_label(self) -> str:
        """``H3``, ``H1, H4`` or ``mean``-like short text without translation: see the panels."""
        return ", ".join(f"H{head + 1}" for head in self.heads)


def resolve(state: ViewState, record: Record) -> Shown:
    """Return what is shown of ``record`` for ``state``. Pure: neither argument changes."""
    index = min(max(state.layer, 0), len(record.layers) - 1)
    layer = record.layers[index]
    heads = tuple(head for head in state.heads if 0 <= head < layer.heads)
    heads = heads or tuple(range(layer.heads))
    count = len(record.tokens)

    def fits(token: int | None) -> int | None:
        return token if token is not None and 0 <= token < count else None

    pinned, hovered, key = fits(state.pinned), fits(state.hovered), fits(state.key)
    token = hovered if hovered is not None else pinned
    row = None
    if token is not None:
        row = np.asarray(layer.row(token)[list(heads)].mean(axis=0), dtype=np.float32)
    fitted = replace(state, layer=index, pinned=pinned, hovered=hovered, key=key)
    return Shown(record=record, state=fitted, layer=layer, heads=heads, token=token, row=row)
