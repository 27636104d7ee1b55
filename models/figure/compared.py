"""Two sides of a comparison and their difference, all limits written beside their colours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.attention import Float
from models.colour import DIVERGING
from models.encoded import Encoded, PatchGrid
from models.figure import axis, parts, picture, style, words
from models.figure.beside import Beside
from models.figure.compared_places import PITCH, SHORTEST_BAR, TITLE, Places, placed
from models.figure.compared_words import notes, sources, told
from models.figure.lettering import CAP_HEIGHT, elide, measure
from models.figure.page import Anchor, Box, Cells, Frame, Item, Page, Photo, Words
from models.figure.request import Subject
from models.i18n import tr
from models.overlay import Paint, patch_values
from models.scales import Look, MapLimits
from models.word_merging import Words as Merged

_AXIS: Final = 18.0  # the name of an axis
_LONGEST: Final = 84.0  # a word's label


@dataclass(frozen=True, eq=False)
class _Panel:
    """One map: its name, its numbers, how they are coloured, and its words or its photo."""

    name: str
    values: Float
    look: Look
    labels: tuple[str, ...] = ()
    matched: frozenset[int] = frozenset()
    marks: tuple[int | None, int | None] = (None, None)
    encoded: Encoded | None = None
    counted: str = ""  # what the numbers are, where they are not those of the figure

    @property
    def shares(self) -> Float:
        """How far along the colours each number is, from 0 to 1."""
        return self.look.shares(self.values)


def page(subject: Subject) -> Page:
    """Return sides A, B and A − B with what is to be known of both."""
    beside = subject.beside
    panels = _photos(subject, beside) if _grid(subject) else _matrices(subject, beside)
    lines = notes(subject, beside, side=panels[0].look, apart=panels[2].look)
    if any(np.isnan(panel.values).any() for panel in panels):
        lines.append(tr("Grey cells have no number."))
    top = float(math.ceil(parts.CONTENT_TOP + 4.0))
    places = placed(
        [len(panel.labels) for panel in panels],
        room=max(map(_room, panels)) + (0.0 if _grid(subject) else _AXIS),
        shape=max(map(_shape, panels)),
        foot=top + parts.footer_height(lines),
    )
    height = places.height
    items: list[Item] = []
    for number, panel in enumerate(panels):
        row, column = divmod(number, places.columns)
        left = places.left(column)
        box = _box(panel, (left + places.room, top + row * height + TITLE), places.side)
        items += _drawn(subject, panel, left=left, box=box, places=places)
    if places.columns == len(panels):  # each side is told below its map
        ends, told_from = [places.left(column) for column in range(3)], top + height
    else:
        ends, told_from = [places.left(1)], top + height
    text, below = told(subject, beside, columns=ends, top=told_from, room=places.width)
    rows = math.ceil(len(panels) / places.columns)
    return parts.finish(
        subject,
        [*items, *text],
        bottom=max(below, top + rows * height),
        lines=lines,
        sources=sources(subject, beside),
    )


def _grid(subject: Subject) -> bool:
    return subject.record.encoded.grid is not None


def _shape(panel: _Panel) -> float:
    """Return how tall a map is for its width."""
    if panel.encoded is None or panel.encoded.grid is None:
        return 1.0
    left, top, right, bottom = panel.encoded.grid.box
    return (bottom - top) / (right - left)


def _box(panel: _Panel, corner: tuple[float, float], side: float) -> Box:
    return (corner[0], corner[1], corner[0] + side, corner[1] + side * _shape(panel))


# -- what is drawn


def _matrices(subject: Subject, beside: Beside) -> list[_Panel]:
    """Return the maps between words, both sides in one scale."""
    found, request = beside.comparison, subject.request
    ours, theirs = ([pair[i] for pair in found.pairs] for i in (0, 1))
    high = request.high or found.largest or 1.0
    look = Look(0.0, high, request.limits, request.high is not None, colour_map=request.colour_map)
    marked = tuple(
        None if token is None else int(found.words_a.word_of[token])
        for token in (subject.token, subject.key)
    )
    there = tuple(None if word is None else found.b_of(word) for word in marked)
    both = tuple(ours.index(word) if word in ours else None for word in marked)
    a, b = (_labels(merged) for merged in (found.words_a, found.words_b))
    every = frozenset(range(len(ours)))
    return [
        _Panel(
            f"A · {beside.names[0]}", found.weights_a, look, a, frozenset(ours),
            (marked[0], marked[1]),
        ),
        _Panel(
            f"B · {beside.names[1]}", found.weights_b, look, b, frozenset(theirs),
            (there[0], there[1]),
        ),
        _Panel(
            "A − B", found.difference, _apart(found.limit),
            tuple(a[i] for i in ours), every, (both[0], both[1]), counted="A − B",
        ),
    ]  # fmt: skip


def _labels(merged: Merged) -> tuple[str, ...]:
    return tuple(word.label if word.label.strip() else word.token.text for word in merged.words)


def _photos(subject: Subject, beside: Beside) -> list[_Panel]:
    """Return the row of the patch asked for over both photos, and the difference by patch."""
    found, request, token = beside.comparison, subject.request, subject.query
    encoded = (found.a.record.encoded, found.b.record.encoded)
    rows = found.rows(token, request.direction)
    unknown = [np.full(len(x.tokens), np.nan, np.float32) for x in encoded]
    row_b = unknown[1] if rows.b is None else rows.b
    apart = unknown[0] if rows.apart is None else rows.apart
    # of one row, its own largest number is the largest shown
    limits: MapLimits = "log" if request.limits == "log" else "view"
    high = request.high or rows.largest or 1.0
    look = Look(0.0, high, limits, request.high is not None, colour_map=request.colour_map)
    key = subject.key
    marks = (token, key)
    there = (rows.there, None if key is None else found.b_of(key))
    return [
        _Panel(f"A · {beside.names[0]}", rows.a, look, marks=marks, encoded=encoded[0]),
        _Panel(f"B · {beside.names[1]}", row_b, look, marks=there, encoded=encoded[1]),
        _Panel(
            "A − B", apart, _apart(rows.limit), marks=marks, encoded=encoded[0],
            counted="A − B",
        ),
    ]  # fmt: skip


def _apart(limit: float) -> Look:
    """Return the colours of a difference: −m to m, and −1 to 1 where both sides are alike."""
    high = limit or 1.0
    return Look(-high, high, chosen=not limit, colour_map=DIVERGING)


# -- drawing


def _drawn(subject: Subject, panel: _Panel, *, left: float, box: Box, places: Places) -> list[Item]:
    """Return a map, its title above and its colours below."""
    colours = parts.palette(subject)
    title = elide(panel.name, size=style.LABEL, room=places.width, bold=True)
    items: list[Item] = [
        Words(left, box[1] - TITLE + 14.0, title, style.LABEL, colours.text, bold=True),
        Frame(box, colours.line),
    ]
    if panel.encoded is not None:
        items += _picture(subject, panel, panel.encoded, box)
    else:
        cells = Cells(box, panel.shares, panel.look.colour_map, 0.0, 1.0, colours.missing)
        items += [cells, *_axes(subject, panel, box)]
    return [*items, *_bar(subject, panel, box, below=box[3] + places.room)]


def _picture(subject: Subject, panel: _Panel, encoded: Encoded, box: Box) -> list[Item]:
    """Return a row over its photo; a difference as patches alone."""
    grid, request = encoded.grid, subject.request
    assert grid is not None  # noqa: S101  # photos that are compared have patches
    assert encoded.photo is not None  # noqa: S101  # a grid has a photo
    colours, items = parts.palette(subject), list[Item]()
    if panel.look.low < 0:
        values = patch_values(panel.shares, encoded.tokens, grid)
        items.append(Cells(box, values, panel.look.colour_map, 0.0, 1.0, colours.missing))
    else:
        seen, inside = picture.seen(encoded.photo, grid)
        paint = Paint(0.0, 1.0, panel.look.colour_map, request.opacity, request.smooth)
        items.append(Photo(box, seen, panel.shares, encoded.tokens, inside, paint))
    for token, ink in zip(panel.marks[::-1], (colours.key, colours.query), strict=True):
        cell = None if token is None else encoded.tokens[token].cell
        if cell is not None:
            placed = PatchGrid(grid.rows, grid.columns, box).cell_box(*cell)
            items += [Frame(placed, colours.background, 2.0), Frame(placed, ink, 1.0)]
    return items


def _axes(subject: Subject, panel: _Panel, box: Box) -> list[Item]:
    """Return the words left of the rows and below the columns; those without a match muted."""
    colours, size = parts.palette(subject), style.SMALL
    count = max(len(panel.labels), 1)
    pitch, cell = PITCH, (box[2] - box[0]) / count
    items: list[Item] = []
    for below, marked in enumerate(panel.marks):
        order = [*([] if marked is None else [marked]), *range(0, count, axis.step(pitch / cell))]
        for place in axis.apart(order, cell=cell, pitch=pitch):
            text = elide(panel.labels[place], size=size, room=_LONGEST - 8.0)
            ink = colours.text if place in panel.matched else colours.muted
            ink = ((colours.query, colours.key)[below]) if place == marked else ink
            middle = (place + 0.5) * cell
            x, y = box[0] - 6.0, parts.centred(box[1] + middle, size)
            if below:
                x, y = parts.centred(box[0] + middle, size), box[3] + 6.0
            bold, upright = place == marked, bool(below)
            items.append(Words(x, y, text, size, ink, bold=bold, anchor="end", upright=upright))
    return [*items, *_axis_names(panel, box, ink=colours.text)]


def _axis_names(panel: _Panel, box: Box, *, ink: str) -> list[Item]:
    """Return which axis is which, beyond its words."""
    away, size = _room(panel), style.SMALL
    x, y = box[0] - away - 3.0, box[3] + away + 3.0 + CAP_HEIGHT * size
    across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return [
        Words(x, down, tr("query"), size, ink, anchor="middle", upright=True),
        Words(across, y, tr("key"), size, ink, anchor="middle"),
    ]


def _room(panel: _Panel) -> float:
    """Return the room that a map's words take, on either axis."""
    texts = (elide(text, size=style.SMALL, room=_LONGEST - 8.0) for text in panel.labels)
    widest = max((measure(text, size=style.SMALL).advance for text in texts), default=0.0)
    return min(widest + 10.0, _LONGEST) if panel.labels else 0.0


