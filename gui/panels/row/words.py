"""The row panel in words: formulas, what each step does, what is pointed at, the whole row."""

from __future__ import annotations

from typing import Final

import numpy as np

from gui.panels.row.facts import RowFacts
from gui.panels.row.link import Part, Pointed, RowLink
from gui.panels.row.score_step import scale_text
from gui.panels.row.text import brief, exact, weight_text
from gui.theme import Theme
from models.counting import counted_name, disagreement
from models.i18n import ntr, tr

_PLAYGROUND: Final = "playground"  # how models.playground calls the pattern of its layer

PARTS: tuple[Part, ...] = ("query", "key", "score", "value", "vector")
INDEX = "<sub>\N{THIN SPACE}j</sub>"  # the space keeps it off a slanted letter
TOLD = 20  # keys named in the description of a row


def told_of(facts: RowFacts) -> tuple[object, ...]:
    """Return everything of a row that formulas and sentences of the steps tell of."""
    return len(facts.parts.query), scale_text(facts), facts.has_bias


def title(part: Part) -> str:
    """Return a step's name."""
    return {
        "query": tr("Query"),
        "key": tr("Keys"),
        "score": tr("Scores and weights"),
        "value": tr("Values"),
        "vector": tr("Attention vector"),
    }[part]


def sentence(part: Part, facts: RowFacts) -> str:
    """Return what a step does, in one or two plain sentences."""
    return {
        "query": tr("What this token asks for, in {size} numbers.", size=len(facts.parts.query)),
        "key": tr("What each token answers to. q · k: multiply, then add up."),
        "score": tr("Scaled products are the scores; softmax turns them into weights."),
        "value": tr("What each token has to give; its weight says how much is taken."),
        "vector": tr("Weight times value, added up: what this token takes away."),
    }[part]


def tip(part: Part) -> str:
    """Return the longer explanation that a step's name shows when asked."""
    return {
        "query": tr(
            "The query q: this token's vector times the head's query matrix. Blue is below zero, "
            "yellow above; darker is farther from zero."
        ),
        "key": tr(
            "q · k = Σ qᵢ kᵢ, the dot product: large when key and query point the same way. "
            "All strips share the query's colour scale."
        ),
        "score": tr(
            "score = q · k × scale + b, where b is the mask or position bias; "
            "α = exp(score) ÷ Σ exp(scores). A row of weights sums to 1, but for 32-bit rounding."
        ),
        "value": tr(
            "v is the token's vector times the head's value matrix. |v| is its length: a large "
            "weight on a short value brings little."
        ),
        "vector": tr(
            "z = Σ αⱼ vⱼ, per head. Each bar stacks what the strongest tokens add to one "
            "dimension; the dark line is the sum."
        ),
    }[part]


def badge(facts: RowFacts) -> str:
    """Return where weight and vector disagree strongly, nothing where they do not."""
    found = disagreement(facts.parts.weights, facts.contributions)
    if found is None:
        return ""
    return tr(
        "H{head} · “{token}”: {weight}% of the weight, {vector}% of the vector",
        head=facts.head + 1,
        token=facts.name(found.key),
        weight=round(100 * found.weight),
        vector=round(100 * found.vector),
    )


def formula(part: Part, facts: RowFacts, *, theme: Theme) -> str:
    """Return a step's formula as rich text, query, key and value in their colours."""
    q = _letter("q", colour=theme.query)
    k = _letter("k", colour=theme.key) + INDEX
    v = _letter("v", colour=theme.value) + INDEX
    alpha, scale = f"<i>α</i>{INDEX}", scale_text(facts)
    bias = f" + <i>b</i>{INDEX}" if facts.has_bias else ""
    return {
        "query": f"{q} ∈ ℝ<sup>{len(facts.parts.query)}</sup>",
        "key": f"{q} · {k}",
        "score": f"{alpha} = softmax({q} · {k} {scale}{bias})",
        "value": f"{alpha} {v}",
        "vector": f"<i>z</i> = Σ{INDEX} {alpha} {v}",
    }[part]


def _letter(letter: str, *, colour: str) -> str:
    return f'<i><span style="color:{colour}; font-weight:600">{letter}</span></i>'


def scale_note(facts: RowFacts) -> str:
    """Return the actual scale in numbers."""
    scale, size = brief(facts.parts.scale, digits=4), len(facts.parts.query)
    if facts.usual_scale:
        return tr("Scale: × {scale} = ÷ √{size}.", scale=scale, size=size)
    usual = brief(size**-0.5, digits=4)
    return tr(
        "Scale: × {scale}, this model's own (1 ÷ √{size} would be {usual}).",
        scale=scale,
        size=size,
        usual=usual,
    )


def bias_note(facts: RowFacts) -> str:
    """Return what the mask does to this row, empty when the column shows it."""
    if facts.parts.bias is not None and not facts.has_bias:
        return tr("The mask adds 0 here: every token may be seen.")
    return ""


