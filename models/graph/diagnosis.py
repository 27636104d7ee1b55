"""One clear sentence for a model that does not load, or that has no attention in it."""

from __future__ import annotations

from collections.abc import Sequence

from models.errors import ModelFileError, NoAttentionError
from models.graph.block import Rejected
from models.graph.index import GraphIndex
from models.graph.source import ModelSource
from models.i18n import mark


def explained(source: ModelSource, said: str) -> ModelFileError:
    """Return the error for a model that onnxruntime refused, from what it ``said``."""
    return ModelFileError(
        mark("“{file}” is not a valid ONNX model."),
        hint=mark("Export it again; the details hold what ONNX Runtime said."),
        details=said,
        file=source.path.name,
    )


def no_attention(index: GraphIndex, rejected: Sequence[Rejected]) -> NoAttentionError:
    """Return the error that says what was looked for and what is there instead."""
    return NoAttentionError(
        mark("No attention was found in “{file}”."),
        details="\n".join(f"{r.name}: {r.reason}" for r in rejected),
        file=index.source.path.name,
    )