def _bar(subject: Subject, panel: _Panel, box: Box, *, below: float) -> list[Item]:
    """Return the colours below a map, their ends and middle, what they are and how they run."""
    colours, size = parts.palette(subject), style.SMALL
    strip: Box = (box[0], below + 8.0, max(box[2], box[0] + SHORTEST_BAR), below + 18.0)
    ramp = np.linspace(0, 1, 256, dtype=np.float32)[None]
    items: list[Item] = [
        Frame(strip, colours.line),
        Cells(strip, ramp, panel.look.colour_map, 0.0, 1.0, colours.missing),
    ]
    middle = (strip[0] + strip[2]) / 2
    baseline = strip[3] + style.TICK + 2.0 + size
    anchors: tuple[Anchor, ...] = ("start", "middle", "end")
    for x, text, anchor in zip(
        (strip[0], middle, strip[2]), panel.look.marks(words.number), anchors, strict=True
    ):
        items.append(parts.upright_rule(x, strip[3] + 1.0, strip[3] + style.TICK, colours.line))
        items.append(Words(x, baseline, text, size, colours.text, anchor=anchor))
    name = f"{panel.counted or words.counted(subject)} · {panel.look.kind}"
    shown = elide(name, size=size, room=strip[2] - strip[0])
    y = baseline + 1.35 * size
    return [*items, Words(middle, y, shown, size, colours.muted, anchor="middle")]
