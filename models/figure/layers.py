"""One token's row through every layer: a strip for a text, a map per layer for a photo."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from models.across import path_of
from models.figure import axis, parts, picture, style, words
from models.figure.lettering import elide, measure
from models.figure.page import Box, Cells, Frame, Item, Page, Photo, Words
from models.figure.request import Subject
from models.i18n import tr
from models.overlay import Paint
from models.scales import Scale

_TALLEST_ROW: Final = 30.0
_LONGEST: Final = 112.0
_NAMES: Final = 40.0  # L12
_COLUMNS: Final = 4
_GAP: Final = 16.0


def page(subject: Subject) -> Page:
    """Return the row of the token asked for (the first without one) in every layer."""
    heads = () if len(subject.heads) == subject.layer.heads else subject.heads
    direction = subject.request.direction
    path = path_of(subject.record, subject.query, heads, direction=direction)
    if subject.record.encoded.grid is not None:
        return _maps(subject, path)
    return _strip(subject, path[:, list(subject.shown)])


def _strip(subject: Subject, values: np.ndarray) -> Page:
    colours, scale = parts.palette(subject), parts.limits(subject, values)
    drawn, scale = parts.coloured(subject, values, scale)
    lines = parts.notes(subject, drawn=values, keys=np.zeros(len(subject.tokens), np.float32))
    lines = [parts.scale_line(scale), *lines]
    left = style.MARGIN + _NAMES
    right = style.WIDTH - style.MARGIN - parts.BAR_ROOM - 24.0
    cell = min((right - left) / len(subject.shown), 90.0)
    top = math.ceil(parts.CONTENT_TOP + 8.0)
    pitch = min(_TALLEST_ROW, 640.0 / len(values))
    box: Box = (left, top, left + cell * len(subject.shown), top + pitch * len(values))
    items: list[Item] = [
        Frame(box, colours.line),
        Cells(box, drawn, subject.request.colour_map, scale.low, scale.high, colours.missing),
    ]
    items += _layer_names(subject, len(values), top=top, pitch=pitch)
    keys, room = _keys(subject, left=left, bottom=box[3], cell=cell)
    height = max(box[3] - top, 170.0)
    bar = parts.colour_bar(subject, scale, left=box[2] + 24.0, top=top, height=height)
    bottom = max(box[3] + room, top + height) + 10.0
    return parts.finish(subject, [*items, *keys, *bar], bottom=bottom, lines=lines)


def _layer_names(subject: Subject, count: int, *, top: float, pitch: float) -> list[Item]:
    colours = parts.palette(subject)
    step = max(1, math.ceil(1.2 * style.SMALL / pitch))
    return [
        Words(
            style.MARGIN + _NAMES - style.GAP,
            parts.centred(top + (layer + 0.5) * pitch, style.SMALL),
            f"L{layer + 1}",
            style.SMALL,
            colours.text,
            anchor="end",
        )
        for layer in range(count)
        if layer % step == 0
    ]


def _keys(subject: Subject, *, left: float, bottom: float, cell: float) -> tuple[list[Item], float]:
    """Return the keys' labels below the cells, and the room that they take."""
    colours = parts.palette(subject)
    size = style.SMALL
    places = axis.labelled(subject, cell=cell, pitch=1.25 * size, first=subject.key)
    texts = [elide(t, size=size, room=_LONGEST) for t in axis.texts(subject, places)]
    widest = max((measure(text, size=size).advance for text in texts), default=0.0)
    level = widest + 8.0 <= cell
    items: list[Item] = []
    for place, text in zip(places, texts, strict=True):
        x = left + (place + 0.5) * cell
        marked = subject.shown[place] == subject.key
        colour = colours.key if marked else colours.text
        if level:
            y = bottom + size + 6.0
            items.append(Words(x, y, text, size, colour, bold=marked, anchor="middle"))
        else:
            baseline = parts.centred(x, size)
            items.append(
                Words(
                    baseline, bottom + 6.0, text, size, colour,
                    bold=marked, anchor="end", upright=True,
                )
            )  # fmt: skip
    return items, (size + 12.0 if level else widest + 12.0)


def _maps(subject: Subject, path: np.ndarray) -> Page:
    encoded, colours = subject.record.encoded, parts.palette(subject)
    assert encoded.grid is not None  # noqa: S101  # the caller asked
    assert encoded.photo is not None  # noqa: S101  # a grid has a photo
    seen, grid = picture.seen(encoded.photo, encoded.grid)
    side = (style.WIDTH - 2 * style.MARGIN - (_COLUMNS - 1) * _GAP) / _COLUMNS
    down = side * seen.height / seen.width
    items: list[Item] = []
    special = encoded.special
    start = parts.CONTENT_TOP + 8.0
    for layer, row in enumerate(path):
        across, line = layer % _COLUMNS, layer // _COLUMNS
        x, y = style.MARGIN + across * (side + _GAP), start + line * (down + 2 * _GAP + 8.0)
        patches = row[~special]
        high = subject.request.high or float(np.nan_to_num(patches).max(initial=0.0)) or 1.0
        box: Box = (x, y + 20.0, x + side, y + 20.0 + down)
        request = subject.request
        low, limits = (0.0, "log") if request.limits == "log" else (request.low, "view")
        scale = Scale(low, high, limits)  # type: ignore[arg-type]  # one of both
        first, _middle, last = scale.marks(words.number)
        limit = f"{first} – {last}"
        paint = Paint(0.0, 1.0, request.colour_map, request.opacity, request.smooth)
        items.append(Photo(box, seen, scale.shares(row), encoded.tokens, grid, paint))
        items.append(Words(x, y + 14.0, f"L{layer + 1}", style.LABEL, colours.text))
        items.append(Words(x + side, y + 14.0, limit, style.SMALL, colours.muted, anchor="end"))
    lines = [_maps_line(subject)]
    rows = math.ceil(len(path) / _COLUMNS)
    end = start + rows * (down + 2 * _GAP + 8.0)
    return parts.finish(subject, items, bottom=end, lines=lines)


def _maps_line(subject: Subject) -> str:
    """Return how each map is coloured, which ends on its own."""
    request = subject.request
    if request.high is not None:
        limits = "log" if request.limits == "log" else "view"
        fixed = Scale(request.low, request.high, limits, chosen=True)  # type: ignore[arg-type]  # as above
        return tr("Colours: {scale}.", scale=fixed.said(words.number))
    if request.limits == "log":
        return tr(
            "Colours: logarithmic, in each map up to its own largest patch; its ends are above it."
        )
    return tr("Colours: linear, in each map up to its own largest patch; its ends are above it.")
