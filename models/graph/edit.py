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
    outputs that the runtime cannot infer.
    """

    outputs: tuple[str, ...] = ()
    extra: Mapping[tuple[int, int], str] = field(default_factory=dict)
    attributes: Mapping[tuple[int, str], int] = field(default_factory=dict)
    types: Mapping[str, int] = field(default_factory=dict)


def merged(edits: Sequence[Edit]) -> Edit:
    """Return all ``edits`` as one."""
    outputs = dict.fromkeys(name for edit in edits for name in edit.outputs)
    extra = {place: name for edit in edits for place, name in edit.extra.items()}
    attributes = {place: value for edit in edits for place, value in edit.attributes.items()}
    types = {name: kind for edit in edits for name, kind in edit.types.items()}
    return Edit(tuple(outputs), extra, attributes, types)


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
    declared = {output.name for output in graph.output}
    for name in dict.fromkeys(edit.outputs):
        if name not in declared:
            output = graph.output.add(name=name)
            if name in edit.types:
                output.type.tensor_type.elem_type = edit.types[name]
