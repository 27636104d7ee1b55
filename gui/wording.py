"""Words in place of pieces: what the views are shown, and what their clicks mean."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from gui.state import Known, Shown
from models.counting import Row
from models.errors import MiranteError
from models.settings import HEATMAP
from models.word_layers import WordRecord, in_words

if TYPE_CHECKING:
    from gui.looking import Looking

IN_WORDS: Final = (HEATMAP, "heads", "lines", "layers")  # comparisons always are in words


def words_of(shown: Shown) -> WordRecord | None:
    """Return the words that ``shown`` is to be seen in; None where it is seen in pieces."""
    if not shown.state.words or not shown.regular or shown.record.encoded.modality != "text":
        return None
    return in_words(shown.record)


def worded(shown: Shown, known: Known | None = None) -> Shown:
    """Return ``shown`` word by word where that was chosen and can be, else as it is.

    ``known`` holds rows of words that are not computed on the spot: all but those of the weights.
    """
    found = words_of(shown)
    if found is None:
        return shown
    state, to_word = shown.state, found.word_of
    layer = found.record.layers[state.layer]
    state = replace(
        state,
        pinned=to_word(state.pinned),
        hovered=to_word(state.hovered),
        key=to_word(state.key),
        pointed=to_word(state.pointed),
    )
    asked = replace(shown.asked, words=True)
    word = to_word(shown.token)
    weights = None if word is None else layer.mean_row(word, shown.heads)
    seen = replace(
        shown,
        record=found.record,
        state=state,
        layer=layer,
        token=word,
        row=None,
        weights=weights,
        asked=asked,
        refusal=None,
        ratio=None,
        origin=shown,
    )
    if word is None or weights is None:
        return seen
    if asked.plain and state.direction == "from":
        return replace(seen, row=weights)
    if known is None:
        return seen
    wanted = Row(word, state.direction)
    row = known.row(shown.record, asked, wanted)
    if isinstance(row, MiranteError):
        return replace(seen, refusal=row)
    return replace(seen, row=row, ratio=known.ratio(shown.record, asked, wanted))


def pieces_of(shown: Shown) -> tuple[int, ...]:
    """Return the pieces of the token that is shown: several where that is a word."""
    if shown.token is None:
        return ()
    found = None if shown.origin is None else words_of(shown.origin)
    return (shown.token,) if found is None else found.words.words[shown.token].pieces


class Wording(QObject):
    """Takes the intents of views that may show words, and passes them on in pieces."""

    def __init__(self, looking: Looking) -> None:
        super().__init__(looking)
        self._do = looking

    @property
    def _words(self) -> WordRecord | None:
        shown = self._do.shown
        return None if shown is None else words_of(shown)

    def piece(self, place: int) -> int:
        """Return the piece that a word stands for: the pinned one if it is among its own."""
        found = self._words
        if found is None:
            return place
        pieces, pinned = found.words.words[place].pieces, self._do.bench.state.pinned
        return pinned if pinned is not None and pinned in pieces else pieces[0]

    def click_layer(self, layer: int, key: int | None) -> None:
        """Look at another layer, and mark a key."""
        self._do.change(layer=layer, key=None if key is None else self.piece(key))

    def click_token(self, place: int) -> None:
        """Pin or release a word or token."""
        self._do.click_token(self.piece(place))

    def hover_token(self, place: int | None) -> None:
        """Preview a word or token."""
        self._do.hover_token(None if place is None else self.piece(place))

    def click_cell(self, query: int, key: int) -> None:
        """Pin a query and mark a key."""
        self._do.click_cell(self.piece(query), self.piece(key))

    def mark_key(self, key: int) -> None:
        """Mark a key."""
        self._do.mark_key(self.piece(key))

    def point_key(self, key: int | None) -> None:
        """Point at a key."""
        self._do.change(pointed=None if key is None else self.piece(key))

    def step_token(self, step: int) -> None:
        """Move the pin to the next word or token that is no padding, stopping at the ends."""
        found = self._words
        if found is None:
            self._do.step_token(step)
            return
        seen, now = found.record.encoded.visible, found.word_of(self._do.bench.state.pinned)
        place = seen.index(now) if now in seen else (-1 if step > 0 else len(seen))
        word = seen[min(max(place + step, 0), len(seen) - 1)]
        self._do.change(pinned=found.words.words[word].first, hovered=None)

    def step_query_key(self, queries: int, keys: int) -> None:
        """Move the selected cell, stopping at the edges."""
        found, state = self._words, self._do.bench.state
        if found is None:
            self._do.step_query_key(queries, keys)
            return
        last = len(found.words.words) - 1
        query = min(max((found.word_of(state.pinned) or 0) + queries, 0), last)
        key = min(max((found.word_of(state.key) or 0) + keys, 0), last)
        self.click_cell(query, key)
