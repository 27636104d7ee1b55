"""Refusing models that ask for more memory in one tensor than any machine has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from models.errors import ModelFileError
from models.graph.index import GraphIndex, Node
from models.i18n import mark

_MOST_NUMBERS: Final = 4 * 10**9
# Operators that make a tensor as large as a constant says, and where it says so.
_MAKERS: Final = {"ConstantOfShape": 0, "Expand": 1}


def check_sizes(index: GraphIndex) -> None:
    """Raise ModelFileError when a node is sure to make a tensor of absurd size.

    The runtime would compute it while loading, before anyone could stop it.
    """
    for node, size in _made(index):
        if size > _MOST_NUMBERS:
            raise ModelFileError(
                mark("“{file}” asks for a tensor of {gigabytes} GB at “{name}”; this is refused."),
                hint=mark("Take the model from a source you trust, or export it again."),
                file=index.source.path.name,
                gigabytes=f"{4 * size / 1e9:.0f}",
                name=node.name or node.output,
            )


def _made(index: GraphIndex) -> Iterator[tuple[Node, float]]:
    for node in index.nodes:
        if node.op in _MAKERS:
            shape = index.value(node.input(_MAKERS[node.op]))
            if shape is not None:
                yield node, float(np.prod(shape.astype(np.float64)))
