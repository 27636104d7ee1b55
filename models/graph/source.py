"""A model file taken apart: its nodes as protobuf, its weights as untouched spans of bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import numpy_helper

from models.encoded import Array
from models.graph import wire
from models.graph.external import Relocation, relocate
from models.graph.files import not_a_model, read_model_file

_SMALL = 4096


@dataclass(frozen=True)
class Edit:
    """One change to a graph, made in memory only.

    ``outputs`` are tensors to declare as graph outputs. ``extra`` maps (node, output position) to
    the name of an optional output the node is asked to compute; ``attributes`` sets integer
    attributes of nodes. Nodes are counted as in the file. ``types`` gives the element type of
    outputs that the runtime cannot infer.
    """

    outputs: tuple[str, ...] = ()
    extra: Mapping[tuple[int, int], str] = field(default_factory=dict)
    attributes: Mapping[tuple[int, str], int] = field(default_factory=dict)
    types: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ModelSource:
    """A parsed model whose big initializers stay in ``content`` and are stubs in ``model``."""

    path: Path
    content: bytes
    model: onnx.ModelProto
    spans: Mapping[str, tuple[int, int]]
    relocation: Relocation

    def tensor(self, name: str) -> Array | None:
        """Return the value of initializer ``name``, None when there is none."""
        if name in self.spans:
            start, end = self.spans[name]
            return _value(onnx.TensorProto.FromString(self.content[start:end]), self.path.parent)
        for tensor in self.model.graph.initializer:
            if tensor.name == name:
                return _value(tensor, self.relocation.folder or self.path.parent)
        return None

    def edited(self, edit: Edit) -> bytes:
        """Return the whole model as bytes with ``edit`` made and every weight unchanged."""
        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        _apply(model.graph, edit)
        small = [t for t in model.graph.initializer if t.name not in self.spans]
        pieces = [_field(wire.GRAPH_INITIALIZER, t.SerializeToString()) for t in small]
        for start, end in self.spans.values():
            pieces.append(wire.length_delimited(wire.GRAPH_INITIALIZER, end - start))
            pieces.append(self.content[start:end])
        del model.graph.initializer[:]
        pieces.insert(0, model.graph.SerializeToString())
        model.ClearField("graph")
        length = sum(map(len, pieces))
        head = [model.SerializeToString(), wire.length_delimited(wire.MODEL_GRAPH, length)]
        return b"".join(head + pieces)


def open_source(path: Path) -> ModelSource:
    """Read and take apart the model file at ``path``.

    Raises ModelFileError, naming the cause, when it is not an ONNX model.
    """
    content = read_model_file(path)
    try:
        skeleton, spans = _skeleton(content)
        model = onnx.ModelProto.FromString(skeleton)
    except (wire.WireError, DecodeError) as error:
        raise not_a_model(path, content, details=str(error)) from error
    if not model.graph.node:
        raise not_a_model(path, content, details="no graph")
    model = _inlined(model)
    return ModelSource(path, content, model, spans, relocate(path, model))


def _inlined(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the model with its own functions written out, as early dynamo exports need."""
    if not model.functions:
        return model
    from onnx import inliner  # noqa: PLC0415  # loads a native module few files need

    return inliner.inline_local_functions(model)


def _skeleton(content: bytes) -> tuple[bytes, dict[str, tuple[int, int]]]:
    spans: dict[str, tuple[int, int]] = {}
    pieces: list[bytes] = []
    for span in wire.fields(content, 0, len(content)):
        if span.number == wire.MODEL_GRAPH:
            graph = b"".join(_graph_pieces(content, span, spans))
            pieces.append(_field(wire.MODEL_GRAPH, graph))
        else:
            pieces.append(content[span.tag : span.end])
    return b"".join(pieces), spans


def _graph_pieces(
    content: bytes, graph: wire.Span, spans: dict[str, tuple[int, int]]
) -> Iterable[bytes]:
    for span in wire.fields(content, graph.start, graph.end):
        if span.number == wire.GRAPH_INITIALIZER and span.end - span.start > _SMALL:
            yield _stub(content, span, spans)
        else:
            yield content[span.tag : span.end]


def _stub(content: bytes, tensor: wire.Span, spans: dict[str, tuple[int, int]]) -> bytes:
    name, pieces = "", []
    for span in wire.fields(content, tensor.start, tensor.end):
        if span.number == wire.TENSOR_NAME:
            name = content[span.start : span.end].decode("utf-8", "surrogateescape")
        if span.number not in wire.TENSOR_DATA:
            pieces.append(content[span.tag : span.end])
    spans[name] = (tensor.start, tensor.end)
    return _field(wire.GRAPH_INITIALIZER, b"".join(pieces))


def _field(number: int, payload: bytes) -> bytes:
    return wire.length_delimited(number, len(payload)) + payload


def _apply(graph: onnx.GraphProto, edit: Edit) -> None:
    for (index, position), name in edit.extra.items():
        outputs = graph.node[index].output
        outputs.extend([""] * (position + 1 - len(outputs)))
        outputs[position] = name
    for (index, attribute), value in edit.attributes.items():
        node = graph.node[index]
        kept = [a for a in node.attribute if a.name != attribute]
        del node.attribute[:]
        node.attribute.extend([*kept, onnx.helper.make_attribute(attribute, value)])
    declared = {output.name for output in graph.output}
    for name in dict.fromkeys(edit.outputs):
        if name not in declared:
            output = graph.output.add(name=name)
            if name in edit.types:
                output.type.tensor_type.elem_type = edit.types[name]


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
