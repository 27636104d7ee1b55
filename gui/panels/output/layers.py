"""What of the outputs can lie over the photo: maps, and norms and likeness of patches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gui.views.photo_layer import MapLayer
from models.encoded import Encoded, PatchGrid
from models.i18n import tr
from models.outputs import Output, PhotoMap, TokenStates
from models.overlay import patch_values

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray

NORM, COSINE = "#norm", "#cosine"

# Okabe and Ito, "Color Universal Design" (2008): told apart by every eye.
_DISTINCT: Final = (
    "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#000000",
)  # fmt: skip
_REST: Final = "#999999"


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """One thing that can be laid over the photo: ``key`` for the state, the rest for people."""

    key: str
    words: str
    tip: str


def choices(outputs: Sequence[Output], encoded: Encoded) -> tuple[LayerChoice, ...]:
    """Return what of ``outputs`` can lie over the photo, in their order."""
    return tuple(_choices(outputs, encoded.grid))


def _choices(outputs: Sequence[Output], grid: PatchGrid | None) -> Iterator[LayerChoice]:
    maps = [output for output in outputs if isinstance(output, PhotoMap) and output.grid]
    for output in maps:
        named = f" ({output.name})" if len(maps) > 1 else ""
        yield LayerChoice(output.name, tr(output.title) + named, output.remark)
    for states in outputs:
        if isinstance(states, TokenStates) and states.tokens and grid is not None:
            named = f" ({states.name})" if states.name != "last_hidden_state" else ""
            tip = tr("Cosine of each patch's vector with that of the pinned token")
            yield LayerChoice(states.name + COSINE, tr("Cosine") + named, tip)
            tip = tr("Length of each patch's vector")
            yield LayerChoice(states.name + NORM, tr("Norm") + named, tip)


def layer_of(
    outputs: Sequence[Output],
    encoded: Encoded,
    *,
    key: str,
    channel: int | None,
    token: int | None,
) -> MapLayer | None:
    """Return the layer called ``key``; None when there is none such, or no token to compare with.

    ``channel`` picks one class or channel of a map; None takes the likeliest class of each place.
    """
    for output in outputs:
        if isinstance(output, PhotoMap) and output.name == key and output.grid is not None:
            return _map_layer(output, output.grid, channel)
        if isinstance(output, TokenStates) and encoded.grid is not None and output.tokens:
            if key == output.name + NORM:
                return _patch_layer(output.norms, output, encoded.grid)
            if key == output.name + COSINE and token is not None and token < len(output.tokens):
                return _patch_layer(output.cosines(token), output, encoded.grid, high=1.0)
    return None


def _patch_layer(
    values: NDArray[np.float64], states: TokenStates, grid: PatchGrid, *, high: float | None = None
) -> MapLayer:
    cells = patch_values(values.astype(np.float32), states.tokens, grid)
    return _scaled(cells, grid, high=high)


def _map_layer(output: PhotoMap, grid: PatchGrid, channel: int | None) -> MapLayer:
    if channel is not None and channel >= len(output.values):
        channel = None  # chosen on another model
    if output.style == "classes" and channel is None:
        names = [output.labels[i] for i in range(len(output.labels))]
        return MapLayer(output.best, grid, colours=class_colours(output), names=names)
    if output.style == "classes":
        return MapLayer(output.field(channel or 0), grid)
    return _scaled(output.field(channel or 0), grid)


def _scaled(values: NDArray[np.float32], grid: PatchGrid, *, high: float | None = None) -> MapLayer:
    finite = values[np.isfinite(values)]
    low, top = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return MapLayer(values, grid, low, top if high is None else high)


def colour_of(rank: int) -> str:
    """Return the colour of the class that takes the ``rank``-th largest share, from 0."""
    return _DISTINCT[rank] if rank < len(_DISTINCT) else _REST


def class_colours(output: PhotoMap) -> NDArray[np.uint8]:
    """Return a colour per class [C, 3]: distinct ones for the largest, one grey for the rest."""
    colours = np.empty((len(output.labels), 3), dtype=np.uint8)
    colours[:] = _bytes(_REST)
    for rank, (number, _share) in enumerate(output.shares()):
        colours[number] = _bytes(colour_of(rank))
    return colours


def _bytes(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
