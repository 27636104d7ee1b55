"""What passes between layers in one run: states, attention outputs, and what projects them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.attention import Float
from models.encoded import Array
from models.errors import MiranteError
from models.graph.block import float32
from models.graph.outflow import NoOutflow, Order


class NotMeasurableError(MiranteError):
    """A measure cannot be had for this layer or input; the message says why."""


@dataclass(frozen=True, eq=False)
class Scaling:
    """A LayerNorm or RMSNorm with its numbers: ``gain`` and ``bias`` [hidden]."""

    gain: Float
    bias: Float
    epsilon: float
    centred: bool

    def deviation(self, rows: Float) -> Float:
        """Return what each of ``rows`` [N, hidden] is divided by: [N, 1]."""
        wide = rows.astype(np.float64)
        if self.centred:
            wide = wide - wide.mean(axis=-1, keepdims=True)
        return float32(np.sqrt(np.mean(wide * wide, axis=-1, keepdims=True) + self.epsilon))

    def part(self, vectors: Array) -> Array:
        """Return g(y) = (y − mean(y)) ⊙ gain, before the division: [.., hidden].

        Kobayashi et al. 2021 (arXiv:2109.07152), equation 8: what one summand becomes.
        """
        if self.centred:
            vectors = vectors - vectors.mean(axis=-1, keepdims=True)
        return vectors * self.gain

    def apply(self, rows: Float) -> Float:
        """Return the normalised rows [N, hidden]."""
        return float32(self.part(rows) / self.deviation(rows) + self.bias)


@dataclass(frozen=True, eq=False)
class LayerFlow:
    """One attention block as it ran, from its vectors to the layer's output.

    ``kernel`` [H, dv, hidden] is W_O, constants on the way included, and ``bias`` [hidden];
    ``output`` [N, hidden] is what attention adds, as the runtime has it, before ``inner``, a norm
    on the way, if there is one. ``residual`` [N, hidden] is what the layer was given, ``added``
    [hidden] a constant added with both; ``state`` [N, hidden] is what the layer gives. ``after``
    is the norm of the sum where ``order`` is "post". ``difference`` is the largest of
    |Σ weights·values·W_O + bias − output| over the tokens compared (all, or 512 of a long input),
    and ``relative`` that over the largest of |output|.
    """

    index: int
    order: Order
    kernel: Float
    bias: Float
    output: Float
    residual: Float | None
    state: Float | None
    added: Float
    after: Scaling | None
    inner: Scaling | None
    difference: float
    relative: float

    @property
    def heads(self) -> int:
        """How many heads the projection joins."""
        return int(self.kernel.shape[0])

    @property
    def hidden(self) -> int:
        """How many numbers a token's vector has between layers."""
        return int(self.kernel.shape[2])

    @property
    def nbytes(self) -> int:
        """How much memory its arrays take."""
        arrays = (self.kernel, self.output, self.residual, self.state)
        return sum(array.nbytes for array in arrays if array is not None)

    def total(self) -> Float | None:
        """Return the residual sum [N, hidden], None where nothing is added."""
        if self.residual is None or self.residual.shape != self.output.shape:
            return None
        came = self.output if self.inner is None else self.inner.apply(self.output)
        return float32(self.residual + came + self.added)


@dataclass(frozen=True, eq=False)
class Flow:
    """Every layer asked for, by index; in place of some, why they cannot be told."""

    layers: dict[int, LayerFlow | NoOutflow]

    @property
    def nbytes(self) -> int:
        """How much memory its arrays take."""
        return sum(x.nbytes for x in self.layers.values() if isinstance(x, LayerFlow))

    def layer(self, index: int) -> LayerFlow:
        """Return one layer; raise NotMeasurableError, saying why, where it cannot be told."""
        found = self.layers[index]
        if isinstance(found, NoOutflow):
            raise NotMeasurableError(found.reason)
        return found

    @property
    def states(self) -> Float | None:
        """Hidden states [L+1, N, hidden]: what the first layer was given, then each one's output.

        None unless every layer takes what the one before it gives, in one shape.
        """
        found = [x for x in self.layers.values() if isinstance(x, LayerFlow)]
        rows: Sequence[Float | None] = [x.state for x in found]
        if len(found) < len(self.layers) or not found:
            return None
        first = found[0].residual
        kept = [row for row in (first, *rows) if row is not None]
        if len(kept) <= len(rows) or len({row.shape for row in kept}) != 1:
            return None
        return np.stack(kept)

    @property
    def difference(self) -> float | None:
        """The largest difference of any layer, None when there is none to compare."""
        found = [x.difference for x in self.layers.values() if isinstance(x, LayerFlow)]
        return max(found, default=None)
