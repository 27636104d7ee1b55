"""How much memory a run will take, told before it starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models.config import ConfigFile, whole_number
from models.record import Layer

_FLOAT: Final = 4
# Scores, weights, copies and masks are alive at once. DINOv2-S at 448 to 1036 pixels,
# onnxruntime 1.31: 1.7 to 2.9 times the tensors of one layer; ModernBERT of 4 heads and 7,124
# tokens, whose masks are tensors too: 3.7 times. Twice those of all layers when all
# are compared.
_ALIVE: Final = 4
_COMPARED: Final = 2


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a layer decides its cost: bytes per token, and numbers per pair of tokens."""

    per_token: float
    per_pair: float


@dataclass(frozen=True, slots=True)
class Cost:
    """Bytes. ``kept``: queries, keys and values of all layers, for as long as they are shown.

    ``working``: the tensors of tokens × tokens that the runtime makes for one layer, and frees.
    ``checking``: the same of all layers at once, when they are compared with ours.
    """

    tokens: int
    kept: int
    working: int
    checking: int

    @property
    def run(self) -> int:
        """What a run needs at its peak."""
        return self.kept + self.working


def shapes_of(layers: Sequence[Layer]) -> tuple[Shape, ...]:
    """Return what a run of any length needs to know of the layers of one that was made."""
    return tuple(map(_shape, layers))


def _shape(layer: Layer) -> Shape:
    lead, queries, _ = layer.query.shape
    keys = layer.key.shape[1]
    windows = 1 if layer.windows is None else len(layer.windows)
    tokens = queries * windows
    kept = layer.query.nbytes + layer.key.nbytes + layer.value.nbytes
    return Shape(kept / tokens, lead * queries * keys / tokens**2)


def shapes_by_config(config: ConfigFile, *, layers: int) -> tuple[Shape, ...]:
    """Return the same before any run, by ``config.json``; nothing where it does not say.

    Queries, keys and values are hidden_size numbers each for a token, and scores one number per
    head for a pair of tokens (Vaswani et al. 2017, arXiv:1706.03762, section 3.2).
    """
    values = config.values
    hidden = whole_number(values.get("hidden_size", values.get("dim")))
    heads = whole_number(values.get("num_attention_heads", values.get("n_heads")))
    if not hidden or not heads or hidden < 0 or heads < 0:
        return ()
    return (Shape(3.0 * hidden * _FLOAT, float(heads)),) * layers


def cost_of(shapes: Sequence[Shape], tokens: int) -> Cost:
    """Return what a run of ``tokens`` tokens costs, by the layers of an earlier run.

    Windows are taken to grow with the picture, so that windowed attention is overestimated.
    """
    pairs = [shape.per_pair * tokens**2 * _FLOAT for shape in shapes]
    return Cost(
        tokens=tokens,
        kept=round(sum(shape.per_token for shape in shapes) * tokens),
        working=round(_ALIVE * max(pairs, default=0)),
        checking=round(_COMPARED * sum(pairs)),
    )
