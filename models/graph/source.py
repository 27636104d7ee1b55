"""A model file taken apart and put together again: nodes as protobuf, weights left in the file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import numpy_helper

from models.encoded import Array
from models.errors import ModelFileError
from models.graph import wire
from models.graph.branches import Choices, Way, computed_conditions, write_out
from models.graph.edit import Edit, apply_edit
from models.graph.external import Relocation, relocate
from models.graph.files import not_a_model, opened
from models.graph.kept import KeptFile
from models.graph.skeleton import Weight, take_apart
from models.graph.widening import has_bfloat16, widen
from models.i18n import mark

# The runtime copies a weight that only these operators use into a layout of its own while it
# loads, and lets go of the file. Other weights would stay mapped, at the mercy of whoever
# overwrites the file, and are handed over as bytes.
_REPACKING: Final = frozenset({"MatMul", "Gemm"})
_LARGE: Final = 1_000_000  # bytes; smaller ones are not worth the trouble
# Types of weights that NumPy and the runtime store alike.
_PLAIN: Final[Mapping[int, np.dtype[Any]]] = {
    onnx.TensorProto.FLOAT: np.dtype("<f4"),
    onnx.TensorProto.FLOAT16: np.dtype("<f2"),
    onnx.TensorProto.DOUBLE: np.dtype("<f8"),
    onnx.TensorProto.INT8: np.dtype("i1"),
    onnx.TensorProto.UINT8: np.dtype("u1"),
    onnx.TensorProto.INT32: np.dtype("<i4"),
    onnx.TensorProto.INT64: np.dtype("<i8"),
}


@dataclass(frozen=True, eq=False)
class Build:
    """A model for the runtime: ``content``, and the folder its weights' locations refer to.

    ``handed`` are weights that are in neither, by name.
    """

    content: bytes
    folder: Path | None
    handed: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ModelSource:
    """A parsed model whose big initializers are stubs in ``model`` and stay in the file.

    ``ways`` are the branches that were written out; ``undecided`` are those of their conditions
    that only a run can tell. ``widened``: float32 stands in for bfloat16.
    """

    file: KeptFile
    model: onnx.ModelProto
    weights: Mapping[str, Weight]
    relocation: Relocation
    ways: tuple[Way, ...] = ()
    undecided: tuple[str, ...] = ()
    widened: bool = False

    @property
    def path(self) -> Path:
        """Where the file was when it was opened."""
        return self.file.path

    @property
    def narrow(self) -> bool:
        """Whether it computes in bfloat16, which few runtimes can, or stores numbers in it."""
        return not self.widened and has_bfloat16(self.model)

    def tensor(self, name: str) -> Array | None:
        """Return the value of initializer ``name``, None when there is none."""
        if name in self.weights:
            weight = self.weights[name]
            data = self.file.read(weight.start, weight.end)
            return np.asarray(numpy_helper.to_array(onnx.TensorProto.FromString(data)))
        for tensor in self.model.graph.initializer:
            if tensor.name == name:
                return _value(tensor, self.relocation.folder or self.path.parent)
        return None

    def build(self, edit: Edit, *, whole: bool = False) -> Build:
        """Return the model with ``edit`` made and every weight unchanged.

        Weights that the runtime will copy anyway are left in the file, and other large ones
        handed over as arrays, which it does not copy; unless ``whole``.
        Raises ModelFileError when the file has changed since it was opened.
        """
        self.file.check()
        _check_names(self.path, edit.outputs)
        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        apply_edit(model.graph, edit)
        whole = whole or self.relocation.folder is not None or not self.file.in_place()
        left = {} if whole else self._left_in_file()
        handed = {} if whole else self._read_large(n for n in self.weights if n not in left)
        elsewhere = {*left, *handed}
        initializers = list(model.graph.initializer)
        del model.graph.initializer[:]
        pieces = [model.graph.SerializeToString()]
        for tensor in initializers:
            if tensor.name in left:
                self._point_into_file(tensor, left[tensor.name])
            if tensor.name in handed:
                tensor.data_location = onnx.TensorProto.EXTERNAL
                tensor.external_data.add(key="location", value="handed over")
            if tensor.name not in self.weights or tensor.name in elsewhere:
                pieces.append(wire.field_of(wire.GRAPH_INITIALIZER, tensor.SerializeToString()))
        model.ClearField("graph")
        folder = self.path.resolve().parent if left else self.relocation.folder
        pieces += self._read_fields(name for name in self.weights if name not in elsewhere)
        length = sum(map(len, pieces))
        head = [model.SerializeToString(), wire.length_delimited(wire.MODEL_GRAPH, length)]
        return Build(b"".join(head + pieces), folder, handed)

    def _left_in_file(self) -> dict[str, Weight]:
        fit = {name: weight for name, weight in self.weights.items() if weight.raw is not None}
        for output in self.model.graph.output:
            fit.pop(output.name, None)
        _drop_otherwise_used(fit, self.model.graph, inside=False)
        return fit

    def _point_into_file(self, tensor: onnx.TensorProto, weight: Weight) -> None:
        start, end = weight.raw or (0, 0)
        facts = {"location": self.path.resolve().name, "offset": start, "length": end - start}
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in facts.items():
            tensor.external_data.add(key=key, value=str(value))

    def _read_fields(self, names: Iterable[str]) -> list[bytes]:
        pieces: list[bytes] = []
        for name in names:
            data = self.file.read(self.weights[name].start, self.weights[name].end)
            pieces += [wire.length_delimited(wire.GRAPH_INITIALIZER, len(data)), data]
        return pieces

    def _read_large(self, names: Iterable[str]) -> dict[str, Array]:
        """Return large weights as arrays; those that are no plain numbers are left out."""
        tensors = {t.name: t for t in self.model.graph.initializer}
        read: dict[str, Array] = {}
        for name in names:
            start, end = self.weights[name].raw or (0, 0)
            kind = _PLAIN.get(tensors[name].data_type) if name in tensors else None
            if kind is None or end - start < _LARGE:
                continue
            shape = tuple(tensors[name].dims)
            if min(shape, default=1) > 0 and math.prod(shape) * kind.itemsize == end - start:
                array = np.empty(shape, kind)
                if self.file.read_into(array, start):
                    read[name] = array
        return read


def _check_names(path: Path, names: Iterable[str]) -> None:
    """Raise ModelFileError when a tensor's name is not text: the runtime cannot be asked for it."""
    if any("\udc80" <= letter <= "\udcff" for name in names for letter in name):
        raise ModelFileError(
            mark("“{file}” holds names that are not text, and is probably damaged."),
            hint=mark("Download it again, or export it again."),
            file=path.name,
        )


