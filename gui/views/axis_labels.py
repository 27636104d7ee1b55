"""Which labels of an axis are drawn so that none touches another."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from math import ceil, floor

from models.encoded import Token


def anchors(tokens: Sequence[Token]) -> list[int]:
    """Return the positions worth a label first: special tokens, word starts, row starts."""
    found = []
    before: tuple[int, int | None] | None = None
    for position, token in enumerate(tokens):
        word = None if token.word is None else (token.segment, token.word)
        if token.cell is not None:
            first = token.cell[1] == 0
        else:
            first = token.special or word is None or word != before
        if first:
            found.append(position)
        before = word
    return found


def thinned(places: Sequence[int], *, gap: float) -> list[int]:
    """Return as many of the sorted ``places`` as are at least ``gap`` apart, the first included.

    It depends on nothing in view, so labels stay put while the view is dragged.
    """
    kept: list[int] = []
    at = 0
    while at < len(places):
        kept.append(places[at])
        at = max(bisect_left(places, places[at] + gap - 1e-9), at + 1)
    return kept


def labelled(
    regular: Sequence[int], forced: Sequence[int], *, first: float, last: float, gap: float
) -> list[int]:
    """Return the positions in view to label: every ``forced`` one, and what fits beside them.

    Earlier ``forced`` positions win over later ones that are too close. ``first`` and ``last``
    bound the view in cells; ``gap`` is how many cells a label needs.
    """
    shown: list[int] = []
    for place in forced:
        if first <= place + 0.5 <= last and all(abs(place - other) >= gap for other in shown):
            shown.append(place)
    begin, end = bisect_left(regular, floor(first)), bisect_left(regular, ceil(last))
    ordinary = [
        place
        for place in regular[begin:end]
        if first <= place + 0.5 <= last and all(abs(place - other) >= gap for other in shown)
    ]
    return sorted(shown + ordinary)


def regular_places(count: int, starts: Sequence[int], *, gap: float) -> list[int]:
    """Return the places labelled at this zoom: all, else only ``starts``, else fewer of them."""
    if gap <= 1:
        return list(range(count))
    places = starts or range(count)
    return list(places) if far_apart(places, at_least=gap) else thinned(places, gap=gap)


def far_apart(places: Sequence[int], *, at_least: float) -> bool:
    """Return whether all of the sorted ``places`` are so far apart."""
    return len(places) > 1 and all(b - a >= at_least for a, b in pairwise(places))
