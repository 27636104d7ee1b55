"""What people are shown for a token: the piece without its tokenizer's private marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from models.tokenizer import Vocabulary
from models.words import Span, is_tag

_SPACE_MARK: Final = "▁"
_BYTE: Final = re.compile(r"<0x[0-9A-Fa-f]{2}>")
_VISIBLE: Final = {" ": "␣", "\n": "↵", "\r": "↵", "\t": "⇥", "\u00a0": "␣"}
_KEPT: Final = frozenset("\u200c\u200d")


def label_of(
    vocabulary: Vocabulary, token_id: int, *, surface: str, part: tuple[int, int] | None = None
) -> str:
    """Return the label of a text token.

    ``surface`` is what it stands for in the sentence; ``part`` (k, n) says that it is the k-th of
    n tokens that share one character, as happens when a tokenizer works on bytes.
    """
    spelling = vocabulary.spelling(token_id)
    if token_id == vocabulary.unknown_id:
        return f"{spelling} {visible(surface.strip())}".rstrip()
    shown = readable(vocabulary, token_id, surface=surface)
    return shown if part is None else f"{shown} {part[0]}/{part[1]}"


def readable(vocabulary: Vocabulary, token_id: int, *, surface: str) -> str:
    """Return the piece without marks; of pieces spelled in bytes, what they stand for."""
    spelling = vocabulary.spelling(token_id)
    if token_id in vocabulary.added:
        return spelling.strip()
    if vocabulary.byte_level or _BYTE.fullmatch(spelling):
        piece = surface or vocabulary.tokenizer.decode([token_id])
    else:
        piece = spelling.replace(_SPACE_MARK, " ")
    return visible(stripped(vocabulary, piece))


def stripped(vocabulary: Vocabulary, piece: str) -> str:
    """Return ``piece`` without the marks of a continued or an ended word."""
    if vocabulary.prefix and len(piece) > len(vocabulary.prefix):
        piece = piece.removeprefix(vocabulary.prefix)
    if vocabulary.suffix and len(piece) > len(vocabulary.suffix):
        piece = piece.removesuffix(vocabulary.suffix)
    return piece


def visible(text: str) -> str:
    """Return ``text`` without blanks around it, and with what cannot be seen spelled out."""
    core = text.strip() or text[:8]
    alone = not any(_shows(c) for c in core)
    return "".join(_drawn(c, alone=alone) for c in core) or "∅"


def _shows(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ"


def _drawn(character: str, *, alone: bool) -> str:
    if character == " " and not alone:
        return character
    if character in _VISIBLE:
        return _VISIBLE[character]
    if _shows(character) or (not alone and (character in _KEPT or is_tag(character))):
        return character
    return f"U+{ord(character):04X}"


def shared_parts(
    vocabulary: Vocabulary, ids: Sequence[int], spans: Sequence[Span | None]
) -> list[tuple[int, int] | None]:
    """Return (k, n) for the k-th of n tokens that are parts of one character, else None."""
    parts: list[tuple[int, int] | None] = [None] * len(ids)
    start = 0
    while start < len(ids):
        end = start
        while end < len(ids) and spans[end] == spans[start] and _is_part(vocabulary, ids[end]):
            end += 1
        if end - start > 1:
            parts[start:end] = [(k + 1, end - start) for k in range(end - start)]
        start = max(end, start + 1)
    return parts


def _is_part(vocabulary: Vocabulary, token_id: int) -> bool:
    """Whether the token holds bytes that are no character by themselves."""
    if vocabulary.byte_level:
        return "\ufffd" in vocabulary.tokenizer.decode([token_id])
    return vocabulary.byte_fallback and bool(_BYTE.fullmatch(vocabulary.spelling(token_id)))
