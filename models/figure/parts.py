"""What every figure shares: the heading, the small print at the foot, and the colour bar."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.attention import Float
from models.figure import style, words
from models.figure.lettering import CAP_HEIGHT, elide, measure
from models.figure.page import Box, Cells, Fill, Frame, Item, Page, Words
from models.figure.request import Subject
from models.figure.style import Palette
from models.i18n import ntr, tr
from models.scales import PAINTED, Scale

_LINE: Final = 1.45  # from baseline to baseline, in ems
CONTENT_TOP: Final = style.MARGIN + style.TITLE + _LINE * style.SUBTITLE + 18.0
BAR_WIDTH: Final = 16.0
BAR_ROOM: Final = 132.0  # the colour bar with its numbers and name


def palette(subject: Subject) -> Palette:
    """Return the colours of the theme asked for."""
    return style.PALETTES[subject.request.theme]


def centred(y: float, size: float) -> float:
    """Return the baseline that centres capitals and digits of ``size`` on ``y``."""
    return y + CAP_HEIGHT * size / 2


def level_rule(left: float, right: float, y: float, colour: str) -> Fill:
    """Return a hairline from left to right, centred on ``y``."""
    half = style.HAIRLINE / 2
    return Fill((left, y - half, right, y + half), colour)


def upright_rule(x: float, top: float, bottom: float, colour: str) -> Fill:
    """Return a hairline from top to bottom, centred on ``x``."""
    half = style.HAIRLINE / 2
    return Fill((x - half, top, x + half, bottom), colour)


def heading(subject: Subject) -> list[Item]:
    """Return the title and, under it, layer, head and number of tokens."""
    colours = palette(subject)
    room = style.WIDTH - 2 * style.MARGIN
    title = elide(words.title(subject), size=style.TITLE, room=room, bold=True)
    baseline = style.MARGIN + CAP_HEIGHT * style.TITLE
    below = baseline + _LINE * style.SUBTITLE + 2.0
    subtitle = elide(words.subtitle(subject), size=style.SUBTITLE, room=room)
    return [
        Words(style.MARGIN, baseline, title, style.TITLE, colours.text, bold=True),
        Words(style.MARGIN, below, subtitle, style.SUBTITLE, colours.muted),
    ]


def notes(subject: Subject, *, drawn: Float, keys: Float) -> list[str]:
    """Return what a reader must know about ``drawn``, and about the padding left out.

    ``keys`` [M] or [Q, M] are the weights over every token, padding included.
    """
    found = counting_notes(subject)
    hidden = len(subject.tokens) - len(subject.shown)
    if hidden and subject.request.direction == "to":
        found.append(
            ntr(
                "{count} padding position is not drawn.",
                "{count} padding positions are not drawn.",
                hidden,
            )
        )
    elif hidden:
        outside = np.delete(keys, subject.shown, axis=-1).sum(axis=-1, dtype=np.float64)
        found.append(
            ntr(
                "{count} padding position is not drawn; it takes at most {share} of a row.",
                "{count} padding positions are not drawn; they take at most {share} of a row.",
                hidden,
                share=words.number(float(np.max(outside))),
            )
        )
    if np.isnan(drawn).any():
        found.append(tr("Grey cells have no number."))
    return found


def counting_notes(subject: Subject) -> list[str]:
    """Return what must be known about the measure, the direction and what is left out."""
    found, asked = [], subject.asked
    if subject.in_words:
        found.append(tr("Pieces are merged into words. See docs/measures.md."))
    if asked.measure not in {"weight", "rollout"}:
        found.append(tr("Shares: each row is divided by its sum. See docs/measures.md."))
    if asked.hide_special:
        found.append(tr("Special tokens are left out; each row is divided by what is left."))
    if asked.guarded:
        found.append(tr("Special tokens pass nothing on in the rollout."))
    if subject.request.direction == "to" and subject.request.view != "heatmap":
        total = words.number(float(np.nansum(subject.row)))
        found.append(tr("A column need not sum to 1; this one sums to {sum}.", sum=total))
    return found


def footer_height(lines: Sequence[str]) -> float:
    """Return the room that ``lines`` of small print and the figure's source take."""
    return 16.0 + _LINE * style.SMALL * (len(lines) + 2) + style.MARGIN - 6.0


