"""Weights kept in a second file beside the model: found, checked, never read through.

A location may not leave the model's folder. The one exception is how the Hugging Face cache
works: model and data are symbolic links into one folder of blobs, and there the links are
followed and the locations rewritten, because ONNX Runtime refuses to follow them itself when it
is given an edited model.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import onnx

from models.errors import ModelFileError
from models.i18n import mark


@dataclass(frozen=True, slots=True)
class Relocation:
    """The folder against which external locations are to be read, None when there are none."""

    folder: Path | None


def relocate(path: Path, model: onnx.ModelProto) -> Relocation:
    """Check every external location of ``model`` and rewrite those that are links, in memory.

    Raises ModelFileError when a data file is missing, too short, or outside the model's folder.
    """
    tensors = list(_external_tensors(model.graph))
    if not tensors:
        return Relocation(None)
    targets = {name: _target(path, name) for name in {_fact(t, "location") for t in tensors}}
    for tensor in tensors:
        _check_range(path, tensor, targets[_fact(tensor, "location")])
    plain = path.parent.resolve()
    if all(target == plain / name for name, target in targets.items()):
        return Relocation(plain)
    folder = Path(os.path.commonpath([target.parent for target in targets.values()]))
    for tensor in tensors:
        _rewrite(tensor, targets[_fact(tensor, "location")], folder)
    return Relocation(folder)


def _external_tensors(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    for tensor in graph.initializer:
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            yield tensor
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.t.data_location == onnx.TensorProto.EXTERNAL:
                yield attribute.t
            for inner in [attribute.g, *attribute.graphs]:
                if inner.node:
                    yield from _external_tensors(inner)


def _fact(tensor: onnx.TensorProto, key: str) -> str:
    return next((entry.value for entry in tensor.external_data if entry.key == key), "")


def _target(path: Path, location: str) -> Path:
    outside = ModelFileError(
        mark("“{file}” asks for weights outside its own folder ({location}); this is refused."),
        hint=mark("Take the model from a source you trust."),
        file=path.name,
        location=location,
    )
    parts = PurePosixPath(location.replace("\\", "/"))
    if not location or parts.is_absolute() or ".." in parts.parts or Path(location).is_absolute():
        raise outside
    if not (path.parent / location).is_file():
        raise ModelFileError(
            mark("The weights of “{file}” are in a second file, “{location}”, which is missing."),
            hint=mark("Put “{location}” in the same folder as the model and open it again."),
            file=path.name,
            location=location,
        )
    target = (path.parent / location).resolve()
    allowed = (path.parent.resolve(), path.resolve().parent)
    if not any(target.is_relative_to(folder) for folder in allowed):
        raise outside
    return target


def _check_range(path: Path, tensor: onnx.TensorProto, target: Path) -> None:
    offset, length = _fact(tensor, "offset") or "0", _fact(tensor, "length") or "0"
    sound = offset.isdecimal() and length.isdecimal()
    if not sound or int(offset) + int(length) > target.stat().st_size:
        raise ModelFileError(
            mark(
                "The weights file “{location}” of “{file}” is truncated or does not belong to it."
            ),
            hint=mark("Download both files again, from the same place."),
            details=f"{tensor.name}: {offset} + {length} of {target.stat().st_size} bytes",
            file=path.name,
            location=_fact(tensor, "location"),
        )


def _rewrite(tensor: onnx.TensorProto, target: Path, folder: Path) -> None:
    for entry in tensor.external_data:
        if entry.key == "location":
            entry.value = target.relative_to(folder).as_posix()
