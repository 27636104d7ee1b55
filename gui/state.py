"""What the person chose, frozen; and what of it exists in the record that is shown.

``ViewState`` is the wish. ``resolve`` fits it to a record: layer, heads and tokens that do not
exist fall back to ones that do. Views are told only the resolved facts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal, Protocol

from models.attention import Float
from models.colour import DEFAULT
from models.counting import Asked, Direction, Measure, Row, hidden
from models.errors import MiranteError
from models.record import Layer, Record
from models.scales import MapLimits
from models.settings import HEATMAP
from models.windowed import spread

RowLimits = Literal["fixed", "row", "log"]


@dataclass(frozen=True, slots=True)
class ViewState:
    """The person's choices. ``heads`` empty means the mean of all heads.

    ``key`` is marked by a click, ``pointed`` while the pointer is on it in the row's panel.
    ``layer`` below 0 asks for the last one. ``inspected`` is the head whose arithmetic is shown
    while several are averaged. ``map_limits`` and ``row_limits`` say where the colours of the
    heatmap, and the bars and the overlay of the row, end: at 1 ("fixed"), or at the largest
    weight of the map or of the row; on the map also at that of each row ("row"); or they run by
    powers of 10 ("log"). The limit is always written beside them.

    ``overlay`` names the map of an output that lies over the photo, empty for the attention row;
    ``channel`` the class or channel of it, None for all. ``page`` is the way to look at the
    attention that is in front: one of ``models.settings.PAGES``.

    ``measure`` is what counts as attention, ``direction`` whether a token's row or its column is
    looked at; ``hide_special`` takes special tokens out and divides each row by what is left;
    ``guarded`` keeps them from passing anything on in the rollout. ``words`` merges the pieces of
    words in the views that can (see ``gui.wording``); tokens here always count pieces. ``unsure``
    are tokens that an experiment marks as those where the model is least sure. ``marked`` are
    heads of several layers, as (layer, head), chosen together: see ``Shown.head_set``.
    ``atlas_scale`` is where the colours of the small pictures of heads end, empty for the usual;
    on photos they show the pinned token with ``atlas_pinned``, else the first.
    """

    layer: int = -1
    heads: tuple[int, ...] = ()
    pinned: int | None = None
    hovered: int | None = None
    key: int | None = None
    pointed: int | None = None
    colour_map: str = DEFAULT
    inspected: int | None = None
    map_limits: MapLimits = "view"
    row_limits: RowLimits = "row"
    opacity: float = 0.75
    smooth: bool = False
    overlay: str = ""
    channel: int | None = None
    page: str = HEATMAP
    measure: Measure = "weight"
    direction: Direction = "from"
    hide_special: bool = False
    guarded: bool = False
    words: bool = False
    unsure: tuple[int, ...] = ()
    marked: tuple[tuple[int, int], ...] = ()
    atlas_scale: Literal["", "all", "layer", "fixed", "log"] = ""
    atlas_pinned: bool = False


class Known(Protocol):
    """Rows that were measured already."""

    def row(self, record: Record, asked: Asked, row: Row) -> Float | MiranteError | None:
        """Return a row, why there is none, or None while it is not known."""

    def ratio(self, record: Record, asked: Asked, row: Row) -> float | None:
        """Return the mixing ratio that came with a row, None for other measures."""


@dataclass(frozen=True, eq=False)
class Shown:
    """The facts on screen: a view state that fits ``record``.

    ``token`` is the query whose row is shown (hovered before pinned), or None. ``heads`` is never
    empty. ``row`` [M] holds what counts, by the measure and the direction chosen, ``weights`` [M]
    the mean weights of ``heads`` from the token, whatever is chosen. While ``row`` is still being
    measured it is None, and where it cannot be had ``refusal`` says why. ``ratio`` is the token's
    mixing ratio, where that is what counts. Where words are shown (see ``gui.wording``),
    ``origin`` is the same in pieces.
    """

    record: Record
    state: ViewState
    layer: Layer
    heads: tuple[int, ...]
    token: int | None
    row: Float | None
    weights: Float | None = None
    asked: Asked = field(default_factory=Asked)
    refusal: MiranteError | None = None
    ratio: float | None = None
    origin: Shown | None = None

    @property
    def ran(self) -> Record:
        """The record as it ran: its tokens are pieces, also where words are shown."""
        return self.record if self.origin is None else self.origin.record

    @property
    def waiting(self) -> bool:
        """Whether the row is still being measured."""
        return self.token is not None and self.row is None and self.refusal is None

    @property
    def wanted(self) -> Row | None:
        """The row or column that is looked at, None without a token."""
        return None if self.token is None else Row(self.token, self.state.direction)

    @property
    def marked_key(self) -> int | None:
        """The key that is pointed at, else the one that was clicked."""
        pointed = self.state.pointed
        return self.state.key if pointed is None else pointed

    @property
    def regular(self) -> bool:
        """Whether the layer's rows belong to the tokens on screen."""
        return self.layer.follows(len(self.record.tokens))

    @property
    def one_head(self) -> int | None:
        """The head, when exactly one is shown."""
        return self.heads[0] if len(self.heads) == 1 else None

    @property
    def head_set(self) -> frozenset[tuple[int, int]]:
        """Every head chosen, as (layer, head): of other layers too, where they were marked.

        Once another layer or other heads are shown, what was marked is not meant any more.
        """
        here = {(self.state.layer, head) for head in self.heads}
        marked = set(self.state.marked)
        meant = {head for head in marked if head[0] == self.state.layer} == here
        return frozenset(marked if meant else here)

    @property
    def inspected_head(self) -> int:
        """The head whose arithmetic is shown: the chosen one if it is among ``heads``."""
        asked = self.state.inspected
        return asked if asked in self.heads else self.heads[0]

    @property
    def all_heads(self) -> bool:
        """Whether every head of the layer takes part."""
        return len(self.heads) == self.layer.heads

    @property
    def row_high(self) -> float:
        """Where the bars and the overlay of the row end, by ``row_limits``.

        "row" leaves special tokens out, which on images would drown every patch; with nothing
        but special tokens it is the largest weight of all.
        """
        if self.row is None or self.state.row_limits == "fixed":
            return 1.0
        ordinary = self.row[~self.record.encoded.special[: len(self.row)]]
        shown = ordinary if self.record.encoded.modality == "image" and ordinary.size else self.row
        return float(shown.max()) or 1.0


