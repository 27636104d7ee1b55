"""Raw inputs by name: checked before the runtime sees them, repeated for fixed batches, made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from models.encoded import Array
from models.errors import InputError
from models.i18n import mark
from models.ports import Role, fill, number_type
from models.runtime import Port

_PROBE_TOKENS: Final = 12
_PROBE_PIXELS: Final = 224


def checked(
    feeds: Mapping[str, Array],
    ports: Sequence[Port],
    roles: Mapping[str, Role],
    *,
    rows: int | None,
) -> dict[str, Array]:
    """Return ``feeds`` in the model's own number types.

    Raises InputError for names that the model does not have, inputs that are missing, other
    shapes or kinds of numbers, more than one row, and ids outside the ``rows`` of the embedding.
    """
    known = {port.name: port for port in ports}
    strange = sorted(set(feeds) - set(known))
    missing = [name for name in known if name not in feeds]
    if strange or missing:
        sentence = mark("The model has no input “{strange}”.")
        if missing and strange:
            sentence = mark("The model has no input “{strange}”, and “{missing}” is missing.")
        elif missing:
            sentence = mark("The input “{missing}” is missing.")
        raise InputError(
            sentence,
            hint=mark("Its inputs are: {inputs}."),
            strange=", ".join(strange),
            missing=", ".join(missing),
            inputs=", ".join(known),
        )
    good = {port.name: _converted(np.asarray(feeds[port.name]), port) for port in ports}
    for name, array in good.items():
        if roles[name] == "ids" and rows is not None:
            _check_ids(array, name=name, rows=rows)
    return good


def _converted(array: Array, port: Port) -> Array:
    wanted = number_type(port)
    free = [size if isinstance(size, int) else None for size in port.shape]
    batch = free[0] if free else None
    fits = len(array.shape) == len(free) and all(
        size is None or size == got for size, got in zip(free[1:], array.shape[1:], strict=False)
    )
    if not fits or (array.shape and array.shape[0] not in {1, batch}):
        shape = "×".join("?" if size is None else str(size) for size in [1, *free[1:]])
        raise InputError(
            mark("The input “{name}” has the shape {got}, but the model takes {wanted}."),
            name=port.name,
            got="×".join(map(str, array.shape)) or "()",
            wanted=shape,
        )
    if not _convertible(array.dtype, wanted):
        raise InputError(
            mark("The input “{name}” holds {got} numbers, but the model takes {wanted}."),
            name=port.name,
            got=str(array.dtype),
            wanted=str(wanted),
        )
    return array.astype(wanted, copy=False)


def _convertible(got: np.dtype[Any], wanted: np.dtype[Any]) -> bool:
    kinds = {"b": "b", "i": "iub", "u": "iub", "f": "fiub"}
    return got == wanted or got.kind in kinds.get(wanted.kind, "")


def _check_ids(array: Array, *, name: str, rows: int) -> None:
    low, high = (int(array.min()), int(array.max())) if array.size else (0, 0)
    if low < 0 or high >= rows:
        raise InputError(
            mark("“{name}” holds the number {number}, but the model knows tokens 0 to {last}."),
            name=name,
            number=low if low < 0 else high,
            last=rows - 1,
        )


def repeated(feeds: Mapping[str, Array], ports: Sequence[Port]) -> dict[str, Array]:
    """Return ``feeds`` with the single row repeated where the graph fixes a larger batch."""
    full = dict(feeds)
    for port in ports:
        batch = port.shape[0] if port.shape else None
        array = full.get(port.name)
        if isinstance(batch, int) and batch > 1 and array is not None and array.shape[0] == 1:
            full[port.name] = np.repeat(array, batch, axis=0)
    return full


def first_row(outputs: Mapping[str, Array], *, batch: int) -> dict[str, Array]:
    """Return the outputs of one row, its axis kept, from a batch that was ``repeated``."""
    return {
        name: array[:1] if batch > 1 and array.ndim and array.shape[0] == batch else array
        for name, array in outputs.items()
    }


def probe_feeds(
    ports: Sequence[Port], roles: Mapping[str, Role], *, rows: int | None
) -> dict[str, Array]:
    """Return made-up inputs, always the same: ids spread over the table, the rest neutral.

    Raises InputError for an input whose shape cannot be told.
    """
    feeds: dict[str, Array] = {}
    for port in ports:
        role = roles[port.name]
        sizes = (_PROBE_PIXELS,) * 2 if role in {"pixels", "pixel_mask"} else (_PROBE_TOKENS,) * 3
        feeds[port.name], _ = fill(port, role=role, sizes=sizes)
        if role == "ids":
            ids = np.linspace(1, max((rows or 2) - 1, 1), feeds[port.name].size)
            feeds[port.name] = ids.astype(number_type(port)).reshape(feeds[port.name].shape)
    return feeds
