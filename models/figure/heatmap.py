"""The heatmap: every query against every key, one crisp cell for each weight."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from models.differences import localised
from models.figure import axis, parts, style
from models.figure.lettering import measure
from models.figure.page import Box, Cells, Frame, Item, Page, Polygon, Words
from models.figure.request import Subject
from models.i18n import tr

_LARGEST_CELL: Final = 110.0
_LARGEST_PLOT: Final = 660.0
_LONGEST_LABEL: Final = 112.0
_SMALLEST_TEXT: Final = 11.0
_LEADING: Final = 1.25  # the least distance between baselines, in ems
_AXIS_ROOM: Final = 30.0  # an axis title


@dataclass(frozen=True, eq=False)
class _Labels:
    """An axis's labels: their places along it, texts, type size, and the room they take."""

    places: list[int]
    texts: list[str]
    size: float
    room: float
    level: bool = False  # written level below the plot, not upright


def page(subject: Subject) -> Page:
    """Return the heatmap of ``subject`` as a page."""
    shown = list(subject.shown)
    values = subject.weights[shown][:, shown]
    drawn, scale = parts.coloured(subject, values, parts.limits(subject, values))
    lines = parts.notes(subject, drawn=values, keys=subject.weights[shown])
    lines = [parts.scale_line(scale), *lines, *_patches(subject)]
    cell, rows, columns = _measure(subject, lines=lines)
    if cell * subject.request.scale < 1.0:
        cell, rows, columns = _measure(subject, lines=[*lines, ""])
        lines = [*lines, _pooled(cell * subject.request.scale)]
    side = cell * len(shown)
    block = _AXIS_ROOM + rows.room + side + 24.0 + parts.BAR_ROOM
    left = (style.WIDTH - block) / 2 + _AXIS_ROOM + rows.room
    left, top = float(round(left)), float(math.ceil(parts.CONTENT_TOP + 12.0))
    box: Box = (left, top, left + side, top + side)
    colours = parts.palette(subject)
    colour_map = subject.request.colour_map
    items: list[Item] = [
        Frame(box, colours.line),
        Cells(box, drawn, colour_map, scale.low, scale.high, colours.missing),
        *_query_axis(subject, rows, box=box, cell=cell),
        *_key_axis(subject, columns, box=box, cell=cell),
        *parts.colour_bar(subject, scale, left=box[2] + 24.0, top=top, height=side),
    ]
    bottom = box[3] + columns.room + _AXIS_ROOM
    return parts.finish(subject, items, bottom=bottom, lines=lines)


def _patches(subject: Subject) -> list[str]:
    """Return which tokens are patches, where they follow each other row by row."""
    cells = [(i, token.cell) for i, token in enumerate(subject.tokens) if token.cell is not None]
    if not cells or [cell for _, cell in cells] != sorted(cell for _, cell in cells):
        return []
    first, last = cells[0][0], cells[-1][0]
    if last - first + 1 != len(cells):
        return []
    return [
        tr(
            "Tokens {first} to {last} are the patches, row by row from the top left.",
            first=first,
            last=last,
        )
    ]


def _pooled(pixels_per_cell: float) -> str:
    across = localised(f"{1 / pixels_per_cell:.1f}")
    return tr(
        "There are more cells than pixels: each pixel shows the largest of the "
        "{across} × {across} weights under it.",
        across=across,
    )


