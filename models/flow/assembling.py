"""One layer's flow put together from the tensors of a run, and checked against it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from models.attention import Float
from models.encoded import Array
from models.flow.flow import LayerFlow, NotMeasurableError, Scaling
from models.flow.layout import first_of, layout_of
from models.graph.block import float32
from models.graph.outflow import Norm, Outflow, OutputWeights, Place
from models.i18n import mark
from models.record import Layer
from models.windowed import spread

Tensors = Mapping[str, Array]
# Beyond this share of the output, W_O and the attention vectors do not give what the model adds.
_WRONG = 0.2
_MOST_COMPARED = 512  # tokens: of longer inputs, evenly chosen ones

_OTHER_SHAPE = mark("This layer's output is laid out in a way that is not known.")
_WINDOWS = mark("The windows of this layer's attention could not be joined.")
_UNLIKE = mark("The output projection read for this layer does not give the model's own output.")


def layer_flow(
    layer: Layer, outflow: Outflow, weights: OutputWeights, found: Tensors, *, batch: int
) -> LayerFlow:
    """Return the flow of one layer; ``found`` holds tensors of the run and constants.

    Raises NotMeasurableError where the numbers do not fit together.
    """
    whole = spread(layer)
    if whole is layer and layer.windows is not None:
        raise NotMeasurableError(_WINDOWS)
    heads, tokens, _ = whole.query.shape
    hidden = weights.kernel.shape[1]
    output = _rows(output_place(outflow), found, batch, tokens, hidden)
    if output is None or weights.kernel.shape[0] != heads * whole.value.shape[2]:
        raise NotMeasurableError(_OTHER_SHAPE)
    kernel = weights.per_head(heads)
    step = -(-tokens // _MOST_COMPARED)
    compared = output[::step]
    gap = np.abs(projected(whole, kernel, step=step) + weights.bias - compared).max(initial=0)
    relative = float(gap / (np.abs(compared).max(initial=0) or 1))
    if not relative <= _WRONG:
        raise NotMeasurableError(_UNLIKE)
    inner, after = outflow.inner, outflow.norm if outflow.order == "post" else None
    return LayerFlow(
        index=layer.index,
        order=outflow.order,
        kernel=kernel,
        bias=weights.bias,
        output=output,
        residual=_rows(_added_to(outflow), found, batch, tokens, hidden),
        state=_rows(outflow.state, found, batch, tokens, hidden),
        added=_constant(outflow.bias_inside, found, hidden, 0),
        after=None if after is None else _scaling(after, found, hidden),
        inner=None if inner is None else _scaling(inner, found, hidden),
        difference=float(gap),
        relative=relative,
    )


def output_place(outflow: Outflow) -> Place:
    """Return where the projection's output is: before a norm on the way, if there is one."""
    return outflow.attention if outflow.inner is None else Place(outflow.inner.source)


def projected(layer: Layer, kernel: Float, *, step: int = 1) -> Float:
    """Return Σ_h z_h·W_O of every ``step``-th token: [n, hidden]. ``kernel`` [H, dv, hidden]."""
    queries = slice(0, layer.query.shape[1], step)
    total: Float | None = None
    for head in range(layer.heads):
        weights = layer.block(heads=slice(head, head + 1), queries=queries)[0]
        added = weights @ layer.value[head] @ kernel[head]
        total = added if total is None else total + added
    return np.zeros((0, kernel.shape[2]), np.float32) if total is None else float32(total)


def _added_to(outflow: Outflow) -> Place | None:
    """Return the residual, None where more than a norm lies between the projection and the sum."""
    if outflow.inner is not None and outflow.attention.name != outflow.inner.result:
        return None
    return outflow.residual


def _scaling(norm: Norm, found: Tensors, hidden: int) -> Scaling:
    gain, bias = (_constant(n, found, hidden, u) for n, u in ((norm.gain, 1), (norm.bias, 0)))
    return Scaling(gain, bias, norm.epsilon, norm.centred)


def _constant(name: str, found: Tensors, hidden: int, usual: float) -> Float:
    value = found[name] if name else np.float32(usual)
    return np.broadcast_to(np.asarray(value, np.float32).reshape(-1), (hidden,))


def _rows(
    place: Place | None, found: Tensors, batch: int, tokens: int, hidden: int
) -> Float | None:
    if place is None or any(name not in found for name in place.taps()):
        return None
    array = first_of(place.read(found), batch=batch)
    layout = layout_of(array.shape, tokens=tokens, size=hidden)
    return None if layout is None else layout.rows(array)
