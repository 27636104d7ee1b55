"""What a drawn view shows, as words: the text that a screen reader reads in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np

from gui.numbers import fixed
from gui.views.words import exact, safe_label, strongest
from models.attention import Float
from models.encoded import Token
from models.i18n import ntr, tr

TOLD: Final = 12  # values that are named; the rest is added up


class Labels(Protocol):
    """What the values are called; of thousands only few are asked for."""

    def __getitem__(self, place: int, /) -> str:
        """Return what one is called."""


class TokenLabels:
    """What the tokens at ``positions`` are called, all of them without."""

    def __init__(self, tokens: Sequence[Token], positions: Sequence[int] | None = None) -> None:
        self._tokens, self._positions = tokens, positions

    def __getitem__(self, place: int) -> str:
        """Return the label of one."""
        return self._tokens[place if self._positions is None else self._positions[place]].label


def row_said(row: Float, labels: Labels, *, count: int = TOLD) -> str:
    """Return the largest of ``row`` [M] with their ``labels``, largest first, the rest summed."""
    order = strongest(row, count=count)
    words = "; ".join(f"{safe_label(labels[place])} {exact(float(row[place]))}" for place in order)
    known = np.isfinite(row)
    left = int(np.count_nonzero(known)) - len(order)
    if left <= 0:
        return words
    total = np.sum if known.all() else np.nansum  # the second takes several times as long
    rest = float(total(row, dtype=np.float64) - total(row[order], dtype=np.float64))
    more = ntr(
        "and {count} other together {weight}",
        "and {count} others together {weight}",
        left,
        weight=exact(rest),
    )
    return f"{words}; {more}"


def layers_said(path: Float, labels: Labels, *, layer: int | None) -> str:
    """Return the row of the chosen layer, and the largest key of every layer of ``path`` [L, M]."""
    said = []
    if layer is not None and 0 <= layer < len(path):
        row = row_said(path[layer], labels)
        said.append(tr("Layer {layer}: {weights}.", layer=layer + 1, weights=row))
    known = np.flatnonzero(np.isfinite(path).any(axis=1))
    places = np.nan_to_num(path[known], nan=-1.0).argmax(axis=1) if len(known) else known
    tops = "; ".join(
        f"L{number + 1} {safe_label(labels[place])} {exact(float(path[number, place]))}"
        for number, place in zip(known.tolist(), places.tolist(), strict=True)
    )
    said.append(tr("Largest in every layer: {weights}.", weights=tops))
    return " ".join(said)


def cells_said(values: Float, labels: Sequence[str]) -> str:
    """Return the cells of ``values`` [N, N] farthest from 0, with what their sides are called."""
    flat = np.abs(np.nan_to_num(values, nan=0.0)).ravel()
    found = [divmod(place, values.shape[1]) for place in strongest(flat, count=TOLD)]
    words = "; ".join(
        f"{labels[query]} → {labels[key]} {fixed(float(values[query, key]), digits=5)}"
        for query, key in found
    )
    return tr("Largest: {weights}.", weights=words)


def apart_said(row: Float, labels: Sequence[str]) -> str:
    """Return the differences of ``row`` [M] farthest from 0, with their signs and labels."""
    order = strongest(np.abs(np.nan_to_num(row, nan=0.0)), count=TOLD)
    words = "; ".join(
        f"{safe_label(labels[place])} {fixed(float(row[place]), digits=5)}" for place in order
    )
    return tr("Largest: {weights}.", weights=words)
