"""What of the outputs can lie over the photo: maps, and norms and likeness of patches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from models.encoded import Encoded, PatchGrid
from models.i18n import tr
from models.outputs.base import Output
from models.outputs.maps import PhotoMap
from models.outputs.states import TokenStates
from models.overlay import Paint, class_rgba, field_rgba, patch_values, spread_rgba

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray

    from models.attention import Float

NORM, COSINE = "#norm", "#cosine"  # after the name of an output with a vector for every token

# Okabe and Ito, "Color Universal Design" (2008): told apart by every eye.
_DISTINCT: Final = (
    "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#000000",
)  # fmt: skip
_REST: Final = "#999999"


@dataclass(frozen=True, eq=False)
class Layered:
    """One map [rows, columns] that lies over ``grid`` of the photo, for windows and figures.

    ``key`` asks for it; ``output`` is the graph's name and ``shape`` its shape there. Colours run
    from ``low`` to ``high``; ``whole`` says that these are the limits of what it can be, not the
    smallest and largest number found. With ``colours`` [C, 3] the numbers are classes, called
    ``names``, and ``shares`` tells (class, part of the places), the largest first. ``channel`` is
    the one class or channel that was asked for, ``token`` the position that others are compared
    with.
    """

    key: str
    title: str
    counted: str
    output: str
    shape: tuple[int, ...]
    values: Float | NDArray[np.intp]
    grid: PatchGrid
    low: float = 0.0
    high: float = 1.0
    whole: bool = False
    colours: NDArray[np.uint8] | None = None
    names: tuple[str, ...] = ()
    shares: tuple[tuple[int, float], ...] = ()
    channel: int | None = None
    token: int | None = None

    def rgba(
        self, placed: PatchGrid, *, photo_size: tuple[int, int], paint: Paint
    ) -> NDArray[np.uint8]:
        """Return RGBA bytes [height, width, 4] over a photo of (width, height) under ``placed``.

        Of ``paint`` the colour map, the opacity and the smoothing are used, of classes the opacity.
        """
        if self.colours is not None:
            cells = class_rgba(self.values.astype(np.intp), self.colours, opacity=paint.opacity)
            return spread_rgba(cells, placed, photo_size=photo_size)
        limits = Paint(self.low, self.high, paint.colour_map, paint.opacity, paint.smooth)
        values = self.values.astype(np.float32)
        return field_rgba(values, placed, photo_size=photo_size, paint=limits)


def keys_of(outputs: Sequence[Output], encoded: Encoded) -> tuple[str, ...]:
    """Return what ``layered`` can be asked for, in the order of the outputs, maps first."""
    return tuple(_keys(outputs, encoded.grid))


def _keys(outputs: Sequence[Output], grid: PatchGrid | None) -> Iterator[str]:
    yield from (o.name for o in outputs if isinstance(o, PhotoMap) and o.grid is not None)
    for output in outputs:
        if isinstance(output, TokenStates) and output.tokens and grid is not None:
            yield from (output.name + COSINE, output.name + NORM)


def layered(
    outputs: Sequence[Output],
    encoded: Encoded,
    *,
    key: str,
    channel: int | None = None,
    token: int | None = None,
) -> Layered | None:
    """Return the map called ``key``; None when there is none such, or no token to compare with.

    ``channel`` (from 0) picks one class or channel of a map; None takes the likeliest class of
    each place, and the first channel of what has no classes.
    """
    for output in outputs:
        if isinstance(output, PhotoMap) and output.name == key and output.grid is not None:
            return _of_map(output, output.grid, channel)
        if isinstance(output, TokenStates) and encoded.grid is not None and output.tokens:
            if key == output.name + NORM:
                return _of_norms(output, encoded.grid)
            if key == output.name + COSINE and token is not None and token < len(output.tokens):
                return _of_cosines(output, encoded.grid, token)
    return None


def _of_norms(states: TokenStates, grid: PatchGrid) -> Layered:
    cells = patch_values(states.norms.astype(np.float32), states.tokens, grid)
    low, high = _ends(cells)
    title, counted = tr("Norm"), tr("length of each patch's vector")
    return Layered(
        states.name + NORM, title, counted, states.name, states.shape, cells, grid, low, high
    )


def _of_cosines(states: TokenStates, grid: PatchGrid, token: int) -> Layered:
    cells = patch_values(states.cosines(token).astype(np.float32), states.tokens, grid)
    name = states.tokens[token].label
    title, counted = tr("Cosine with “{token}”", token=name), tr("cosine of the vectors")
    return Layered(
        states.name + COSINE, title, counted, states.name, states.shape, cells, grid,
        _ends(cells)[0], 1.0, token=token,
    )  # fmt: skip


def _of_map(output: PhotoMap, grid: PatchGrid, channel: int | None) -> Layered:
    if channel is not None and channel >= len(output.values):
        channel = None  # chosen on another model
    title, name, shape = tr(output.title), output.name, output.shape
    if output.style != "classes":
        values = output.field(channel or 0)
        chosen = (channel or 0) if output.style == "channels" else None
        counted = name if chosen is None else tr("channel {number}", number=chosen)
        ends = _ends(values)
        return Layered(name, title, counted, name, shape, values, grid, *ends, channel=chosen)
    labels = tuple(output.labels[i] for i in range(len(output.labels)))
    if channel is None:
        return Layered(
            name, title, tr("likeliest class"), name, shape, output.best, grid,
            colours=class_colours(output), names=labels, shares=output.shares(),
        )  # fmt: skip
    counted = tr("probability of “{label}”", label=labels[channel])
    return Layered(
        name, title, counted, name, shape, output.field(channel), grid, whole=True, channel=channel
    )


def _ends(values: NDArray[np.float32]) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


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
