"""A label per token: names, parts of speech, or whatever config.json calls the classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from models.encoded import Array, Token
from models.i18n import mark, tr
from models.outputs.base import Double, Output, Table, sigmoid, softmax, source, usable
from models.outputs.facts import Facts
from models.outputs.labels import ClassLabels, labels_for, names_in
from models.outputs.states import names_a_vector

_RANK: Final = 3
_REPLACED_RANK: Final = 2
_OUTSIDE: Final = "O"
_BEGINS, _GOES_ON = ("B-", "S-", "U-"), ("I-", "E-", "L-")
_REPLACED: Final = ("original", "replaced")


@dataclass(frozen=True, slots=True)
class Entity:
    """Neighbouring tokens shown as one: ``first`` to ``last``, both in it.

    ``probability`` is the mean over its tokens of the probability of each one's own label.
    """

    label: str
    first: int
    last: int
    text: str
    probability: float


@dataclass(frozen=True, eq=False, kw_only=True)
class TokenLabels(Output):
    """``probabilities`` [N, C]: softmax of each token's numbers. ``best`` [N] is the likeliest."""

    kind: ClassVar[str] = "token_labels"
    probabilities: Double
    labels: ClassLabels
    tokens: tuple[Token, ...]
    texts: tuple[str, str]

    @property
    def title(self) -> str:
        """What people call it."""
        return mark("Token labels")

    @cached_property
    def best(self) -> NDArray[np.intp]:
        """The likeliest class of every token: [N]; ties by class."""
        return np.asarray(self.probabilities.argmax(axis=1))

    @cached_property
    def tags(self) -> tuple[str | None, ...]:
        """What every token is labelled [N]; None for special tokens and for ``O``, outside."""
        return tuple(
            None if token.special or self.labels.names[best] == _OUTSIDE else self.labels[best]
            for token, best in zip(self.tokens, self.best.tolist(), strict=True)
        )

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        """Labelled tokens, ``B-`` and ``I-`` of one kind joined; for display, nothing is decided.

        The joining is that of Ramshaw and Marcus 1995 (cmp-lg/9505040): what goes on (``I-``)
        joins a neighbour of the same kind. Labels without such marks are not joined.
        """
        return tuple(
            Entity(
                label=kind_of_tag(self.tags[first] or ""),
                first=first,
                last=last,
                text=self._text(first, last),
                probability=float(np.mean([self.probability(i) for i in range(first, last + 1)])),
            )
            for first, last in joined(self.tags)
        )

    @property
    def remark(self) -> str:
        """One sentence on how to read it."""
        return tr("The likeliest label of each token; B- begins a name and I- goes on with it.")

    def table(self, top: int | None = None) -> Table:  # noqa: ARG002  # nothing is ranked
        """Return a line per token that is not padding: its likeliest label, ``O`` included."""
        rows = tuple(
            (i, token.label, self.labels[int(self.best[i])], self.probability(i))
            for i, token in enumerate(self.tokens)
            if token.kind != "padding"
        )
        return Table(("position", "token", "label", "probability"), rows)

    def probability(self, position: int) -> float:
        """Return the probability of the token's label."""
        return float(self.probabilities[position, self.best[position]])

    def _text(self, first: int, last: int) -> str:
        start, end = self.tokens[first], self.tokens[last]
        if start.span is None or end.span is None or start.segment != end.segment:
            return " ".join(token.label for token in self.tokens[first : last + 1])
        return self.texts[start.segment][start.span[0] : end.span[1]]


def joined(tags: Sequence[str | None]) -> tuple[tuple[int, int], ...]:
    """Return (first, last) of every run of tags that belong together, both in it."""
    runs: list[tuple[int, int]] = []
    for i, tag in enumerate(tags):
        if tag is None:
            continue
        before = tags[i - 1] if i else None
        goes_on = tag.startswith(_GOES_ON) and before is not None and _leads_to(before, tag)
        if goes_on:
            runs[-1] = (runs[-1][0], i)
        else:
            runs.append((i, i))
    return tuple(runs)


def _leads_to(before: str, tag: str) -> bool:
    marked = before.startswith((*_BEGINS[:1], *_GOES_ON[:1]))
    return marked and kind_of_tag(before) == kind_of_tag(tag)


def kind_of_tag(tag: str) -> str:
    """Return a tag without the mark of its place in a name: ``PER`` of ``B-PER``."""
    marked = tag.startswith((*_BEGINS, *_GOES_ON)) and len(tag) > len("B-")
    return tag[len("B-") :] if marked else tag


def read_token_labels(name: str, array: Array, facts: Facts) -> Output | None:
    """Return ``array`` [1, N, C] as a label per token, None when it is something else.

    config.json's task says so, or as many names as there are classes, or the output's own name.
    """
    if facts.encoded.modality != "text" or names_a_vector(name) or not usable(array):
        return None
    if array.ndim == _REPLACED_RANK:
        return _replaced(name, array, facts)
    if array.ndim != _RANK or array.shape[:2] != (1, facts.count) or array.shape[2] == 1:
        return None
    count = array.shape[2]
    named = "logit" in name.lower() and count not in facts.widths
    fitting = count == len(names_in(facts.config)) and count not in facts.widths
    if not (facts.built_for("ForTokenClassification") or named or fitting):
        return None
    labels = labels_for(facts.config, count)
    given = facts.last_ops.get(name) == "Softmax"
    probabilities = array[0].astype(np.float64) if given else softmax(array[0])
    return _token_labels(name, array, facts, probabilities=probabilities, labels=labels)


def _replaced(name: str, array: Array, facts: Facts) -> Output | None:
    """Return ELECTRA's number per token [1, N]: whether the token was put in another's place.

    Its sigmoid is the probability of that (Clark et al. 2020, arXiv:2003.10555).
    """
    if array.shape != (1, facts.count) or "ElectraForPreTraining" not in facts.architectures:
        return None
    replaced = sigmoid(array[0])
    probabilities = np.stack([1 - replaced, replaced], axis=1)
    labels = ClassLabels(_REPLACED)
    return _token_labels(name, array, facts, probabilities=probabilities, labels=labels)


def _token_labels(
    name: str, array: Array, facts: Facts, *, probabilities: Double, labels: ClassLabels
) -> TokenLabels:
    return TokenLabels(
        **source(name, array),
        notices=labels.notices,
        probabilities=probabilities,
        labels=labels,
        tokens=facts.encoded.tokens,
        texts=(facts.encoded.text, facts.encoded.pair or ""),
    )
