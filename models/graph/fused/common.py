"""What the fused operators share: heads split apart, masks made additive, results compared."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from models.attention import Float
from models.encoded import Array
from models.graph.block import Known, Parts, Tensors, float32, largest_difference, weights_of
from models.graph.edit import Edit
from models.graph.index import GraphIndex, Node
from models.graph.products import Operand

FLOAT = 1
_LOWEST: Final = float(np.finfo(np.float32).min)
_MASKED: Final = -10000.0  # what the operators add where a mask hides, unless they say otherwise


@dataclass(frozen=True, eq=False)
class Numbers:
    """What a fused operator multiplies.

    ``query`` [B, H, N, d]; ``key`` [B, G, M, d] and ``value`` [B, G, M, dv] with G dividing H;
    ``bias`` broadcasts to [B, H, N, M].
    """

    query: Array
    key: Array
    value: Array
    scale: float
    bias: Array | None = None


@dataclass(frozen=True, eq=False)
class FusedReader(ABC):
    """Reads one fused attention node. ``constants`` are inputs known without running."""

    node: Node
    constants: Mapping[str, Array]
    pattern: str
    direct: bool = False

    @property
    def name(self) -> str:
        """The node's name, else that of what it makes."""
        return self.node.name or self.node.output

    @property
    def taps(self) -> Edit:
        """The node's inputs, those known beforehand left out."""
        inputs = tuple(x for x in self.read_inputs() if x and x not in self.constants)
        return self.weight_edit(inputs) if self.direct else Edit(tuple(dict.fromkeys(inputs)))

    @property
    def checks(self) -> Edit:
        """The node's output, and its weights where it can be asked for them."""
        return self.weight_edit((self.node.output,))

    @property
    def vectors(self) -> Operand | None:
        """The values as an operand, where they are an input of the node with heads apart."""
        return None

    def read_inputs(self) -> tuple[str, ...]:
        """Return the names of the tensors ``numbers`` needs."""
        return self.node.inputs

    def weight_edit(self, outputs: tuple[str, ...]) -> Edit:
        """Return ``outputs`` and what it takes to have the weights, if that is possible."""
        return Edit(outputs)

    @abstractmethod
    def numbers(self, found: Tensors) -> Numbers:
        """Return what the node multiplies."""

    def runtime_weights(self, found: Tensors) -> Array | None:  # noqa: ARG002  # overridden
        """Return the runtime's own weights [B, H, N, M], None where it does not give them."""
        return None

    def directly(self) -> FusedReader | None:
        """Return a reader that takes the runtime's own weights, if the node can give them."""
        possible = bool(self.weight_edit(()).extra)
        return replace(self, direct=True) if possible and not self.direct else None

    def read(self, tensors: Tensors, *, batch: int) -> Parts:
        """Return the first row's numbers."""
        found = Known(tensors, self.constants)
        numbers = self.numbers(found)
        rows, heads = numbers.query.shape[0] // batch, numbers.query.shape[1]
        bias = None if numbers.bias is None else _bias_of(numbers.bias, rows, heads)
        weights = self.runtime_weights(found) if self.direct else None
        return Parts(
            query=_flat(numbers.query, rows),
            key=_flat(_repeated(numbers.key, heads), rows),
            value=_flat(_repeated(numbers.value, heads), rows),
            scale=np.full(rows * heads, numbers.scale, np.float32),
            bias=None if bias is None or not np.any(bias) else float32(bias),
            direct=None if weights is None else _flat(weights, rows),
            windows=rows,
        )

    def compare(self, tensors: Tensors, parts: Parts, *, batch: int) -> float | None:  # noqa: ARG002  # the rows are counted in parts
        """Return the largest difference in attention vectors and, where given, in weights."""
        found = Known(tensors, self.constants)
        ours = weights_of(parts)
        theirs = self.runtime_weights(found)
        rows = parts.windows
        gap = 0.0 if theirs is None else largest_difference(ours, _flat(theirs, rows))
        context = split_heads(found[self.node.output], parts.query.shape[0] // rows)
        return max(gap, largest_difference(ours @ parts.value, _flat(context, rows)))


def split_heads(array: Array, heads: int) -> Array:
    """Return [B, N, heads·d] as [B, heads, N, d]; four axes are left as they are."""
    if array.ndim == 4:  # noqa: PLR2004  # the heads are apart already
        return array
    return array.reshape(*array.shape[:2], heads, -1).transpose(0, 2, 1, 3)


def key_mask(mask: Array, *, fill: float, query: Array, keys: int) -> Array:
    """Return an integer mask of the com.microsoft operators as a bias for [B, H, N, M].

    One axis: how many keys are real, per row (2·B numbers: where they end, then where they
    start). Two: 0 or 1 per key. Three: per query and key. Four: [B, 1, most, most].
    Ref.: the ContribOperators page of ONNX Runtime, "Attention", input mask_index.
    """
    rows, queries = query.shape[0], query.shape[2]
    if mask.ndim == 1:
        place = np.arange(keys)
        seen = place < mask[:rows, None]
        if mask.size == 2 * rows:
            seen &= place >= mask[rows:, None]
    elif mask.ndim == 4:  # noqa: PLR2004  # the largest mask that was ever needed, cut to fit
        past = keys - queries
        seen = mask[:, :, past : past + queries, :keys] > 0
    else:
        seen = mask > 0
    if seen.ndim == 2:  # noqa: PLR2004  # the same for all queries
        seen = seen[:, None]
    wide = seen if seen.ndim == 4 else seen[:, None]  # noqa: PLR2004  # the same for all heads
    return np.where(wide, np.float32(0), np.float32(fill))


def shared_facts(
    found: Tensors, node: Node, *, query: Array, keys: int, mask: str, added: str
) -> tuple[float, Array | None]:
    """Return the scale of a com.microsoft operator, and its masks and bias as one bias.

    ``query`` [B, H, N, d]; ``mask`` and ``added`` name the inputs mask_index and attention_bias,
    empty where the node has none. Without its own scale it is 1/√d.
    Ref.: the ContribOperators page of ONNX Runtime, "Attention" and "MultiHeadAttention".
    """
    facts, queries = node.attributes, query.shape[-2]
    scale = float(facts.get("scale", 0.0)) or 1 / float(np.sqrt(query.shape[-1]))
    fill = float(facts.get("mask_filter_value", _MASKED))
    later = causal(queries, keys, past=keys - queries, fill=_LOWEST)
    bias = together(
        key_mask(found[mask], fill=fill, query=query, keys=keys) if mask else None,
        found[added].astype(np.float32, copy=False) if added else None,
        later if facts.get("unidirectional") else None,
    )
    return scale, bias


def causal(queries: int, keys: int, *, past: int = 0, fill: float = -np.inf) -> Array:
    """Return a bias [1, 1, N, M] that hides keys after each query."""
    later = np.arange(keys)[None, :] > np.arange(queries)[:, None] + past
    return np.where(later, np.float32(fill), np.float32(0))[None, None]


def together(*biases: Array | None) -> Array | None:
    """Return the sum of those biases that are not None, None when there are none."""
    total: Array | None = None
    for bias in biases:
        if bias is not None:
            total = bias if total is None else total + bias
    return total


def known_inputs(index: GraphIndex, node: Node) -> dict[str, Array]:
    """Return the values of the inputs that are initializers or constants."""
    values = {name: index.value(name) for name in node.inputs if name}
    return {name: value for name, value in values.items() if value is not None}


def _repeated(array: Array, heads: int) -> Array:
    """Return [B, G, M, d] as [B, heads, M, d]: a group of heads shares one key and value head."""
    groups = array.shape[1]
    return array if groups == heads else np.repeat(array, heads // groups, axis=1)


def _flat(array: Array, rows: int) -> Float:
    """Return the first ``rows`` of [B, H, ..] as float32 [rows·H, ..]."""
    kept = array[:rows]
    return float32(kept.reshape(-1, *kept.shape[2:]))


def _bias_of(bias: Array, rows: int, heads: int) -> Array:
    """Return a bias that broadcasts to [B, H, N, M] as one for [rows·H, N, M], kept small."""
    wide = bias.reshape((1,) * (4 - bias.ndim) + bias.shape)[:rows]
    if wide.shape[:2] == (1, 1):
        return wide[0]
    return np.broadcast_to(wide, (rows, heads, *wide.shape[2:])).reshape(-1, *wide.shape[2:])
