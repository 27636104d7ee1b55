"""One clear sentence for a model that does not load, or that has no attention in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from models.errors import ModelFileError, NoAttentionError
from models.graph.block import Rejected
from models.graph.index import GraphIndex, Node
from models.i18n import mark

_UPDATE = mark("Update Mirante (and onnxruntime), or export the model for an older version.")
_AGAIN = mark("Export it again; the details hold what ONNX Runtime said.")
_PLAIN = mark("Export it again with standard ONNX operators only.")

# What onnxruntime says, the sentence for a person, and what to do. Named groups fill the sentence.
_LOAD_FAILURES: Final = (
    (
        r"Opset (?P<version>\d+) is under development.*?till opset (?P<known>\d+)",
        mark("“{file}” was made for a newer ONNX (opset {version}); this runtime knows {known}."),
        _UPDATE,
    ),
    (
        r"Unsupported model IR version: (?P<version>\d+).*?version: (?P<known>\d+)",
        mark("“{file}” was made for a newer ONNX (IR {version}); this runtime knows {known}."),
        _UPDATE,
    ),
    (
        r"No Op registered for (?P<op>\S+) with domain_version of (?P<version>\S+)",
        mark("“{file}” uses the operator “{op}”, which opset {version} does not have."),
        _PLAIN,
    ),
    (
        r"Fatal error: (?P<domain>\S*?):(?P<op>\S+?)\(.*?is not a registered function/op",
        mark("“{file}” uses the custom operator “{op}” of “{domain}”, which is not known here."),
        _PLAIN,
    ),
    (
        r"Could not find an implementation for (?P<op>\S+?)\(",
        mark("“{file}” uses the operator “{op}” with types that this runtime cannot compute."),
        mark("Export it in float32, or open a quantised version made for processors."),
    ),
    (
        r"[Mm]issing opset in the model|Missing opset",
        mark("“{file}” is not a valid ONNX model: it does not say which operators it uses."),
        _AGAIN,
    ),
    (
        r"Node input '(?P<name>[^']*)' is not a graph input",
        mark("“{file}” is not a valid ONNX model: nothing makes the tensor “{name}”."),
        _AGAIN,
    ),
    (
        r"Graph output \((?P<name>[^)]*)\) does not exist",
        mark("“{file}” is not a valid ONNX model: nothing makes its output “{name}”."),
        _AGAIN,
    ),
    (
        r"Duplicate definition of name \((?P<name>[^)]*)\)",
        mark("“{file}” is not a valid ONNX model: the tensor “{name}” is made twice."),
        _AGAIN,
    ),
    (
        r"not acyclic",
        mark("“{file}” is not a valid ONNX model: its operators wait for each other in a circle."),
        _AGAIN,
    ),
    (
        r"Node \((?P<name>[^)]*)\) Op \((?P<op>[^)]*)\) \[ShapeInferenceError\]",
        mark("“{file}” is not a valid ONNX model: shapes do not fit at “{name}” ({op})."),
        _AGAIN,
    ),
    (
        r"of operator \((?P<op>[^)]*)\) in node \((?P<name>[^)]*)\) is invalid",
        mark("“{file}” is not a valid ONNX model: types do not fit at “{name}” ({op})."),
        _AGAIN,
    ),
    (
        r"(?i)bad_alloc|failed to allocate memory|out of memory",
        mark("There is not enough memory to open “{file}”."),
        mark("Close other programs, or choose a smaller or quantised version."),
    ),
)

_HIDING: Final = re.compile(r"attention|epcontext|trt_?engine", re.IGNORECASE)
_ENTERED: Final = frozenset({"If", "Loop", "Scan"})
_SHOWN = 6
_EXPORT = mark(
    "If it is a transformer, export it again: “optimum-cli export onnx --model NAME FOLDER”, "
    'or torch.onnx.export after loading it with attn_implementation="eager".'
)


def explained(path: Path, said: str) -> ModelFileError:
    """Return the error for a model that onnxruntime refused, from what it ``said``."""
    for pattern, message, hint in _LOAD_FAILURES:
        found = re.search(pattern, said, re.DOTALL)
        if found is not None:
            values = {"file": path.name, **found.groupdict()}
            return ModelFileError(message, hint=hint, details=said, **values)
    return ModelFileError(
        mark("“{file}” is not a valid ONNX model."), hint=_AGAIN, details=said, file=path.name
    )


def not_understood(path: Path, error: Exception) -> ModelFileError:
    """Return the error for a model that the runtime loads and we cannot make sense of."""
    return ModelFileError(
        mark("“{file}” loads, but its graph could not be understood."),
        hint=mark("Please report this, with the model if you can share it."),
        details=repr(error),
        file=path.name,
    )


def no_attention(index: GraphIndex, rejected: Sequence[Rejected]) -> NoAttentionError:
    """Return the error that says what was looked for, what is there instead, and what to do."""
    name = index.source.path.name
    details = "\n".join(f"{r.name}: {r.reason}" for r in rejected)
    hiding = next((node.op for node in index.nodes if _HIDING.search(node.op)), None)
    if hiding is not None:
        return NoAttentionError(
            mark("“{file}” hides its attention in the operator “{op}”, which does not tell it."),
            hint=_EXPORT,
            details=details,
            file=name,
            op=hiding,
        )
    inside = next((node for node in index.nodes if _has_softmax_inside(node)), None)
    if inside is not None:
        return NoAttentionError(
            mark("“{file}” keeps its attention inside “{op}” (a branch or a loop)."),
            hint=_EXPORT,
            details=details,
            file=name,
            op=inside.name or inside.op,
        )
    return NoAttentionError(
        mark(
            "No attention was found in “{file}”: looked for a softmax between two products of "
            "data and for attention operators, found {contents}."
        ),
        hint=_EXPORT,
        details=details,
        file=name,
        contents=_contents(index),
    )


def _has_softmax_inside(node: Node) -> bool:
    if node.op not in _ENTERED:
        return False
    inner = [graph for a in node.proto.attribute for graph in (a.g, *a.graphs)]
    return any(n.op_type in {"Softmax", "Attention"} for graph in inner for n in graph.node)


def _contents(index: GraphIndex) -> str:
    counts: dict[str, int] = {}
    for node in index.nodes:
        if node.op != "Constant":
            counts[node.op] = counts.get(node.op, 0) + 1
    most = sorted(counts.items(), key=lambda item: -item[1])[:_SHOWN]
    return ", ".join(f"{count} {op}" for op, count in most) + (" …" if len(counts) > _SHOWN else "")
