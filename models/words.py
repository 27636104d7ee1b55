"""Which characters of a sentence belong to one word, whatever pieces a tokenizer makes of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

Span = tuple[int, int]

# Inside a word these join what stands on both sides: d'água, guarda-chuva, 3.5.
_JOINERS: Final = frozenset("'’-‐‑·")
_NUMBER_JOINERS: Final = frozenset(".,:")
_ZERO_WIDTH_JOINERS: Final = frozenset("\u200c\u200d\u00ad\u2060")
# Written without spaces: every character stands alone, as a reader of tokens expects.
_UNSPACED: Final = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Kana
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_FLAGS: Final = (0x1F1E6, 0x1F1FF)
_SKIN: Final = (0x1F3FB, 0x1F3FF)
_TAGS: Final = (0xE0020, 0xE007F)  # spell out the flags of England, Scotland, Wales


def words_of(text: str) -> list[int | None]:
    """Return the word of every character of ``text``, counted from 0; None for blanks.

    Letters, digits and marks run together, also across a hyphen or an apostrophe between them;
    any other sign stands alone, and so does an emoji with everything that modifies it.
    """
    words: list[int | None] = []
    count = 0
    for i, character in enumerate(text):
        if is_blank(character):
            words.append(None)
        elif i > 0 and words[i - 1] is not None and _continues(text, i):
            words.append(words[i - 1])
        else:
            words.append(count)
            count += 1
    return words


def is_blank(character: str) -> bool:
    """Whether the character shows nothing and separates: spaces, controls, zero-width spaces."""
    if character in _ZERO_WIDTH_JOINERS or is_tag(character):
        return False
    return character.isspace() or unicodedata.category(character) in {"Cc", "Cf", "Zs", "Zl", "Zp"}


def is_modifier(character: str) -> bool:
    """Whether the character changes the one before it: accents, joiners, skin tones, tags."""
    marks = unicodedata.category(character)[0] == "M" or character in _ZERO_WIDTH_JOINERS
    return marks or _SKIN[0] <= ord(character) <= _SKIN[1] or is_tag(character)


def _continues(text: str, i: int) -> bool:
    """Whether character ``i``, no blank, belongs to the word of the one before it, no blank."""
    character, before = text[i], text[i - 1]
    if is_modifier(character) or before in _ZERO_WIDTH_JOINERS:
        return True
    if _is_flag(character) and _is_flag(before):
        return _flags_before(text, i) % 2 == 1
    if _unspaced(character) or _unspaced(before):
        return False
    if _is_letter(character):
        return _is_letter_or_mark(before) or _joins(text, i - 1)
    return _joins(text, i)


def _joins(text: str, i: int) -> bool:
    if not 0 < i < len(text) - 1:
        return False
    before, after = text[i - 1], text[i + 1]
    if _unspaced(before) or _unspaced(after):
        return False
    if text[i] in _JOINERS:
        return _is_letter_or_mark(before) and _is_letter(after)
    return text[i] in _NUMBER_JOINERS and before.isdigit() and after.isdigit()


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN" or character == "_"


def _is_letter_or_mark(character: str) -> bool:
    return _is_letter(character) or unicodedata.category(character)[0] == "M"


def _unspaced(character: str) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in _UNSPACED)


def is_tag(character: str) -> bool:
    """Whether the character is a letter that spells out a flag, and shows nothing by itself."""
    return _TAGS[0] <= ord(character) <= _TAGS[1]


def _is_flag(character: str) -> bool:
    return _FLAGS[0] <= ord(character) <= _FLAGS[1]


def _flags_before(text: str, i: int) -> int:
    count = 0
    while i - 1 - count >= 0 and _is_flag(text[i - 1 - count]):
        count += 1
    return count


def visible_span(text: str, span: Span, *, limit: int) -> Span:
    """Return ``span`` without blanks at its ends, with the marks that follow it up to ``limit``.

    A span of blanks alone stays as it is.
    """
    start, end = span
    while start < end and is_blank(text[start]):
        start += 1
    while end > start and is_blank(text[end - 1]):
        end -= 1
    if start == end:
        return span
    while end < min(limit, len(text)) and is_modifier(text[end]):
        end += 1
    return start, end


def number_words(groups: Sequence[tuple[int, int] | None]) -> list[int | None]:
    """Return words counted from 0 in order of appearance, from (segment, word) of each token."""
    numbers: dict[tuple[int, int], int] = {}
    return [None if g is None else numbers.setdefault(g, len(numbers)) for g in groups]