def _measure(subject: Subject, *, lines: list[str]) -> tuple[float, _Labels, _Labels]:
    """Return the cell's side and the labels of both axes, all fitting on the page."""
    count = len(subject.shown)
    longest = max(measure(t, size=style.LABEL).advance for t in axis.texts(subject, range(count)))
    label = min(longest, _LONGEST_LABEL) + style.TICK + style.GAP
    across = style.WIDTH - 2 * style.MARGIN - _AXIS_ROOM - label - 24.0 - parts.BAR_ROOM
    above = parts.CONTENT_TOP + 12.0 + parts.footer_height(lines)
    down = style.TALLEST - above - label - _AXIS_ROOM
    cell = _cell(min(across, down, _LARGEST_PLOT), count)
    rows = _labels(subject, cell=cell, token=subject.token)
    columns = _labels(subject, cell=cell, token=subject.key)
    if all(measure(t, size=columns.size).advance + 10.0 <= cell for t in columns.texts):
        room = columns.size + style.TICK + style.GAP
        columns = _Labels(columns.places, columns.texts, columns.size, room, level=True)
    return cell, rows, columns


def _cell(room: float, count: int) -> float:
    """Return a cell's side: whole pixels at 2× while there are pixels enough."""
    halves = math.floor(2 * room / count)
    return min(halves / 2, _LARGEST_CELL) if halves else room / count


def _labels(subject: Subject, *, cell: float, token: int | None) -> _Labels:
    size = min(style.LABEL, max(cell / _LEADING, _SMALLEST_TEXT))
    places = axis.labelled(subject, cell=cell, pitch=_LEADING * size, first=token)
    lettered = [
        parts.lettered(text, size=size, room=_LONGEST_LABEL) for text in axis.texts(subject, places)
    ]
    room = max(width for _, width in lettered) + style.TICK + style.GAP
    return _Labels(places, [text for text, _ in lettered], size, room)


def _query_axis(subject: Subject, labels: _Labels, *, box: Box, cell: float) -> list[Item]:
    colours = parts.palette(subject)
    left, top, right, bottom = box
    x = left - 1.0
    items: list[Item] = []
    for place, text in zip(labels.places, labels.texts, strict=True):
        y = top + (place + 0.5) * cell
        pointed = subject.shown[place] == subject.token
        items.append(parts.level_rule(x - style.TICK, x, y, colours.line))
        items.append(
            Words(
                x - style.TICK - 4.0,
                parts.centred(y, labels.size),
                text,
                labels.size,
                colours.query if pointed else colours.text,
                bold=pointed,
                anchor="end",
            )
        )
        if pointed:
            tip = right + 3.0
            items.append(
                Polygon(((tip, y), (tip + 8.0, y - 5.0), (tip + 8.0, y + 5.0)), colours.query)
            )
    name = Words(
        left - labels.room - 12.0, (top + bottom) / 2, tr("query"), style.AXIS, colours.text,
        anchor="middle", upright=True,
    )  # fmt: skip
    return [*items, name]


def _key_axis(subject: Subject, labels: _Labels, *, box: Box, cell: float) -> list[Item]:
    colours = parts.palette(subject)
    left, top, right, bottom = box
    y = bottom + 1.0
    items: list[Item] = []
    for place, text in zip(labels.places, labels.texts, strict=True):
        x = left + (place + 0.5) * cell
        pointed = subject.shown[place] == subject.key
        items.append(parts.upright_rule(x, y, y + style.TICK, colours.line))
        colour = colours.key if pointed else colours.text
        if labels.level:
            baseline = y + style.TICK + 4.0 + labels.size * 0.8
            items.append(
                Words(x, baseline, text, labels.size, colour, bold=pointed, anchor="middle")
            )
        else:
            end = y + style.TICK + 4.0
            baseline = parts.centred(x, labels.size)
            items.append(
                Words(
                    baseline, end, text, labels.size, colour,
                    bold=pointed, anchor="end", upright=True,
                )
            )  # fmt: skip
        if pointed:
            tip = top - 3.0
            items.append(
                Polygon(((x, tip), (x - 5.0, tip - 8.0), (x + 5.0, tip - 8.0)), colours.key)
            )
    below = bottom + labels.room + 12.0 + style.AXIS * 0.5
    name = Words((left + right) / 2, below, tr("key"), style.AXIS, colours.text, anchor="middle")
    return [*items, name]
