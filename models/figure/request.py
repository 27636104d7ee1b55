"""What is asked of a figure, and the same fitted to a record or refused in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from models import colour
from models.attention import Float
from models.counting import (
    Asked,
    Direction,
    Measure,
    Row,
    hidden,
)
from models.encoded import Token
from models.errors import InputError
from models.figure.checks import check_choices, check_heads, check_input
from models.flow.measured_layers import Matrices, measured_record
from models.i18n import mark
from models.ranges import HEAD, LAYER, TOKEN, inside
from models.record import Layer, Record
from models.scales import MapLimits
from models.settings import FigureTheme, FigureView
from models.windowed import spread
from models.word_layers import in_words

if TYPE_CHECKING:
    from models.compare_senses import Curves
    from models.figure.beside import Beside
    from models.outputs.layered import Layered

EVERY_LAYER: Final = frozenset(
    {"atlas", "layers", "map", "senses"}
)  # views that are of no one layer
HEADS_OR_LAYERS: Final = frozenset({"atlas", "lines", "layers"})  # see measured_layers


@dataclass(frozen=True, slots=True)
class FigureRequest:
    """A figure to draw. Layer, heads and tokens count from 0; no heads means the mean of all.

    ``token`` is the query whose row is drawn (the first token when None) or, on a heatmap,
    pointed out; ``key`` is pointed out too. The atlas draws every head of every layer, and frames
    ``heads`` of ``layer`` where any are named, and ``marked`` heads, as (layer, head); ``alone``
    draws only these, large. With ``by_layer`` its colours end at each layer's largest number; None
    does that for photos alone.
    Lines are drawn of ``token``, of all without one. ``low`` and ``high`` are the limits of the
    colours and ``high`` those of the bars; without ``high`` it is the largest weight drawn.
    ``scale`` multiplies every length. ``title`` replaces the figure's own.

    ``measure`` is what counts as attention; for anything but the weights ``Record.measured`` must
    hold the numbers of ``asked``. ``direction`` "to" draws the token's column for its row.
    ``limits`` "row" and "log" colour a heatmap as ``models.scales`` says. ``words`` merges the
    pieces of each word of a text; ``token`` and ``key`` count pieces all the same.
    The view "compare" draws ``beside``, whose side A is the record, ``layer`` and ``heads``.
    The view "senses" draws ``curves``, of a word through the record's model.
    The view "map" lays ``drawn`` over the photo, a map of the model's own outputs.
    """

    view: FigureView
    layer: int
    heads: tuple[int, ...] = ()
    token: int | None = None
    key: int | None = None
    colour_map: str = colour.DEFAULT
    low: float = 0.0
    high: float | None = None
    scale: float = 2.0
    opacity: float = 0.75
    smooth: bool = False
    theme: FigureTheme = "light"
    title: str | None = None
    measure: Measure = "weight"
    direction: Direction = "from"
    hide_special: bool = False
    guarded: bool = False
    limits: MapLimits = "view"
    words: bool = False
    drawn: Layered | None = None
    beside: Beside | None = None
    curves: Curves | None = None
    marked: tuple[tuple[int, int], ...] = ()
    alone: bool = False
    by_layer: bool | None = None


@dataclass(frozen=True, eq=False)
class Subject:
    """A request that fits its record: every index exists, ``heads`` is never empty."""

    record: Record
    request: FigureRequest
    layer: Layer
    heads: tuple[int, ...]
    token: int | None
    key: int | None
    pieces: int = 0  # how many tokens the input has, words merged or not

    @property
    def tokens(self) -> tuple[Token, ...]:
        """What each position stands for."""
        return self.record.tokens

    @property
    def query(self) -> int:
        """The query whose row is drawn: the first token unless one was asked for."""
        return 0 if self.token is None else self.token

    @cached_property
    def shown(self) -> tuple[int, ...]:
        """Positions that are drawn: all but padding, or all where all are padding."""
        return self.record.encoded.visible or tuple(range(len(self.tokens)))

    @cached_property
    def row(self) -> Float:
        """What counts from the query to every token (or of every token to it): [N]."""
        if not self.asked.plain or self.request.direction == "to":
            return Row(self.query, self.request.direction).of(self.weights)
        rows = self.layer.row(self.query)[list(self.heads)]
        return np.asarray(rows.mean(axis=0), dtype=np.float32)

    @cached_property
    def weights(self) -> Float:
        """What counts from every query to every key, mean of the heads: [N, N]."""
        if not self.asked.merged_weights:
            return self.record.measured[self.asked]
        found = self.layer.mean_weights(self.heads)
        return hidden(found, self.record.encoded.special) if self.asked.hide_special else found

    @property
    def framed(self) -> frozenset[tuple[int, int]]:
        """The heads that the atlas frames, or draws alone, as (layer, head)."""
        named = {(self.layer.index, head) for head in self.request.heads}
        return frozenset(named | set(self.request.marked))

    @property
    def beside(self) -> Beside:
        """What side A is compared with, of the view "compare"."""
        assert self.request.beside is not None  # noqa: S101  # fit saw to it
        return self.request.beside

    @property
    def curves(self) -> Curves:
        """The cosines of the view "senses"."""
        assert self.request.curves is not None  # noqa: S101  # fit saw to it
        return self.request.curves

    @property
    def drawn(self) -> Layered:
        """The map of the view "map"."""
        assert self.request.drawn is not None  # noqa: S101  # fit saw to it
        return self.request.drawn

    @property
    def asked(self) -> Asked:
        """Which numbers are drawn."""
        return asked_of(self.request, self.layer)

    @property
    def in_words(self) -> bool:
        """Whether positions are words, not tokens."""
        return self.request.words and len(self.tokens) < self.pieces

    def high(self, values: Float) -> float:
        """Return the upper limit: the one asked for, else the largest of ``values``."""
        if self.request.high is not None:
            return self.request.high
        finite = values[np.isfinite(values)]
        return float(finite.max()) if finite.size else 0.0


def fit(record: Record, request: FigureRequest) -> Subject:
    """Return the subject of ``request``; raise InputError for what ``record`` does not have."""
    check_choices(request)
    layer = spread(record.layers[inside(request.layer, len(record.layers), what=LAYER)])
    for head in request.heads:
        inside(head, layer.heads, what=HEAD)
    count = len(record.tokens)
    every = request.view in EVERY_LAYER  # draws what each layer has
    if not every and not layer.follows(count):
        raise InputError(
            mark("Layer {layer} does not attend from every token to every token."),
            hint=mark("No figure can be drawn of it yet; choose another layer."),
            layer=request.layer + 1,
        )
    check_input(record, request)
    for place, head in request.marked:
        marked = spread(record.layers[inside(place, len(record.layers), what=LAYER)])
        inside(head, marked.heads, what=HEAD)
    for token in (request.token, request.key):
        if token is not None:
            inside(token, count, what=TOKEN)
    check_heads(request)
    heads = request.heads or tuple(range(layer.heads))
    asked = asked_of(request, layer)
    own = request.view in {"compare", "senses"}  # have numbers of their own
    if not (own or asked.merged_weights or asked in record.measured):
        raise InputError(
            mark("“{measure}” was not measured for this record."),
            hint=mark("Measure it first: see docs/measures.md."),
            measure=asked.measure,
        )
    merges = request.words and not own and layer.follows(count)
    words = in_words(record) if merges else None
    token, key = request.token, request.key
    if words is not None:
        token, key = words.word_of(token), words.word_of(key)
        record, layer = words.record, words.record.layers[request.layer]
    if request.view in HEADS_OR_LAYERS and not asked.plain:
        record = measured_record(Matrices(record), asked)
        layer = record.layers[request.layer]
    return Subject(record, request, layer, heads, token, key, count)


def asked_of(request: FigureRequest, layer: Layer) -> Asked:
    """Return which numbers ``request`` asks for, as ``Record.measured`` keeps them."""
    heads = request.heads if len(request.heads) < layer.heads else ()
    return Asked(
        request.measure,
        request.layer,
        heads,
        request.hide_special,
        request.guarded,
        words=request.words,
    ).fitted
