"""What of the outputs can lie over the photo: maps, and norms and likeness of patches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gui.views.photo_layer import MapLayer
from models.encoded import Encoded, PatchGrid
from models.i18n import tr
from models.outputs import Output, PhotoMap, TokenStates
from models.outputs.layered import COSINE, NORM, layered


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
    """Return the layer called ``key``, as ``models.outputs.layered`` says; None without one."""
    found = layered(outputs, encoded, key=key, channel=channel, token=token)
    if found is None:
        return None
    return MapLayer(
        found.values, found.grid, found.low, found.high, colours=found.colours, names=found.names
    )
