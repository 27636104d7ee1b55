"""The rest of a layer, from the residual sum to its output, cut out to be run alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from onnx import helper

from models.attention import Float
from models.encoded import Array
from models.flow.flow import LayerFlow
from models.flow.layout import Layout, layout_of
from models.graph.cut import cut_model, nodes_between, open_ends
from models.graph.index import GraphIndex, Node
from models.graph.outflow import Outflow
from models.runtime import Cancel, RuntimeOptions, Session

Tensors = Mapping[str, Array]

_MEASURING = frozenset({"Shape", "Size"})
_MOST_NODES = 300
_ROLLED = 1
_CLOSE = 1e-3


@dataclass(frozen=True, eq=False)
class TailPlan:
    """Which nodes lie between attention output plus residual and the layer's output.

    ``ends`` are tensors that they need besides, as they were in the run.
    """

    attention: str
    residual: str
    state: str
    nodes: tuple[Node, ...]
    ends: tuple[str, ...]

    def taps(self) -> tuple[str, ...]:
        """Return the tensors of a run that ``tail`` needs."""
        return (self.attention, self.residual, self.state, *self.ends)

    def tail(
        self,
        index: GraphIndex,
        tensors: Tensors,
        layer: LayerFlow,
        *,
        options: RuntimeOptions,
        cancel: Cancel | None = None,
    ) -> Tail | None:
        """Return what runs these nodes on other rows, None where rows cannot be told apart."""
        tokens, hidden = layer.output.shape
        names = (self.attention, self.residual, self.state)
        found = [layout_of(tensors[n].shape, tokens=tokens, size=hidden) for n in names]
        layouts = {n: x for n, x in zip(names, found, strict=True) if x is not None}
        if len(layouts) < len(set(names)):
            return None
        fed = (*dict.fromkeys((self.attention, self.residual)), *self.ends)
        kinds = {n: int(helper.np_dtype_to_tensor_dtype(tensors[n].dtype)) for n in fed}
        model = cut_model(index, self.nodes, inputs=kinds, outputs=[self.state])
        session = Session(model, options=options, cancel=cancel)
        tail = Tail(self, session, {n: tensors[n] for n in fed}, layouts)
        return tail if tail.follows(tensors[self.state], cancel=cancel) else None


@dataclass(frozen=True, eq=False)
class Tail:
    """Runs the rest of one layer."""

    plan: TailPlan
    session: Session
    kept: Tensors
    layouts: Mapping[str, Layout]

    def run(self, output: Float, residual: Float, *, cancel: Cancel | None = None) -> Float:
        """Return the layer's output [N, hidden] for these attention outputs and residuals.

        Both are [N, hidden] with as many rows as the input has tokens.
        """
        feeds = dict(self.kept)
        for name, rows in ((self.plan.attention, output), (self.plan.residual, residual)):
            feeds[name] = self.layouts[name].filled(rows).astype(self.kept[name].dtype)
        state = self.session.run(feeds, [self.plan.state], cancel=cancel)[self.plan.state]
        return self.layouts[self.plan.state].rows(state)

    def follows(self, state: Array, *, cancel: Cancel | None) -> bool:
        """Tell whether it gives the run's own output, and each token's from its own row alone."""
        output = self._rows(self.plan.attention)
        residual = self._rows(self.plan.residual)
        wanted = self.layouts[self.plan.state].rows(state)
        size = float(np.abs(wanted).max(initial=0)) or 1.0
        straight = self.run(output, residual, cancel=cancel)
        rolled = self.run(
            np.roll(output, _ROLLED, axis=0), np.roll(residual, _ROLLED, axis=0), cancel=cancel
        )
        back = np.roll(rolled, -_ROLLED, axis=0)
        gaps = [np.abs(x - wanted).max(initial=0) for x in (straight, back)]
        return max(gaps) <= _CLOSE * size

    def _rows(self, name: str) -> Float:
        return self.layouts[name].rows(self.kept[name])


def plan_tail(index: GraphIndex, outflow: Outflow) -> TailPlan | None:
    """Return the nodes from the residual sum to the layer's output, None where there are none."""
    residual, state = outflow.residual, outflow.state
    if residual is None or state is None or outflow.forward is None:
        return None
    if outflow.attention.scale or residual.scale or state.scale:
        return None
    starts = (outflow.attention.name, residual.name)
    nodes = nodes_between(index, starts, [state.name])
    measured = [name for node in nodes if node.op in _MEASURING for name in node.outputs]
    nodes = nodes_between(index, (*starts, *measured), [state.name])
    if not nodes or len(nodes) > _MOST_NODES:
        return None
    ends = open_ends(index, nodes, starts)
    return TailPlan(*starts, state.name, tuple(nodes), ends)
