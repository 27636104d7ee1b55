"""What an attention row gives to the tokens that are not in the picture, and to all that are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from models.figure import parts, style, words
from models.figure.lettering import elide
from models.figure.page import Fill, Item, Words
from models.figure.request import Subject
from models.i18n import ntr, tr

COLUMN: Final = 212.0
GAP: Final = 34.0  # between two columns
_TITLE: Final = 30.0
_LINE: Final = 26.0
_NAME: Final = 104.0  # the label's room, before the bar
_NUMBER: Final = 50.0  # the share's room, after the bar
_MOST: Final = 12


@dataclass(frozen=True, slots=True)
class _Share:
    """One line: ``share`` of the row, drawn on a bar from 0 to 1."""

    label: str
    share: float
    colour: str
    asked: bool = False


def width(columns: int) -> float:
    """Return how wide the panel is."""
    return columns * COLUMN + (columns - 1) * GAP


def height(subject: Subject, *, columns: int) -> float:
    """Return how tall the panel is when its lines stand in ``columns``."""
    return _TITLE + _LINE * math.ceil(len(_shares(subject)) / columns)


def panel(subject: Subject, *, left: float, top: float, columns: int) -> list[Item]:
    """Return the special tokens' shares and, last, that of all patches together."""
    colours = parts.palette(subject)
    title = tr("Share of the row")
    items: list[Item] = [Words(left, top + 12.0, title, style.LABEL, colours.text, bold=True)]
    shares = _shares(subject)
    lines = math.ceil(len(shares) / columns)
    for place, share in enumerate(shares):
        column, line = divmod(place, lines)
        x, y = left + column * (COLUMN + GAP), top + _TITLE + (line + 0.5) * _LINE - 4.0
        items.extend(_line(subject, share, left=x, y=y))
    return items


def _shares(subject: Subject) -> list[_Share]:
    colours = parts.palette(subject)
    row, tokens = subject.row, subject.tokens
    special = [i for i in subject.shown if tokens[i].cell is None]
    patches = [i for i in subject.shown if tokens[i].cell is not None]
    named = special if len(special) <= _MOST else special[: _MOST - 1]
    found = [
        _Share(words.label(tokens[i]), float(row[i]), colours.special, asked=i == subject.query)
        for i in named
    ]
    rest = special[len(named) :]
    if rest:
        name = ntr("{count} other", "{count} others", len(rest))
        found.append(_Share(name, float(row[rest].sum(dtype="float64")), colours.special))
    name = ntr("{count} patch", "{count} patches", len(patches))
    found.append(_Share(name, float(row[patches].sum(dtype="float64")), colours.bar))
    return found


def _line(subject: Subject, share: _Share, *, left: float, y: float) -> list[Item]:
    colours = parts.palette(subject)
    baseline = parts.centred(y, style.LABEL)
    start, length = left + _NAME, COLUMN - _NAME - _NUMBER
    part = 0.0 if math.isnan(share.share) else min(max(share.share, 0.0), 1.0)
    name = elide(share.label, size=style.LABEL, room=_NAME - 6.0, bold=share.asked)
    ink = colours.query if share.asked else colours.text
    number = words.fixed(share.share)
    return [
        Words(left, baseline, name, style.LABEL, ink, bold=share.asked),
        Fill((start, y - 6.0, start + length, y + 6.0), colours.faint),
        Fill((start, y - 6.0, start + part * length, y + 6.0), share.colour),
        Words(left + COLUMN, baseline, number, style.LABEL, colours.text, anchor="end"),
    ]
