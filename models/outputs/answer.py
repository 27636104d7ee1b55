"""Where an answer begins and ends: two numbers per token, read as a span of the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from models.encoded import Array, Token
from models.i18n import mark, tr
from models.outputs.base import Double, Output, Table, softmax, usable
from models.outputs.facts import Facts

_BOTH: Final = 2
_USUAL: Final = 5
_BOTH_RANK: Final = 3


@dataclass(frozen=True, slots=True)
class Span:
    """A possible answer: tokens ``first`` to ``last``, both in it.

    ``score`` is start logit + end logit; ``probability`` is the product of the two softmaxes
    over the tokens of the text that may hold an answer.
    """

    first: int
    last: int
    text: str
    score: float
    probability: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Answer(Output):
    """``starts`` and ``ends`` [N]: how well each token begins and ends the answer.

    The answer lies in the second sentence of a pair (question, text), else in the whole text:
    ``places`` are the tokens that may be in it. Scores are those of Devlin et al. 2018
    (arXiv:1810.04805, sections 4.2 and 4.3): S·Ti + E·Tj with j ≥ i.
    """

    kind: ClassVar[str] = "answer"
    starts: Double
    ends: Double
    tokens: tuple[Token, ...]
    texts: tuple[str, str]
    places: NDArray[np.intp]

    @property
    def title(self) -> str:
        """What people call it."""
        return mark("Answer")

    @cached_property
    def none_score(self) -> float:
        """The score of “no answer”, as models of SQuAD 2 put it: the first token's two logits."""
        return float(self.starts[0] + self.ends[0])

    def best(self, count: int = 1) -> tuple[Span, ...]:
        """Return the ``count`` best spans, best first; empty where no token can hold an answer.

        Exact: each of the best spans begins at one of the ``count`` tokens whose best span is
        best, so only the spans that begin there are compared.
        """
        starts, ends = self.starts[self.places], self.ends[self.places]
        if not len(starts):
            return ()
        reachable = np.maximum.accumulate(ends[::-1])[::-1]
        likely = np.argsort(-(starts + reachable), kind="stable")[:count]
        spans = [
            (float(starts[i] + ends[j]), int(i), int(j))
            for i in likely
            for j in i + np.argsort(-ends[i:], kind="stable")[:count]
        ]
        spans.sort(key=lambda span: (-span[0], span[1], span[2]))
        shares = softmax(starts), softmax(ends)
        return tuple(
            Span(
                first=int(self.places[i]),
                last=int(self.places[j]),
                text=self._text(int(self.places[i]), int(self.places[j])),
                score=score,
                probability=float(shares[0][i] * shares[1][j]),
            )
            for score, i, j in spans[:count]
        )

    @property
    def remark(self) -> str:
        """One sentence on how to read it."""
        if not len(self.places):
            return tr("There is no text in which an answer could lie.")
        return tr(
            "Score: how well a span begins plus how well it ends. “No answer” would score {score}.",
            score=f"{self.none_score:.2f}",
        )

    def table(self, top: int | None = None) -> Table:
        """Return a line per span, best first; five when ``top`` is None, for there are N²."""
        rows = tuple(
            (rank, span.first, span.last, span.text, span.score, span.probability)
            for rank, span in enumerate(self.best(_USUAL if top is None else top), start=1)
        )
        return Table(("rank", "first", "last", "text", "score", "probability"), rows)

    def _text(self, first: int, last: int) -> str:
        start, end = self.tokens[first], self.tokens[last]
        if start.span is None or end.span is None:
            return " ".join(token.label for token in self.tokens[first : last + 1])
        return self.texts[start.segment][start.span[0] : end.span[1]]


def read_answer(
    outputs: Mapping[str, Array], facts: Facts
) -> tuple[Answer, tuple[str, ...]] | None:
    """Return the answer in ``outputs`` and the names of the outputs it is made of; None without.

    Two outputs [1, N] that are called start and end, or [1, N, 2] of a model that config.json
    says was built for answering questions: start, then end.
    """
    if facts.encoded.modality != "text":
        return None
    alone = {name: array for name, array in outputs.items() if array.shape == (1, facts.count)}
    start = next((name for name in alone if "start" in name.lower()), None)
    end = next((name for name in alone if "end" in name.lower() and name != start), None)
    if start is not None and end is not None:
        return _answer((start, end), alone[start][0], alone[end][0], facts)
    if not facts.built_for("ForQuestionAnswering"):
        return None
    for name, array in outputs.items():
        if array.ndim == _BOTH_RANK and array.shape == (1, facts.count, _BOTH):
            return _answer((name,), array[0, :, 0], array[0, :, 1], facts)
    return None


def _answer(
    names: tuple[str, ...], starts: Array, ends: Array, facts: Facts
) -> tuple[Answer, tuple[str, ...]] | None:
    if not (usable(starts) and usable(ends)):
        return None
    encoded = facts.encoded
    segment = 0 if encoded.pair is None else 1
    places = [i for i, t in enumerate(encoded.tokens) if not t.special and t.segment == segment]
    answer = Answer(
        name=", ".join(names),
        shape=(1, len(starts)),
        dtype=str(starts.dtype),
        starts=starts.astype(np.float64),
        ends=ends.astype(np.float64),
        tokens=encoded.tokens,
        texts=(encoded.text, encoded.pair or ""),
        places=np.array(places, dtype=np.intp),
    )
    return answer, names
