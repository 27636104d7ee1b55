"""Every head of every layer as one figure, all through the same limits."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from models.figure import parts, style
from models.figure.lettering import measure
from models.figure.page import Box, Cells, Frame, Item, Page, Words
from models.figure.parts import Limits
from models.figure.request import Subject
from models.figure.words import number
from models.i18n import ntr, tr
from models.thumbnails import LayerThumbnails, thumbnails

_GAP: Final = 4.0
_LARGEST: Final = 110.0  # the longer side of a thumbnail
_BAR_LETTERS: Final = 13  # of a line beside the colour bar
_MOST_NAMES: Final = 14  # of heads that are framed
_NAMES: Final = 20.0  # the room for H1, H2 … above the heads


def page(subject: Subject) -> Page:
    """Return the atlas as a page: layers down, heads across.

    On a photo every head is a map of what the token asked for (the first without one) looks at.
    """
    made = thumbnails(subject.record, token=subject.query, direction=subject.request.direction)
    found = {each.layer: each for each in made}
    layers = [found[layer.index] for layer in subject.record.layers]
    values = np.concatenate([each.dots.ravel() for each in layers])
    scale = parts.coloured(subject, values, parts.limits(subject, values), limits={"log"})[1]
    ends = by_layer(subject)
    lines = said(subject, layers)
    if not ends:
        lines.insert(0, parts.scale_line(scale))
    top = float(math.ceil(parts.CONTENT_TOP + _NAMES))
    names = measure("0.888", size=style.SMALL).advance + style.GAP
    tile = _tile(layers, left=style.MARGIN + names, top=top, foot=parts.footer_height(lines))
    across = max(len(each.dots) for each in layers) * (tile[0] + _GAP)
    spare = style.WIDTH - 2 * style.MARGIN - names - across - 20.0 - parts.BAR_ROOM
    left = style.MARGIN + names + max(spare, 0.0) / 2
    down = len(layers) * (tile[1] + _GAP)
    items = _named(subject, layers, tile=tile, left=left, top=top)
    for row, each in enumerate(layers):
        limits = layer_limits(scale, each) if ends else scale
        for column in range(len(each.dots)):
            place = (row, column)
            items += _head(subject, each, limits, place=place, tile=tile, corner=(left, top))
    tall = max(down, 210.0)
    bar = layers_bar if ends else partial(parts.colour_bar, scale=scale)
    items += bar(subject, left=left + across + 20.0, top=top, height=tall)
    return parts.finish(subject, items, bottom=top + tall + 8.0, lines=lines)


def by_layer(subject: Subject) -> bool:
    """Whether colours end at each layer's largest weight: for photos, unless a limit is given.

    A single strong patch, common in first layers, would leave every other map dark.
    """
    request = subject.request
    usual = (
        subject.record.encoded.grid is not None if request.by_layer is None else request.by_layer
    )
    return usual and request.high is None and request.limits != "log"


def layer_limits(scale: Limits, each: LayerThumbnails) -> Limits:
    """Return ``scale`` with the end of one layer."""
    return replace(scale, high=each.largest or 1.0)


def layers_bar(subject: Subject, *, left: float, top: float, height: float) -> list[Item]:
    """Return the colour bar whose high end is another number in each layer."""
    colours = parts.palette(subject)
    box: Box = (left, top, left + parts.BAR_WIDTH, top + height)
    ramp = np.linspace(1.0, 0.0, 256, dtype=np.float32)[:, None]
    x, y = box[2] + style.GAP, parts.centred(top, style.LABEL)
    lines = textwrap.wrap(tr("largest of the layer"), _BAR_LETTERS)
    words = [
        Words(x, y + i * 1.3 * style.LABEL, line, style.LABEL, colours.text)
        for i, line in enumerate(lines)
    ]
    foot = parts.centred(top + height, style.LABEL)
    words.append(Words(x, foot, "0", style.LABEL, colours.text))
    cells = Cells(box, ramp, subject.request.colour_map, 0.0, 1.0, colours.missing)
    return [Frame(box, colours.line), cells, *words]


def _tile(
    layers: list[LayerThumbnails], *, left: float, top: float, foot: float
) -> tuple[float, float]:
    """Return the largest (width, height) of a thumbnail with which every head fits."""
    shapes = [each.cells[1] / max(each.cells[0], 1) for each in layers if each.map]
    aspect = shapes[0] if shapes else 1.0
    columns = max(len(each.dots) for each in layers)
    across = (style.WIDTH - style.MARGIN - left - 20.0 - parts.BAR_ROOM) / columns - _GAP
    down = (style.TALLEST - top - foot - 8.0) / len(layers) - _GAP
    width = min(across, down * aspect, _LARGEST * min(aspect, 1.0) if aspect < 1 else _LARGEST)
    width = math.floor(2 * width) / 2
    return width, max(math.floor(2 * width / aspect) / 2, 1.0)


def _named(
    subject: Subject,
    layers: list[LayerThumbnails],
    *,
    tile: tuple[float, float],
    left: float,
    top: float,
) -> list[Item]:
    """Return the names of the layers and heads, every second where they would touch."""
    colour, (width, height) = parts.palette(subject).muted, tile
    columns = max(len(each.dots) for each in layers)
    wide = measure(f"H{columns}", size=style.LABEL).advance + 4.0
    across = math.ceil(wide / (width + _GAP))
    tall = style.LABEL * 1.1 + (1.2 * style.SMALL if by_layer(subject) else 0.0)
    down = math.ceil(tall / (height + _GAP))
    items: list[Item] = []
    for head in range(0, columns, across):
        x = left + head * (width + _GAP) + width / 2
        name = f"H{head + 1}"
        items.append(Words(x, top - 7.0, name, style.LABEL, colour, anchor="middle"))
    for row in range(0, len(layers), down):
        y = parts.centred(top + row * (height + _GAP) + height / 2, style.LABEL)
        name, x = f"L{layers[row].layer + 1}", left - style.GAP
        if by_layer(subject):
            y -= 0.6 * style.SMALL
            end = number(layers[row].largest)
            below = y + 1.2 * style.SMALL
            items.append(Words(x, below, end, style.SMALL, colour, anchor="end"))
        items.append(Words(x, y, name, style.LABEL, colour, anchor="end"))
    return items


def _head(
    subject: Subject,
    each: LayerThumbnails,
    scale: Limits,
    *,
    place: tuple[int, int],
    tile: tuple[float, float],
    corner: tuple[float, float],
) -> list[Item]:
    """Return one head's thumbnail, framed if it is among the heads asked for."""
    (row, column), colours = place, parts.palette(subject)
    x = corner[0] + column * (tile[0] + _GAP)
    y = corner[1] + row * (tile[1] + _GAP)
    box: Box = (x, y, x + tile[0], y + tile[1])
    dots = each.dots[column] if scale.told is None else scale.told.shares(each.dots[column])
    if 0 in dots.shape:
        return [Frame(box, colours.line)]
    cells = Cells(box, dots, subject.request.colour_map, scale.low, scale.high, colours.missing)
    framed = (each.layer, column) in subject.framed
    return [cells, Frame(box, colours.key, 3.0)] if framed else [cells]


