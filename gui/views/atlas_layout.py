"""Where the heads of the atlas lie: layer by head, or one after another in an order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

Head = tuple[int, int]  # (layer, head), from 0
Box = tuple[float, float, float, float]  # left, top, width, height

GAP: Final = 5.0
LEAST: Final = 14.0  # the smallest side of a thumbnail
READABLE: Final = 26.0  # wide enough for a number below it
LARGEST: Final = 240.0
STRIP: Final = 4.0  # the bar below a thumbnail
NUMBER: Final = 12.0  # and the number below the bar


def head_name(head: Head) -> str:
    """Return how a head is called: ``L3 · H7``."""
    return f"L{head[0] + 1} · H{head[1] + 1}"


def picked(
    head: Head,
    *,
    chosen: frozenset[Head],
    anchor: Head | None,
    add: bool,
    span: bool,
    order: Sequence[Head],
    ranked: bool = False,
) -> frozenset[Head]:
    """Return the heads that a click on ``head`` chooses, of any layers; never none.

    ``add`` adds it to those ``chosen``, or takes it away. ``span`` chooses all from ``anchor`` on:
    the rectangle of layers and heads between both, or where heads are ``ranked`` all that stand
    between them in ``order``.
    """
    if add:
        return chosen ^ {head} or frozenset({head})
    if not span or anchor is None or anchor not in order:
        return frozenset({head})
    if ranked:
        first, last = sorted((order.index(anchor), order.index(head)))
        return frozenset(order[first : last + 1])
    layers, heads = (sorted(pair) for pair in zip(anchor, head, strict=True))
    return frozenset(
        (layer, number)
        for layer, number in order
        if layers[0] <= layer <= layers[1] and heads[0] <= number <= heads[1]
    )


def in_layer(chosen: frozenset[Head], layer: int) -> tuple[int, ...]:
    """Return those of ``chosen`` that are in one layer, in order."""
    return tuple(sorted(number for where, number in chosen if where == layer))


@dataclass(frozen=True, slots=True)
class AtlasLayout:
    """Thumbnails of ``width`` by ``height`` pixels in ``columns`` columns, in ``order``.

    ``left`` and ``top`` leave room for the names of layers and heads, ``below`` for what stands
    under each thumbnail. ``places`` are (row, column), one for each head of ``order``.
    """

    order: tuple[Head, ...]
    places: tuple[tuple[int, int], ...]
    width: float
    height: float
    left: float
    top: float
    below: float

    @property
    def rows(self) -> int:
        """How many rows of thumbnails there are."""
        return 1 + max((row for row, _ in self.places), default=-1)

    @property
    def columns(self) -> int:
        """How many thumbnails the longest row holds."""
        return 1 + max((column for _, column in self.places), default=-1)

    @property
    def size(self) -> tuple[float, float]:
        """How wide and tall the whole atlas is."""
        across = self.left + self.columns * (self.width + GAP)
        return across, self.top + self.rows * (self.height + self.below + GAP)

    def box(self, index: int) -> Box:
        """Return where thumbnail ``index`` of the order lies."""
        row, column = self.places[index]
        x = self.left + column * (self.width + GAP)
        return x, self.top + row * (self.height + self.below + GAP), self.width, self.height

    def at(self, x: float, y: float) -> int | None:
        """Return the thumbnail under a point, what stands below it included; None beside all."""
        column = int((x - self.left) // (self.width + GAP))
        row = int((y - self.top) // (self.height + self.below + GAP))
        if x < self.left or y < self.top or (row, column) not in self.places:
            return None
        index = self.places.index((row, column))
        left, top, width, height = self.box(index)
        inside = x < left + width and y < top + height + self.below
        return index if inside else None

    def beside(self, index: int, *, rows: int, columns: int) -> int:
        """Return the thumbnail so many rows and columns away, stopping at the edges."""
        row, column = self.places[index]
        row = min(max(row + rows, 0), self.rows - 1)
        ends = [c for r, c in self.places if r == row]
        column = min(max(column + columns, 0), max(ends))
        return self.places.index((row, column))


def laid_out(
    heads: Sequence[int],
    *,
    order: Sequence[Head] | None,
    room: tuple[float, float],
    aspect: float,
    left: float,
    top: float,
    below: float,
    least: float = LEAST,
    zoom: float = 1.0,
) -> AtlasLayout:
    """Return the layout that fills ``room`` (width, height), ``zoom`` times as large.

    ``heads`` counts the heads of each layer. Without an ``order`` layers run down and heads
    across; with one, heads follow each other in as many columns as make them largest. ``aspect``
    is a thumbnail's width by its height; no side is shorter than ``least``.
    """
    margins = (left, top, below)
    if order is None:
        grid = tuple((layer, head) for layer, count in enumerate(heads) for head in range(count))
        fit = _fitting(len(heads), max(heads, default=1), room, aspect, margins)
        width = _width(fit * zoom, least, aspect)
        return AtlasLayout(grid, grid, width, _height(width, aspect), *margins)
    count = max(len(order), 1)
    fit = max(
        _fitting(ceil(count / columns), columns, room, aspect, margins)
        for columns in range(1, count + 1)
    )
    width = _width(fit * zoom, least, aspect)
    columns = min(max(int((room[0] - left) // (width + GAP)), 1), count)
    places = tuple(divmod(i, columns) for i in range(len(order)))
    return AtlasLayout(tuple(order), places, width, _height(width, aspect), *margins)


def _width(wanted: float, least: float, aspect: float) -> float:
    return min(float(int(max(wanted, least, least * aspect))), LARGEST)


def _height(width: float, aspect: float) -> float:
    return float(max(int(width / aspect), 1))


def _fitting(
    rows: int,
    columns: int,
    room: tuple[float, float],
    aspect: float,
    margins: tuple[float, float, float],
) -> float:
    """Return the widest thumbnail of which so many rows and columns fit."""
    left, top, below = margins
    across = (room[0] - left) / max(columns, 1) - GAP
    down = (room[1] - top) / max(rows, 1) - GAP - below
    return min(across, down * aspect)
