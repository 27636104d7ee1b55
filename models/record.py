"""What was captured in one run of one input: immutable, and computed further on demand.

Queries, keys and values are kept; weights are recomputed for the rows and heads that are looked
at. The full weight tensor of a layer is N times larger than what is kept here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from models.attention import Float, RowParts, softmax
from models.counting import Asked
from models.encoded import Array, Encoded, Notice, Token
from models.ranges import HEAD_INDEX, TOKEN_INDEX, no_such

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray

CheckedOn = Literal["", "input", "sample", "failed"]

_WEIGHTS_AT_ONCE: Final = 4_000_000  # of all heads together, where a column needs every row


@dataclass(frozen=True, eq=False)
class Layer:
    """One attention block as it ran.

    ``query`` [H, N, d], ``key`` [H, M, d], ``value`` [H, M, dv]: float32, the model's own, after
    any rotary embedding and before scaling. ``scale`` [H] multiplies q·k. ``bias``, broadcastable
    to [H, N, M], is added to the scores (mask and position bias together). ``keep``,
    broadcastable bool, zeroes weights after the softmax where the model does so. ``direct``
    [H, N, M] holds the runtime's own weights when the scores cannot be recomputed from the rest;
    it then answers every question about weights. ``pattern`` names how the block was recognised.
    ``windows`` [W, n]: for windowed attention the position of each key of each window (−1 for
    padding), and then every array above has W·H in place of H, window-major, and tokens are
    counted within their window; ``models.windowed.spread`` makes one attention of it.
    """

    index: int
    pattern: str
    query: Float
    key: Float
    value: Float
    scale: Float
    bias: Float | None = None
    keep: NDArray[np.bool_] | None = None
    direct: Float | None = None
    windows: NDArray[np.intp] | None = None

    @property
    def heads(self) -> int:
        """How many heads this layer has."""
        return int(self.query.shape[0])

    @property
    def head_size(self) -> int:
        """d: the length of one head's query and key vectors."""
        return int(self.query.shape[2])

    def follows(self, count: int) -> bool:
        """Whether queries and keys are the input's ``count`` tokens one by one.

        Windowed attention (Swin), merged patches and shortened keys (PVT) are not: their rows
        belong to other positions.
        """
        sizes = (self.query.shape[1], self.key.shape[1])
        return self.windows is None and sizes == (count, count)

    def weights(self, head: int | None = None) -> Float:
        """Return attention weights [N, M] of one head, or [H, N, M] of all heads.

        Heads and tokens count from 0 here and below; OutOfRangeError, which is an IndexError,
        for one that does not exist.
        """
        if head is None:
            return self._weights(slice(None), slice(None))
        self._check(head=head)
        return self._weights(slice(head, head + 1), slice(None))[0]

    def mean_weights(self, heads: Sequence[int]) -> Float:
        """Return the mean weights [N, M] over ``heads``; rows still sum to 1."""
        total = self.weights(heads[0]).copy()
        for head in heads[1:]:
            total += self.weights(head)
        total /= np.float32(len(heads))
        return total

    def block(self, *, heads: slice, queries: slice) -> Float:
        """Return the weights of these heads and queries alone: [heads, queries, M]."""
        return self._weights(heads, queries)

    def row(self, token: int) -> Float:
        """Return the weights from ``token`` to every key: [H, M]."""
        self._check(token=token)
        return self._weights(slice(None), slice(token, token + 1))[:, 0]

    def mean_row(self, token: int, heads: Sequence[int]) -> Float:
        """Return the mean weights from ``token`` over ``heads``: [M]; one head costs one head."""
        if len(heads) != 1:
            return np.asarray(self.row(token)[list(heads)].mean(axis=0), dtype=np.float32)
        self._check(head=heads[0], token=token)
        return self._weights(slice(heads[0], heads[0] + 1), slice(token, token + 1))[0, 0]

    def column(self, token: int) -> Float:
        """Return the weights from every query to ``token``: [H, N]; never more at once than some.

        Each row's softmax needs all its keys, so this costs as much as the whole matrix.
        """
        queries, keys = self.query.shape[1], self.key.shape[1]
        if not 0 <= token < keys:
            raise no_such(TOKEN_INDEX, token, keys)
        if self.direct is not None:
            return self.direct[:, :, token]
        at_once = max(_WEIGHTS_AT_ONCE // (self.heads * keys), 1)
        blocks = (slice(first, first + at_once) for first in range(0, queries, at_once))
        columns = [self._weights(slice(None), block)[:, :, token] for block in blocks]
        return np.concatenate(columns, axis=1)

    def mean_column(self, token: int, heads: Sequence[int]) -> Float:
        """Return the mean weights from every query to ``token`` over ``heads``: [N]."""
        return np.asarray(self.column(token)[list(heads)].mean(axis=0), dtype=np.float32)

    def vector(self, token: int | None = None) -> Float:
        """Return attention vectors, weights·value: [H, N, dv], or [H, dv] of one token."""
        if token is None:
            return np.asarray(self.weights() @ self.value, dtype=np.float32)
        return np.asarray(np.einsum("hm,hmd->hd", self.row(token), self.value), dtype=np.float32)

    def parts(self, token: int, head: int) -> RowParts:
        """Return every step from the query of ``token`` to its attention vector in ``head``."""
        self._check(head=head, token=token)
        query, keys, values = self.query[head, token], self.key[head], self.value[head]
        dots = keys @ query
        scaled = dots * self.scale[head]
        bias = None if self.bias is None else self.bias_row(head, token)
        weights = self._weights(slice(head, head + 1), slice(token, token + 1))[0, 0]
        weighted = weights[:, None] * values
        return RowParts(
            query=query,
            keys=keys,
            dots=dots,
            scale=float(self.scale[head]),
            scaled=scaled,
            bias=bias,
            scores=scaled if bias is None else scaled + bias,
            weights=weights,
            values=values,
            weighted=weighted,
            vector=weighted.sum(axis=0),
        )

    def bias_row(self, head: int, token: int) -> Float:
        """Return what is added to the scores of ``token`` in ``head``: [M], zeros for nothing."""
        self._check(head=head, token=token)
        shape = (self.heads, self.query.shape[1], self.key.shape[1])
        full = np.zeros((1, 1, 1), np.float32) if self.bias is None else self.bias
        return np.broadcast_to(full, shape)[head, token]

    def _check(self, *, head: int = 0, token: int = 0) -> None:
        """Refuse what NumPy would count from the end, or answer with nothing."""
        heads, tokens = self.query.shape[:2]
        if not 0 <= head < heads:
            raise no_such(HEAD_INDEX, head, heads)
        if not 0 <= token < tokens:
            raise no_such(TOKEN_INDEX, token, tokens)

    def _weights(self, heads: slice, queries: slice) -> Float:
        if self.direct is not None:
            return self.direct[heads, queries]
        shape = (self.heads, self.query.shape[1], self.key.shape[1])
        scores = self.query[heads, queries] @ self.key[heads].transpose(0, 2, 1)
        scores *= self.scale[heads, None, None]
        if self.bias is not None:
            scores += np.broadcast_to(self.bias, shape)[heads, queries]
        weights = softmax(scores)
        if self.keep is not None:
            weights *= np.broadcast_to(self.keep, shape)[heads, queries]
        return weights


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a record's numbers come from.

    ``differences`` holds, per layer, the largest absolute difference between what we recompute
    and what the runtime computed, None where nothing was compared. ``checked_on`` says of what:
    of this ``input``, of a small ``sample`` instead of an input that is too large to compare, or
    (empty) of nothing yet; ``failed`` when comparing failed.
    ``corrections`` are what a person said in place of the model's small files, as JSON. ``nodes``
    are the operators on each provider; ``cpu_difference`` is the largest difference from a run on
    the CPU over queries, keys, values and outputs, None on the CPU and until it was compared.
    """

    model: str
    sha256: str
    provider: str
    milliseconds: float
    differences: tuple[float | None, ...]
    checked_on: CheckedOn = ""
    corrections: Mapping[str, object] = field(default_factory=dict)
    nodes: Mapping[str, int] = field(default_factory=dict)
    cpu_difference: float | None = None

    @property
    def largest_difference(self) -> float | None:
        """The worst layer's difference, None when no layer could be compared."""
        return None if self.worst_layer is None else self.differences[self.worst_layer]

    @property
    def worst_layer(self) -> int | None:
        """The layer with the largest difference; not a number is worse than any."""
        known = {i: value for i, value in enumerate(self.differences) if value is not None}
        return max(known, key=lambda i: (math.isnan(known[i]), known[i]), default=None)

    def as_json(self) -> str:
        """Return these facts as JSON text, for files that carry their own origin."""
        facts = {
            "model": self.model,
            "sha256": self.sha256,
            "provider": self.provider,
            "milliseconds": round(self.milliseconds, 3),
            "differences": list(self.differences),
            "checked_on": self.checked_on or None,
        }
        if self.corrections:
            facts["corrections"] = dict(self.corrections)
        if self.cpu_difference is not None:
            facts["nodes_by_provider"] = dict(self.nodes)
            facts["difference_from_cpu"] = self.cpu_difference
        return json.dumps(facts)


@dataclass(frozen=True, eq=False)
class Record:
    """One run: the input, every layer, the model's outputs, and where the numbers come from.

    ``notices`` tell what happened on the way. ``measured`` holds matrices [N, M] of other
    measures than the weights, once somebody asked for them: see ``models.flow.measured``.
    """

    encoded: Encoded
    layers: Sequence[Layer]
    outputs: Mapping[str, Array]
    provenance: Provenance
    notices: tuple[Notice, ...] = ()
    measured: Mapping[Asked, Float] = field(default_factory=dict)

    @property
    def tokens(self) -> tuple[Token, ...]:
        """What each position of the sequence stands for."""
        return self.encoded.tokens

    @cached_property
    def bytes(self) -> int:
        """How much memory the kept tensors take."""
        kept = (layer for layer in self.layers)
        return sum(x.query.nbytes + x.key.nbytes + x.value.nbytes for x in kept)