def finish(
    subject: Subject,
    items: Sequence[Item],
    *,
    bottom: float,
    lines: Sequence[str],
    sources: tuple[str, str] | None = None,
) -> Page:
    """Return the page: heading, ``items`` down to ``bottom``, ``lines`` and the source.

    ``sources`` stand in place of the model and the input of ``subject``.
    """
    sources = sources or (words.source(subject), words.input_name(subject.record))
    colours = palette(subject)
    room = style.WIDTH - 2 * style.MARGIN
    foot: list[Item] = [
        level_rule(style.MARGIN, style.WIDTH - style.MARGIN, bottom + 10.0, colours.faint)
    ]
    baseline = bottom + 16.0
    for line in (*lines, *sources):
        baseline += _LINE * style.SMALL
        shown = elide(line, size=style.SMALL, room=room)
        foot.append(Words(style.MARGIN, baseline, shown, style.SMALL, colours.muted))
    height = math.ceil(bottom + footer_height(lines))
    everything = (*heading(subject), *items, *foot)
    return Page(style.WIDTH, height, colours.background, everything)


@dataclass(frozen=True, eq=False)
class Limits:
    """The colours' limits, and the smallest and largest weight that is drawn.

    ``told`` says what they are worth where shares from 0 to 1 are coloured in place of weights.
    """

    low: float
    high: float
    least: float
    most: float
    chosen: bool  # the upper limit was asked for, not found
    told: Scale | None = None

    @property
    def scale(self) -> Scale:
        """What the colours are worth."""
        return self.told or Scale(self.low, self.high, chosen=self.chosen)


def limits(subject: Subject, values: Float) -> Limits:
    """Return the limits for colouring ``values``."""
    request = subject.request
    return between(request.low, subject.high(values), values, chosen=request.high is not None)


def between(low: float, high: float, values: Float | NDArray[np.intp], *, chosen: bool) -> Limits:
    """Return ``low`` and ``high`` as limits for colouring ``values``."""
    finite = values[np.isfinite(values)]
    least, most = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    return Limits(low, high, least, most, chosen)


def coloured(
    subject: Subject, values: Float, scale: Limits, *, limits: Collection[str] = PAINTED
) -> tuple[Float, Limits]:
    """Return what is coloured for ``values``, and its limits.

    As they are where the figure asks for none of ``limits``.
    """
    asked = subject.request.limits
    if asked not in limits:
        return values, scale
    told = Scale(0.0, scale.high or 1.0, asked, scale.chosen)
    return told.shares(values), Limits(0.0, 1.0, 0.0, 1.0, scale.chosen, told)


def scale_line(scale: Limits) -> str:
    """Return the sentence that says which scale the colours have."""
    return tr("Colours: {scale}.", scale=scale.scale.said(words.number))


def colour_bar(
    subject: Subject,
    scale: Limits,
    *,
    left: float,
    top: float,
    height: float,
) -> list[Item]:
    """Return the bar of colours with its low, middle and high limits, its name and its scale."""
    colours = palette(subject)
    box: Box = (left, top, left + BAR_WIDTH, top + height)
    ramp = np.linspace(scale.high, scale.low, 256, dtype=np.float32)[:, None]
    items: list[Item] = [
        Frame(box, colours.line),
        Cells(box, ramp, subject.request.colour_map, scale.low, scale.high, colours.missing),
    ]
    low, middle, high = scale.scale.marks(words.number)
    if scale.told is None:
        high = ("≥ " if scale.most > scale.high else "") + high
        low = ("≤ " if scale.least < scale.low else "") + low
    marks = ((top, high), (top + height / 2, middle), (top + height, low))
    right = box[2] + 1.0
    widest = max(measure(text, size=style.LABEL).advance for _, text in marks)
    for y, text in marks:
        items.append(level_rule(right, right + style.TICK, y, colours.line))
        items.append(
            Words(
                right + style.TICK + 5.0, centred(y, style.LABEL), text, style.LABEL, colours.text
            )
        )
    if not scale.chosen and scale.scale.limits != "row":
        room = BAR_ROOM - (right + style.TICK + 5.0 - left)
        largest = elide(tr("largest shown"), size=style.SMALL, room=room)
        x = right + style.TICK + 5.0
        baseline = centred(top, style.LABEL) + 1.3 * style.SMALL
        items.append(Words(x, baseline, largest, style.SMALL, colours.muted))
    name = _bar_name(subject, scale, room=height - 6 * style.SMALL)
    x = right + style.TICK + 5.0 + widest + 12.0 + CAP_HEIGHT * style.AXIS
    y = top + height / 2
    upright = Words(x, y, name, style.AXIS, colours.text, anchor="middle", upright=True)
    return [*items, upright]


def _bar_name(subject: Subject, scale: Limits, *, room: float) -> str:
    """Return what the numbers are and, where there is room, how the colours run."""
    name = words.counted(subject)
    whole = f"{name} · {scale.scale.kind}"
    fits = measure(whole, size=style.AXIS).advance <= room
    return whole if fits else elide(name, size=style.AXIS, room=room)


def lettered(text: str, *, size: float, room: float) -> tuple[str, float]:
    """Return ``text`` elided to ``room``, and how wide it then is."""
    shown = elide(text, size=size, room=room)
    return shown, measure(shown, size=size).advance
