"""Following axes, and small arrays that broadcast along them, through Transpose and Reshape.

A score tensor is never read here: what is followed is its shape, where its query and key axes
have gone, and masks and biases that are mostly smaller than the scores they are added to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from models.encoded import Array

Shape = tuple[int, ...]


class NotReplayable(Exception):  # noqa: N818  # a decision, not a failure: the weights are tapped
    """What the graph does to the scores cannot be expressed as scale, bias and mask."""


def groups(old: Shape, new: Shape) -> list[tuple[range, range]]:
    """Return which axes of ``old`` a reshape turns into which axes of ``new``, least first.

    Raises NotReplayable when the two do not hold equally many numbers.
    """
    found: list[tuple[range, range]] = []
    i = j = 0
    while i < len(old) or j < len(new):
        start_i, start_j = i, j
        left = right = 1
        if i < len(old):
            left, i = old[i], i + 1
        if j < len(new):
            right, j = new[j], j + 1
        while left != right:
            if left < right and i < len(old):
                left, i = left * old[i], i + 1
            elif right < left and j < len(new):
                right, j = right * new[j], j + 1
            else:
                raise NotReplayable
        found.append((range(start_i, i), range(start_j, j)))
    return found


def _tail_kept(old: Shape, new: Shape) -> int:
    """Return 2 when the last two axes (queries and keys) pass a reshape unchanged, else 0."""
    both = min(len(old), len(new))
    return 2 if both >= 2 and old[-2:] == new[-2:] else 0  # noqa: PLR2004  # two axes


def aligned(old: Shape, new: Shape) -> list[tuple[range, range]]:
    """Return ``groups``, the last two axes taken as unchanged when their sizes are."""
    tail = _tail_kept(old, new)
    if not tail:
        return groups(old, new)
    a, b = len(old) - tail, len(new) - tail
    kept = [(range(a + i, a + i + 1), range(b + i, b + i + 1)) for i in range(tail)]
    return [*groups(old[:a], new[:b]), *kept]


def regroup(array: Array, old: Shape, new: Shape) -> Array:
    """Reshape ``array``, which broadcasts to ``old``, so that it broadcasts to ``new``."""
    full: list[int] = []
    target: list[int] = []
    for before, after in aligned(old, new):
        if all(array.shape[i] == 1 for i in before):
            full += [1] * len(before)
            target += [1] * len(after)
        else:
            full += [old[i] for i in before]
            target += [new[j] for j in after]
    return np.broadcast_to(array, full).reshape(target)


@dataclass
class Axes:
    """The shape a tensor has got to, and for each axis which original axis it is.

    ``labels`` holds the original axis, or None where axes were joined, split or added;
    ``original`` is how many there were. ``carried`` arrays follow along by name.
    ``back`` undoes, last first, what has been done to arrays that broadcast to ``shape``.
    """

    shape: Shape
    labels: list[int | None]
    original: int
    back: list[Callable[[Array], Array]] = field(default_factory=list)
    carried: dict[str, Array] = field(default_factory=dict)

    def pad(self, array: Array) -> Array:
        """Return ``array`` with as many axes as the tensor; the tensor gains axes if it must."""
        if array.ndim > len(self.shape):
            self.reshape((1,) * (array.ndim - len(self.shape)) + self.shape)
        missing = len(self.shape) - array.ndim
        wide = array.reshape((1,) * missing + array.shape) if missing else array
        if wide.size == 1:
            return wide
        fits = all(a in {1, s} for a, s in zip(wide.shape, self.shape, strict=True))
        if not fits:
            raise NotReplayable
        return wide

    def transpose(self, order: Sequence[int]) -> None:
        """Permute the axes as ONNX Transpose does."""
        order = [axis % len(self.shape) for axis in order]
        inverse = np.argsort(order)
        self.shape = tuple(self.shape[i] for i in order)
        self.labels = [self.labels[i] for i in order]
        self._carry(lambda a: a.transpose(order), lambda a: a.transpose(inverse))

    def reshape(self, new: Shape) -> None:
        """Change the shape, remembering which axes stay themselves."""
        old, labels = self.shape, self.labels
        self.labels = [None] * len(new)
        for before, after in aligned(old, new):
            a = [i for i in before if old[i] != 1] or list(before[:1])
            b = [j for j in after if new[j] != 1] or list(after[:1])
            if len(a) == len(b) == 1:
                self.labels[b[0]] = labels[a[0]]
        self.shape = new
        self._carry(lambda x: regroup(x, old, new), lambda x: regroup(x, new, old))

    def restored(self, array: Array) -> Array:
        """Return ``array``, which broadcasts to the present shape, in the original axes."""
        for undo in reversed(self.back):
            array = undo(array)
        return array

    def _carry(self, there: Callable[[Array], Array], back: Callable[[Array], Array]) -> None:
        self.carried = {key: there(array) for key, array in self.carried.items()}
        self.back.append(back)


def resolved_shape(old: Shape, wanted: Sequence[int], *, allow_zero: bool) -> Shape:
    """Return the shape that ONNX Reshape makes of ``old`` for ``wanted`` (with 0 and −1)."""
    shape = [old[i] if w == 0 and not allow_zero else int(w) for i, w in enumerate(wanted)]
    if -1 in shape:
        known = math.prod(s for s in shape if s != -1)
        total = math.prod(old)
        shape[shape.index(-1)] = total // known if known else 0
    return tuple(shape)


@lru_cache(maxsize=1024)
def order_of(arrange: Callable[[Array], Array], rank: int) -> tuple[int, ...]:
    """Return which input axis each axis of ``arrange``'s result is."""
    probe = np.broadcast_to(np.int8(0), tuple(range(2, rank + 2)))
    return tuple(size - 2 for size in arrange(probe).shape)
