"""One attention row: bars in the order of the sentence, or a map of the patches."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.differences import localised
from models.figure import parts, picture, style, words
from models.figure.lettering import elide, measure
from models.figure.page import Fill, Item, Page, Polygon, Words
from models.figure.request import Subject
from models.figure.style import Palette
from models.i18n import ntr, tr
from models.scales import DECADES, Scale, painted

_MOST_BARS: Final = 32  # a longer text shows its ``_TOP`` largest weights and the sum of the rest
_TOP: Final = 30
_PITCH: Final = (21.0, 30.0)  # between two bars, least and most
_LONGEST_LABEL: Final = 190.0
_NUMBER_ROOM: Final = 64.0  # a weight beside the end of its bar
_AXIS_ROOM: Final = 52.0
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class _Bar:
    """One line of the chart; ``position`` is None for the tokens summed together."""

    position: int | None
    label: str
    weight: float
    special: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the bars are: from ``left`` (weight 0) to ``right`` (weight ``high``).

    With ``log`` they run evenly over the powers of 10 of ``models.scales``.
    """

    left: float
    right: float
    top: float
    pitch: float
    high: float
    log: bool = False

    def x(self, weight: float) -> float:
        """Return where ``weight`` ends, never beyond the frame."""
        share = weight / self.high if self.high > 0 else 0.0
        if self.log and self.high > 0:
            share = float(painted(np.array([weight], np.float32), "log", high=self.high)[0])
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)


def page(subject: Subject) -> Page:
    """Return the row of ``subject`` as a page: a chart for a text, a map for a photo."""
    if subject.record.encoded.grid is not None:
        return picture.page(subject, photo=False)
    return _chart(subject)


def _chart(subject: Subject) -> Page:
    drawn = subject.row[list(subject.shown)]
    bars = _bars(subject)
    lines = parts.notes(subject, drawn=np.zeros(0, dtype=np.float32), keys=subject.row)
    if any(bar.special and bar.position is not None for bar in bars):
        lines = [tr("Grey bars are special tokens."), *lines]
    if bars[-1].position is None:
        lines = [
            ntr(
                "Only the largest weight has its own bar.",
                "Only the {count} largest weights have their own bars, in the order of the text.",
                len(bars) - 1,
            ),
            *lines,
        ]
    high = subject.high(drawn)
    scale = _scale(subject, high)
    lines = [tr("Bars: {scale}.", scale=scale.said(words.number)), *lines]
    label = max(measure(bar.label, size=style.LABEL, bold=True).advance for bar in bars)
    left = style.MARGIN + 56.0 + min(label, _LONGEST_LABEL) + style.GAP
    top = parts.CONTENT_TOP + 4.0
    down = style.TALLEST - top - _AXIS_ROOM - parts.footer_height(lines)
    pitch = min(max(down / len(bars), _PITCH[0]), _PITCH[1])
    right = style.WIDTH - style.MARGIN - _NUMBER_ROOM
    frame = _Frame(left, right, top, math.floor(pitch), high, log=scale.limits == "log")
    items = _axis(subject, frame, count=len(bars))
    for place, bar in enumerate(bars):
        items.extend(_line(subject, bar, frame=frame, y=top + (place + 0.5) * frame.pitch))
    bottom = top + len(bars) * frame.pitch + _AXIS_ROOM
    return parts.finish(subject, items, bottom=bottom, lines=lines)


def _scale(subject: Subject, high: float) -> Scale:
    """Return how long a bar is; of one row, its own largest is the largest shown."""
    log = subject.request.limits == "log" and high > 0
    return Scale(0.0, high, "log" if log else "view", chosen=subject.request.high is not None)


def _bars(subject: Subject) -> list[_Bar]:
    """Return a bar per token, in order; of a long text the largest, then all others together."""
    row, shown = subject.row, subject.shown
    chosen = shown
    if len(shown) > _MOST_BARS:
        largest = sorted(shown, key=lambda i: -np.nan_to_num(row[i]))[:_TOP]
        chosen = tuple(sorted(largest))
    bars = [
        _Bar(
            i,
            words.shortened(words.label(subject.tokens[i])),
            float(row[i]),
            special=subject.tokens[i].special,
        )
        for i in chosen
    ]
    others = sorted(set(shown) - set(chosen))
    if others:
        together = float(row[others].sum(dtype=np.float64))
        name = ntr("{count} other together", "{count} others together", len(others))
        bars.append(_Bar(None, name, together, special=True))
    return bars


