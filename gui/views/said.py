"""What a drawn view shows, as words: the text that a screen reader reads in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from gui.numbers import fixed
from gui.views.words import exact, safe_label, strongest
from models.attention import Float
from models.i18n import ntr, tr

TOLD: Final = 12  # values that are named; the rest is added up


def row_said(row: Float, labels: Sequence[str], *, count: int = TOLD) -> str:
    """Return the largest of ``row`` [M] with their ``labels``, largest first, the rest summed."""
    order = strongest(row, count=count)
    words = "; ".join(f"{safe_label(labels[place])} {exact(float(row[place]))}" for place in order)
    left = int(np.isfinite(row).sum()) - len(order)
    if left <= 0:
        return words
    rest = float(np.nansum(row, dtype=np.float64) - np.nansum(row[order], dtype=np.float64))
    more = ntr(
        "and {count} other together {weight}",
        "and {count} others together {weight}",
        left,
        weight=exact(rest),
    )
    return f"{words}; {more}"


def layers_said(path: Float, labels: Sequence[str], *, layer: int | None) -> str:
    """Return the row of the chosen layer, and the largest key of every layer of ``path`` [L, M]."""
    said = []
    if layer is not None and 0 <= layer < len(path):
        row = row_said(path[layer], labels)
        said.append(tr("Layer {layer}: {weights}.", layer=layer + 1, weights=row))
    tops = "; ".join(
        f"L{number + 1} {row_said(row, labels, count=1).split(';')[0]}"
        for number, row in enumerate(path)
        if np.isfinite(row).any()
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
