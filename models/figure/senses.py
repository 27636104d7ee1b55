"""One word with several senses: cosines of its vector, layer by layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from models.attention import Float
from models.compare_senses import Curves
from models.differences import localised
from models.figure import axis, parts, style, words
from models.figure.compared_words import wrapped
from models.figure.curve import Curve, Mark, Point
from models.figure.lettering import measure
from models.figure.page import Box, Frame, Item, Page, Words
from models.figure.request import Subject
from models.i18n import ntr, tr
from models.sense_words import compared_words, verdict

_TALL: Final = 360.0
_LEFT: Final = 118.0  # the numbers, the name of the axis and that of the counts below
_LEGEND: Final = 34.0
_BELOW: Final = 74.0  # steps, counts and the name of the axis
_SAMPLE: Final = 34.0
_STEPS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_MOST_MARKS: Final = 8


@dataclass(frozen=True, eq=False)
class _Series:
    """One curve: what it is called, its cosines [S], and how it is told from the others."""

    name: str
    values: Float
    colour: str
    dash: float
    mark: Mark


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where the curves are: ``low`` to 1 from the bottom up, ``steps`` from the left."""

    box: Box
    low: float
    steps: int

    def x(self, step: int) -> float:
        """Return the middle of a step."""
        return self.box[0] + (step + 0.5) * (self.box[2] - self.box[0]) / self.steps

    def y(self, value: float) -> float:
        """Return the height of a cosine."""
        return self.box[3] - (value - self.low) / (1 - self.low) * (self.box[3] - self.box[1])


def page(subject: Subject) -> Page:
    """Return the curves of a word: with its own sense, with the others, of the two sentences."""
    curves, series = subject.curves, _series(subject)
    low = min(float(one.values.min()) for one in series)
    top = math.ceil(parts.CONTENT_TOP + _LEGEND)
    box = (style.MARGIN + _LEFT, top, style.WIDTH - style.MARGIN, top + _TALL)
    plot = _Plot(box, math.floor(low * 20 - 1e-9) / 20, curves.steps)
    items: list[Item] = [Frame(box, parts.palette(subject).line)]
    items += _heights(subject, plot) + _steps(subject, plot)
    for one in series:
        points: tuple[Point, ...] = tuple(
            (plot.x(step), plot.y(float(value))) for step, value in enumerate(one.values)
        )
        items.append(Curve(points, one.colour, dash=one.dash, mark=one.mark))
    items += _legend(subject, series)
    return parts.finish(
        subject,
        items,
        bottom=box[3] + _BELOW,
        lines=_lines(curves),
        sources=(words.source(subject), _input(curves)),
    )


def _series(subject: Subject) -> list[_Series]:
    curves, colours = subject.curves, parts.palette(subject)
    mean = (0, 1)
    found = [
        _Series(tr("same sense"), curves.same.mean(axis=mean), colours.query, 0.0, "round"),
        _Series(tr("other sense"), curves.other.mean(axis=mean), colours.key, 7.0, "square"),
    ]
    if curves.between is not None:
        name = tr("the two sentences")
        found.append(_Series(name, curves.between, colours.muted, 3.0, "none"))
    return found


def _heights(subject: Subject, plot: _Plot) -> list[Item]:
    """Return the grid lines, their numbers, and the axis's name."""
    colours, size = parts.palette(subject), style.LABEL
    step = next((s for s in _STEPS if (1 - plot.low) / s <= _MOST_MARKS), _STEPS[-1])
    items: list[Item] = []
    for number in range(math.ceil(plot.low / step - 1e-9), round(1 / step) + 1):
        value = number * step
        y = plot.y(value)
        items.append(parts.level_rule(plot.box[0], plot.box[2], y, colours.faint))
        text = localised(f"{value:.2f}").replace("-", "−")
        x = plot.box[0] - style.GAP
        items.append(Words(x, parts.centred(y, size), text, size, colours.text, anchor="end"))
    x, middle = style.MARGIN + style.AXIS, (plot.box[1] + plot.box[3]) / 2
    name = Words(x, middle, tr("cosine"), style.AXIS, colours.text, anchor="middle", upright=True)
    return [*items, name]


def _steps(subject: Subject, plot: _Plot) -> list[Item]:
    """Return the steps, how many sentences are nearer to their own sense, and the axis's name."""
    curves, colours, size = subject.curves, parts.palette(subject), style.SMALL
    wide = measure(f"{curves.count}/{curves.count}", size=size).advance + 6.0
    every = axis.step(wide * plot.steps / (plot.box[2] - plot.box[0]))
    rows = (plot.box[3] + 5.0 + size, plot.box[3] + 9.0 + 2.2 * size)
    items: list[Item] = []
    for step in range(0, plot.steps, every):
        nearer = f"{round(float(curves.nearer[step]) * curves.count)}/{curves.count}"
        texts = (curves.step_name(step), nearer)
        for y, text, ink in zip(rows, texts, (colours.text, colours.muted), strict=True):
            items.append(Words(plot.x(step), y, text, size, ink, anchor="middle"))
    x = plot.box[0] - style.GAP
    items.append(Words(x, rows[1], tr("nearer to own"), size, colours.muted, anchor="end"))
    middle = (plot.box[0] + plot.box[2]) / 2
    y = rows[1] + 12.0 + style.AXIS
    return [*items, Words(middle, y, tr("layer"), style.AXIS, colours.text, anchor="middle")]


def _legend(subject: Subject, series: list[_Series]) -> list[Item]:
    colours = parts.palette(subject)
    x, y = style.MARGIN + _LEFT, parts.CONTENT_TOP + 8.0
    items: list[Item] = []
    for one in series:
        points: tuple[Point, ...] = ((x, y), (x + _SAMPLE / 2, y), (x + _SAMPLE, y))
        items.append(Curve(points, one.colour, dash=one.dash, mark=one.mark))
        x += _SAMPLE + style.GAP + 2.0
        baseline = parts.centred(y, style.LABEL)
        items.append(Words(x, baseline, one.name, style.LABEL, colours.text))
        x += measure(one.name, size=style.LABEL).advance + 28.0
    return items


def _lines(curves: Curves) -> list[str]:
    """Return what is the cosine of what, where the senses part, and after whom."""
    names = " / ".join(sense.name for sense in curves.senses.senses)
    said = [
        compared_words(curves) + " " + tr("After Ethayarajh 2019, arXiv:1909.00512."),
        tr(
            "Same sense: mean of each sentence with the others of its sense; other sense: with "
            "those of the other ({names}). Below: how many are nearer to their own.",
            names=names,
        ),
        verdict(curves),
    ]
    room = style.WIDTH - 2 * style.MARGIN
    return [line for sentence in said for line in wrapped(sentence, room=room)]


def _input(curves: Curves) -> str:
    """Return the two sentences, where there are, and where the others come from."""
    count = ntr("{count} bundled sentence", "{count} bundled sentences", curves.count)
    if curves.pair is None:
        return count
    first, second = curves.pair
    return f"A: “{first}”  |  B: “{second}”  |  {count}"
