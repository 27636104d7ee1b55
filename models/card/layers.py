"""The layers of a card: heads, sizes, where scale, mask and position bias sit, the check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from models.card.words import difference, number
from models.checking import Check
from models.encoded import Notice
from models.i18n import mark, tr
from models.record import Layer, Record

if TYPE_CHECKING:  # loads onnx, and the window opens without waiting for it
    from models.api import Model
    from models.graph.places import Places

COLUMNS: Final = (
    mark("Layer"),
    mark("Heads"),
    mark("d"),
    mark("Difference"),
    mark("Attends"),
    mark("Scale"),
    mark("Mask"),
    mark("Position bias"),
    mark("Found as"),
)
_SAME: Final = 1e-6
_HIDDEN: Final = -1000.0  # a score this low is there to hide a key; float16 masks reach -65504


@dataclass(frozen=True, slots=True)
class LayerLine:
    """One attention of the model, in words; ``index`` counts from 0.

    ``heads`` and ``size`` (d) are None before anything ran. ``direct``: the weights are the
    runtime's own because the scores could not be recomputed.
    """

    index: int
    heads: int | None
    size: int | None
    attends: str
    scale: str
    mask: str
    bias: str
    pattern: str
    direct: bool
    difference: float | None
    checked: bool

    def cells(self) -> tuple[str, ...]:
        """Return one text per column of ``COLUMNS``."""
        return (
            f"L{self.index + 1}",
            "" if self.heads is None else str(self.heads),
            "" if self.size is None else str(self.size),
            difference(self.difference) if self.checked else "",
            self.attends,
            self.scale,
            self.mask,
            self.bias,
            self.pattern,
        )


def check_shown(model: Model, record: Record | None) -> Check:
    """Return the check of the input on screen, or of the one that was checked last."""
    return model.check_of(None if record is None else record.encoded)


def layer_lines(model: Model, record: Record | None) -> tuple[LayerLine, ...]:
    """Return a line for every attention of ``model``; ``record`` is one of its runs."""
    blocks, check = model.tapped.blocks, check_shown(model, record)
    readers = [block.reader for block in blocks]
    from models.graph.places import places_in  # noqa: PLC0415  # loads onnx

    places = places_in(model.tapped.index, readers, roles=model.roles)
    ran = {} if record is None else {layer.index: layer for layer in record.layers}
    return tuple(
        _line(model, block.index, where=where, layer=ran.get(block.index), check=check)
        for block, where in zip(blocks, places, strict=True)
    )


def _line(
    model: Model, index: int, *, where: Places, layer: Layer | None, check: Check
) -> LayerLine:
    block = model.tapped.blocks[index]
    return LayerLine(
        index=index,
        heads=None if layer is None else heads_of(layer),
        size=None if layer is None else layer.head_size,
        attends="" if layer is None else _attends(layer),
        scale=_scale(where, layer),
        mask=_mask(where, layer),
        bias=_joined(where.bias) or tr("none"),
        pattern=block.pattern,
        direct=block.direct,
        difference=check.differences[index],
        checked=bool(check.on),
    )


def heads_of(layer: Layer) -> int:
    """Return how many heads a layer has, its windows left out."""
    return layer.heads if layer.windows is None else layer.heads // len(layer.windows)


def _attends(layer: Layer) -> str:
    queries, keys = layer.query.shape[1], layer.key.shape[1]
    if layer.windows is not None:
        return tr("in {count} windows of {size}", count=len(layer.windows), size=queries)
    if queries != keys:
        return tr("{queries} queries to {keys} keys", queries=queries, keys=keys)
    if queries > 1 and _is_causal(layer):
        return tr("each to itself and what is before it (causal)")
    return tr("all to all")


def _is_causal(layer: Layer) -> bool:
    """Tell whether nothing that comes after a token is ever seen from it, in any head."""
    shape = (layer.heads, layer.query.shape[1], layer.key.shape[1])
    if layer.direct is not None:
        later = layer.direct > 0
    elif layer.bias is not None:
        later = np.broadcast_to(layer.bias > _HIDDEN, shape)
    else:
        return False
    return not np.triu(later, 1).any()


def _scale(where: Places, layer: Layer | None) -> str:
    place = _joined(where.scale)
    if layer is None:
        return place or tr("none in the graph")
    value = _scale_value(layer)
    return f"{value}, {place}" if place else tr("{value}, none in the graph", value=value)


def _scale_value(layer: Layer) -> str:
    scales: Sequence[float] = np.unique(layer.scale).tolist()
    if len(scales) > 1 and max(scales) - min(scales) > _SAME:
        return f"{number(min(scales))} … {number(max(scales))}"
    root = layer.head_size**-0.5
    shown = number(scales[0])
    return f"{shown} = 1/√{layer.head_size}" if abs(scales[0] - root) < _SAME else shown


def _mask(where: Places, layer: Layer | None) -> str:
    if where.fixed and layer is not None and layer.bias is None and layer.direct is None:
        return tr("a fixed one that hides nothing")
    return _joined(where.mask) or tr("none")


def _joined(notices: Sequence[Notice]) -> str:
    return "; ".join(notice.sentence for notice in notices)
