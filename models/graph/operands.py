"""Queries and keys before scaling: the plain numbers they are multiplied by, taken out again."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from models.encoded import Array
from models.graph.index import GraphIndex
from models.graph.products import Operand, Tensors

_SHAPING: Final = frozenset({"Transpose", "Reshape", "Squeeze", "Unsqueeze", "Identity", "Cast"})
_FARTHEST = 12


@dataclass(frozen=True)
class Factor:
    """One number that multiplies (or, ``inverse``, divides) an operand."""

    name: str
    inverse: bool

    def value(self, lookup: Callable[[str], Array]) -> float:
        """Return what the operand is multiplied by."""
        number = float(lookup(self.name).item())
        if self.inverse:
            return 1.0 / number if number else float("inf")
        return number


@dataclass(frozen=True)
class Scaled:
    """An operand, tapped before the ``outer`` factors that are on its way to the product.

    ``inner`` factors were applied before the tap and are divided out of it.
    """

    operand: Operand
    outer: tuple[Factor, ...] = ()
    inner: tuple[Factor, ...] = ()

    def factors(self) -> tuple[str, ...]:
        """Return the names of the tensors that hold the factors."""
        return tuple(f.name for f in self.outer + self.inner)

    def read(self, tensors: Tensors, lookup: Callable[[str], Array]) -> tuple[Array, float]:
        """Return (the operand before scaling, float32 [lead.., rows, d], what it is scaled by)."""
        array = self.operand.read(tensors)
        inner = math.prod(f.value(lookup) for f in self.inner)
        outer = math.prod(f.value(lookup) for f in self.outer)
        if not math.isfinite(inner) or inner == 0:
            return array, outer
        if inner != 1:
            array = array / np.float32(inner)
        return array, outer * inner


def unscaled(index: GraphIndex, operand: Operand) -> Scaled:
    """Return ``operand`` with the single numbers it is multiplied by told apart."""
    if operand.zero_point or operand.scale:
        return Scaled(operand)
    name, outer = operand.name, []
    while (step := _scaling(index, name)) is not None:
        name, factor = step
        outer.append(factor)
    return Scaled(replace(operand, name=name), tuple(outer), _inner(index, name))


def _inner(index: GraphIndex, name: str) -> tuple[Factor, ...]:
    found: list[Factor] = []
    for _ in range(_FARTHEST):
        step = _scaling(index, name)
        node = index.producer.get(name)
        if step is not None:
            name, factor = step
            found.append(factor)
        elif node is not None and node.op in _SHAPING:
            name = node.inputs[0]
        else:
            break
    return tuple(found)


def _scaling(index: GraphIndex, name: str) -> tuple[str, Factor] | None:
    node = index.made_by(name, "Mul", "Div")
    if node is None:
        return None
    first, second = node.inputs
    if index.is_single(second) and not index.is_single(first):
        return first, Factor(second, inverse=node.op == "Div")
    if node.op == "Mul" and index.is_single(first) and not index.is_single(second):
        return second, Factor(first, inverse=False)
    return None
