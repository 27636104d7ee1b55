"""How numbers, lists and ranges read on the card, in the language in force."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from models.differences import bound, localised, power_of_ten
from models.i18n import tr
from models.runtime import Port

_SHOWN: Final = 12


def number(value: float) -> str:
    """Return up to four significant digits: 0.1768, 1, 4×10⁻⁷ (0,1768 in Portuguese)."""
    return localised(power_of_ten(f"{value:.4g}")).replace("-", "\N{MINUS SIGN}")


def worst_of(values: Iterable[float | None]) -> float | None:
    """Return the largest difference; not a number is worse than any. None where none is known."""
    known = [value for value in values if value is not None]
    return max(known, key=lambda value: (math.isnan(value), value), default=None)


def difference(value: float | None) -> str:
    """Return a difference rounded up to two digits, so that what is claimed stays true."""
    if value is None:
        return tr("not compared")
    return bound(value)


def ranges(numbers: Iterable[int]) -> str:
    """Return layers as ``L1–L3, L7``; ``numbers`` count from 0 and rise."""
    return ", ".join(
        f"L{first + 1}" if first == last else f"L{first + 1}–L{last + 1}"
        for first, last in _runs(numbers)
    )


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = None
    for value in numbers:
        if last is not None and first is not None and value != last + 1:
            yield first, last
            first = None
        first, last = value if first is None else first, value
    if first is not None and last is not None:
        yield first, last


def grouped(values: Sequence[str]) -> str:
    """Return what every layer says: once when all agree, else line by line with their layers."""
    places: dict[str, list[int]] = {}
    for i, value in enumerate(values):
        places.setdefault(value, []).append(i)
    if len(places) == 1:
        return values[0]
    return "\n".join(f"{ranges(layers)}: {value}" for value, layers in places.items())


def listed(names: Sequence[str], *, most: int = _SHOWN) -> str:
    """Return names with commas between them, cut after ``most``."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown}, … ({len(names)})"


def port_words(port: Port) -> str:
    """Return an input or output as ``name: float32 [1, 3, height, width]``."""
    kind = port.dtype.name if isinstance(port.dtype, np.dtype) else port.dtype
    sizes = ", ".join("?" if size is None else str(size) for size in port.shape)
    return f"{port.name}: {kind} [{sizes}]"
