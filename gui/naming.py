"""How layers, heads and tokens are named on screen: counted from 1, tokens by their label."""

from __future__ import annotations

from gui.state import Shown
from gui.theme import Theme
from models.counting import WHOLE_LAYER, counted_name
from models.differences import bound, good, of_all, of_layer
from models.i18n import ntr, tr
from models.providers.candidates import title_of
from models.record import Layer, Provenance

MANY = 4  # more heads than this are counted, not listed


def heads_name(shown: Shown) -> str:
    """Return ``H3``, ``mean of H1, H4`` or ``mean of 12 heads``."""
    head = shown.one_head
    if head is not None:
        return f"H{head + 1}"
    if shown.all_heads or len(shown.heads) > MANY:
        return ntr("mean of {count} head", "mean of {count} heads", len(shown.heads))
    return tr("mean of {heads}", heads=", ".join(f"H{head + 1}" for head in shown.heads))


def summed_name(shown: Shown) -> str:
    """Return the heads behind the numbers that count, and what they count by when no weights."""
    asked = shown.asked
    if asked.plain:
        return heads_name(shown)
    if asked.measure in WHOLE_LAYER:
        heads = tr("all heads")
    elif asked.measure == "output" and shown.one_head is None:
        count = len(shown.heads)
        heads = ntr("{count} head together", "{count} heads together", count)
    else:
        heads = heads_name(shown)
    return f"{heads} · {counted_name(asked)}"


def positions_name(layer: Layer) -> str:
    """Return what the rows of a layer belong to, when that is not the input's tokens."""
    if layer.windows is not None:
        windows, size = layer.windows.shape
        return tr("{count} windows of {size} positions", count=windows, size=size)
    queries, keys = layer.query.shape[1], layer.key.shape[1]
    return tr("{queries} queries, {keys} keys", queries=queries, keys=keys)


def provider_words(provenance: Provenance) -> str:
    """Return what the model ran on, and off the CPU how far its numbers are from the CPU's."""
    name = title_of(provenance.provider)
    if provenance.cpu_difference is None:
        return name
    return tr(
        "{provider} · differs from CPU by at most {difference}",
        provider=name,
        difference=bound(provenance.cpu_difference),
    )


def provider_details(provenance: Provenance) -> str:
    """Return the provider that really ran the model, and how its operators were shared out."""
    first = tr("The provider that really runs the model: {name}", name=provenance.provider)
    nodes = (
        tr("{count} operators on {name}", count=count, name=name)
        for name, count in provenance.nodes.items()
    )
    return "\n".join((first, *nodes))


def check_words(provenance: Provenance) -> str:
    """Return what the check against onnxruntime's own tensors says of all layers."""
    return of_all(provenance) if provenance.checked_on else tr("checking against onnxruntime …")


def layer_check_words(provenance: Provenance, layer: Layer) -> str:
    """Return what it says of one layer, with a sign in front where numbers were compared."""
    if not provenance.checked_on:
        return tr("checking against onnxruntime …")
    said = of_layer(provenance, layer.index, direct=layer.direct is not None)
    difference = _difference_of(provenance, layer)
    if difference is None:
        return said
    return ("✓ " if good(difference) else "⚠ ") + said


def check_colour(provenance: Provenance, theme: Theme, *, layer: Layer | None = None) -> str:
    """Return the colour of the check of one layer, or of all."""
    worst = provenance.largest_difference if layer is None else _difference_of(provenance, layer)
    if worst is None:
        return theme.warning if provenance.checked_on == "failed" else theme.muted
    return theme.good if good(worst) else theme.warning


def _difference_of(provenance: Provenance, layer: Layer) -> float | None:
    known = layer.direct is None and layer.index < len(provenance.differences)
    return provenance.differences[layer.index] if known else None