def said(subject: Subject, layers: Sequence[LayerThumbnails]) -> list[str]:
    """Return what a head's picture shows, and which heads are framed."""
    if any(each.map for each in layers):
        name = subject.tokens[subject.query].label
        lines = [tr("Every map shows what {token} looks at.", token=name)]
    else:
        lines = [tr("Every square is one head: queries down, keys across.")]
    if by_layer(subject):
        colours = (
            tr("Colours: linear, in each layer from 0 to its largest weight, written at the head.")
            if subject.request.alone
            else tr(
                "Colours: linear, in each layer from 0 to its largest weight, written below its "
                "name."
            )
        )
        lines.insert(0, colours)
    if not subject.request.alone and (heads := sorted(subject.framed)):
        names = [f"L{layer + 1} H{head + 1}" for layer, head in heads[:_MOST_NAMES]]
        names += ["…"] if len(heads) > _MOST_NAMES else []
        lines.append(tr("Framed: {heads}.", heads=", ".join(names)))
    looked, under = max(each.weights_of_a_dot for each in layers)
    if looked < under:
        lines.append(
            tr(
                "A dot is the largest of {count} of the {all} weights under it, "
                "rows at even steps.",
                count=looked,
                all=under,
            )
        )
    elif under > 1:
        shared = ntr(
            "A dot is the largest of {count} weight.",
            "A dot is the largest of {count} weights.",
            under,
        )
        lines.append(shared)
    return lines
