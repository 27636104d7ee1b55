"""Where a key leads among chips, without drawing anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt

from gui.views.chip_layout import ChipItem, ChipLayout
from models.encoded import Token

_ALONG: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ACROSS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_ENDS: Final = (Qt.Key.Key_Home, Qt.Key.Key_End)


def destination(
    key: Qt.Key,
    *,
    by_word: bool,
    items: Sequence[ChipItem],
    layout: ChipLayout,
    pinned: int | None,
) -> int | None:
    """Return the token a key leads to from ``pinned``; None when the key means nothing here."""
    if not items or not (key in _ALONG or key in _ACROSS or key in _ENDS):
        return None
    last = len(items) - 1
    if key in _ENDS:
        return items[0 if key == Qt.Key.Key_Home else last].position
    step = _ALONG.get(key) or _ACROSS[key]
    now = next((i for i, item in enumerate(items) if item.position == pinned), None)
    if now is None or pinned is None:
        return items[0 if step > 0 else last].position
    if key in _ACROSS:
        beside = layout.beside(pinned, lines=step)
        return pinned if beside is None else beside
    place = _word_beside(items, now, step) if by_word else min(max(now + step, 0), last)
    return items[place].position


def distance(tokens: Sequence[Token], start: int | None, goal: int) -> int:
    """Return how far ``goal`` is from ``start``, or from before the first, skipping padding."""
    first = -1 if start is None else start
    low, high = sorted((first, goal))
    steps = sum(token.kind != "padding" for token in tokens[low + 1 : high + 1])
    return steps if goal >= first else -steps


def _word_beside(items: Sequence[ChipItem], now: int, step: int) -> int:
    """Return the index where the next or the previous word begins; ``now`` when there is none."""
    words = [item.word or (-1, item.position) for item in items]
    place = now
    while 0 <= place < len(words) and words[place] == words[now]:
        place += step
    if not 0 <= place < len(words):
        return now
    while place > 0 and words[place - 1] == words[place]:
        place -= 1
    return place
