"""A map that the model gives, over the photo: saliency, depth, classes, or patches compared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.encoded import PatchGrid
from models.figure import parts, picture, style, words
from models.figure.lettering import elide
from models.figure.page import Box, Canvas, Fill, Frame, Item, Page, Words
from models.figure.request import Subject
from models.i18n import ntr, tr
from models.overlay import Paint
from models.shapes import stretch

if TYPE_CHECKING:
    from models.outputs.layered import Layered

_SHORTEST_BAR: Final = 210.0  # the colour bar with its name beside its numbers
_LEGEND: Final = 230.0  # the names of classes beside the picture
_LINE: Final = 26.0
_SQUARE: Final = 14.0
_NUMBER: Final = 58.0  # the share's room, at the end of a line
_MOST: Final = 9  # classes that have a colour of their own, and one line for the rest


@dataclass(frozen=True, eq=False)
class MapOverPhoto:
    """A photo with a map of the model's painted over it, as the window shows it."""

    box: Box
    photo: Image.Image
    layer: Layered
    paint: Paint

    def draw(self, canvas: Canvas) -> None:
        """Draw the photo, and the map at the figure's own resolution over it."""

        def over(grid: PatchGrid, size: tuple[int, int]) -> NDArray[np.uint8]:
            return self.layer.rgba(grid, photo_size=size, paint=self.paint)

        canvas.paste_photo(self.box, self.photo, self.layer.grid, over)


def page(subject: Subject) -> Page:
    """Return the map over the photo, its colour bar or its classes beside it."""
    layer, photo, request = subject.drawn, subject.record.encoded.photo, subject.request
    if photo is None:
        raise ValueError("the input has no photo")
    lines = _notes(subject)
    scale = parts.between(layer.low, layer.high, layer.values, chosen=True)
    if layer.colours is None:
        lines.insert(0, parts.scale_line(scale))
    wider, taller = stretch(photo.size)
    if (wider, taller) != (1.0, 1.0):
        lines.append(tr("not to scale: the short side is drawn longer to show its patches"))
    drawn = (photo.width * wider, photo.height * taller)
    classes = layer.colours is not None
    beside = _LEGEND if classes else parts.BAR_ROOM
    top = float(math.ceil(parts.CONTENT_TOP + 8.0))
    across = style.WIDTH - 2 * style.MARGIN - 20.0 - beside
    down = style.TALLEST - top - parts.footer_height(lines) - 14.0
    width, tall = picture.fitted(drawn, (across, down), whole=False)
    left = float(round((style.WIDTH - width - 20.0 - beside) / 2))
    box = (left, top, left + width, top + tall)
    paint = Paint(colour_map=request.colour_map, opacity=request.opacity, smooth=request.smooth)
    items: list[Item] = [
        Frame(box, parts.palette(subject).line),
        MapOverPhoto(box, photo, layer, paint),
    ]
    grid = subject.record.encoded.grid
    if layer.token is not None and grid is not None:
        items += picture.pointers(subject, grid, box, photo.size)
    if classes:
        items += _legend(subject, left=box[2] + 20.0, top=top)
        bottom = top + max(tall, _legend_height(layer))
    else:
        bar = max(tall, _SHORTEST_BAR)
        items += parts.colour_bar(subject, scale, left=box[2] + 20.0, top=top, height=bar)
        bottom = top + bar
    return parts.finish(subject, items, bottom=bottom + 14.0, lines=lines)


def _notes(subject: Subject) -> list[str]:
    layer, request = subject.drawn, subject.request
    rows, columns = layer.values.shape
    percent = round(request.opacity * 100)
    what = [
        tr("{rows} × {columns} places", rows=rows, columns=columns),
        tr("painted over the photo at {percent}% opacity", percent=percent),
    ]
    if layer.colours is not None:
        return [", ".join(what)]
    if request.smooth:
        what.append(tr("interpolated between the centres of places"))
    if not layer.whole:
        return [", ".join(what), tr("Colours run from the smallest number of the map upwards.")]
    return [", ".join(what)]


def _legend_lines(layer: Layered) -> list[tuple[str, str, float]]:
    """Return (name, colour, share) per class, the rest of them together in the last."""
    from models.outputs.layered import colour_of  # noqa: PLC0415  # this package loads fast

    named = layer.shares if len(layer.shares) <= _MOST else layer.shares[: _MOST - 1]
    found = [
        (layer.names[number], colour_of(rank), share) for rank, (number, share) in enumerate(named)
    ]
    rest = layer.shares[len(named) :]
    if rest:
        name = ntr("{count} other", "{count} others", len(rest))
        found.append((name, colour_of(_MOST), sum(share for _number, share in rest)))
    return found


def _legend_height(layer: Layered) -> float:
    return 30.0 + _LINE * len(_legend_lines(layer))


def _legend(subject: Subject, *, left: float, top: float) -> list[Item]:
    """Return the classes, each with its colour and its share of the places."""
    colours, right = parts.palette(subject), left + _LEGEND
    title = tr("Share of the places")
    items: list[Item] = [Words(left, top + 12.0, title, style.LABEL, colours.text, bold=True)]
    for place, (name, colour, share) in enumerate(_legend_lines(subject.drawn)):
        y = top + 30.0 + (place + 0.5) * _LINE - 4.0
        square = (left, y - _SQUARE / 2, left + _SQUARE, y + _SQUARE / 2)
        baseline = parts.centred(y, style.LABEL)
        start = left + _SQUARE + style.GAP
        shown = elide(name, size=style.LABEL, room=right - _NUMBER - start)
        number = words.share(share)
        items += [
            Frame(square, colours.line),
            Fill(square, colour),
            Words(start, baseline, shown, style.LABEL, colours.text),
            Words(right, baseline, number, style.LABEL, colours.text, anchor="end"),
        ]
    return items
