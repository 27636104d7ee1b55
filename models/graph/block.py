"""What every way of recognising attention gives back: what to tap and how to read it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from models.attention import Float, softmax
from models.encoded import Array
from models.graph.edit import Edit
from models.graph.index import Node
from models.graph.products import Operand

Tensors = Mapping[str, Array]


class Known(Mapping[str, Array]):
    """Tensors of a run and constants known beforehand, looked up as one."""

    def __init__(self, tensors: Tensors, constants: Tensors) -> None:
        self._tensors, self._constants = tensors, constants

    def __getitem__(self, name: str) -> Array:
        """Return the constant or the tensor called ``name``."""
        constant = self._constants.get(name)
        return self._tensors[name] if constant is None else constant

    def __iter__(self) -> Iterator[str]:
        """Iterate over all names."""
        return iter({**self._tensors, **self._constants})

    def __len__(self) -> int:
        """Count all names."""
        return len({*self._tensors, *self._constants})


@dataclass(frozen=True, eq=False)
class Parts:
    """One block's numbers for one row of a batch, as ``models.record.Layer`` wants them.

    ``query`` [H, N, d], ``key`` [H, M, d], ``value`` [H, M, dv], ``scale`` [H]; ``bias``,
    ``keep`` and ``direct`` as there. ``windows`` tells how many windows H counts.
    """

    query: Float
    key: Float
    value: Float
    scale: Float
    bias: Float | None = None
    keep: Array | None = None
    direct: Float | None = None
    windows: int = 1


class Reader(Protocol):
    """A recognised attention: knows which tensors it needs and what they mean."""

    @property
    def pattern(self) -> str:
        """How the attention is written in the graph, in a few words."""

    @property
    def name(self) -> str:
        """Where in the graph it is: the name of its softmax or fused node."""

    @property
    def direct(self) -> bool:
        """Whether the runtime's own weights are tapped."""

    @property
    def node(self) -> Node:
        """The node that makes the attention vectors."""

    @property
    def vectors(self) -> Operand | None:
        """The values as an operand, where windows may be recovered from them."""

    @property
    def taps(self) -> Edit:
        """The outputs to declare, and what else must change, so that it can be read."""

    @property
    def checks(self) -> Edit:
        """The same for the runtime's own weights and context, to compare with."""

    def read(self, tensors: Tensors, *, batch: int) -> Parts:
        """Return the first row's numbers; raise NotReplayable when they do not add up."""

    def compare(self, tensors: Tensors, parts: Parts, *, batch: int) -> float | None:
        """Return the largest difference between ``parts`` and the runtime's own results.

        None when the file offers nothing to compare with.
        """

    def directly(self) -> Reader | None:
        """Return a reader of the same block that taps the weights, None when that is impossible."""


@dataclass(frozen=True, eq=False)
class Rejected:
    """A softmax that was looked at and is not attention, with the reason in a few words."""

    name: str
    reason: str


def float32(array: Array) -> Float:
    """Return ``array`` as contiguous float32, unchanged where it already is."""
    if array.dtype == np.float32 and array.flags.c_contiguous:
        return array
    return np.ascontiguousarray(array, dtype=np.float32)


def flat_lead(array: Array, lead: tuple[int, ...], *, batch: int) -> Array:
    """Return ``array`` [lead.., a, b] as [H, a, b], of the first of ``batch`` rows."""
    tail = array.shape[-2:]
    full = array if array.shape[:-2] == lead else np.broadcast_to(array, (*lead, *tail))
    flat = full.reshape(math.prod(lead), *tail)
    return flat[: flat.shape[0] // batch] if flat.shape[0] % batch == 0 else flat


def slim_lead(array: Array, lead: tuple[int, ...], *, batch: int) -> Array:
    """Return ``array`` [lead.., a, b] as [1 or H, a, b]: as ``flat_lead``, but kept small."""
    if all(size == 1 for size in array.shape[:-2]):
        return array.reshape(1, *array.shape[-2:])
    return flat_lead(array, lead, batch=batch)


def largest_difference(ours: Array, theirs: Array) -> float:
    """Return the largest absolute difference; a number against NaN counts as infinite."""
    if ours.shape != theirs.shape:
        return float("inf")
    gaps = np.abs(ours.astype(np.float64) - theirs.astype(np.float64))
    both = np.isnan(ours) & np.isnan(theirs)
    return float(np.max(np.where(both, 0, np.where(np.isnan(gaps), np.inf, gaps)), initial=0.0))


def weights_of(parts: Parts) -> Float:
    """Return the weights [H, N, M] that ``parts`` stand for."""
    if parts.direct is not None:
        return parts.direct
    scores = parts.query @ parts.key.transpose(0, 2, 1)
    scores *= parts.scale[:, None, None]
    if parts.bias is not None:
        scores += parts.bias
    weights = softmax(scores)
    return weights if parts.keep is None else weights * parts.keep
