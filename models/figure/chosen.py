"""The heads that were chosen, of whatever layers, large and side by side in one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from models.attention import Float
from models.figure import atlas, axis, parts, picture, style
from models.figure.lettering import elide, measure
from models.figure.page import Box, Cells, Frame, Item, Page, Photo, Words
from models.figure.parts import Limits
from models.figure.request import Subject
from models.figure.words import label, number
from models.overlay import Paint
from models.thumbnails import LayerThumbnails, thumbnails

_GAP: Final = 22.0
_TITLE: Final = 22.0
_LARGEST: Final = 360.0  # the longer side of a head
_SMALLEST_BAR: Final = 210.0
_LONGEST: Final = 84.0  # of a token's name
_PITCH: Final = 1.2 * style.SMALL

Head = tuple[int, int]  # (layer, head), from 0


@dataclass(frozen=True, slots=True)
class _Grid:
    """How the heads stand: ``columns`` beside each other, each ``width`` × ``height``."""

    columns: int
    width: float
    height: float

    def box(self, place: int, *, left: float, top: float) -> Box:
        """Return where the picture of a head is."""
        row, column = divmod(place, self.columns)
        x = left + column * (self.width + _GAP)
        y = top + row * (self.height + _TITLE + _GAP) + _TITLE
        return (x, y, x + self.width, y + self.height)


def page(subject: Subject) -> Page:
    """Return the framed heads of the atlas alone, with the names of their tokens where they fit."""
    made = thumbnails(subject.record, token=subject.query, direction=subject.request.direction)
    found = {each.layer: each for each in made}
    heads = sorted(subject.framed)
    layers = [found[layer] for layer in sorted({layer for layer, _ in heads})]
    values = np.concatenate([found[layer].dots[head].ravel() for layer, head in heads])
    scale = parts.coloured(subject, values, parts.limits(subject, values), limits={"log"})[1]
    by_layer = atlas.by_layer(subject)
    lines = atlas.said(subject, layers)
    if not by_layer:
        lines.insert(0, parts.scale_line(scale))
    names = _names(subject, layers)
    top = float(math.ceil(parts.CONTENT_TOP + 4.0))
    foot = top + parts.footer_height(lines) + names + 8.0
    grid = _grid(layers, count=len(heads), names=names, foot=foot)
    across = grid.columns * (grid.width + _GAP) - _GAP
    spare = style.WIDTH - 2 * style.MARGIN - names - across - 20.0 - parts.BAR_ROOM
    left = style.MARGIN + names + max(spare, 0.0) / 2
    items: list[Item] = []
    for place, (layer, head) in enumerate(heads):
        box, each = grid.box(place, left=left, top=top), found[layer]
        end = f" · 0 – {number(each.largest)}" if by_layer else ""
        items.append(_title(subject, f"L{layer + 1} · H{head + 1}{end}", box))
        limits = atlas.layer_limits(scale, each) if by_layer else scale
        items += _picture(subject, each, each.dots[head], limits, box=box)
        if names:
            last = place + grid.columns >= len(heads)
            items += _axes(subject, box, first=place % grid.columns == 0, last=last)
    bottom = grid.box(len(heads) - 1, left=left, top=top)[3] + names
    tall = max(bottom - names - top - _TITLE, _SMALLEST_BAR)
    bar = atlas.layers_bar if by_layer else partial(parts.colour_bar, scale=scale)
    items += bar(subject, left=left + across + 20.0, top=top + _TITLE, height=tall)
    reached = max(bottom, top + _TITLE + tall) + 8.0
    return parts.finish(subject, items, bottom=reached, lines=lines)


def _title(subject: Subject, text: str, box: Box) -> Words:
    shown = elide(text, size=style.LABEL, room=box[2] - box[0] + _GAP - 4.0, bold=True)
    ink = parts.palette(subject).text
    return Words(box[0], box[1] - 7.0, shown, style.LABEL, ink, bold=True)


def _grid(layers: Sequence[LayerThumbnails], *, count: int, names: float, foot: float) -> _Grid:
    """Return the columns with which the heads are largest."""
    shapes = [each.cells[1] / max(each.cells[0], 1) for each in layers if each.map]
    aspect = shapes[0] if shapes else 1.0
    room = style.WIDTH - 2 * style.MARGIN - names - 20.0 - parts.BAR_ROOM + _GAP
    best = _Grid(1, 0.0, 0.0)
    for columns in range(1, count + 1):
        rows = math.ceil(count / columns)
        down = (style.TALLEST - foot) / rows - _TITLE - _GAP
        width = min(room / columns - _GAP, down * aspect, _LARGEST * min(aspect, 1.0))
        width = math.floor(2 * width) / 2
        if width > best.width:
            best = _Grid(columns, width, math.floor(2 * width / aspect) / 2)
    return best


# -- one head


def _picture(
    subject: Subject, each: LayerThumbnails, dots: Float, scale: Limits, *, box: Box
) -> list[Item]:
    """Return a matrix of queries and keys; on a photo the map over it."""
    colours, request = parts.palette(subject), subject.request
    shares = dots if scale.told is None else scale.told.shares(dots)
    encoded = subject.record.encoded
    frame = Frame(box, colours.line)
    if each.map and encoded.grid is not None and encoded.photo is not None:
        row = np.full(len(subject.tokens), np.nan, np.float32)
        for position, token in enumerate(subject.tokens):
            if token.cell is not None:
                row[position] = shares[token.cell]
        photo, inside = picture.seen(encoded.photo, encoded.grid)
        paint = Paint(scale.low, scale.high, request.colour_map, request.opacity, request.smooth)
        return [frame, Photo(box, photo, row, subject.tokens, inside, paint)]
    if 0 in shares.shape:
        return [frame]
    return [frame, Cells(box, shares, request.colour_map, scale.low, scale.high, colours.missing)]


def _names(subject: Subject, layers: Sequence[LayerThumbnails]) -> float:
    """Return the room that the tokens' names take; none where a dot is not one token's."""
    count = len(subject.shown)
    if any(each.map or each.per_dot > 1 or each.cells != (count, count) for each in layers):
        return 0.0
    texts = (_name(subject, token) for token in subject.shown)
    return max(measure(text, size=style.SMALL).advance for text in texts) + 10.0


def _name(subject: Subject, token: int) -> str:
    return elide(label(subject.tokens[token]), size=style.SMALL, room=_LONGEST)


def _axes(subject: Subject, box: Box, *, first: bool, last: bool) -> list[Item]:
    """Return the queries left of the first column, and the keys below the last of each."""
    count, size = len(subject.shown), style.SMALL
    cell = (box[2] - box[0]) / count
    ink = parts.palette(subject).text
    items: list[Item] = []
    places = axis.apart(range(0, count, axis.step(_PITCH / cell)), cell=cell, pitch=_PITCH)
    for place in places:
        text, middle = _name(subject, subject.shown[place]), (place + 0.5) * cell
        if first:
            y = parts.centred(box[1] + middle, size)
            items.append(Words(box[0] - 6.0, y, text, size, ink, anchor="end"))
        if last:
            x = parts.centred(box[0] + middle, size)
            items.append(Words(x, box[3] + 6.0, text, size, ink, anchor="end", upright=True))
    return items
