"""From a tokenizer's answer to the tokens that people see: label, word, place in the sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from models.encoded import Kind, Token
from models.labels import label_of, shared_parts, stripped, visible
from models.tokenizer import Vocabulary
from models.words import Span, number_words, visible_span, words_of

if TYPE_CHECKING:  # a native library
    from tokenizers import Encoding

_BYTE_STARTS: Final = ("Ġ", "Ċ")


def tokens_of_encoding(
    vocabulary: Vocabulary, encoding: Encoding, texts: tuple[str, str]
) -> list[Token]:
    """Return the tokens of ``encoding``, whose sentences were ``texts``."""
    segments = _segments(encoding.sequence_ids)
    spans = _spans(encoding, texts, segments)
    words = _words(encoding, texts, segments, spans)
    ids, special = encoding.ids, encoding.special_tokens_mask  # each time it is asked, a new list
    parts = shared_parts(vocabulary, ids, spans)
    tokens = []
    for i, token_id in enumerate(ids):
        spelling, span, segment = vocabulary.spelling(token_id), spans[i], segments[i]
        if special[i] or span is None:
            tokens.append(Token(spelling, spelling, "special", segment=segment))
            continue
        surface = texts[segment][span[0] : span[1]]
        label = label_of(vocabulary, token_id, surface=surface, part=parts[i])
        tokens.append(Token(spelling, label, "text", words[i], span, segment))
    return tokens


def _segments(sequence_ids: Sequence[int | None]) -> list[int]:
    """Return the sentence of every token; a special token belongs to the one before it."""
    segments, last = [], 0
    for sequence in sequence_ids:
        last = last if sequence is None else sequence
        segments.append(last)
    return segments


def _spans(
    encoding: Encoding, texts: tuple[str, str], segments: Sequence[int]
) -> list[Span | None]:
    """Return every token's characters in its sentence, blanks left out; None for special ones."""
    spans: list[Span | None] = []
    offsets = encoding.offsets
    for i, special in enumerate(encoding.special_tokens_mask):
        if special:
            spans.append(None)
            continue
        text = texts[segments[i]]
        follows = i + 1 < len(offsets) and segments[i + 1] == segments[i]
        limit = offsets[i + 1][0] if follows and offsets[i + 1] != (0, 0) else len(text)
        spans.append(visible_span(text, offsets[i], limit=limit))
    return spans


def _words(
    encoding: Encoding,
    texts: tuple[str, str],
    segments: Sequence[int],
    spans: Sequence[Span | None],
) -> list[int | None]:
    ends = [
        max((s[1] for s, g in zip(spans, segments, strict=True) if s and g == i), default=0)
        for i in (0, 1)
    ]
    characters = [words_of(texts[i][: ends[i] + 1]) for i in (0, 1)]
    split = encoding.word_ids
    groups: list[tuple[int, int] | None] = []
    blank = -1
    for i, span in enumerate(spans):
        if span is None:
            groups.append(None)
            continue
        segment = segments[i]
        word = next((w for w in characters[segment][span[0] : span[1]] if w is not None), None)
        if word is None and _belongs_to_next(split, i):
            word = _first_word(characters[segment], spans[i + 1])
        if word is None:
            word, blank = blank, blank - 1
        groups.append((segment, word))
    return number_words(groups)


def _belongs_to_next(ids: Sequence[int | None], i: int) -> bool:
    """Whether token ``i``, which shows nothing, was split from the same of ``ids`` as the next."""
    return i + 1 < len(ids) and ids[i] is not None and ids[i] == ids[i + 1]


def _first_word(characters: Sequence[int | None], span: Span | None) -> int | None:
    if span is None:
        return None
    return next((w for w in characters[span[0] : span[1]] if w is not None), None)


def tokens_of_ids(
    vocabulary: Vocabulary, ids: Sequence[int], *, kept: Sequence[bool]
) -> tuple[Token, ...]:
    """Return tokens told by their ids alone: no places, and words by the pieces' own marks.

    ``kept`` is False for padding.
    """
    tokens: list[Token] = []
    word, fresh = -1, True
    for token_id, seen in zip(ids, kept, strict=True):
        spelling = vocabulary.spelling(token_id)
        special = token_id in vocabulary.added and token_id not in vocabulary.in_text
        if not seen or special:
            kind: Kind = "special" if seen else "padding"
            tokens.append(Token(spelling, spelling, kind))
            fresh = True
            continue
        word += 1 if fresh or _starts_word(vocabulary, spelling) else 0
        fresh = bool(vocabulary.suffix) and spelling.endswith(vocabulary.suffix)
        tokens.append(Token(spelling, _label_of_id(vocabulary, token_id), "text", word))
    return tuple(tokens)


def _starts_word(vocabulary: Vocabulary, spelling: str) -> bool:
    if vocabulary.byte_level and not vocabulary.suffix:
        return spelling.startswith(_BYTE_STARTS)
    if vocabulary.prefix:
        return not spelling.startswith(vocabulary.prefix)
    return not vocabulary.suffix and spelling.startswith("▁")


def _label_of_id(vocabulary: Vocabulary, token_id: int) -> str:
    spelling = vocabulary.spelling(token_id)
    if token_id in vocabulary.added:
        return spelling
    if vocabulary.byte_level:
        return visible(stripped(vocabulary, vocabulary.tokenizer.decode([token_id])))
    return visible(stripped(vocabulary, spelling.replace("▁", " ")))
