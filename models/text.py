"""From a sentence, or two, to what a text model is fed, and to what each of its tokens means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from models.corrections import NONE, Corrections
from models.encoded import Array, Encoded, Notice, Token
from models.errors import InputError
from models.i18n import Count, mark
from models.library import ModelFiles, with_tokenizer
from models.limits import first_position, token_limit
from models.ports import Role, fill, number_type
from models.runtime import Port
from models.text_tokens import tokens_of_encoding, tokens_of_ids
from models.tokenizer import load_vocabulary
from models.words import is_blank

if TYPE_CHECKING:  # a native library
    from tokenizers import Encoding

_MOST_CHARACTERS: Final = 4_000_000
_EMPTY_HINT: Final = mark("Type a sentence to see its attention.")
_RANK: Final = 2


_CUT_TEXT: Final = mark(
    "The text has {total} tokens, special ones counted, and the model takes {kept}: the last "
    "{first} were left out, everything after “…{end}”."
)
_CUT_PAIR: Final = mark(
    "The pair has {total} tokens, special ones counted, and the model takes {kept}: left out were "
    "the last {first} of sentence 1 and the last {second} of sentence 2."
)
_TOLD_END: Final = 24  # characters before a cut


class TextEncoder:
    """Prepares sentences for one model. ``limit`` is how many tokens fit, specials included.

    ``usual_limit`` and the vocabulary's ``usual_case`` are what the files say, uncorrected.

    Raises TokenizerError without a usable tokenizer, InputError for corrections that the graph
    does not allow.
    """

    def __init__(
        self,
        files: ModelFiles,
        *,
        inputs: Sequence[Port],
        roles: Mapping[str, Role],
        rows: int | None = None,
        corrections: Corrections = NONE,
    ) -> None:
        if corrections.tokenizer is not None:
            files = with_tokenizer(files, Path(corrections.tokenizer).expanduser())
        self.files = files
        self.vocabulary = load_vocabulary(files, lower_case=corrections.lower_case)
        self._inputs, self._roles, self._rows = inputs, roles, rows
        self._length = _fixed_length(inputs, roles)
        pad = self.vocabulary.pad_id
        self.usual_limit = token_limit(files, fixed=self._length, pad_id=pad)
        self.limit = token_limit(
            files, fixed=self._length, pad_id=pad, corrected=corrections.token_limit
        )
        self._first_position = first_position(files, pad_id=self.vocabulary.pad_id)
        self._types = files.config.whole("type_vocab_size")

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is doubtful about every text: a tokenizer that does not seem to fit the model."""
        size, rows = self.vocabulary.tokenizer.get_vocab_size(), self._rows
        if rows is None or 0.9 * rows - 1000 <= size <= rows:
            return ()
        message = mark(
            "The tokenizer knows {size} pieces and the model {rows}: it may be another model's."
        )
        return (Notice(message, {"size": size, "rows": rows}),)

    def encode(self, text: str, pair: str | None = None) -> Encoded:
        """Return a sentence, or a pair, ready to run.

        Raises InputError for nothing to look at and for tokens that the model does not know,
        TokenizerError when the tokenizer fails.
        """
        notices: list[Notice] = []
        text, pair = _clean_pair(text, pair, notices)
        encoding = self._cut(text, pair, notices)
        tokens = tokens_of_encoding(self.vocabulary, encoding, (text, pair or ""))
        self._check(encoding, tokens, (text, pair or ""))
        notices += self._typed_specials(encoding)
        padding = 0 if self._length is None else self._length - len(tokens)
        feeds = self._feeds(encoding, padding, notices)
        return Encoded(
            modality="text",
            feeds=feeds,
            tokens=(*tokens, *self._padding(padding)),
            text=text,
            pair=pair,
            notices=tuple(notices),
        )

    def describe(self, feeds: Mapping[str, Array]) -> Encoded:
        """Return raw inputs as an encoded text, its tokens told by their ids alone."""
        ids = next(feed for name, feed in feeds.items() if self._roles.get(name) == "ids")[0]
        masks = [feed[0] for name, feed in feeds.items() if self._roles.get(name) == "mask"]
        kept = masks[0] != 0 if masks and masks[0].shape == ids.shape else np.ones(len(ids))
        tokens = tokens_of_ids(self.vocabulary, ids.tolist(), kept=kept.astype(bool).tolist())
        return Encoded(modality="text", feeds=feeds, tokens=tokens)

    def _cut(self, text: str, pair: str | None, notices: list[Notice]) -> Encoding:
        encoding = self.vocabulary.encode(text, pair)
        total = len(encoding.ids)
        if total <= self.limit:
            return encoding
        kept = self.vocabulary.encode_at_most(text, pair, self.limit)
        left = [_of(encoding, part) - _of(kept, part) for part in (0, 1)]
        facts: dict[str, object] = {
            "total": Count(total),
            "kept": Count(self.limit),
            "first": Count(left[0]),
            "second": Count(left[1]),
        }
        notices.append(Notice(_CUT_TEXT if pair is None else _CUT_PAIR, facts | _end(kept, text)))
        return kept

    def _padding(self, count: int) -> tuple[Token, ...]:
        spelling = self.vocabulary.spelling(self.vocabulary.pad_id)
        return (Token(spelling, spelling, "padding"),) * count

    def _check(self, encoding: Encoding, tokens: Sequence[Token], texts: tuple[str, str]) -> None:
        ids, pad = encoding.ids, self.vocabulary.pad_id
        surfaces = (
            texts[token.segment][slice(*token.span)]
            for i, token in zip(ids, tokens, strict=True)
            if i != pad and token.span is not None
        )
        if not any(map(_shows, surfaces)):
            raise InputError(mark("The tokenizer leaves nothing of this text."), hint=_EMPTY_HINT)
        if self._rows is None or max(ids) < self._rows:
            return
        wrong = next(i for i, token_id in enumerate(ids) if token_id >= (self._rows or 0))
        raise InputError(
            mark("The token “{token}” has the number {number}, but the model knows only {rows}."),
            hint=mark("The tokenizer belongs to another model: put the right one beside it."),
            token=tokens[wrong].label,
            number=ids[wrong],
            rows=self._rows,
        )

    def _typed_specials(self, encoding: Encoding) -> list[Notice]:
        vocabulary = self.vocabulary
        pairs = zip(encoding.ids, encoding.special_tokens_mask, strict=True)
        typed = {i for i, special in pairs if not special and i in vocabulary.added}
        spelled = sorted(vocabulary.added[i] for i in typed - vocabulary.in_text)
        message = mark("“{token}” in the text was read as the model's own special token.")
        return [Notice(message, {"token": token}) for token in spelled]

    def _feeds(self, encoding: Encoding, padding: int, notices: list[Notice]) -> dict[str, Array]:
        count = len(encoding.ids)
        rows = self._rows_of(encoding, padding)
        feeds: dict[str, Array] = {}
        for port in self._inputs:
            role = self._roles[port.name]
            if role in rows and len(port.shape) == _RANK:
                feeds[port.name] = np.array([rows[role]], dtype=number_type(port))
                continue
            sizes = (count + padding,) * len(port.shape)
            feeds[port.name], notice = fill(port, role=role, sizes=sizes)
            notices += [notice] if notice not in notices else []
        if "decoder_ids" in self._roles.values():
            notices.append(Notice(mark("The decoder was given the tokens of the text as well.")))
        if padding and "mask" not in self._roles.values():
            message = mark(
                "The model has no mask, so {count} padding tokens take part in attention."
            )
            notices.append(Notice(message, {"count": padding}))
        return feeds

    def _rows_of(self, encoding: Encoding, padding: int) -> dict[Role, list[int]]:
        count, first, pad = len(encoding.ids), self._first_position, self.vocabulary.pad_id
        most = max((2 if self._types is None else self._types) - 1, 0)
        return {
            "ids": encoding.ids + [pad] * padding,
            "decoder_ids": encoding.ids + [pad] * padding,
            "mask": [1] * count + [0] * padding,
            "types": [min(kind, most) for kind in encoding.type_ids] + [0] * padding,
            "positions": [*range(first, first + count)] + [max(first - 1, 0)] * padding,
        }