def odd_row_note(facts: RowFacts) -> str:
    """Return a warning when the row is not a plain softmax of the scores; empty otherwise."""
    parts = facts.parts
    if not np.isfinite(parts.weights).all() or not np.isfinite(parts.vector).all():
        return tr("Some numbers of this row are not finite: the model produced NaN or infinity.")
    if facts.shown.layer.direct is not None:
        if facts.shown.layer.pattern == _PLAYGROUND:
            return tr("Dropout came after softmax: it erased weights and enlarged the others.")
        return tr(
            "The weights of this layer are the runtime's own: the scores above do not "
            "determine them alone."
        )
    if not parts.weights.any():
        return tr("Every key is masked, so this row is all zeros.")
    if abs(parts.total - 1) > 1e-4:  # noqa: PLR2004  # far beyond float32 rounding
        return tr("This model changes the weights after softmax, so they do not sum to 1.")
    return ""


def place(facts: RowFacts) -> str:
    """Return where the row is: position, layer, head, d."""
    return tr(
        "position {position} · L{layer} · H{head} · d = {size}",
        position=facts.position,
        layer=facts.shown.layer.index + 1,
        head=facts.head + 1,
        size=len(facts.parts.query),
    )


def mean_note(facts: RowFacts) -> str:
    """Return whose steps these are while everything else on screen is a mean of heads."""
    shown, steps = facts.shown, facts.head + 1
    count = len(shown.heads)
    if shown.asked.measure != "weight":
        counted = counted_name(shown.asked)
        return tr(
            "Steps of head H{head}, by weights · elsewhere: {counted}", head=steps, counted=counted
        )
    if shown.record.encoded.modality == "image":
        return tr(
            "Steps of head H{head} · the photo shows the mean of {count} heads",
            head=steps,
            count=count,
        )
    return tr(
        "Steps of head H{head} · chips show the mean of {count} heads", head=steps, count=count
    )


def order_note(link: RowLink) -> str:
    """Return why the keys stand in another order than the sequence's; empty where they do not."""
    if link.order != "auto" or not link.sorted_by_weight:
        return ""
    return tr(
        "More than {lines} tokens: the heaviest come first. “By position” keeps their order.",
        lines=link.lines,
    )


def readout(facts: RowFacts, pointed: Pointed | None) -> str:
    """Return the exact numbers of what is pointed at; empty for nothing."""
    if pointed is None:
        return ""
    if pointed.part == "vector":
        return _vector_readout(facts, key=pointed.key, i=pointed.dimension)
    if pointed.part == "query" and pointed.dimension is not None:
        i = pointed.dimension
        return f"q[{i}] = {exact(facts.parts.query[i])}"
    key = pointed.key
    if key is None or key >= facts.count:
        return ""
    if pointed.dimension is None:
        return _key_readout(facts, key)
    return _cell_readout(facts, key=key, i=pointed.dimension, part=pointed.part)


def _cell_readout(facts: RowFacts, *, key: int, i: int, part: Part) -> str:
    parts, label = facts.parts, facts.name(key)
    if part == "value" and i < parts.values.shape[1]:
        return (
            f"{label} ({key}): v[{i}] = {exact(parts.values[key, i])} · "
            f"α v[{i}] = {exact(parts.weighted[key, i])}"
        )
    if i >= len(parts.query):
        return _key_readout(facts, key)
    return (
        f"{label} ({key}): k[{i}] = {exact(parts.keys[key, i])} · "
        f"q[{i}] k[{i}] = {exact(parts.query[i] * parts.keys[key, i])}"
    )


def _key_readout(facts: RowFacts, key: int) -> str:
    parts = facts.parts
    bias = f" + {exact(parts.bias[key])}" if facts.has_bias and parts.bias is not None else ""
    return (
        f"{facts.name(key)} ({key}): {exact(parts.dots[key])} {scale_text(facts)}{bias} = "
        f"{exact(parts.scores[key])} → α = {exact(parts.weights[key])}"
    )


def _vector_readout(facts: RowFacts, *, key: int | None, i: int | None) -> str:
    if i is None or i >= len(facts.parts.vector):
        return "" if key is None or key >= facts.count else _key_readout(facts, key)
    column = facts.parts.weighted[:, i]
    top = np.argsort(-np.abs(column), kind="stable")[:2] if key is None else np.array([key])
    shares = " · ".join(f"{facts.name(key)} {exact(column[key])}" for key in top.tolist())
    return f"z[{i}] = {exact(facts.parts.vector[i])} · {shares} …"


def description(facts: RowFacts) -> str:
    """Return the row in words for those who listen: weights from the largest down."""
    order = facts.by_weight
    named = ", ".join(
        f"{facts.name(key)} {weight_text(facts.parts.weights[key])}"
        for key in order[:TOLD].tolist()
    )
    start = tr(
        "Attention from {token}, layer {layer}, head {head}: {weights}",
        token=facts.query_label,
        layer=facts.shown.layer.index + 1,
        head=facts.head + 1,
        weights=named,
    )
    if len(order) <= TOLD:
        return f"{start}."
    left = facts.parts.weights[order[TOLD:]].sum(dtype=np.float64)
    rest = ntr(
        "and {count} other together {weight}",
        "and {count} others together {weight}",
        len(order) - TOLD,
        weight=weight_text(float(left)),
    )
    return f"{start}, {rest}."
