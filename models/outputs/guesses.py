"""One number per piece of the vocabulary and token: what stood under a mask, or what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import numpy as np

from models.encoded import Array, Token
from models.i18n import mark, tr
from models.labels import readable
from models.outputs.base import Output, Table, softmax, source, usable
from models.outputs.facts import Facts
from models.outputs.states import names_a_vector
from models.tokenizer import Vocabulary

Mode = Literal["masked", "next"]

_RANK: Final = 3
_CAUSAL: Final = ("ForCausalLM", "LMHeadModel")
_MASKED: Final = ("ForMaskedLM", "ForPreTraining")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A piece that may stand at a place: ``spelling`` is the vocabulary's, ``label`` for people."""

    token_id: int
    spelling: str
    label: str
    logit: float
    probability: float


@dataclass(frozen=True, eq=False, kw_only=True)
class TokenGuesses(Output):
    """``logits`` [N, V]: for every token one number per piece of the vocabulary.

    ``mode`` "masked": the numbers at a token are about that token, and they are a guess where it
    is a mask, at ``positions``. "next": they are about the token after it; ``positions`` holds
    the last one. ``mask`` is how a mask is written in a sentence, None without a tokenizer.
    """

    kind: ClassVar[str] = "guesses"
    logits: Array
    tokens: tuple[Token, ...]
    texts: tuple[str, str]
    ids: tuple[int, ...]
    mode: Mode
    positions: tuple[int, ...]
    mask: str | None
    vocabulary: Vocabulary | None

    @property
    def title(self) -> str:
        """What people call it."""
        return mark("Masked tokens") if self.mode == "masked" else mark("Next token")

    def at(self, position: int, count: int) -> tuple[Candidate, ...]:
        """Return the ``count`` likeliest pieces at a token, likeliest first; ties by number.

        The probability is the softmax over the whole vocabulary. Empty where the numbers of this
        token are not finite.
        """
        logits = self.logits[position].astype(np.float64)
        if not usable(logits):
            return ()
        count = min(count, len(logits))
        last = np.partition(logits, -count)[-count] if count else np.inf
        likely = np.flatnonzero(logits >= last)
        order = likely[np.argsort(-logits[likely], kind="stable")][:count]
        probabilities = softmax(logits)
        return tuple(self._candidate(int(i), logits[i], probabilities[i]) for i in order)

    def actual(self, position: int) -> tuple[Candidate, int] | None:
        """Return the piece that was fed at a token, and its rank among all from 1.

        Pieces that are exactly as likely share the better rank. None without ids.
        """
        logits = self.logits[position].astype(np.float64)
        if len(self.ids) != len(self.logits) or not usable(logits):
            return None
        number = self.ids[position]
        if not 0 <= number < len(logits):
            return None
        rank = int((logits > logits[number]).sum()) + 1
        return self._candidate(number, logits[number], softmax(logits)[number]), rank

    def around(self, position: int) -> tuple[str, str]:
        """Return the text of the token's sentence before it and after it."""
        token = self.tokens[position]
        if token.span is None:
            labels = [t.label for t in self.tokens]
            return " ".join(labels[:position]), " ".join(labels[position + 1 :])
        text = self.texts[token.segment]
        return text[: token.span[0]], text[token.span[1] :]

    @property
    def remark(self) -> str:
        """One sentence on how to read it."""
        if self.mode == "next":
            return tr("What the model expects after the last token, out of its whole vocabulary.")
        if self.positions:
            return tr("What the model puts under each mask, out of its whole vocabulary.")
        if self.mask is None:
            return tr("Without the model's tokenizer it is not known which token is a mask.")
        return tr(
            "There is no {mask} in the text. Put one where a word should be guessed.",
            mask=self.mask,
        )

    def table(self, top: int | None = None) -> Table:
        """Return a line per guess, likeliest first, place after place."""
        count = self.logits.shape[1] if top is None else top
        rows = tuple(
            (position, rank, c.spelling, c.label, c.token_id, c.logit, c.probability)
            for position in self.positions
            for rank, c in enumerate(self.at(position, count), start=1)
        )
        columns = ("position", "rank", "token", "label", "id", "output", "probability")
        return Table(columns, rows)

    def _candidate(self, number: int, logit: float, probability: float) -> Candidate:
        spelling, label = f"#{number}", f"#{number}"
        if self.vocabulary is not None:
            spelling = self.vocabulary.spelling(number)
            known = self.vocabulary.tokenizer.id_to_token(number) is not None
            label = readable(self.vocabulary, number, surface="") if known else spelling
        return Candidate(number, spelling, label, float(logit), float(probability))


def mask_in(outputs: Sequence[Output]) -> str | None:
    """Return how a mask is written for a model that guesses what is under it; None for others."""
    masked = (o for o in outputs if isinstance(o, TokenGuesses) and o.mode == "masked")
    return next((output.mask for output in masked), None)


def read_guesses(name: str, array: Array, facts: Facts) -> Output | None:
    """Return ``array`` [1, N, V] as guesses at tokens, None when it is something else.

    V must be as many as the ids that the graph knows. What a guess is about (the token itself or
    the next one) is told by config.json, or by a tokenizer that has a mask.
    """
    if array.ndim != _RANK or array.shape[:2] != (1, facts.count) or names_a_vector(name):
        return None
    if facts.encoded.modality != "text" or not facts.is_vocabulary(array.shape[2]):
        return None
    mask_id = None if facts.vocabulary is None else facts.vocabulary.mask_id
    mode: Mode
    if facts.built_for(*_MASKED) or (mask_id is not None and not facts.built_for(*_CAUSAL)):
        mode = "masked"
        positions = tuple(i for i, number in enumerate(facts.ids) if number == mask_id)
    elif facts.built_for(*_CAUSAL):
        mode, positions = "next", facts.encoded.visible[-1:]
    else:
        return None
    return TokenGuesses(
        **source(name, array),
        logits=array[0],
        tokens=facts.encoded.tokens,
        texts=(facts.encoded.text, facts.encoded.pair or ""),
        ids=facts.ids,
        mode=mode,
        positions=positions,
        mask=None
        if mask_id is None or facts.vocabulary is None
        else (facts.vocabulary.spelling(mask_id)),
        vocabulary=facts.vocabulary,
    )
