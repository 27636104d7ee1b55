"""From a recipe to what every layer's instruments are fed; dropout comes on top, pass by pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

import numpy as np

from models.attention import Float
from models.encoded import Array, Token
from models.errors import InputError
from models.experiments.placing import Placing
from models.experiments.recipe import Hide, Recipe, ReplaceRow
from models.graph.instruments.block import Settings
from models.i18n import mark
from models.record import Layer

NO_LAYER: Final = mark("There is no layer {number}: this model has layers 1 to {last}.")


@dataclass
class _Growing:
    """One layer's arrays while they are made; each starts when it is first needed."""

    placing: Placing
    made: dict[str, Float] = field(default_factory=dict)

    def array(self, name: str, shape: tuple[int, ...], neutral: float) -> Float:
        """Return the array ``name``, at least of ``shape``."""
        found = self.made.get(name)
        if found is None:
            self.made[name] = np.full(shape, neutral, np.float32)
        elif found.shape != shape:
            grown = np.broadcast_shapes(found.shape, shape)
            self.made[name] = np.broadcast_to(found, grown).copy()
        return self.made[name]

    def settings(self) -> Settings:
        return Settings(**self.made)


def settings_of(
    recipe: Recipe,
    layers: Sequence[Layer],
    tokens: Sequence[Token],
    vectors: Mapping[int, Array] = MappingProxyType({}),
) -> dict[int, Settings]:
    """Return what each layer (from 0) is fed so that it does what ``recipe`` says, but dropout.

    ``layers`` are the base run's, ``vectors`` [L, N, dv] what those with heads at their mean made
    themselves; they are computed again where they are not known. Raises InputError for layers,
    heads and tokens that are not there, and where a row would see nothing any more.
    """
    every = _Every(layers, len(tokens))
    for number, head in (*recipe.heads_off, *recipe.heads_mean):
        _close(every[number], head)
    visible = [i for i, token in enumerate(tokens) if token.kind != "padding"]
    for number, head in recipe.heads_mean:
        _level(every[number], head, visible, vectors.get(number))
    for hide in recipe.hide_tokens:
        for number in _hiding(every, hide, len(layers)):
            _hide(every[number], hide.token, hide.head)
    for cut in recipe.cut_arrows:
        _cut(every[cut.layer], cut.head, cut.token, cut.key, again=cut.renormalise)
    for row in recipe.replace_rows:
        _replace(every[row.layer], row, recipe.seed)
    for one in every.values():
        _check_rows(one)
    return {number: one.settings() for number, one in sorted(every.items()) if one.made}


def _hiding(every: _Every, hide: Hide, count: int) -> Sequence[int]:
    """Return the layers in which a token is hidden: of all, those whose keys are the tokens."""
    if hide.layer is not None:
        return (hide.layer,)
    fitting = [number for number in range(count) if every[number].placing.keys_are_tokens]
    return fitting or (0,)  # where none fits, the first says why


class _Every(dict[int, _Growing]):
    """What is growing, by layer; a layer starts when it is first asked for."""

    def __init__(self, layers: Sequence[Layer], tokens: int) -> None:
        super().__init__()
        self._layers, self._tokens = layers, tokens

    def __missing__(self, number: int) -> _Growing:
        """Start a layer, or raise InputError when there is none."""
        if number >= len(self._layers):
            raise InputError(NO_LAYER, number=number + 1, last=len(self._layers))
        self[number] = _Growing(Placing(self._layers[number], self._tokens))
        return self[number]


def mean_vector(
    layer: Layer, head: int, visible: Sequence[int], tokens: int, made: Array | None = None
) -> Float:
    """Return the mean of one head's attention vectors over all tokens but padding: [dv].

    ``made`` [L, N, dv] are the vectors as the model made them. The sum is one of float64, rounded
    once at its end.
    """
    placing = Placing(layer, tokens)
    entries = placing.entries(head)
    if made is None:
        each = [layer.weights(int(entry)) @ layer.value[entry] for entry in entries]
    else:
        each = [made[int(entry)] for entry in entries]
    vectors = np.concatenate(each)
    windows = layer.windows
    if windows is not None and windows.shape[1] == layer.query.shape[1]:
        vectors = vectors[windows.reshape(-1) >= 0]
    elif windows is None and len(vectors) == tokens:
        vectors = vectors[list(visible)]
    return np.asarray(vectors.mean(axis=0, dtype=np.float64), np.float32)


def _close(one: _Growing, head: int) -> None:
    gate = one.array("gate", (one.placing.layer.heads, 1, 1), 1.0)
    gate[one.placing.entries(head)] = 0.0


