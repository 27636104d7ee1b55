"""The words and numbers on a figure, in the language in force."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from models.compare import Side, heads_in
from models.counting import WHOLE_LAYER, counted_name, long_name
from models.differences import localised, of_all, of_layer, scientific
from models.encoded import Token
from models.figure.request import EVERY_LAYER, Subject
from models.i18n import mark, ntr, tr
from models.record import Layer, Provenance, Record
from models.windowed import spread

if TYPE_CHECKING:
    from models.outputs.layered import Layered

_TITLES: Final = {  # of the weights, and of another measure
    "heatmap": (mark("Attention weights"), mark("Attention: {measure}")),
    "atlas": (mark("Attention weights of every head"), mark("Every head by {measure}")),
    "alone": (mark("Attention weights of chosen heads"), mark("Chosen heads by {measure}")),
    "lines": (mark("Attention weights as lines"), mark("Attention as lines: {measure}")),
    "compare": (mark("Attention weights compared"), mark("Attention compared: {measure}")),
}
_MANY: Final = 4  # more heads than this are counted, not listed
_LONGEST_TOKEN: Final = 24
_SMALLEST_PLAIN: Final = 1e-3
_LARGEST_PLAIN: Final = 999.5


def fixed(value: float) -> str:
    """Return a weight with three decimals; one that would read as zero is ``<0.001``."""
    if math.isnan(value):
        return "–"
    if 0.0 < value < _SMALLEST_PLAIN / 2:
        return localised("<0.001")
    return localised(f"{value:.3f}")


def number(value: float) -> str:
    """Return three significant digits: ``0.123``, ``0.00457``, ``3.8×10⁻⁶``, ``0``."""
    if value == 0.0:
        return "0"
    if _SMALLEST_PLAIN <= abs(value) < _LARGEST_PLAIN:
        return localised(f"{value:#.3g}".rstrip(".")).replace("-", "−")
    return scientific(value, digits=2)


def shortened(text: str, *, longest: int = _LONGEST_TOKEN) -> str:
    """Return ``text``, or its beginning and ``…``, in at most ``longest`` characters."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def heads_name(subject: Subject) -> str:
    """Return ``H3``, ``mean of H1, H4`` or ``mean of 12 heads``."""
    heads = subject.heads
    return _heads_name(heads, every=len(heads) == subject.layer.heads)


def side_name(side: Side) -> str:
    """Return ``L6 · H3``, ``L6 · mean of H1, H4`` or ``L6 · mean of 12 heads``."""
    heads = heads_in(side.heads, side.record.layers[side.layer].heads)
    return f"L{side.layer + 1} · {_heads_name(heads, every=not side.heads)}"


def _heads_name(heads: Sequence[int], *, every: bool) -> str:
    if len(heads) == 1:
        return f"H{heads[0] + 1}"
    if every or len(heads) > _MANY:
        return ntr("mean of {count} head", "mean of {count} heads", len(heads))
    return tr("mean of {heads}", heads=", ".join(f"H{head + 1}" for head in heads))


def title(subject: Subject) -> str:
    """Return the figure's title: the one asked for, else what is drawn."""
    if subject.request.title is not None:
        return subject.request.title
    if subject.request.view == "map":
        return subject.drawn.title
    if subject.request.view == "senses":
        return tr("“{word}” through the layers", word=subject.curves.senses.word)
    if subject.request.view in _TITLES and (subject.token is None or not _of_token(subject)):
        alone = subject.request.view == "atlas" and subject.request.alone
        plain, counted_by = _TITLES["alone" if alone else subject.request.view]
        if subject.asked.plain:
            return tr(plain)
        return tr(counted_by, measure=counted_name(subject.asked))
    return _row_title(subject)


def _of_token(subject: Subject) -> bool:
    return subject.request.view == "lines"


def _sides(subject: Subject) -> str:
    """Return both sides of a comparison: layers and heads, and models where they differ."""
    sides = (subject.beside.comparison.a, subject.beside.comparison.b)
    named = [side_name(side) for side in sides]
    models = [side.record.provenance.model for side in sides]
    if models[0] != models[1]:
        named = [f"{model} · {name}" for model, name in zip(models, named, strict=True)]
    return f"A: {named[0]}  |  B: {named[1]}"


def _row_title(subject: Subject) -> str:
    asked = subject.tokens[subject.query]
    token = shortened(label(asked))
    if subject.in_words:
        if subject.request.direction == "to":
            return tr("Attention to “{token}”", token=token)
        return tr("Attention from “{token}”", token=token)
    if subject.request.direction == "to":
        return tr("Attention to “{token}” (token {position})", token=token, position=subject.query)
    if asked.cell is not None:
        return tr(
            "Attention from patch {token} (token {position})", token=token, position=subject.query
        )
    return tr("Attention from “{token}” (token {position})", token=token, position=subject.query)


