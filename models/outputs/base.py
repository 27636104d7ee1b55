"""What every output has, and the output of which nothing more is known."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from models.encoded import Array, Notice
from models.i18n import mark, tr

Double = NDArray[np.float64]
Cell = str | int | float
_BLOCK: Final = 1 << 20  # numbers that are turned into float64 at once


@dataclass(frozen=True, slots=True)
class Table:
    """What an output says, line by line: for a file, a clipboard, a terminal or a window.

    ``columns`` are short English names that scripts may rely on.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def text(self, *, separator: str = "\t") -> str:
        """Return the lines as TSV or CSV, the names of the columns first.

        Numbers have a point for the decimals and nine significant digits, whatever the language:
        enough to read every float32 back.
        """
        buffer = io.StringIO()
        lines = [[_written(cell) for cell in row] for row in self.rows]
        csv.writer(buffer, delimiter=separator, lineterminator="\n").writerows(
            [list(self.columns), *lines]
        )
        return buffer.getvalue()

    def facts(self) -> list[dict[str, str | int | float | None]]:
        """Return a mapping per line, fit for JSON: what is not finite becomes None."""
        return [
            {
                name: None if isinstance(cell, float) and not math.isfinite(cell) else cell
                for name, cell in zip(self.columns, row, strict=True)
            }
            for row in self.rows
        ]


def _written(cell: Cell) -> str:
    return f"{cell:.9g}" if isinstance(cell, float) else str(cell)


@dataclass(frozen=True, eq=False, kw_only=True)
class Output:
    """One output of the graph: ``name``, ``shape`` and ``dtype`` are the graph's own.

    ``notices`` say what was contradictory about it. Every number that a kind of output tells is
    computed in float64 from ``Record.outputs`` and from nothing else.
    """

    kind: ClassVar[str] = "plain"
    name: str
    shape: tuple[int, ...]
    dtype: str
    notices: tuple[Notice, ...] = ()

    @property
    def title(self) -> str:
        """What people call such an output, marked for translation."""
        return mark("Other output")

    @property
    def remark(self) -> str:
        """One sentence on how to read it, in the language in force; empty when there is none."""
        return ""

    def table(self, top: int | None = None) -> Table:
        """Return what it says, line by line; of what is ranked, the ``top`` first (None: all)."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Statistics:
    """A few facts about many numbers; NaN and infinity are counted and left out of the rest."""

    count: int
    odd: int
    low: float
    high: float
    mean: float
    deviation: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Plain(Output):
    """An output that is not understood, listed as it is; ``array`` is None for what is no array."""

    kind: ClassVar[str] = "plain"
    array: Array | None = None

    @cached_property
    def statistics(self) -> Statistics | None:
        """Lowest, highest, mean and standard deviation; None without finite numbers."""
        if self.array is None or self.array.dtype.kind not in "fiub":
            return None
        return statistics(self.array)

    @property
    def remark(self) -> str:
        """One sentence on how to read it."""
        return tr("What this output means is not known here, so only its numbers are described.")

    def table(self, top: int | None = None) -> Table:  # noqa: ARG002  # nothing is ranked
        """Return a line per statistic."""
        found = self.statistics
        if found is None:
            return Table(("statistic", "value"), ())
        rows: tuple[tuple[str, float | int], ...] = (
            ("count", found.count),
            ("not_finite", found.odd),
            ("minimum", found.low),
            ("maximum", found.high),
            ("mean", found.mean),
            ("standard_deviation", found.deviation),
        )
        return Table(("statistic", "value"), rows)


def source(name: str, array: Array) -> dict[str, Any]:
    """Return what every output says about where it comes from, as keyword arguments."""
    return {"name": name, "shape": tuple(array.shape), "dtype": str(array.dtype)}


def statistics(array: Array) -> Statistics | None:
    """Return the statistics of all numbers of ``array``, two passes in blocks; None without any.

    The standard deviation is that of a whole population: √(Σ(x − mean)² / count).
    """
    flat = np.ascontiguousarray(array).reshape(-1)
    blocks = [flat[i : i + _BLOCK] for i in range(0, flat.size, _BLOCK)]
    kept = 0
    low, high, total, squares = np.inf, -np.inf, 0.0, 0.0
    for block in blocks:
        finite = _finite(block)
        if finite.size:
            kept += finite.size
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
            total += float(finite.sum())
    if not kept:
        return None
    mean = total / kept
    for block in blocks:
        squares += float(((_finite(block) - mean) ** 2).sum())
    deviation = float((squares / kept) ** 0.5)
    return Statistics(flat.size, flat.size - kept, low, high, mean, deviation)


def _finite(block: Array) -> Double:
    numbers: Double = block.astype(np.float64)
    return numbers[np.isfinite(numbers)]


def softmax(logits: Array) -> Double:
    """Return exp(x − log Σ exp x) over the last axis, in float64, same shape."""
    numbers = logits.astype(np.float64)
    numbers -= numbers.max(axis=-1, keepdims=True)
    powers = np.exp(numbers, out=numbers)
    powers /= powers.sum(axis=-1, keepdims=True)
    return powers


def sigmoid(logits: Array) -> Double:
    """Return 1 / (1 + exp(−x)) in float64, same shape, without overflow."""
    numbers = logits.astype(np.float64)
    small = np.exp(-np.abs(numbers))
    return np.where(numbers >= 0, 1 / (1 + small), small / (1 + small))


def usable(logits: Array) -> bool:
    """Whether a softmax over the last axis means something: no NaN, no +∞, not all −∞."""
    if not logits.size or logits.dtype.kind not in "fiub":
        return False
    highest = logits.max(axis=-1)  # NaN wins, so that it shows here
    return bool(np.isfinite(highest).all())
