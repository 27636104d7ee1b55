"""Adding nodes to a graph in memory, a line per node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import onnx
from onnx import helper, numpy_helper

from models.encoded import Array
from models.graph.edit import Edit

PREFIX: Final = "mirante/instrument"
FLOAT: Final = onnx.TensorProto.FLOAT


@dataclass(frozen=True, slots=True)
class Tensor:
    """What the runtime says of a tensor: onnx's number of its type, its shape or None."""

    kind: int = FLOAT
    shape: tuple[int | str | None, ...] | None = None


Types = Mapping[str, Tensor]


class Wiring:
    """Collects nodes, fed inputs and constants under names of their own: one ``Edit``.

    ``types`` tells what the file's tensors are; unknown ones are float32.
    """

    def __init__(self, name: str, types: Types) -> None:
        self._name = f"{PREFIX}/{name}"
        self._types = types
        self._nodes: list[onnx.NodeProto] = []
        self._inputs: list[str] = []
        self._constants: list[onnx.TensorProto] = []
        self._rewired: dict[tuple[int, int], str] = {}
        self._known: list[onnx.ValueInfoProto] = []

    def feed(self, name: str) -> str:
        """Add a graph input, float32 of any shape, and return its name."""
        self._inputs.append(name)
        return name

    def constant(self, value: Any, dtype: Any = np.int64) -> str:  # noqa: ANN401  # as NumPy takes it
        """Add a constant and return its name."""
        name = f"{self._name}/c{len(self._constants)}"
        array: Array = np.asarray(value, dtype)
        self._constants.append(numpy_helper.from_array(array, name))
        return name

    def node(self, op: str, *inputs: str, **attributes: Any) -> str:  # noqa: ANN401  # as onnx takes them
        """Add a node of one output and return that; ``op`` as ``models.graph.index`` writes it."""
        return self.named(f"{self._name}/n{len(self._nodes)}", op, *inputs, **attributes)

    def named(self, name: str, op: str, *inputs: str, **attributes: Any) -> str:  # noqa: ANN401  # as onnx takes them
        """Add a node whose one output is called ``name``, and return that."""
        domain, _, kind = op.rpartition(".")
        made = helper.make_node(kind, inputs, [name], name=name, domain=domain, **attributes)
        self._nodes.append(made)
        return name

    def like(self, name: str, other: str) -> str:
        """Return ``name``, a float32, cast to the type of the file's tensor ``other``."""
        kind = self._types.get(other, Tensor()).kind
        return name if kind == FLOAT else self.node("Cast", name, to=kind)

    def real(self, name: str) -> str:
        """Return the file's tensor ``name`` as float32."""
        known = self._types.get(name, Tensor()).kind == FLOAT
        return name if known else self.node("Cast", name, to=FLOAT)

    def rewire(self, users: Iterable[tuple[int, int]], name: str, *, of: str) -> None:
        """Let these inputs (node as counted in the file, position) read ``name`` for ``of``.

        ``name`` is declared to have the shape of ``of``: what is fed has none, and the runtime
        would lose sight of the shapes behind it and fuse fewer operators than in the file.
        """
        self._rewired.update(dict.fromkeys(users, name))
        tensor = self._types.get(of, Tensor())
        if tensor.shape is not None:
            info = helper.make_tensor_value_info(name, tensor.kind, list(tensor.shape))
            self._known.append(info)

    def edit(self) -> Edit:
        """Return everything that was collected."""
        return Edit(
            inputs=tuple(self._inputs),
            nodes=tuple(self._nodes),
            constants=tuple(self._constants),
            rewired=dict(self._rewired),
            known=tuple(self._known),
        )
