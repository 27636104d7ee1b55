"""Changes to a graph that are made in memory only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import onnx


@dataclass(frozen=True)
class Edit:
    """One change to a graph.

    ``outputs`` are tensors to declare as graph outputs. ``extra`` maps (node, output position) to
    the name of an optional output the node is asked to compute; ``attributes`` sets integer
    attributes of nodes. Nodes are counted as in the file. ``types`` gives the element type of
    outputs that the runtime cannot infer. ``inputs`` are further graph inputs, float32 of any
    shape; ``nodes`` and ``constants`` are put in beside the file's own; ``rewired`` maps (node,
    input position) to the tensor that goes in there instead. ``known`` are the types and shapes
    of tensors that the runtime could not infer, and without which it would optimise otherwise.
    """

    outputs: tuple[str, ...] = ()
    extra: Mapping[tuple[int, int], str] = field(default_factory=dict)
    attributes: Mapping[tuple[int, str], int] = field(default_factory=dict)
    types: Mapping[str, int] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    nodes: tuple[onnx.NodeProto, ...] = ()
    constants: tuple[onnx.TensorProto, ...] = ()
    rewired: Mapping[tuple[int, int], str] = field(default_factory=dict)
    known: tuple[onnx.ValueInfoProto, ...] = ()


def merged(edits: Sequence[Edit]) -> Edit:
    """Return all ``edits`` as one."""
    outputs = dict.fromkeys(name for edit in edits for name in edit.outputs)
    extra = {place: name for edit in edits for place, name in edit.extra.items()}
    attributes = {place: value for edit in edits for place, value in edit.attributes.items()}
    types = {name: kind for edit in edits for name, kind in edit.types.items()}
    return Edit(
        tuple(outputs),
        extra,
        attributes,
        types,
        inputs=tuple(dict.fromkeys(name for edit in edits for name in edit.inputs)),
        nodes=tuple(node for edit in edits for node in edit.nodes),
        constants=tuple(tensor for edit in edits for tensor in edit.constants),
        rewired={place: name for edit in edits for place, name in edit.rewired.items()},
        known=tuple(info for edit in edits for info in edit.known),
    )


def apply_edit(graph: onnx.GraphProto, edit: Edit) -> None:
    """Change ``graph`` as ``edit`` says."""
    for (index, position), name in edit.extra.items():
        outputs = graph.node[index].output
        outputs.extend([""] * (position + 1 - len(outputs)))
        outputs[position] = name
    for (index, attribute), value in edit.attributes.items():
        node = graph.node[index]
        kept = [a for a in node.attribute if a.name != attribute]
        del node.attribute[:]
        node.attribute.extend([*kept, onnx.helper.make_attribute(attribute, value)])
    _insert(graph, edit)
    declared = {output.name for output in graph.output}
    for name in dict.fromkeys(edit.outputs):
        if name not in declared:
            output = graph.output.add(name=name)
            if name in edit.types:
                output.type.tensor_type.elem_type = edit.types[name]


def _insert(graph: onnx.GraphProto, edit: Edit) -> None:
    """Add inputs, constants and nodes; the runtime sorts nodes itself."""
    for (index, position), name in edit.rewired.items():
        graph.node[index].input[position] = name
    for name in edit.inputs:
        graph.input.add(name=name).type.tensor_type.elem_type = onnx.TensorProto.FLOAT
    graph.initializer.extend(edit.constants)
    graph.node.extend(edit.nodes)
    graph.value_info.extend(edit.known)
