"""``main.py capture``: one run's attention in an .npz file that any program can read."""

from __future__ import annotations

import argparse
import json
import os
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from zlib import error as ZlibError  # noqa: N812  # it is a class

import numpy as np

from models.api import Model
from models.commands.inspection import said
from models.commands.opening import opened, prepared, warn
from models.commands.parsers import counted
from models.encoded import Array, Encoded
from models.errors import InputError
from models.i18n import mark, tr
from models.ranges import LAYER, inside
from models.record import Layer, Record
from models.version import VERSION
from models.writing import not_written

_PREFIX: Final = "feeds."


def command(args: argparse.Namespace) -> int:
    """Run what ``args`` gives once and write the record; see ``arrays`` for what is in it."""
    model = opened(args)
    layers = asked_layers(args.layers, count=len(model.tapped.blocks))
    encoded = _encoded(model, args)
    record = model.run(encoded, layers=layers)
    warn((*encoded.notices, *record.notices))
    path = with_suffix(Path(args.npz))
    write(path, arrays(model, model.verified(record)))
    if path.name != Path(args.npz).name:
        sys.stderr.write(tr("Written as {file}.", file=path) + "\n")
    return 0


def with_suffix(path: Path) -> Path:
    """Return the file's path, ``.npz`` added where it lacks, as ``numpy.savez`` does."""
    if path.suffix.lower() == ".npz" or not path.name:
        return path
    return path.with_name(f"{path.name}.npz")


def _encoded(model: Model, args: argparse.Namespace) -> Encoded:
    if args.text is not None or args.image is not None:
        return prepared(model, args)
    return model.encode_feeds(read_feeds(Path(args.feeds)))


def asked_layers(written: str | None, *, count: int) -> tuple[int, ...] | None:
    """Return layers from 0 in rising order, from ``1,5`` or ``1-3``, from 1; None for all."""
    if written is None:
        return None
    layers = sorted({layer for part in written.split(",") for layer in _span(part)})
    inside(layers[-1], count, what=LAYER)
    return tuple(layers)


def _span(written: str) -> range:
    """Return layers from 0 of ``3``, or of ``1-3`` counted from 1, both ends included."""
    ends = [counted(end, letter="L") for end in written.replace("–", "-").split("-")]
    if len(ends) > 2 or ends[0] > ends[-1]:  # noqa: PLR2004  # a first and a last
        raise InputError(
            mark("“{written}” is no range of layers: write the first and the last, as 1-3."),
            written=written.strip(),
        )
    return range(ends[0], ends[-1] + 1)


def read_feeds(path: Path) -> dict[str, Array]:
    """Return the arrays of an .npz file by input name; ``feeds.`` before the names is dropped.

    What ``capture`` wrote can so be fed again. Raises InputError when the file is none.
    """
    try:
        if not path.is_file():
            raise InputError(mark("There is no file “{file}”."), file=path.name)
        with np.load(path, allow_pickle=False) as stored:
            if not isinstance(stored, np.lib.npyio.NpzFile):
                raise InputError(
                    mark("“{file}” holds one array, not inputs by name."), file=path.name
                )
            names = [name for name in stored.files if name.startswith(_PREFIX)] or stored.files
            return {name.removeprefix(_PREFIX): stored[name] for name in names}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, ZlibError) as error:
        raise InputError(
            mark("“{file}” cannot be read as an .npz file of inputs."),
            hint=mark("Write it with numpy.savez, one array per input."),
            details=str(error),
            file=path.name,
        ) from error


def arrays(model: Model, record: Record) -> Iterator[tuple[str, Array]]:
    """Yield every (name, array) of the file, one layer at a time.

    ``tokens`` [N], ``special`` [N], for images ``grid`` [2]; per layer from 1 ``L01.query``,
    ``.key``, ``.value`` [heads, N, d], ``.scale`` (one number, or [heads, 1, 1] where heads
    differ), ``.bias`` where the layer adds one, ``.weights`` [heads, N, N], ``.vector``
    [heads, N, d]; ``feeds.<input>``, ``outputs.<output>``; ``meta``, JSON text. Of windowed
    attention every array has a window axis in front of the heads, and ``L01.windows`` holds the
    positions in each window.
    """
    encoded = record.encoded
    yield "tokens", np.array([token.text for token in encoded.tokens], dtype=np.str_)
    yield "special", encoded.special
    if encoded.grid is not None:
        yield "grid", np.array([encoded.grid.rows, encoded.grid.columns])
    for layer in record.layers:
        yield from _of_layer(layer)
    for name, array in encoded.feeds.items():
        yield f"feeds.{name}", np.asarray(array)
    for name, array in record.outputs.items():
        yield f"outputs.{name}", np.asarray(array)
    yield "meta", np.array(json.dumps(meta(model, record), ensure_ascii=False))


def _of_layer(layer: Layer) -> Iterator[tuple[str, Array]]:
    name = f"L{layer.index + 1:02d}"
    uniform = bool((layer.scale == layer.scale[0]).all())
    yield f"{name}.query", _windowed(layer.query, layer)
    yield f"{name}.key", _windowed(layer.key, layer)
    yield f"{name}.value", _windowed(layer.value, layer)
    yield f"{name}.scale", np.asarray(layer.scale[0]) if uniform else _spread(layer)
    if layer.bias is not None:
        whole = (layer.heads, layer.query.shape[1], layer.key.shape[1])
        full = layer.bias if layer.windows is None else np.broadcast_to(layer.bias, whole)
        yield f"{name}.bias", _windowed(full, layer)
    if layer.windows is not None:
        yield f"{name}.windows", layer.windows
    weights = layer.weights()
    yield f"{name}.weights", _windowed(weights, layer)
    yield f"{name}.vector", _windowed(weights @ layer.value, layer)


def _spread(layer: Layer) -> Array:
    return _windowed(layer.scale[:, None, None], layer)


def _windowed(array: Array, layer: Layer) -> Array:
    """Return [W·H, …] as [W, H, …] where the layer attends in windows."""
    if layer.windows is None:
        return array
    return array.reshape(len(layer.windows), -1, *array.shape[1:])


def meta(model: Model, record: Record) -> dict[str, Any]:
    """Return where the numbers come from, fit for JSON; layers count from 1."""
    encoded = record.encoded
    origin = replace(record.provenance, sha256=model.sha256)
    return {
        **json.loads(origin.as_json()),
        "largest_difference": origin.largest_difference,
        "title": model.title,
        "modality": model.modality,
        "family": model.family,
        "text": encoded.text,
        "pair": encoded.pair,
        "photo": encoded.photo_name,
        "box": None if encoded.grid is None else list(encoded.grid.box),
        "labels": [token.label for token in encoded.tokens],
        "words": [token.word for token in encoded.tokens],
        "layers": [layer.index + 1 for layer in record.layers],
        "patterns": {layer.index + 1: layer.pattern for layer in record.layers},
        "windowed": [layer.index + 1 for layer in record.layers if layer.windows is not None],
        "direct": [layer.index + 1 for layer in record.layers if layer.direct is not None],
        "notices": [said(notice) for notice in (*model.notices, *encoded.notices)],
        "program": f"Mirante {VERSION}",
    }


def write(path: Path, contents: Iterator[tuple[str, Array]]) -> None:
    """Write an .npz file, array by array; an older file stays until the new one is whole.

    Raises ExportError when it cannot be written.
    """
    try:
        beside = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            _write_archive(beside, contents)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise not_written(path, error) from error


def _write_archive(path: Path, contents: Iterator[tuple[str, Array]]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, array in contents:
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.asanyarray(array), allow_pickle=False)
