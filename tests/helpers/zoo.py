"""The zoo: tiny models of many kinds, exported along many routes, with PyTorch's own numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ZOO = Path(__file__).resolve().parent.parent / "zoo"
Array = NDArray[Any]


@dataclass(frozen=True)
class Animal:
    """One exported file and its reference."""

    name: str
    route: str
    onnx: Path
    reference: Path
    windowed: bool
    static: bool

    @property
    def quantised(self) -> bool:
        """Whether the file computes with integers, so that only its own numbers are a reference."""
        return "qdyn" in self.route or "qdq" in self.route

    @property
    def tolerance(self) -> float:
        """How far from PyTorch's float32 its numbers may be."""
        return 5e-3 if "fp16" in self.route else 1e-5


@dataclass(frozen=True)
class Run:
    """One row of an input set: what is fed, and the reference of each block, lead axes joined."""

    feeds: Mapping[str, Array]
    blocks: tuple[Mapping[str, Array], ...]
    outputs: Mapping[str, Array]

    def real(self, tokens: int) -> NDArray[np.intp]:
        """Return the positions that are not padding, out of ``tokens``."""
        mask = self.feeds.get("attention_mask")
        if mask is None or mask.shape[-1] != tokens:
            return np.arange(tokens)
        return np.flatnonzero(mask[0])


def animals() -> list[Animal]:
    """Return every file of the zoo."""
    listed = json.loads((ZOO / "index.json").read_text("utf-8"))
    return [
        Animal(
            name=entry["name"],
            route=entry["route"],
            onnx=ZOO / entry["onnx"],
            reference=ZOO / entry["reference"],
            windowed=entry["windowed"],
            static=entry["static"] or entry["route"].endswith("static"),
        )
        for entry in listed
    ]


def runs(animal: Animal) -> Iterator[Run]:
    """Yield each row of both input sets; a static file takes only the first set."""
    stored = _stored(animal.reference)
    for name in ("A",) if animal.static else ("A", "B"):
        feeds = _under(stored, f"{name}/in/")
        rows = next(iter(feeds.values())).shape[0]
        for row in range(rows):
            yield Run(
                {key: value[row : row + 1] for key, value in feeds.items()},
                tuple(_blocks(stored, name, row, rows)),
                {k: v[row : row + 1] for k, v in _under(stored, f"{name}/out/").items()},
            )


def _blocks(
    stored: Mapping[str, Array], name: str, row: int, rows: int
) -> Iterator[Mapping[str, Array]]:
    count = sum(1 for key in stored if key.startswith(f"{name}/attn/"))
    for i in range(count):
        found = {what: stored[f"{name}/{what}/{i}"] for what in ("q", "k", "v", "attn", "ctx")}
        yield {what: _row(array, row, rows) for what, array in found.items()}


def _row(array: Array, row: int, rows: int) -> Array:
    """Return one row of the batch with all leading axes joined: [lead, tokens, size]."""
    each = array.shape[0] // rows
    kept = array[row * each : (row + 1) * each]
    return kept.reshape(-1, *kept.shape[-2:])


def _under(stored: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {key[len(prefix) :]: value for key, value in stored.items() if key.startswith(prefix)}


@cache
def _stored(path: Path) -> Mapping[str, Array]:
    with np.load(path) as archive:
        return {key: archive[key] for key in archive.files}
