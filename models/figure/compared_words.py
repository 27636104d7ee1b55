"""What stands beside a figure of a comparison: who the sides are, what aligned, what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models.compare_photos import UNSEEN
from models.figure import parts, style, words
from models.figure.beside import Beside
from models.figure.lettering import elide, measure
from models.figure.page import Item, Words
from models.figure.request import Subject
from models.i18n import ntr, tr
from models.scales import Scale

_LINES: Final = 3  # of an input, at most


def notes(subject: Subject, beside: Beside, *, side: Scale, apart: Scale) -> list[str]:
    """Return the sentences below the figure: the scale of both sides, that of the difference."""
    found = beside.comparison
    lines = [tr("Colours of A and B: {scale}.", scale=side.said(words.number))]
    if found.placed is None or not found.placed.unseen:
        lines.append(_apart(apart))
    merged = any(
        len(merged.words) < len(one.record.tokens)
        for merged, one in ((found.words_a, found.a), (found.words_b, found.b))
    )
    if merged:
        lines.append(tr("Pieces are merged into words. See docs/measures.md."))
    return lines + parts.counting_notes(subject)


def _apart(scale: Scale) -> str:
    """Return how the difference is coloured; where A and B are alike, its ends mean nothing."""
    said = scale.said(words.number)
    if scale.chosen:
        return tr("Colours of A − B: {scale}; A − B is 0 everywhere.", scale=said)
    return tr("Colours of A − B: {scale}; the ends are the largest |A − B|.", scale=said)


def sources(subject: Subject, beside: Beside) -> tuple[str, str]:
    """Return, of each side, the model, what ran it, how far that was checked, and its input."""
    found = beside.comparison
    same = found.b.record.layers is subject.record.layers  # another head or layer of one run
    records = (subject.record, subject.record if same else found.b.record)
    said = []
    for name, record, side in zip("AB", records, (found.a, found.b), strict=True):
        ran = words.ran(record.provenance, words.check(record, record.layers[side.layer]))
        said.append(f"{name}: {ran} · {words.input_name(record)}")
    return said[0], said[1]


def told(
    subject: Subject, beside: Beside, *, columns: Sequence[float], top: float, room: float
) -> tuple[list[Item], float]:
    """Return who the sides are and what aligned, and where these words end.

    ``columns`` are where lines begin: of all of them, or of A, of B and of what aligned.
    """
    colours, found = parts.palette(subject), beside.comparison
    items: list[Item] = []
    tops = [top + 14.0] * len(columns)
    for name, side, called in zip("AB", (found.a, found.b), beside.names, strict=True):
        place = min("AB".index(name), len(columns) - 1)
        left, y = columns[place], tops[place]
        photo = side.record.encoded.photo is not None and not side.record.encoded.photo_name
        said = [
            *wrapped(f"{side.record.provenance.model} · {words.side_name(side)}", room=room - 24.0),
            *wrapped(called if photo else words.input_name(side.record), room=room - 24.0),
        ]
        items.append(Words(left, y, name, style.LABEL, colours.text, bold=True))
        for line in said:
            shown = elide(line, size=style.SMALL, room=room - 24.0)
            items.append(Words(left + 24.0, y, shown, style.SMALL, colours.text))
            y += 1.4 * style.SMALL
        tops[place] = y + 8.0
    left, y = columns[-1], tops[-1]
    for sentence in _sentences(subject, beside):
        for line in wrapped(sentence, room=room):
            items.append(Words(left, y, line, style.SMALL, colours.muted))
            y += 1.4 * style.SMALL
        y += 4.0
    return items, max(*tops, y) - 8.0


def _sentences(subject: Subject, beside: Beside) -> list[str]:
    found = beside.comparison
    image = subject.record.encoded.grid is not None
    count = len(found.pairs)
    said = [
        ntr("{count} token aligned", "{count} tokens aligned", count)
        if image
        else ntr("{count} word aligned", "{count} words aligned", count)
    ]
    if found.placed is not None:
        score = words.number(found.placed.place.score)
        said.append(
            tr("B was found in A: correlation {score}.", score=score)
            if found.placed.b_in_a
            else tr("A was found in B: correlation {score}.", score=score)
        )
        if found.placed.unseen:
            said.append(tr(UNSEEN))
    elif not image:
        for mine, merged, text in (
            (0, found.words_a, tr("Only in A: {words}")),
            (1, found.words_b, tr("Only in B: {words}")),
        ):
            there = {pair[mine] for pair in found.pairs}
            left = [word.label for i, word in enumerate(merged.words) if i not in there]
            if left:
                said.append(text.replace("{words}", ", ".join(left)))
    if image:
        name = words.label(subject.tokens[subject.query])
        to = subject.request.direction == "to"
        asked = tr("to “{token}” (outlined)") if to else tr("from “{token}” (outlined)")
        said.append(asked.replace("{token}", name))
    return said


def wrapped(text: str, *, room: float) -> list[str]:
    """Return ``text`` in lines that fit, at most ``_LINES``, an ellipsis at the end of more."""
    lines, left = [""], text.split(" ")
    while left:
        longer = f"{lines[-1]} {left[0]}".strip()
        if lines[-1] and measure(longer, size=style.SMALL).advance > room:
            if len(lines) == _LINES:
                lines[-1] = elide(f"{lines[-1]} {' '.join(left)}", size=style.SMALL, room=room)
                break
            lines.append("")
            continue
        lines[-1] = longer
        left.pop(0)
    return [elide(line, size=style.SMALL, room=room) for line in lines]
