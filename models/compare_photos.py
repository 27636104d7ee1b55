"""The same patch in a photo and in a part of it: aligned by what patches show, not by number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models.encoded import Encoded
from models.i18n import mark
from models.photo_place import Place, place_of
from models.runtime import Cancel

Pairs = tuple[tuple[int, int], ...]
_Box = tuple[float, float, float, float]
UNSEEN: Final = mark("No patch shows what is in both: the model sees other parts of the photo.")


@dataclass(frozen=True, slots=True)
class Placed:
    """One photo lies in the other: ``place`` in pixels of the larger, and what that pairs.

    ``b_in_a`` tells which; ``pairs`` holds (token of a, token of b), each at most once. ``unseen``
    tells that the part lies where the model's crop of the whole does not reach: no patches pair.
    """

    place: Place
    b_in_a: bool
    pairs: Pairs
    unseen: bool = False


def placed_in(a: Encoded, b: Encoded, *, cancel: Cancel | None = None) -> Placed | None:
    """Return how the patches of two photos align where one was cut out of the other.

    None where neither is found in the other; then an edited photo aligns by the grid. The patches
    of the photo whose patches cover more are each paired with the other's patch that holds their
    middle. Special tokens pair by name. Raises CancelledError.
    """
    if a.photo is None or b.photo is None or a.photo is b.photo or not a.grid or not b.grid:
        return None
    place = place_of(b.photo, a.photo, cancel)
    if place is not None:
        pairs = _pairs(a, b, place.box)
        return Placed(place, True, _special(a, b) + pairs, unseen=not pairs)
    place = place_of(a.photo, b.photo, cancel)
    if place is None:
        return None
    turned = _pairs(b, a, place.box)
    pairs = tuple(sorted((j, i) for i, j in turned))
    return Placed(place, False, _special(a, b) + pairs, unseen=not pairs)


def _pairs(whole: Encoded, part: Encoded, box: _Box) -> Pairs:
    """Return (token of whole, token of part) where patches show the same."""
    assert part.photo is not None  # noqa: S101  # the caller asked
    across = (box[2] - box[0]) / part.photo.width
    down = (box[3] - box[1]) / part.photo.height
    ours = {i: cell for i, cell in _cells(whole).items() if _holds(box, *_middle(cell))}
    theirs = {
        j: (
            box[0] + left * across,
            box[1] + top * down,
            box[0] + right * across,
            box[1] + bottom * down,
        )
        for j, (left, top, right, bottom) in _cells(part).items()
    }
    larger, smaller = (ours, theirs) if _area(ours) >= _area(theirs) else (theirs, ours)
    found: dict[int, int] = {}
    for one, cell in larger.items():
        other = next((k for k, x in smaller.items() if _holds(x, *_middle(cell))), None)
        if other is not None and other not in found.values():
            found[one] = other
    pairs = found.items() if larger is ours else ((i, j) for j, i in found.items())
    return tuple(sorted(pairs))


def _special(a: Encoded, b: Encoded) -> Pairs:
    """Return the special tokens of the same name: CLS, registers."""
    there = {token.label: j for j, token in enumerate(b.tokens) if token.cell is None}
    names = ((i, token.label) for i, token in enumerate(a.tokens) if token.cell is None)
    return tuple((i, there[name]) for i, name in names if name in there)


def _cells(encoded: Encoded) -> dict[int, _Box]:
    """Return where every patch lies in its photo, in pixels."""
    grid = encoded.grid
    assert grid is not None  # noqa: S101  # the caller asked
    return {
        i: grid.cell_box(*token.cell)
        for i, token in enumerate(encoded.tokens)
        if token.cell is not None
    }


def _middle(box: _Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _holds(box: _Box, x: float, y: float) -> bool:
    return box[0] <= x < box[2] and box[1] <= y < box[3]


def _area(cells: dict[int, _Box]) -> float:
    left, top, right, bottom = next(iter(cells.values()), (0.0, 0.0, 0.0, 0.0))
    return (right - left) * (bottom - top)
