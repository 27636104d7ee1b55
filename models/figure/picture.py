"""An attention row where it falls: painted over the photo, or the patches alone as a map."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from models.attention import Float
from models.encoded import PatchGrid
from models.figure import parts, shares, style
from models.figure.page import Box, Cells, Frame, Item, Page, Photo
from models.figure.parts import Limits
from models.figure.request import Subject
from models.figure.style import Palette
from models.i18n import tr
from models.overlay import Paint, patch_values
from models.shapes import stretch

_TALLEST_PICTURE: Final = 640.0
_SHORTEST_BAR: Final = 210.0  # the colour bar with its name beside its numbers
_BESIDE: Final = 36.0  # between the colour bar and the panel beside it
_BELOW: Final = 26.0  # between the picture and the panel below it
_COLUMNS: Final = 3  # of the panel below
_SMALL_PATCH: Final = 14.0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the picture and the panel of shares go."""

    picture: Box
    panel: tuple[float, float]
    columns: int
    bottom: float


def page(subject: Subject, *, photo: bool) -> Page:
    """Return the row over the photo, or (``photo`` false) as a map of the patches."""
    encoded = subject.record.encoded
    grid, picture = encoded.grid, encoded.photo if photo else None
    if grid is None:
        raise ValueError("the input has no patch grid")
    found = parts.limits(subject, patch_values(subject.row, subject.tokens, grid))
    row, scale = parts.coloured(subject, subject.row, found, limits={"log"})
    lines = [parts.scale_line(scale), *_notes(subject, grid=grid, photo=photo)]
    shape: tuple[float, float] = (grid.columns, grid.rows) if picture is None else picture.size
    wider, taller = stretch(shape)
    drawn = (shape[0] * wider, shape[1] * taller)
    if drawn != shape:
        lines.insert(2, tr("not to scale: the short side is drawn longer to show its patches"))
    place = _place(subject, drawn, lines=lines, whole=picture is None)
    box = place.picture
    values = patch_values(row, subject.tokens, grid)
    colours = parts.palette(subject)
    items: list[Item] = [Frame(box, colours.line)]
    if picture is None:
        colour_map = subject.request.colour_map
        items.append(Cells(box, values, colour_map, scale.low, scale.high, colours.missing))
        covered: Box = (0.0, 0.0, grid.columns, grid.rows)
        items += pointers(subject, PatchGrid(grid.rows, grid.columns, covered), box, shape)
    else:
        items.append(_painted(subject, picture, row=row, grid=grid, box=box, scale=scale))
        items += pointers(subject, grid, box, shape)
    tall = max(box[3] - box[1], _SHORTEST_BAR)
    items += parts.colour_bar(subject, scale, left=box[2] + 20.0, top=box[1], height=tall)
    left, top = place.panel
    items += shares.panel(subject, left=left, top=top, columns=place.columns)
    return parts.finish(subject, items, bottom=place.bottom, lines=lines)


def _notes(subject: Subject, *, grid: PatchGrid, photo: bool) -> list[str]:
    lines = parts.notes(subject, drawn=np.zeros(0, dtype=np.float32), keys=subject.row)
    what = tr("{rows} × {columns} patches", rows=grid.rows, columns=grid.columns)
    if photo:
        percent = round(subject.request.opacity * 100)
        what += ", " + tr("painted over the photo at {percent}% opacity", percent=percent)
        if subject.request.smooth:
            what += ", " + tr("weights interpolated between patch centres")
    return [what, *lines]


def _place(
    subject: Subject, shape: tuple[float, float], *, lines: list[str], whole: bool
) -> _Place:
    """Return the arrangement, panel beside the picture or below, whose picture is larger.

    With ``whole`` a patch takes a whole number of pixels at 2×.
    """
    top = float(math.ceil(parts.CONTENT_TOP + 8.0))
    across = style.WIDTH - 2 * style.MARGIN - 20.0 - parts.BAR_ROOM
    down = style.TALLEST - top - parts.footer_height(lines) - 14.0
    side = shares.COLUMN + _BESIDE
    under = shares.height(subject, columns=_COLUMNS) + _BELOW
    beside = fitted(shape, (across - side, down), whole=whole)
    below = fitted(shape, (across, down - under), whole=whole)
    if below[0] > beside[0]:
        width, tall = below
        left = float(round((style.WIDTH - width - 20.0 - parts.BAR_ROOM) / 2))
        reached = top + max(tall, _SHORTEST_BAR)
        reach = shares.width(_COLUMNS)
        panel = (min(left, style.WIDTH - style.MARGIN - reach), reached + _BELOW)
        columns, bottom = _COLUMNS, reached + under
    else:
        width, tall = beside
        left = float(round((style.WIDTH - width - 20.0 - parts.BAR_ROOM - side) / 2))
        panel = (left + width + 20.0 + parts.BAR_ROOM + _BESIDE, top)
        columns, bottom = 1, top + max(tall, _SHORTEST_BAR, shares.height(subject, columns=1))
    return _Place((left, top, left + width, top + tall), panel, columns, bottom + 14.0)


def fitted(
    shape: tuple[float, float], room: tuple[float, float], *, whole: bool
) -> tuple[float, float]:
    """Return the largest (width, height) of ``shape``'s proportions in ``room``."""
    times = min(room[0] / shape[0], min(room[1], _TALLEST_PICTURE) / shape[1])
    if whole and times >= 1.0:
        times = math.floor(2 * times) / 2
    return max(round(2 * shape[0] * times), 2) / 2, max(round(2 * shape[1] * times), 2) / 2


def _painted(
    subject: Subject, photo: Image.Image, *, row: Float, grid: PatchGrid, box: Box, scale: Limits
) -> Photo:
    request = subject.request
    return Photo(
        box=box,
        photo=photo,
        row=row,
        tokens=subject.tokens,
        grid=grid,
        paint=Paint(
            low=scale.low,
            high=scale.high,
            colour_map=request.colour_map,
            opacity=request.opacity,
            smooth=request.smooth,
        ),
    )


def seen(photo: Image.Image, grid: PatchGrid) -> tuple[Image.Image, PatchGrid]:
    """Return the part of ``photo`` under its patches, and where these lie in that part."""
    left, top, right, bottom = (round(edge) for edge in grid.box)
    part = photo.convert("RGB").crop((left, top, right, bottom))
    box = (0.0, 0.0, float(part.width), float(part.height))
    return part, PatchGrid(grid.rows, grid.columns, box)


def pointers(subject: Subject, grid: PatchGrid, box: Box, shape: tuple[float, float]) -> list[Item]:
    """Return outlines of the query's patch and of the key's, visible on any colour."""
    colours: Palette = style.PALETTES["light"]  # on a photo, whatever the theme
    across, down = (box[2] - box[0]) / shape[0], (box[3] - box[1]) / shape[1]
    items: list[Item] = []
    for position, colour in ((subject.key, colours.key), (subject.query, colours.query)):
        cell = None if position is None else subject.tokens[position].cell
        if cell is None:
            continue
        edges = grid.cell_box(*cell)
        left, right = (min(max(box[0] + x * across, box[0]), box[2]) for x in edges[::2])
        top, bottom = (min(max(box[1] + y * down, box[1]), box[3]) for y in edges[1::2])
        line = 1.0 if right - left < _SMALL_PATCH else 2.0
        white = (left - line / 2, top - line / 2, right + line / 2, bottom + line / 2)
        items += [
            Frame((left, top, right, bottom), "#ffffff", 2 * line),
            Frame(white, colour, line),
        ]
    return items
