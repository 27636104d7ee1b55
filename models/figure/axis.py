"""Which positions of an axis get a label so that no two labels touch."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from models.encoded import Token
from models.figure import words
from models.figure.request import Subject

_STEPS: Final = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)


def labelled(subject: Subject, *, cell: float, pitch: float, first: int | None) -> list[int]:
    """Return the places along the axis that are labelled, in order.

    Places count the tokens shown; ``cell`` is one's length, ``pitch`` what a label needs. The
    token ``first`` always has its label; on a photo the special tokens come next.
    """
    shown = subject.shown
    if cell >= pitch:
        return list(range(len(shown)))
    return apart(_by_importance(subject, pitch / cell, first=first), cell=cell, pitch=pitch)


def apart(places: Iterable[int], *, cell: float, pitch: float) -> list[int]:
    """Return those of ``places``, the most important first, whose labels do not touch; sorted."""
    chosen: list[int] = []
    for place in places:
        if all(abs(place - other) * cell >= pitch for other in chosen):
            chosen.append(place)
    return sorted(chosen)


def _by_importance(subject: Subject, least: float, *, first: int | None) -> list[int]:
    shown, tokens = subject.shown, subject.tokens
    pointed = [place for place, token in enumerate(shown) if token == first]
    special = [place for place, token in enumerate(shown) if tokens[token].special]
    every = step(least)
    regular = [place for place, token in enumerate(shown) if token % every == 0]
    photo = subject.record.encoded.modality == "image"
    return [*pointed, *(special if photo else ()), *regular]


def step(least: float) -> int:
    """Return the round number of places, at least ``least``, from one label to the next."""
    return next((one for one in _STEPS if one >= least), math.ceil(least))


def texts(subject: Subject, places: Sequence[int]) -> list[str]:
    """Return the labels of ``places``: with the position too where some are left out."""
    every = len(places) == len(subject.shown)
    return [_text(subject.tokens[subject.shown[i]], subject.shown[i], every) for i in places]


def _text(token: Token, position: int, every: bool) -> str:  # noqa: FBT001  # private, two callers
    if token.cell is not None and not every:
        return str(position)
    name = words.shortened(words.label(token))
    return name if every else f"{name} · {position}"
