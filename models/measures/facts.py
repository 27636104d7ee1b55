"""What the measures ask about the tokens, as arrays: which are special, which belong together."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.encoded import Encoded, Token
from models.placement import Placement

Bools = NDArray[np.bool_]
Places = NDArray[np.intp]
_NOTHING: Final = -1


@dataclass(frozen=True, eq=False)
class TokenFacts:
    """Every array has one entry per position of the sequence.

    ``visible`` is False for padding, ``ordinary`` also for special tokens. ``words`` and
    ``spellings`` number the words and the vocabulary's entries, −1 for what has none.
    ``separators`` are the special tokens after the first visible one. ``centres`` [N, 2] are the
    patches' (down, across) in pixels of the picture that the model saw, ``cells`` [N, 2] their
    (row, column), NaN and −1 for tokens that are no patch; None without a grid.
    """

    visible: Bools
    ordinary: Bools
    words: Places
    spellings: Places
    punctuation: Bools
    separators: Bools
    first: int
    cells: Places | None = None
    centres: NDArray[np.float64] | None = None

    @property
    def count(self) -> int:
        """How many positions there are, padding included."""
        return len(self.visible)

    @property
    def shown(self) -> int:
        """n: how many positions are no padding."""
        return int(self.visible.sum())


def facts_of(encoded: Encoded) -> TokenFacts:
    """Return the facts about the tokens of ``encoded``."""
    tokens = encoded.tokens
    visible = np.array([t.kind != "padding" for t in tokens], dtype=np.bool_)
    ordinary = np.array([not t.special for t in tokens], dtype=np.bool_)
    first = int(np.argmax(visible)) if visible.any() else 0
    separators = visible & ~ordinary
    separators[first : first + 1] = False
    cells = _cells(encoded)
    return TokenFacts(
        visible=visible,
        ordinary=ordinary,
        words=_numbered((t.segment, t.word) if _in_text(t) else None for t in tokens),
        spellings=_numbered(t.text if _in_text(t) else None for t in tokens),
        punctuation=np.array([_in_text(t) and is_punctuation(t.label) for t in tokens], np.bool_),
        separators=separators,
        first=first,
        cells=cells,
        centres=None if cells is None else _centres(encoded, cells),
    )


def anonymous(keys: int) -> TokenFacts:
    """Return facts about ``keys`` positions of which nothing is known but that they exist."""
    every, none = np.ones(keys, np.bool_), np.full(keys, _NOTHING, np.intp)
    return TokenFacts(every, every, none, none, ~every, ~every, 0)


def is_punctuation(label: str) -> bool:
    """Whether every character that shows is punctuation (Unicode category P)."""
    seen = [c for c in label if not c.isspace() and c != "▁"]
    return bool(seen) and all(unicodedata.category(c)[0] == "P" for c in seen)


def _in_text(token: Token) -> bool:
    return token.kind == "text" and token.word is not None


def _numbered(names: Iterable[Hashable | None]) -> Places:
    numbers: dict[Hashable, int] = {}
    found = [_NOTHING if n is None else numbers.setdefault(n, len(numbers)) for n in names]
    return np.array(found, dtype=np.intp)


def _cells(encoded: Encoded) -> Places | None:
    if encoded.grid is None:
        return None
    return np.array([t.cell or (_NOTHING, _NOTHING) for t in encoded.tokens], dtype=np.intp)


def _centres(encoded: Encoded, cells: Places) -> NDArray[np.float64]:
    """Return every patch's centre in pixels of the model's picture.

    The model's picture is the photo after its resize; a photo whose resize is not known counts
    in its own pixels.
    """
    grid = encoded.grid
    assert grid is not None  # noqa: S101  # asked only with cells
    left, top, right, bottom = grid.box
    placement: Placement | None = getattr(encoded, "placement", None)
    down = across = 1.0
    if placement is not None:
        down = placement.resized[0] / placement.photo[0]
        across = placement.resized[1] / placement.photo[1]
    side = np.array([(bottom - top) * down / grid.rows, (right - left) * across / grid.columns])
    centres = (cells + 0.5) * side
    centres[cells[:, 0] == _NOTHING] = np.nan
    return centres
