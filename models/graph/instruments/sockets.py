"""Where a tensor is met on its way, and how an array [L, N, M] is laid out there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.encoded import Array
from models.graph.index import GraphIndex

Shape = tuple[int, ...]
Users = tuple[tuple[int, int], ...]


class NoSocketError(Exception):
    """The tensor's shape is not what was assumed, so that nothing can be laid out in it."""


@dataclass(frozen=True)
class Socket:
    """A tensor of the graph and the inputs it goes into: (node as counted in the file, input)."""

    name: str
    users: Users


def socket_of(index: GraphIndex, name: str, *, into: Sequence[int] | None = None) -> Socket:
    """Return the socket of ``name``: all its users, or only the nodes ``into``."""
    users = tuple(
        (node.index, position)
        for node in index.consumers.get(name, ())
        for position, read in enumerate(node.inputs)
        if read == name and (into is None or node.index in into)
    )
    return Socket(name, users)


def laid_out(array: Array, shape: Shape, order: Sequence[int], *, batch: int) -> Array:
    """Return ``array`` [L, N, M], each of full size or 1, so that it broadcasts to ``shape``.

    Axis i of (lead axes.., N, M) is axis ``order[i]`` of the tensor; the lead axes, batch first,
    hold ``batch`` times L entries. The same numbers go to every row of the batch.
    Raises NoSocketError when the sizes do not fit.
    """
    sizes = tuple(shape[axis] for axis in order)
    lead, tail = sizes[:-2], sizes[-2:]
    if any(a not in {1, s} for a, s in zip(array.shape[1:], tail, strict=True)):
        raise NoSocketError(f"{array.shape} into {shape}")
    if array.shape[0] == 1:
        wide = array.reshape(*([1] * len(lead)), *array.shape[1:])
    elif array.shape[0] * batch == math.prod(lead):
        wide = np.tile(array, (batch, 1, 1)).reshape(*lead, *array.shape[1:])
    else:
        raise NoSocketError(f"{array.shape} times {batch} into {shape}")
    return np.ascontiguousarray(wide.transpose(np.argsort(order)), dtype=np.float32)