def _fixed_length(inputs: Sequence[Port], roles: Mapping[str, Role]) -> int | None:
    shape = next((port.shape for port in inputs if roles[port.name] == "ids"), ())
    length = shape[1] if len(shape) == _RANK else None
    return length if isinstance(length, int) else None


def _clean_pair(text: str, pair: str | None, notices: list[Notice]) -> tuple[str, str | None]:
    text = _clean(text, notices)
    if not _shows(text):
        raise InputError(mark("There is no text to look at."), hint=_EMPTY_HINT)
    if pair is None:
        return text, None
    pair = _clean(pair, notices)
    if _shows(pair):
        return text, pair
    notices.append(Notice(mark("The second sentence is empty, so the first one ran alone.")))
    return text, None


def _shows(text: str) -> bool:
    return any(not is_blank(character) for character in text)


def _clean(text: str, notices: list[Notice]) -> str:
    """Return ``text`` as valid Unicode of a bearable length."""
    if len(text) > _MOST_CHARACTERS:
        message = mark("The text has {total} characters; only the first {kept} were read.")
        notices.append(Notice(message, {"total": len(text), "kept": _MOST_CHARACTERS}))
        text = text[:_MOST_CHARACTERS]
    valid = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if "\ufffd" in valid and "\ufffd" not in text:
        notices.append(
            Notice(mark("Broken characters were replaced by “{sign}”."), {"sign": "\ufffd"})
        )
    return valid


def _of(encoding: Encoding, part: int) -> int:
    """Return how many tokens are of one sentence, special ones left out."""
    return sum(sequence == part for sequence in encoding.sequence_ids)


def _end(encoding: Encoding, text: str) -> dict[str, object]:
    """Return the last characters of the first sentence that were kept."""
    spans = zip(encoding.sequence_ids, encoding.offsets, strict=True)
    end = max((span[1] for sequence, span in spans if sequence == 0), default=0)
    return {"end": text[max(end - _TOLD_END, 0) : end]}
