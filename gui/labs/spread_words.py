"""What dropout did to a row and to the prediction: sentences, and bars of classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from gui.labs.facts import MOST_LINES, label_of
from gui.labs.state import Outcome
from gui.numbers import column, short
from gui.views.bar_list import Bar
from gui.views.words import safe_label
from models.experiments.montecarlo import OutputSpread, Prediction
from models.i18n import ntr, tr
from models.outputs import Classes, Output

_CLASSES: Final = 5


def row_words(outcome: Outcome, *, listed: int) -> str:
    """Return what a mask did to the pinned row, ``listed`` weights of which are shown."""
    if outcome.studied is None:
        return ""
    facts = outcome.studied.facts
    rate, total, gone = facts["rate"], facts["sum"], len(facts["dropped"])
    place, count = outcome.place, len(outcome.studied.arrays["weights"])
    where = tr(
        "Row of “{token}”, L{layer} H{head}.",
        token=safe_label(label_of(outcome.record, place.token or 0)),
        layer=place.layer + 1,
        head=place.head + 1,
    )
    if rate == 0:
        same = np.array_equal(
            outcome.studied.arrays["weights"], outcome.studied.arrays["first.weights"]
        )
        words = tr("p = 0: nothing is dropped, and the row is bit for bit the inference row; "
                   "its sum is {sum}.", sum=short(total, digits=6))  # fmt: skip
        return f"{where} {words}" if same else where
    dropped = ntr("{count} of {whole} weights became 0", "{count} of {whole} weights became 0",
                  gone, whole=count)  # fmt: skip
    words = tr(
        "{dropped}, the others were multiplied by 1/(1 − {rate}) = {factor}. The row sums to "
        "{sum}; it is 1 only on average.",
        dropped=dropped, rate=short(rate), factor=short(1 / (1 - rate), digits=4),
        sum=short(total, digits=4),
    )  # fmt: skip
    few = tr("The {count} largest are listed.", count=MOST_LINES)
    return f"{where} {words}" if count <= listed else f"{where} {words} {few}"


def spread_words(outcome: Outcome) -> str:
    """Return how far the passes lie apart, or that they are the base run bit for bit."""
    result, spread = outcome.result, outcome.spread
    if result is None or spread is None:
        return ""
    rates = tr("p = {attention} on weights, {hidden} on hidden states, seed {seed}.",
               attention=short(result.rates[0]), hidden=short(result.rates[1]),
               seed=0 if result.recipe.dropout is None else result.recipe.dropout.seed)  # fmt: skip
    if outcome.identical:
        count = ntr("{count} pass", "{count} passes", result.passes)
        said = tr("Compared bit for bit: every output of {count} equals that of the inference run.",
                  count=count)  # fmt: skip
        return f"{rates} {said} {_hidden_words(outcome.hidden_gap)}"
    lines = [rates]
    if not any(result.rates):
        lines.append(
            tr("With p = 0 the passes are not bit for bit the inference run: the provider does "
               "not compute the same way twice.")
        )  # fmt: skip
    lines += [_output_words(one, outcome) for one in spread.outputs[:3]]
    lines += [tr(notice.message, **notice.values) for notice in result.notices]
    return "\n".join(lines)


def _hidden_words(gap: float) -> str:
    if gap == 0:
        return tr("So does every hidden state.")
    return tr(
        "Hidden states, which the base run reads through other taps, differ by at most {gap}.",
        gap=short(gap),
    )


def _output_words(one: OutputSpread, outcome: Outcome) -> str:
    if one.prediction is not None:
        return _prediction_words(one.reading.name, one.prediction)
    assert outcome.result is not None  # noqa: S101  # there is a spread of it
    base = outcome.result.base.outputs[one.reading.name].astype(np.float64)
    length = float(np.linalg.norm(base))
    share = float(np.linalg.norm(one.deviation)) / length if length else 0.0
    return tr("{name}: standard deviation {value} of its length.", name=one.reading.name,
              value=short(share))  # fmt: skip


def _prediction_words(name: str, prediction: Prediction) -> str:
    place = int(prediction.entropy.argmax())
    said = tr(
        "{name}: predictive entropy {entropy} nats, of which {own} through dropout; {share} of the "
        "passes agree with inference.",
        name=name,
        entropy=short(float(prediction.entropy[place])),
        own=short(float(prediction.mutual_information[place])),
        share=tr("{number}%", number=short(100 * float(prediction.agreement[place]))),
    )
    if len(prediction.entropy) == 1:
        return said
    return said + " " + tr("(the least sure of {count} positions)", count=len(prediction.entropy))


def prediction_bars(outcome: Outcome, outputs: Sequence[Output]) -> list[Bar]:
    """Return the likeliest classes of the first prediction: mean, and deviation as a number."""
    if outcome.spread is None:
        return []
    found = next((x for x in outcome.spread.outputs if x.prediction is not None), None)
    if found is None or found.prediction is None:
        return []
    place = int(found.prediction.entropy.argmax())
    mean, deviation = found.prediction.mean[place], found.prediction.deviation[place]
    labels = next((x.labels for x in outputs if isinstance(x, Classes)
                   and x.name == found.reading.name), None)  # fmt: skip
    bars = []
    order = [int(i) for i in np.argsort(-mean, kind="stable")[:_CLASSES]]
    means, deviations = (column(float(x[i]) for i in order) for x in (mean, deviation))
    for i, told, spread in zip(order, means, deviations, strict=True):
        fits = labels is not None and len(labels) == len(mean)
        label = labels[i] if fits and labels is not None else tr("class {number}", number=i)
        bars.append(Bar(label, f"{told} ± {spread}", float(mean[i])))
    return bars