def _level(one: _Growing, head: int, visible: Sequence[int], made: Array | None) -> None:
    layer = one.placing.layer
    constant = one.array("constant", (layer.heads, 1, layer.value.shape[2]), 0.0)
    mean = mean_vector(layer, head, visible, one.placing.tokens, made)
    constant[one.placing.entries(head)] = mean


def _hide(one: _Growing, token: int, head: int | None) -> None:
    placing = one.placing
    count, _, keys = placing.shape
    heads = range(placing.heads) if head is None else (head,)
    places = placing.keys(token)
    bias = one.array("bias", (count, 1, keys), 0.0)
    for window, key in places:
        for each in heads:
            placing.check_head(each)
            bias[window * placing.heads + each, :, key] = -np.inf


def _cut(one: _Growing, head: int, token: int, key: int, *, again: bool) -> None:
    placing = one.placing
    placing.check_head(head)
    name, neutral, value = ("bias", 0.0, -np.inf) if again else ("factor", 1.0, 0.0)
    met = False
    queries, keys = placing.queries(token), placing.keys(key)
    array = one.array(name, placing.shape, neutral)
    for window, query in queries:
        for there, place in keys:
            if window == there:
                array[window * placing.heads + head, query, place] = value
                met = True
    if not met:
        raise InputError(
            mark("In L{layer}, token {token} does not see token {key}: their windows differ."),
            layer=placing.layer.index + 1,
            token=token,
            key=key,
        )


def _replace(one: _Growing, row: ReplaceRow, seed: int) -> None:
    placing = one.placing
    placing.check_head(row.head)
    places = placing.queries(row.token)
    factor = one.array("factor", placing.shape, 1.0)
    addend = one.array("addend", placing.shape, 0.0)
    for window, query in places:
        entry = window * placing.heads + row.head
        factor[entry, query] = 0.0
        addend[entry, query] = new_row(placing, row, entry=entry, query=query, seed=seed)


def new_row(placing: Placing, row: ReplaceRow, *, entry: int, query: int, seed: int) -> Float:
    """Return the weights [M] that replace one row of the base run.

    Uniform and permuted rows stay among the keys that the row may look at.
    """
    seen = placing.seen(entry, query)
    found = np.zeros(seen.size, np.float32)
    if row.weights == "uniform":
        found[seen] = np.float32(1 / max(1, int(seen.sum())))
    elif row.weights == "permuted":
        words = np.random.Philox(
            key=[seed & (2**64 - 1), 1], counter=[0, row.token, row.head, row.layer]
        ).random_raw(int(seen.sum()))
        found[seen] = placing.row(entry, query)[seen][np.argsort(words, kind="stable")]
    else:
        return _given(placing, row, entry // placing.heads)
    return found


def _given(placing: Placing, row: ReplaceRow, window: int) -> Float:
    given, keys = np.array(row.weights, np.float32), placing.shape[2]
    windows = placing.layer.windows
    if given.size == keys:
        return given
    if windows is not None and windows.shape[1] == keys and given.size == placing.tokens:
        places = windows[window]
        return np.where(places >= 0, given[places], np.float32(0))
    raise InputError(
        mark("A row of L{layer} has {wanted} weights, but the recipe gives {given}."),
        layer=placing.layer.index + 1,
        wanted=keys,
        given=given.size,
    )


def _check_rows(one: _Growing) -> None:
    """Raise InputError when a row of a layer has nothing left to look at."""
    bias = one.made.get("bias")
    if bias is None:
        return
    layer = one.placing.layer
    own = np.zeros((1, 1, 1), np.float32) if layer.bias is None else layer.bias
    count = one.placing.shape[2]
    for entry in range(layer.heads):
        hidden = np.isneginf(bias[entry])
        if not hidden.any():
            continue
        masked = own[min(entry, own.shape[0] - 1)] <= -1e30  # noqa: PLR2004  # a mask of any kind
        whole = np.broadcast_to(masked, (max(hidden.shape[0], masked.shape[0]), count))
        left = ~(whole | hidden)
        if np.any(~left.any(axis=-1) & ~whole.all(axis=-1)):
            raise InputError(
                mark("In L{layer} nothing would be left for a token to look at."),
                hint=mark("Leave at least one token to be seen."),
                layer=layer.index + 1,
            )


def dropped(one: Settings, mask: Float) -> Settings:
    """Return ``one`` with every weight then multiplied by ``mask`` [L, N, M]."""
    factor = mask if one.factor is None else one.factor * mask
    addend = None if one.addend is None else one.addend * mask
    return replace(one, factor=factor, addend=addend)


def merged_settings(own: Mapping[int, Settings], masks: Mapping[int, Float]) -> dict[int, Settings]:
    """Return the settings of every layer of ``own`` or ``masks``, dropout last."""
    found = dict(own)
    for number, mask in masks.items():
        found[number] = dropped(found.get(number, Settings()), mask)
    return found