def open_source(
    path: Path,
    *,
    choices: Choices = MappingProxyType({}),
    branches: bool = True,
    widened: bool = False,
) -> ModelSource:
    """Read and take apart the model file at ``path``.

    Branches with attention inside are written out: see ``models.graph.branches``; not so
    without ``branches``. ``choices`` are values of their computed conditions. ``widened`` puts
    float32 in place of bfloat16: see ``models.graph.widening``.
    Raises ModelFileError, naming the cause, when it is not an ONNX model.
    """
    with opened(path) as (content, stamp):
        try:
            skeleton, weights = take_apart(content)
            model = onnx.ModelProto.FromString(skeleton)
        except (wire.WireError, DecodeError) as error:
            raise not_a_model(path, content, details=str(error)) from error
        if not model.graph.node:
            raise not_a_model(path, content, details="no graph")
    model = _inlined(model)
    if widened:
        widen(model)
    undecided = computed_conditions(model.graph)
    ways = write_out(model, choices) if branches else ()
    file, relocation = KeptFile(path, stamp), relocate(path, model)
    return ModelSource(file, model, weights, relocation, ways, undecided, widened)


def _inlined(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the model with its own functions written out, as early dynamo exports need."""
    if not model.functions:
        return model
    from onnx import inliner  # noqa: PLC0415  # loads a native module few files need

    return inliner.inline_local_functions(model)


def _drop_otherwise_used(
    weights: dict[str, Weight], graph: onnx.GraphProto, *, inside: bool
) -> None:
    """Remove weights that anything but the second input of a repacking operator reads."""
    for node in graph.node:
        for position, name in enumerate(node.input):
            repacked = node.op_type in _REPACKING and not node.domain and position == 1
            if inside or not repacked:
                weights.pop(name, None)
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                if inner.node:
                    _drop_otherwise_used(weights, inner, inside=True)


def _value(tensor: onnx.TensorProto, folder: Path) -> Array | None:
    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        return _external_value(tensor, folder)
    return np.asarray(numpy_helper.to_array(tensor))


def _external_value(tensor: onnx.TensorProto, folder: Path) -> Array | None:
    facts = {entry.key: entry.value for entry in tensor.external_data}
    inside = onnx.TensorProto()
    inside.CopyFrom(tensor)
    del inside.external_data[:]
    inside.data_location = onnx.TensorProto.DEFAULT
    with (folder / facts["location"]).open("rb") as file:
        file.seek(int(facts.get("offset", "0")))
        inside.raw_data = file.read(int(facts.get("length", "-1")))
    return np.asarray(numpy_helper.to_array(inside))
