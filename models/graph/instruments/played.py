"""What runs give: the base run, a run with instruments, and its layers as they really were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from onnx import TensorProto, helper

from models.blocks import as_layer
from models.encoded import Array
from models.graph.block import Reader
from models.graph.fused.common import FusedReader
from models.graph.index import GraphIndex
from models.graph.instruments.block import BlockInstruments, Settings
from models.graph.instruments.sockets import Shape
from models.graph.instruments.wiring import FLOAT, Tensor
from models.graph.windows import WindowMap
from models.layer_list import LayerList
from models.record import Layer
from models.runtime import Port, Session

NEUTRAL: Final = Settings()


@dataclass(frozen=True, eq=False)
class Ground:
    """The base run: the model as it is, on one input.

    ``hidden`` maps a block's number to the hidden state after it, −1 to what the first block is
    given, in the graph's own shape. ``layers`` are those of ``TappedModel.capture``.
    """

    feeds: Mapping[str, Array]
    batch: int
    outputs: Mapping[str, Array]
    layers: Sequence[Layer]
    hidden: Mapping[int, Array]
    shapes: Mapping[str, Shape]
    windows: Mapping[int, WindowMap]
    milliseconds: float


@dataclass(frozen=True, eq=False)
class Played:
    """One run with instruments: outputs, hidden states as in ``Ground``, and changed layers.

    The layers say what the model really used: a layer whose weights were changed holds them in
    ``direct``. Empty where they were not asked for.
    """

    outputs: Mapping[str, Array]
    hidden: Mapping[int, Array]
    layers: Sequence[Layer]


def as_played(layer: Layer, one: Settings, *, beside: bool) -> Layer:
    """Return ``layer`` with the weights that ``one`` made of its own.

    A gate is shown as weights times the gate: nothing flows where it is 0. ``beside``: the change
    was made beside the operator, so that weights tapped in it are those from before.
    """
    if one.bias is not None and layer.direct is not None and beside:
        powers = layer.direct * np.exp(one.bias)
        total = powers.sum(axis=-1, keepdims=True)
        shares = np.divide(powers, total, out=np.zeros_like(powers), where=total > 0)
        layer = replace(layer, direct=shares)
    if one.bias is not None and layer.direct is None:
        bias = one.bias if layer.bias is None else layer.bias + one.bias
        layer = replace(layer, bias=np.asarray(bias, np.float32))
    if one.factor is None and one.addend is None and one.gate is None:
        return layer
    weights = layer.weights()
    if one.factor is not None:
        weights = weights * one.factor
    if one.addend is not None:
        weights = weights + one.addend
    if one.gate is not None and one.gate.shape[-1] == 1:
        weights = weights * one.gate
    return replace(layer, direct=np.asarray(weights, np.float32))


def unsorted(one: Settings, windows: WindowMap | None) -> Settings:
    """Return settings whose leading axis counts as the graph does, not windows first."""
    if windows is None:
        return one

    def turned(array: Array | None) -> Array | None:
        if array is None or array.shape[0] != len(windows.order):
            return array
        result = np.empty_like(array)
        result[windows.order] = array
        return result

    return Settings(
        *(turned(x) for x in (one.bias, one.factor, one.addend, one.gate, one.constant))
    )


def same(ours: Array, theirs: Array) -> bool:
    """Tell whether two arrays are equal bit for bit, NaN being equal to NaN."""
    return np.array_equal(ours, theirs, equal_nan=ours.dtype.kind == "f")


def tensor_of(port: Port) -> Tensor:
    """Return what a port tells of its tensor; float32 where NumPy has no such type."""
    if isinstance(port.dtype, np.dtype):
        kind = int(helper.np_dtype_to_tensor_dtype(port.dtype))
    else:
        kind = int(TensorProto.BFLOAT16) if port.dtype == "bfloat16" else FLOAT
    return Tensor(kind, port.shape or None)


def types_of(
    session: Session, names: Sequence[str], readers: Sequence[Reader], index: GraphIndex
) -> dict[str, Tensor]:
    """Return what ``session`` tells of its outputs ``names``, and the file of fused weights."""
    ports = {port.name: port for port in session.outputs}
    found = {name: tensor_of(ports[name]) for name in names}
    for reader in readers:
        for name in reader.node.inputs if isinstance(reader, FusedReader) else ():
            tensor = index.initializers.get(name)
            if tensor is not None:
                found[name] = Tensor(tensor.data_type, tuple(tensor.dims))
    return found


def played_layers(
    readers: Sequence[Reader],
    blocks: Sequence[BlockInstruments | None],
    tensors: Mapping[str, Array],
    settings: Mapping[int, Settings],
    ground: Ground,
) -> LayerList:
    """Return the layers of a run, as ``settings`` made them, each read when it is asked for."""

    def read(number: int) -> Layer:
        reader, block = readers[number], blocks[number]
        parts = reader.read(tensors, batch=ground.batch)
        layer = as_layer(number, reader.pattern, parts, ground.windows.get(number))
        beside = block is not None and block.beside
        return as_played(layer, settings.get(number, NEUTRAL), beside=beside)

    return LayerList(range(len(readers)), read)
