"""What stands below the atlas: what a dot is, what figures rest on, how many rows were compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite

from gui.numbers import fixed, locale, short
from gui.panels.atlas_tools import DRIFT
from gui.state import Shown
from gui.views.atlas_drawing import Bars
from gui.views.atlas_layout import Head
from models.counting import WHOLE_LAYER, counted_name, short_name
from models.i18n import ntr, tr
from models.measures.similarity import Similarity
from models.measures.summary import HeadFigures
from models.measures.table import Measure, measure_named
from models.thumbnails import LayerThumbnails


def dot_words(found: Iterable[LayerThumbnails], *, refining: bool) -> list[str]:
    """Return how many weights share a dot, and whether they are still being looked at."""
    looked, under = max((each.weights_of_a_dot for each in found), default=(1, 1))
    words = []
    if looked < under:
        words.append(
            tr(
                "a dot is the largest of {count} of the {all} weights under it, rows at even steps",
                count=locale().toString(looked),
                all=locale().toString(under),
            )
        )
    elif under > 1:
        shared = ntr(
            "a dot is the largest of {count} weight",
            "a dot is the largest of {count} weights",
            under,
        )
        words.append(shared)
    return [*words, tr("refining …")] if refining else words


def counted_words(shown: Shown | None, refusal: str) -> list[str]:
    """Say what the small pictures show, where that is not the weights, or why there are none."""
    if refusal:
        return [refusal]
    if shown is None:
        return []
    merged = [tr("pictures in words; measures, tags and likeness count pieces")]
    words = merged if shown.asked.words else []
    return [*words, *_measured_words(shown)]


def _measured_words(shown: Shown) -> list[str]:
    if shown.asked.plain:
        return []
    if shown.asked.measure in WHOLE_LAYER:
        name = short_name(shown.asked.measure)
        words = [tr("{measure} knows no single heads: weights α are shown", measure=name)]
        return [*words, tr("special tokens hidden")] if shown.asked.hide_special else words
    return [tr("pictures: {measure}", measure=counted_name(shown.asked))]


def bars_of(figures: HeadFigures, measure: Measure) -> Bars:
    """Return a measure as bars: to its largest possible value, or to the largest there is."""
    values = {head: figures.value(measure, *head) for head in figures.heads}
    known = [value for value in values.values() if isfinite(value)]
    return Bars(values, measure.most or max(known, default=1.0))


def bars_in_force(
    figures: HeadFigures | None, name: str, drifts: Mapping[Head, float] | None
) -> Bars | None:
    """Return the bars of the measure ``name``; None for none, and while it is being measured."""
    if name == DRIFT:
        if drifts is None:
            return None
        largest = max((x for x in drifts.values() if isfinite(x)), default=1.0) or 1.0
        return Bars({head: x / largest for head, x in drifts.items()}, 1.0)  # fits below a head
    return None if figures is None or not name else bars_of(figures, measure_named(name))


def set_words(shown: Shown | None, figures: HeadFigures | None, measure: Measure | None) -> str:
    """Say how many heads are chosen together and what they measure; nothing of one or of all."""
    chosen = frozenset() if shown is None else shown.head_set
    layers = {layer for layer, _ in chosen}
    if shown is None or len(chosen) < 2 or (len(layers) == 1 and shown.all_heads):  # noqa: PLR2004  # a set
        return ""
    words = ntr("{count} head chosen", "{count} heads chosen", len(chosen))
    if len(layers) > 1:
        words += " " + tr("in {count} layers", count=len(layers))
    if figures is None or measure is None:
        return words
    values = [figures.value(measure, *head) for head in sorted(chosen) if head in figures.heads]
    known = [value for value in values if isfinite(value)]
    if not known:
        return words
    return words + tr(
        ": {measure} {mean} on average, {low} to {high}",
        measure=tr(measure.title).lower(),
        mean=short(sum(known) / len(known)),
        low=short(min(known)),
        high=short(max(known)),
    )


def basis_words(figures: HeadFigures | None) -> str:
    """Return what the figures rest on."""
    return tr("measuring …") if figures is None else figures.basis()


def map_words(found: Similarity | None, coloured: str = "") -> list[str]:
    """Return how to read the map of similar heads, and how much it holds.

    ``coloured`` names what its colours tell, where that is not the layer.
    """
    if found is None:
        return [tr("comparing …")]
    rows = tr("{rows} of {of} rows of this input", rows=len(found.rows), of=found.of)
    kept = fixed(100 * found.kept, digits=0)
    flat = tr("two axes hold {percent}% of the differences", percent=kept)
    words = [tr("colour: {measure}", measure=coloured)] if coloured else []
    return [*words, tr("The number is the layer; alike heads lie close"), rows, flat]
