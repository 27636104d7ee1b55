"""One attention row as a table: a line per key, and text that a spreadsheet or NumPy reads back.

Numbers in the text are written the same everywhere, whatever the language: a point for the
decimals, no grouping, and the shortest spelling that gives the same float32 again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from models.attention import Float, RowParts
from models.encoded import Token

if TYPE_CHECKING:  # uses NumPy at once; see models.later
    from numpy.typing import NDArray

TAB: Final = "\t"
COMMA: Final = ","


@dataclass(frozen=True, eq=False)
class Column:
    """One column of numbers: ``name`` heads the copied text, ``values`` [M] float32."""

    name: str
    values: Float


@dataclass(frozen=True, eq=False)
class RowTable:
    """The row of one query, a line per key: ``labels`` [M] and the columns after them.

    Columns, in order: ``dot`` q·k, ``scaled`` q·k × scale, ``bias`` (absent when the layer has
    none), ``score``, ``weight``, ``mean_weight`` (absent unless a mean row is given),
    ``value_norm`` ‖v‖ and ``weighted_norm`` weight × ‖v‖ (Kobayashi et al. 2020,
    arXiv:2004.10102, before the output projection).
    """

    labels: tuple[str, ...]
    columns: tuple[Column, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def column(self, name: str) -> Float:
        """Return one column's numbers [M]; KeyError when this row has no such column."""
        for column in self.columns:
            if column.name == name:
                return column.values
        raise KeyError(name)

    def order(self, name: str, *, descending: bool = False) -> NDArray[np.intp]:
        """Return positions [M] sorted by ``position``, ``token`` or a column; ties by position.

        NaN comes last, whichever the direction.
        """
        count = len(self)
        if name == "position":
            places = np.arange(count)
            return places[::-1] if descending else places
        if name == "token":
            by_label = sorted(range(count), key=self.labels.__getitem__, reverse=descending)
            return np.array(by_label, dtype=np.intp)
        values = self.column(name)
        return np.argsort(-values if descending else values, kind="stable")

    def text(self, *, rows: Sequence[int] | None = None, separator: str = TAB) -> str:
        """Return ``rows`` (positions, in the order wanted; all by default) as TSV or CSV.

        The first line names the columns.
        """
        wanted = range(len(self)) if rows is None else rows
        header = ["position", "token", *(column.name for column in self.columns)]
        lines = (
            [str(i), self.labels[i], *(plain(column.values[i]) for column in self.columns)]
            for i in wanted
        )
        return _joined([header, *lines], separator=separator)


def row_table(parts: RowParts, *, tokens: Sequence[Token], mean: Float | None = None) -> RowTable:
    """Return the table of ``parts``; ``mean`` [M] adds the weights averaged over several heads."""
    norms = np.linalg.norm(parts.values, axis=1).astype(np.float32)
    wanted: tuple[tuple[str, Float | None], ...] = (
        ("dot", parts.dots),
        ("scaled", parts.scaled),
        ("bias", parts.bias),
        ("score", parts.scores),
        ("weight", parts.weights),
        ("mean_weight", mean),
        ("value_norm", norms),
        ("weighted_norm", parts.weights * norms),
    )
    columns = tuple(Column(name, values) for name, values in wanted if values is not None)
    return RowTable(key_labels(tokens, count=len(parts.weights)), columns)


def key_labels(tokens: Sequence[Token], *, count: int) -> tuple[str, ...]:
    """Return a label per key; plain positions where the keys are not the sequence's tokens.

    Some vision models pool their keys, and then there are fewer keys than tokens.
    """
    if len(tokens) == count:
        return tuple(token.label for token in tokens)
    return tuple(str(i) for i in range(count))


def vectors_text(vectors: Mapping[str, Float], *, separator: str = TAB) -> str:
    """Return named vectors side by side, a line per dimension from 0; shorter ones leave gaps."""
    longest = max((len(vector) for vector in vectors.values()), default=0)
    lines = (
        [str(i), *(plain(vector[i]) if i < len(vector) else "" for vector in vectors.values())]
        for i in range(longest)
    )
    return _joined([["dimension", *vectors], *lines], separator=separator)


def plain(value: float | np.floating) -> str:
    """Return the shortest text that reads back as the same float32: ``0.1``, ``-inf``, ``nan``."""
    return str(np.float32(value))


def _joined(lines: Sequence[Sequence[str]], *, separator: str) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator="\n").writerows(lines)
    return buffer.getvalue()