def subtitle(subject: Subject) -> str:
    """Return where the numbers come from: ``L12 · H3 · 14 tokens``."""
    if subject.request.view in {"map", "senses"}:
        return _of_output(subject.drawn) if subject.request.view == "map" else _of_senses(subject)
    count = ntr("{count} token", "{count} tokens", len(subject.shown))
    if subject.in_words:
        count = ntr("{count} word", "{count} words", len(subject.shown))
    whole = subject.asked.measure in WHOLE_LAYER
    which = tr("all heads") if whole else heads_name(subject)
    measure = () if subject.asked.plain else (counted_name(subject.asked),)
    if subject.request.view == "atlas":
        layers = len(subject.record.layers)
        heads = sum(spread(layer).heads for layer in subject.record.layers)
        if subject.request.alone:
            layers, heads = len({layer for layer, _ in subject.framed}), len(subject.framed)
        return " · ".join(
            (
                ntr("{count} layer", "{count} layers", layers),
                ntr("{count} head", "{count} heads", heads),
                count,
            )
        )
    if subject.request.view == "compare":
        return _sides(subject)
    if subject.request.view == "layers":
        every = ntr("{count} layer", "{count} layers", len(subject.record.layers))
        return " · ".join((every, which, *measure, count))
    if subject.request.view == "lines":
        few = len(subject.heads) <= _MANY
        named = ntr("{count} head", "{count} heads", len(subject.heads))
        if few:
            named = ", ".join(f"H{head + 1}" for head in subject.heads)
        named = which if whole else named
        return " · ".join((f"L{subject.layer.index + 1}", named, *measure, count))
    return " · ".join((f"L{subject.layer.index + 1}", which, *measure, count))


def _of_senses(subject: Subject) -> str:
    """Return the model, how many layers and sentences there are, and the senses by name."""
    curves = subject.curves
    return " · ".join(
        (
            subject.record.provenance.model,
            ntr("{count} layer", "{count} layers", len(subject.record.layers)),
            ntr("{count} sentence", "{count} sentences", curves.count),
            " / ".join(sense.name for sense in curves.senses.senses),
        )
    )


def _of_output(drawn: Layered) -> str:
    """Return the output's name, its shape, and which class or channel of it is drawn."""
    parts = [drawn.output, "×".join(str(size) for size in drawn.shape)]
    if drawn.channel is not None or drawn.colours is not None:
        parts.append(drawn.counted)
    return " · ".join(parts)


def share(part: float) -> str:
    """Return a share of a whole in percent, with one decimal."""
    return localised(f"{part:.1%}")


def counted(subject: Subject) -> str:
    """Return the name of what the numbers are, for an axis or a colour bar."""
    if subject.request.view == "map":
        return subject.drawn.counted
    return long_name(subject.asked.measure)


def input_name(record: Record) -> str:
    """Return the text in quotes (both of a pair), or the photo's name."""
    encoded = record.encoded
    if encoded.modality == "image":
        return encoded.photo_name or tr("photo without a name")
    if not encoded.text:
        return tr("feeds given by name")
    texts = (encoded.text,) if encoded.pair is None else (encoded.text, encoded.pair)
    return " + ".join(f"“{' '.join(text.split())}”" for text in texts)


def check(record: Record, layer: Layer) -> str:
    """Return how far the layer's weights were checked against the runtime's own."""
    direct = layer.direct is not None
    return of_layer(record.provenance, layer.index, direct=direct)


def source(subject: Subject) -> str:
    """Return the model, the provider that ran it, and the check, on one line."""
    checked = check(subject.record, subject.layer)
    if subject.request.view in EVERY_LAYER:
        checked = of_all(subject.record.provenance)
    if subject.request.view == "map":
        own = subject.drawn.key == subject.drawn.output and not subject.drawn.whole
        given = tr("the model's own output, as onnxruntime gave it")
        checked = given if own else tr("computed from the model's own output")
    if subject.request.view == "senses" and subject.curves.of == "states":
        checked = tr("hidden states as onnxruntime computed them")
    return ran(subject.record.provenance, checked)


def ran(provenance: Provenance, checked: str) -> str:
    """Return the model, the provider that ran it, and how far that was ``checked``."""
    provider = provenance.provider.removesuffix("ExecutionProvider")
    return f"{provenance.model} · {provider} · {checked}"


def label(token: Token) -> str:
    """Return what the token is called on an axis; a blank one shows its own spelling."""
    return token.label if token.label.strip() else token.text or "∅"