@lru_cache(maxsize=4)
def _whole(layer: Layer) -> Layer:
    """Return a windowed layer as one attention over all tokens; the same object every time."""
    return spread(layer)


def resolve(state: ViewState, record: Record, known: Known | None = None) -> Shown:
    """Return what is shown of ``record`` for ``state``. Pure: no argument changes.

    ``known`` holds rows of measures that are not computed on the spot.
    """
    last = len(record.layers) - 1
    index = last if state.layer < 0 else min(state.layer, last)
    layer = record.layers[index]
    if layer.windows is not None:
        layer = _whole(layer)
    heads = tuple(head for head in state.heads if 0 <= head < layer.heads)
    heads = heads or tuple(range(layer.heads))
    count = len(record.tokens)
    regular = layer.follows(count)

    def fits(token: int | None) -> int | None:
        return token if regular and token is not None and 0 <= token < count else None

    pinned, hovered, key = fits(state.pinned), fits(state.hovered), fits(state.key)
    pointed = fits(state.pointed)
    token = hovered if hovered is not None else pinned
    fitted = replace(state, layer=index, pinned=pinned, hovered=hovered, key=key, pointed=pointed)
    asked = asked_of(fitted, heads if len(heads) < layer.heads else ())
    shown = Shown(record, fitted, layer, heads, token, None, asked=asked)
    if token is None:
        return shown
    weights = layer.mean_row(token, heads)
    shown = replace(shown, weights=weights)
    if asked.measure == "weight" and state.direction == "from":
        special = record.encoded.special if asked.hide_special else None
        return replace(shown, row=weights if special is None else hidden(weights, special))
    if known is None:
        return shown
    wanted = Row(token, state.direction)
    found = known.row(record, asked, wanted)
    if isinstance(found, MiranteError):
        return replace(shown, refusal=found)
    return replace(shown, row=found, ratio=known.ratio(record, asked, wanted))


def asked_of(state: ViewState, heads: tuple[int, ...]) -> Asked:
    """Return which numbers ``state`` asks for; what changes nothing is left at its usual."""
    return Asked(state.measure, state.layer, heads, state.hide_special, state.guarded).fitted