def _line(subject: Subject, bar: _Bar, *, frame: _Frame, y: float) -> list[Item]:
    colours = parts.palette(subject)
    asked = bar.position is not None and bar.position == subject.query
    pointed = bar.position is not None and bar.position == subject.key
    baseline = parts.centred(y, style.LABEL)
    label = elide(bar.label, size=style.LABEL, room=_LONGEST_LABEL, bold=asked or pointed)
    end, half = frame.left, frame.pitch * 0.34
    if bar.position is not None and not math.isnan(bar.weight):
        end = frame.x(bar.weight)
    items: list[Item] = [
        Words(
            frame.left - style.GAP,
            baseline,
            label,
            style.LABEL,
            _label_colour(bar, colours, asked=asked, pointed=pointed),
            bold=asked or pointed,
            anchor="end",
        ),
        Words(end + style.GAP, baseline, words.fixed(bar.weight), style.LABEL, colours.text),
    ]
    if bar.position is not None:  # a sum has no bar: it would dwarf the weights
        colour = _bar_colour(bar, colours, pointed=pointed)
        items.append(Fill((frame.left, y - half, end, y + half), colour))
        x = style.MARGIN + 40.0
        number = str(bar.position)
        items.append(Words(x, baseline, number, style.SMALL, colours.muted, anchor="end"))
    if asked:
        x = style.MARGIN
        items.append(Polygon(((x, y - 5.0), (x + 8.0, y), (x, y + 5.0)), colours.query))
    if bar.position is not None and bar.weight > frame.high > 0:
        items.append(_beyond(frame, y, colours))
    return items


def _label_colour(bar: _Bar, colours: Palette, *, asked: bool, pointed: bool) -> str:
    if asked:
        return colours.query
    if pointed:
        return colours.key
    return colours.muted if bar.special else colours.text


def _bar_colour(bar: _Bar, colours: Palette, *, pointed: bool) -> str:
    if pointed:
        return colours.key
    return colours.special if bar.special else colours.bar


def _beyond(frame: _Frame, y: float, colours: Palette) -> Polygon:
    """Return the notch at the end of a bar that is longer than the axis."""
    x = frame.right
    return Polygon(
        ((x - 9.0, y - 10.0), (x - 5.0, y - 10.0), (x - 9.0, y + 10.0), (x - 13.0, y + 10.0)),
        colours.background,
    )


def _axis(subject: Subject, frame: _Frame, *, count: int) -> list[Item]:
    """Return the grid lines, the numbers under them, and the axis's name."""
    colours = parts.palette(subject)
    bottom = frame.top + count * frame.pitch
    items: list[Item] = []
    for place, (tick, text) in enumerate(_marks(frame)):
        x = frame.x(tick)
        colour = colours.faint if place else colours.line
        items.append(parts.upright_rule(x, frame.top, bottom + 3.0, colour))
        baseline = bottom + 6.0 + style.SMALL
        items.append(Words(x, baseline, text, style.SMALL, colours.muted, anchor="middle"))
    name = words.counted(subject)
    middle = (frame.left + frame.right) / 2
    baseline = bottom + _AXIS_ROOM - 10.0
    items.append(Words(middle, baseline, name, style.AXIS, colours.text, anchor="middle"))
    return items


def _marks(frame: _Frame) -> list[tuple[float, str]]:
    """Return the marks of the axis from the left: what they are worth, and the words there."""
    if frame.log and frame.high > 0:
        powers = [frame.high * 10.0**-power for power in range(DECADES, -1, -1)]
        return [(n, ("" if i else "≤ ") + words.number(n)) for i, n in enumerate(powers)]
    marks = ticks(frame.high)
    decimals = max(len(f"{tick:g}".partition(".")[2]) for tick in marks)
    return [(tick, localised(f"{tick:.{decimals}f}" if tick else "0")) for tick in marks]


def ticks(high: float) -> list[float]:
    """Return three to six round numbers from 0 to at most ``high``; 0 alone where it is 0."""
    if not high > 0:
        return [0.0]
    power = 10.0 ** math.floor(math.log10(high / 5))
    step = next(s * power for s in _STEPS if s * power >= high / 5 * (1 - 1e-9))
    return [round(i * step, 12) for i in range(math.floor(high / step * (1 + 1e-9)) + 1)]
