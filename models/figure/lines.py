"""The attention as lines: query words left, key words right, one colour per head."""

from __future__ import annotations

from typing import Final

import numpy as np

from models.counting import WHOLE_LAYER
from models.errors import InputError
from models.figure import parts, style, words
from models.figure.lettering import elide, measure
from models.figure.page import Fill, Item, Page, Words
from models.figure.request import Subject
from models.figure.strokes import Strokes
from models.i18n import Count, mark, tr
from models.links import MOST_TOKENS, Links, head_colour, links_counted, links_from, links_of
from models.scales import Scale, painted, worth

THINNEST: Final = 1.0  # pixels at 1×, at a weight of nothing
THICKEST: Final = 4.0
_SEEN: Final = 0.5 / 255  # what is fainter changes no pixel
_PITCH: Final = (13.0, 30.0)  # between two words, least and most
_LONGEST: Final = 170.0
_MIDDLE: Final = 520.0
_LEGEND: Final = 26.0
_SAMPLES: Final = (0.25, 0.5, 1.0)
_MOST_WORDS: Final = 600  # of one column: 31,000 pixels at 4×


def page(subject: Subject) -> Page:
    """Return the lines of ``subject`` as a page: all of them, or those of the token asked for.

    Raise InputError for a photo, for a long text without a token, and for one too long for a page.
    """
    links = _links(subject)
    high = subject.high(links.weights[:, links.drawn]) or 1.0
    count = len(links.positions)
    scale = Scale(0.0, high, subject.request.limits, chosen=subject.request.high is not None)
    lines = [tr("Opacity and thickness: {scale}.", scale=scale.said(words.number))]
    top = parts.CONTENT_TOP + 2 * _LEGEND + 8.0
    down = style.TALLEST - top - parts.footer_height(lines) - 10.0
    pitch = min(max(down / count, _PITCH[0]), _PITCH[1])
    left, right = (style.WIDTH - _MIDDLE) / 2, (style.WIDTH + _MIDDLE) / 2
    items = [*_legend(subject, high), *_strokes(subject, links, high, top=top, pitch=pitch)]
    for side, x in (("query", left), ("key", right)):
        items += _words(subject, links, side=side, x=x, top=top, pitch=pitch)
    return parts.finish(subject, items, bottom=top + count * pitch + 8.0, lines=lines)


def _links(subject: Subject) -> Links:
    encoded = subject.record.encoded
    if encoded.modality == "image":
        raise InputError(
            mark("Lines are drawn between words, and this input is a photo."),
            hint=mark("Choose the overlay, or the layers."),
        )
    if len(encoded.visible) > _MOST_WORDS:
        raise InputError(
            mark("A figure of lines has room for {most} tokens, and this input has {count}."),
            hint=mark("Choose the heatmap or the row."),
            most=Count(_MOST_WORDS),
            count=Count(len(encoded.visible)),
        )
    if subject.token is not None:
        direction = subject.request.direction
        return links_from(
            subject.layer, encoded, subject.heads, token=subject.token, direction=direction
        )
    if len(encoded.visible) > MOST_TOKENS:
        raise InputError(
            mark("With more than {count} tokens, lines are drawn of one token at a time."),
            hint=mark("Choose a token."),
            count=MOST_TOKENS,
        )
    if subject.asked.plain:
        return links_of(subject.layer, encoded, subject.heads)
    return links_counted(subject.layer, encoded, subject.heads)


def _strokes(
    subject: Subject, links: Links, high: float, *, top: float, pitch: float
) -> list[Item]:
    """Return the lines of every head, hairs apart so that heads do not hide each other."""
    found: list[Item] = []
    spread = min(1.6, 0.5 * pitch / len(links.heads))
    for number, head in enumerate(links.heads):
        weights = np.nan_to_num(links.weights[number])
        shares = np.clip(painted(weights, subject.request.limits, high=high), 0, 1)
        queries, keys = np.nonzero(links.drawn & (shares >= _SEEN))
        strength = shares[queries, keys].astype(np.float32)
        shift = top + (number - (len(links.heads) - 1) / 2) * spread + 0.5 * pitch
        found.append(
            Strokes(
                left=(style.WIDTH - _MIDDLE) / 2,
                right=(style.WIDTH + _MIDDLE) / 2,
                starts=(queries * pitch + shift).astype(np.float32),
                ends=(keys * pitch + shift).astype(np.float32),
                widths=THINNEST + (THICKEST - THINNEST) * strength,
                opacities=strength,
                colour=_colour(subject, head),
            )
        )
    return found


def _words(
    subject: Subject, links: Links, *, side: str, x: float, top: float, pitch: float
) -> list[Item]:
    colours = parts.palette(subject)
    query = side == "query"
    size = min(style.LABEL, pitch * 0.9)
    x += -style.GAP if query else style.GAP
    name, ink = (tr("query"), colours.query) if query else (tr("key"), colours.key)
    anchor = "end" if query else "start"
    items: list[Item] = [Words(x, top - 8.0, name, style.LABEL, ink, bold=True, anchor=anchor)]  # type: ignore[arg-type]
    pointed = subject.token if query else subject.key
    for place, position in enumerate(links.positions):
        token = subject.tokens[position]
        asked = position == pointed
        colour = ink if asked else colours.muted if token.special else colours.text
        text = elide(words.label(token), size=size, room=_LONGEST, bold=asked)
        baseline = parts.centred(top + (place + 0.5) * pitch, size)
        items.append(Words(x, baseline, text, size, colour, bold=asked, anchor=anchor))  # type: ignore[arg-type]
    return items


def _legend(subject: Subject, high: float) -> list[Item]:
    """Return every head beside its colour, and three lines beside their weights."""
    colours = parts.palette(subject)
    x, y = style.MARGIN, parts.CONTENT_TOP
    items: list[Item] = []
    whole = subject.asked.measure in WHOLE_LAYER
    for head in (0,) if whole else subject.heads:
        name = tr("all heads") if whole else f"H{head + 1}"
        room = 20.0 + measure(name, size=style.SMALL).advance + 14.0
        if x + room > style.WIDTH - style.MARGIN:
            break  # numbered heads beyond keep their colours, there is no room to name them
        colour = _colour(subject, head)
        items.append(Fill((x, y - 2.0, x + 16.0, y + 2.0), colour))
        baseline = parts.centred(y, style.SMALL)
        items.append(Words(x + 20.0, baseline, name, style.SMALL, colours.text))
        x += room
    return [*items, *_samples(subject, high, y=y + _LEGEND)]


def _colour(subject: Subject, head: int) -> str:
    """Return a head's colour, and that of words where a measure knows no heads."""
    if subject.asked.measure in WHOLE_LAYER:
        return parts.palette(subject).text
    return head_colour(head, theme=subject.request.theme)


def _samples(subject: Subject, high: float, *, y: float) -> list[Item]:
    colours = parts.palette(subject)
    x, items = style.MARGIN, list[Item]()
    for share in _SAMPLES:
        one = np.array([y], dtype=np.float32)
        width = np.array([THINNEST + (THICKEST - THINNEST) * share], dtype=np.float32)
        strength = np.array([share], dtype=np.float32)
        items.append(Strokes(x, x + 34.0, one, one, width, strength, colours.text))
        text = worth(share, subject.request.limits, high=high, number=words.number)
        baseline = parts.centred(y, style.SMALL)
        items.append(Words(x + 40.0, baseline, text, style.SMALL, colours.muted))
        x += 40.0 + measure(text, size=style.SMALL).advance + 18.0
    return items
