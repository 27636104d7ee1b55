"""What follows an attention block: output projection, residual sum, LayerNorm, feed-forward.

Told without running the model. ``outflow_read`` finds it, ``outflow_weights`` reads W_O.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.attention import Float
from models.encoded import Array
from models.graph.block import Tensors, float32
from models.graph.index import Node

Order = Literal["pre", "post", "none"]


@dataclass(frozen=True)
class Place:
    """A tensor of the graph, and the inputs it goes into from there.

    ``users`` are (node, input) as counted in the file: rename these inputs to put a node between.
    ``scale`` and ``zero_point`` name what makes real numbers of integers, empty for real numbers.
    """

    name: str
    users: tuple[tuple[int, int], ...] = ()
    scale: str = ""
    zero_point: str = ""

    def taps(self) -> tuple[str, ...]:
        """Return the names of the tensors that ``read`` needs."""
        return tuple(x for x in (self.name, self.scale, self.zero_point) if x)

    def read(self, tensors: Tensors) -> Float:
        """Return the tensor as float32, in the graph's own shape."""
        array = tensors[self.name]
        if self.zero_point:
            array = array.astype(np.int32) - tensors[self.zero_point].astype(np.int32)
        array = array.astype(np.float32, copy=False)
        if self.scale:
            array = array * tensors[self.scale].astype(np.float32)
        return float32(array)


@dataclass(frozen=True, eq=False)
class Norm:
    """A LayerNorm, or with ``centred`` false an RMSNorm, over the last axis.

    Ba et al. 2016 (arXiv:1607.06450), equation 4; Zhang & Sennrich 2019 (arXiv:1910.07467),
    equation 4. ``gain`` and ``bias`` name tensors, empty where there is none; ``shift`` is added
    to the gain.
    """

    source: str
    result: str
    gain: str
    bias: str
    epsilon: float
    centred: bool = True


@dataclass(frozen=True, eq=False)
class Step:
    """One node between attention vectors and the residual sum; they come in by ``entry``."""

    node: Node
    entry: int


@dataclass(frozen=True, eq=False)
class Outflow:
    """What follows one attention block, by the names of the graph's tensors.

    ``context`` holds the attention vectors and ``steps`` lead from there to ``attention``, the
    attention output as it is added to ``residual``, what the block was given; ``total`` is the
    sum. ``order`` is "post" when ``norm`` works on that sum (BERT), "pre" when it works on what
    the block is given, before queries, keys and values (ViT), and "none" where nothing is added.
    ``inner`` is a norm between the projection and the sum. ``mixed`` is what goes on from here:
    the sum, normalised if "post". ``forward`` is the feed-forward's output as it is added, None
    where none follows before the next attention; ``state`` is the layer's output, which the
    next layer is given. ``beside`` are tensors added on the way that are neither.
    ``bias_inside`` names a bias that is only added together with ``attention`` to ``residual``.
    """

    context: str
    steps: tuple[Step, ...]
    attention: Place
    residual: Place | None
    total: Place | None
    order: Order
    norm: Norm | None
    inner: Norm | None
    mixed: Place | None
    forward: Place | None
    state: Place | None
    state_norm: Norm | None
    beside: tuple[str, ...] = ()
    bias_inside: str = ""


@dataclass(frozen=True)
class NoOutflow:
    """Why what follows an attention block cannot be told; ``reason`` is marked for people."""

    reason: str


@dataclass(frozen=True, eq=False)
class OutputWeights:
    """The output projection: ``kernel`` [H·dv, hidden], heads one after another; ``bias``.

    Everything that multiplies and adds constants on the way is part of both (LayerScale too).
    """

    kernel: Float
    bias: Float

    def per_head(self, heads: int) -> Float:
        """Return W_O [H, dv, hidden]: what each of ``heads`` heads' vectors is multiplied by."""
        return self.kernel.reshape(heads, -1, self.kernel.shape[1])


def normalised(array: Array, *, centred: bool, epsilon: float) -> Float:
    """Return ``array`` [.., hidden] less its mean and divided by its deviation, per row."""
    wide = array.astype(np.float64)
    if centred:
        wide = wide - wide.mean(axis=-1, keepdims=True)
    return float32(wide / np.sqrt(np.mean(wide * wide, axis=-1, keepdims=True) + epsilon))
