"""One number per class of the whole input, or one number alone: logits, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import numpy as np

from models.encoded import Array
from models.i18n import mark, tr
from models.outputs.base import Cell, Double, Output, Table, sigmoid, softmax, source, usable
from models.outputs.facts import Facts
from models.outputs.labels import ClassLabels, labels_for, names_in
from models.outputs.states import names_a_vector

Function = Literal["softmax", "sigmoid", "none"]

_BATCH_AND_CLASSES: Final = 2
_CLASSIFIERS: Final = (
    "ForSequenceClassification", "ForImageClassification", "ForNextSentencePrediction",
    "ForImageClassificationWithTeacher", "ForMultipleChoice",
)  # fmt: skip
_WORDS: Final = ("logit", "prob", "score")
_PROBABILITIES: Final[Mapping[str, Function]] = {
    "Softmax": "softmax", "LogSoftmax": "softmax", "QLinearSoftmax": "softmax",
    "Sigmoid": "sigmoid", "QLinearSigmoid": "sigmoid",
}  # fmt: skip
_BY_PROBLEM: Final[Mapping[str, Function]] = {
    "multi_label_classification": "sigmoid",
    "regression": "none",
}
_ROUNDING: Final = 1e-2  # of half precision, over a thousand classes


@dataclass(frozen=True, eq=False, kw_only=True)
class Classes(Output):
    """One number per class: ``scores`` [C] as the graph gives them.

    ``probabilities`` [C] are their softmax (the classes exclude each other, and the sum is 1) or
    their sigmoids (each class by itself); None for a regression. ``by_graph``: the graph ends
    with that function itself, so that ``probabilities`` are its output and nothing was added.
    """

    kind: ClassVar[str] = "classes"
    scores: Double
    probabilities: Double | None
    function: Function
    by_graph: bool
    labels: ClassLabels

    @property
    def title(self) -> str:
        """What people call it."""
        return mark("Predicted values") if self.probabilities is None else mark("Classes")

    def top(self, count: int | None = None) -> tuple[int, ...]:
        """Return the classes of the largest numbers, largest first; ties by class."""
        ranked = self.scores if self.probabilities is None else self.probabilities
        order = np.argsort(-ranked, kind="stable")
        return tuple(int(number) for number in order[:count])

    @property
    def remark(self) -> str:
        """One sentence on how to read it."""
        if self.function == "none":
            return tr("The model was trained to give these values; they are no probabilities.")
        if self.function == "softmax":
            said = tr("One class excludes the others: softmax of the output, sum 1.")
            return tr("The graph itself ends with a softmax: sum 1.") if self.by_graph else said
        said = tr("Each class stands by itself: sigmoid of the output, no common sum.")
        by_graph = tr("The graph itself ends with a sigmoid: no common sum.")
        return by_graph if self.by_graph else said

    def table(self, top: int | None = None) -> Table:
        """Return a line per class, largest first."""
        rows = []
        for number in self.top(top):
            row: tuple[Cell, ...] = (number, self.labels[number], float(self.scores[number]))
            if self.probabilities is not None:
                row = (*row, float(self.probabilities[number]))
            rows.append(row)
        columns = ("class", "label", "output", "probability")
        return Table(columns[: 3 + (self.probabilities is not None)], tuple(rows))


@dataclass(frozen=True, eq=False, kw_only=True)
class Score(Output):
    """A single number: ``value`` as the graph gives it, None where the graph ends with a sigmoid.

    ``probability`` is its sigmoid, None for a regression. ``pair``: it is about two sentences,
    as a cross-encoder's is.
    """

    kind: ClassVar[str] = "score"
    value: float | None
    probability: float | None
    pair: bool

    @property
    def title(self) -> str:
        """What people call it."""
        return mark("Score of the pair") if self.pair else mark("Score")

    @property
    def remark(self) -> str:
        """One sentence on how to read it."""
        if self.value is None:
            return tr("The graph itself ends with a sigmoid, so the score lies between 0 and 1.")
        if self.probability is None:
            return tr("The model was trained to give this value.")
        return tr("One number: as the graph gives it, and its sigmoid, between 0 and 1.")

    def table(self, top: int | None = None) -> Table:  # noqa: ARG002  # nothing is ranked
        """Return one line: the number and its sigmoid."""
        said = (("output", self.value), ("sigmoid", self.probability))
        known = [(name, value) for name, value in said if value is not None]
        return Table(tuple(name for name, _ in known), (tuple(value for _, value in known),))


def read_classes(name: str, array: Array, facts: Facts) -> Output | None:
    """Return ``array`` [1, C] as classes, or as a score when C is 1; None when it is neither."""
    if array.ndim != _BATCH_AND_CLASSES or array.shape[0] != 1 or not usable(array):
        return None
    count = array.shape[1]
    if not _is_classes(name, count, facts):
        return None
    if count == 1:
        return _score(name, array, facts)
    scores = array[0].astype(np.float64)
    function, by_graph = _function(name, facts)
    probabilities = _probabilities(scores, function) if not by_graph else scores
    if facts.last_ops.get(name) == "LogSoftmax":
        probabilities = np.exp(scores)
    if by_graph and not _sound(probabilities, exclusive=function == "softmax"):
        return None
    labels = labels_for(facts.config, count)
    return Classes(
        **source(name, array),
        notices=labels.notices,
        scores=scores,
        probabilities=probabilities,
        function=function,
        by_graph=by_graph,
        labels=labels,
    )


def _is_classes(name: str, count: int, facts: Facts) -> bool:
    lowered = name.lower()
    if names_a_vector(name) or "logits_per" in lowered:
        return False
    if any(word in lowered for word in _WORDS) or facts.last_ops.get(name) in _PROBABILITIES:
        return True
    named = len(names_in(facts.config))
    if facts.built_for(*_CLASSIFIERS):
        return named in {0, count}
    return count not in facts.widths and count in {facts.config.whole("num_classes"), named}


def _score(name: str, array: Array, facts: Facts) -> Score | None:
    value = float(array[0, 0])
    function, by_graph = _function(name, facts)
    probability: float | None = None
    if by_graph:
        if function != "sigmoid":
            return None  # the softmax of a single number is 1 and says nothing
        probability = value
    elif function != "none":
        probability = float(sigmoid(array)[0, 0])
    return Score(
        **source(name, array),
        value=None if by_graph else value,
        probability=probability,
        pair=facts.encoded.pair is not None,
    )


def _function(name: str, facts: Facts) -> tuple[Function, bool]:
    """Return what turns the output into probabilities, and whether the graph has done it.

    The graph's last operator decides; then ``problem_type`` of config.json, as transformers
    reads it. Without either, classes exclude each other.
    """
    last = _PROBABILITIES.get(facts.last_ops.get(name, ""))
    if last is not None:
        return last, True
    said = facts.config.text("problem_type")
    return _BY_PROBLEM.get(said or "", "softmax"), False


def _probabilities(scores: Double, function: Function) -> Double | None:
    if function == "none":
        return None
    return softmax(scores) if function == "softmax" else sigmoid(scores)


def _sound(probabilities: Double | None, *, exclusive: bool) -> bool:
    """Whether numbers that the graph calls probabilities are some, and sum to 1 if they must."""
    if probabilities is None or probabilities.min() < 0 or probabilities.max() > 1 + _ROUNDING:
        return False
    return not exclusive or abs(float(probabilities.sum()) - 1) <= _ROUNDING
